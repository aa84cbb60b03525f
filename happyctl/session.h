/* The session object of the local API (docs/local-api.md), taken out of JSON. */
#ifndef HAPPYCTL_SESSION_H
#define HAPPYCTL_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/json.h"

/* Strings belong to the JSON object. Those that may be absent are NULL then, numbers -1. */
struct session {
    const char *id, *name, *agent, *directory, *state; /* never NULL */
    const char *activity, *reason, *title, *holder_socket;
    int64_t created_at, ended_at, last_output_at; /* ms since the epoch */
    int64_t exit_code, terminals, columns, rows, memory_bytes;
    double cpu_seconds;
    bool resumable;
};

/* -1 with `error` filled when it is not a session object. */
int session_read(struct json_object *object, struct session *session, struct error *error);

/* True in the states `starting` and `running`. */
bool session_is_alive(const struct session *session);

/* What list shows: the activity of a running session, else its state. */
const char *session_state_word(const struct session *session);

#endif
