/* A call that waits for something of a session, with a time limit: what session.stop, session.wait
   and session.send have in common. */
#ifndef DAEMON_SESSION_WAIT_H
#define DAEMON_SESSION_WAIT_H

#include "api_method.h"

struct session_wait {
    struct api_call *call;
    struct session *session;
    struct session_observer observer;
    struct event *deadline;
    /* The session changed; NULL is allowed. Removal of the session is dealt with. */
    void (*changed)(struct session_wait *wait, enum session_change change);
    /* The time is over; NULL: the call fails with ERROR_TIMEOUT. */
    void (*expired)(struct session_wait *wait);
    /* Frees what the owner has; it must free the wait too. */
    void (*release)(struct session_wait *wait);
};

/* Begins to watch. `wait` is the first member of the owner's allocation, its three functions are
   set already. `timeout_ms` 0: no limit. The call is cancelled when its client goes away. */
void session_wait_begin(struct session_wait *wait, struct api_call *call, int64_t timeout_ms);

/* Ends it, with an answer or with an error; both call `release`. */
void session_wait_answer(struct session_wait *wait, struct json_object *result);
void session_wait_fail(struct session_wait *wait, const struct error *error);

/* Fails with ERROR_ENDED and why the session ended. */
void session_wait_fail_ended(struct session_wait *wait);

/* Takes the observer and the timer away: for `release`. */
void session_wait_stop(struct session_wait *wait);

#endif
