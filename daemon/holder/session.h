/* The one session of a holder: from START until its exit status is collected. */
#ifndef HOLDER_SESSION_H
#define HOLDER_SESSION_H

#include <event2/event.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "wire/error.h"

#define SESSION_CONNECTIONS_MAX 128u
/* Of those that said HELLO, by role: their sum leaves room for newcomers to say theirs. */
#define SESSION_TERMINALS_MAX 32u
#define SESSION_CONTROLS_MAX  56u
#define SESSION_HOOKS_MAX     24u

struct session;

/* What the agent gets from the process that started the holder. */
struct session_origin {
    mode_t umask;
    struct rlimit core;
};

/* Takes over `descriptor`, on which happyd will say START. NULL with `error` filled when memory
   runs out. */
struct session *session_new(struct event_base *base, const char *id, int descriptor,
                            const struct session_origin *origin, struct error *error);
void session_free(struct session *session);

#endif
