/* The queue of session.history: one answer is made at a time. */
#ifndef DAEMON_API_HISTORY_H
#define DAEMON_API_HISTORY_H

#include <event2/event.h>

struct history_queue;

/* NULL when memory runs out. */
struct history_queue *history_queue_new(struct event_base *base);

/* Calls that wait in it are not answered. */
void history_queue_free(struct history_queue *queue);

#endif
