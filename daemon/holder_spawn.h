/* Starts a holder: a process of its own session, in a systemd scope of its own or forked twice,
   that shares nothing with the daemon but one end of a socket pair. */
#ifndef DAEMON_HOLDER_SPAWN_H
#define DAEMON_HOLDER_SPAWN_H

#include <stdbool.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "wire/error.h"
#include "wire/resource_limits.h"

struct holder_spawn {
    const char *session;     /* id */
    const char *description; /* for the scope */
    const char *log;         /* file for the holder's words; NULL: where the daemon's go */
    bool scope;              /* try a systemd scope */
    const struct resource_limits *limits;
    /* As the daemon was started with: agents get them. */
    const struct rlimit *core, *files;
    mode_t umask;
};

/* The path of a program of ours that lies in the libexec directory (HAPPY_LIBEXEC_DIR overrides
   it). The caller frees it; NULL when memory runs out. */
char *holder_spawn_program(const char *name);

/* Returns the daemon's end of the socket pair, connected and non-blocking, or -1. A scope that
   cannot be made is logged by the child, and the holder runs without. */
int holder_spawn(const struct holder_spawn *spawn, struct error *error);

#endif
