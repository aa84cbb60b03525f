/* One client's subscription: events from the log on the disk, output from the session's holder or,
   when that has gone, from what was kept. Both wait while the client's queue is full, so that a
   slow client costs no memory. */
#ifndef DAEMON_SUBSCRIPTION_H
#define DAEMON_SUBSCRIPTION_H

#include "api_method.h"
#include "local_api.h"
#include "output_follower.h"

#define SUBSCRIPTION_QUEUE_MAX (1024u * 1024u) /* unsent bytes at which streams pause */

struct subscription_wish {
    bool events, output;
    int64_t from, error_from; /* offsets; -1: from now on (the stream of errors: from the start) */
    int64_t after;            /* sequence number; -1: from now on */
};

struct subscription {
    LIST_ENTRY(subscription) entry;
    struct api_peer *peer;
    struct daemon *daemon;
    int64_t number;
    char session[SESSION_ID_LENGTH + 1]; /* empty: all of them */
    struct subscription_wish wish;
    struct api_call *call; /* until the answer is made */
    bool begun;            /* the answer is out */
    int64_t sequence;      /* of the last event told */
    uint64_t offset[2];    /* one behind the last byte told, of each stream */
    struct output_follower *follower;
    bool output_over; /* all output was told: the end may be */
    bool held;        /* an event waits for the output before it */
    bool paused;
    struct event *retry;
};

/* -1 with `error` filled; else the call is answered, now or soon. */
int subscription_begin(struct api_call *call, const struct subscription_wish *wish,
                       struct error *error);
void subscription_free(struct subscription *subscription);

/* Sends what there is, as far as the client's queue has room. */
void subscription_pump(struct subscription *subscription);

void subscription_event(struct subscription *subscription, const struct logged_event *event);

#endif
