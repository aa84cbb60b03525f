/* The questions to a holder that wait for their answers, in the order they were asked. Used by
   holder_link.c alone. */
#ifndef DAEMON_HOLDER_REQUESTS_H
#define DAEMON_HOLDER_REQUESTS_H

#include <sys/queue.h>

#include "holder_link.h"

struct holder_request {
    TAILQ_ENTRY(holder_request) entry;
    enum frame_type answer;
    uint32_t number;
    int64_t deadline;            /* clock_monotonic_ms() */
    holder_status_reply *status; /* one of the three; none when it was cancelled */
    holder_screen_reply *screen;
    holder_history_reply *history;
    void *context;
};

struct holder_requests {
    TAILQ_HEAD(, holder_request) list;
    unsigned given_up; /* STATUS frames that will still come, and that nobody waits for any more */
};

void holder_requests_init(struct holder_requests *requests);

/* Adds a copy with the next deadline. NULL when memory runs out. */
struct holder_request *holder_requests_add(struct holder_requests *requests,
                                           struct holder_request wanted);

/* The request that this answer belongs to, taken out; NULL when nobody asked, or nobody waits for
   it any more. STATUS has no number: a holder answers those questions in their order. The caller
   frees it. */
struct holder_request *holder_requests_take(struct holder_requests *requests,
                                            enum frame_type answer, uint32_t number);

/* The first one, taken out and given up, if its deadline is not after `now`; the caller frees it.
 */
struct holder_request *holder_requests_take_due(struct holder_requests *requests, int64_t now);

/* Milliseconds until the first deadline; -1 when nothing waits. */
int64_t holder_requests_left(const struct holder_requests *requests);

/* Whoever asks with this context will not be told. */
void holder_requests_cancel(struct holder_requests *requests, const void *context);

/* Tells that there is no answer. */
void holder_request_fail(const struct holder_request *request, const struct error *error);

#endif
