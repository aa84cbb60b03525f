/* Many timers on one event of the loop: a binary heap. A timer is 24 bytes inside of its owner's
   struct. */
#ifndef NET_TIMERS_H
#define NET_TIMERS_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct timers;

/* Zero-initialised but for `expired`. Must be cleared before its memory goes away. */
struct timer {
    int64_t due;  /* ms of clock_monotonic_ms() */
    size_t place; /* in the heap, from 1; 0: not set */
    /* Called from the loop, with the timer cleared. It may set or clear any timer. */
    void (*expired)(struct timer *timer);
};

struct timers *timers_new(struct event_base *base); /* NULL: out of memory */
void timers_free(struct timers *timers);            /* all timers must have been cleared */

/* Sets or moves it. False, and it is not set, when memory runs out. */
bool timers_set(struct timers *timers, struct timer *timer, int64_t due);
void timers_clear(struct timers *timers, struct timer *timer);

#endif
