/* Starting a session, for `start` and for the wrappers. */
#ifndef HAPPYCTL_START_SESSION_H
#define HAPPYCTL_START_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "command.h"

struct start_request {
    const char *agent;      /* a name, or "command" */
    char **words;           /* its arguments, or the command; NULL-terminated */
    const char *name;       /* NULL: happyd chooses */
    const char *directory;  /* NULL: the current one */
    uint16_t columns, rows; /* 0: this terminal's, or happyd's default */
    bool detached;
    bool json; /* how a detached session is told */
};

/* Starts it, and attaches to it unless detached. Returns the exit status. */
int start_session(struct invocation *invocation, const struct start_request *request);

/* What follows when a session was started or resumed: attaches to it, or prints its id, or all of
   it as JSON. Takes `session` over. Returns the exit status. */
int start_session_finish(struct invocation *invocation, struct json_object *session, bool detached,
                         bool json);

#endif
