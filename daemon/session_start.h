/* The way of a session from the wish to the running agent: the row is on the disk first, then the
   holder is started, then the agent. */
#ifndef DAEMON_SESSION_START_H
#define DAEMON_SESSION_START_H

#include "session.h"
#include "wire/resource_limits.h"

struct session_wish {
    const struct agent_dialect *dialect;
    const char *const *arguments;   /* behind the agent's name; of "command": the whole command */
    const char *name;               /* NULL: made up */
    const char *directory;          /* absolute */
    const char *const *environment; /* K=V, NULL-terminated */
    uint16_t columns, rows;
    bool terminal;
    const struct resource_limits *limits; /* NULL: those of the settings file */
    const struct session *resumed;        /* goes on where this one ended; NULL */
};

/* Called once: the session runs, or `session` is NULL and `error` tells why it does not. */
typedef void session_started(struct session *session, const struct error *error, void *context);

/* Checks the wish, makes the command line and adds the session. -1 with `error` filled when that
   fails: then `started` is not called. */
int session_start(struct daemon *daemon, const struct session_wish *wish, session_started *started,
                  void *context, struct error *error);

/* Nobody waits for the start any more; it goes on. */
void session_start_abandon(struct session *session, const void *context);

/* What the holder said; called by session_link.c. */
void session_start_greeted(struct session *session, struct holder_link *link);
void session_start_done(struct session *session, pid_t pid);
void session_start_failed(struct session *session, const struct error *error);

#endif
