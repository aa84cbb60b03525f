#include "net/timers.h"

#include <stdlib.h>
#include <sys/time.h>

#include "os/clock.h"

struct timers {
    struct event *event;
    struct timer **heap; /* from 1; each is due no later than its children, at 2n and 2n + 1 */
    size_t count, capacity;
    int64_t armed; /* what the event waits for; INT64_MAX: nothing */
};

static void put(struct timers *timers, struct timer *timer, size_t place)
{
    timers->heap[place] = timer;
    timer->place = place;
}

static void sift_up(struct timers *timers, struct timer *timer, size_t place)
{
    while (place > 1 && timers->heap[place / 2]->due > timer->due) {
        put(timers, timers->heap[place / 2], place);
        place /= 2;
    }
    put(timers, timer, place);
}

static void sift_down(struct timers *timers, struct timer *timer, size_t place)
{
    for (;;) {
        size_t child = place * 2;
        if (child > timers->count)
            break;
        if (child < timers->count && timers->heap[child + 1]->due < timers->heap[child]->due)
            child++;
        if (timers->heap[child]->due >= timer->due)
            break;
        put(timers, timers->heap[child], place);
        place = child;
    }
    put(timers, timer, place);
}

/* The event is left to fire too early rather than moved with every timer. */
static void arm(struct timers *timers)
{
    if (timers->count == 0 || timers->heap[1]->due >= timers->armed)
        return;
    int64_t wait = timers->heap[1]->due - clock_monotonic_ms();
    wait = wait > 0 ? wait : 0;
    struct timeval interval = {.tv_sec = wait / 1000, .tv_usec = wait % 1000 * 1000};
    timers->armed = timers->heap[1]->due;
    evtimer_add(timers->event, &interval);
}

static void on_time(evutil_socket_t descriptor, short what, void *context)
{
    (void)descriptor;
    (void)what;
    struct timers *timers = context;
    int64_t now = clock_monotonic_ms();
    while (timers->count > 0 && timers->heap[1]->due <= now) {
        struct timer *timer = timers->heap[1];
        timers_clear(timers, timer);
        timer->expired(timer);
    }
    timers->armed = INT64_MAX;
    arm(timers);
}

struct timers *timers_new(struct event_base *base)
{
    struct timers *timers = calloc(1, sizeof *timers);
    if (!timers)
        return NULL;
    timers->armed = INT64_MAX;
    timers->event = evtimer_new(base, on_time, timers);
    if (timers->event)
        return timers;
    free(timers);
    return NULL;
}

void timers_free(struct timers *timers)
{
    if (!timers)
        return;
    event_free(timers->event);
    free(timers->heap);
    free(timers);
}

static bool grow(struct timers *timers)
{
    if (timers->count + 1 < timers->capacity)
        return true;
    size_t capacity = timers->capacity ? timers->capacity * 2 : 64;
    struct timer **heap = realloc(timers->heap, capacity * sizeof *heap);
    if (!heap)
        return false;
    timers->heap = heap;
    timers->capacity = capacity;
    return true;
}

bool timers_set(struct timers *timers, struct timer *timer, int64_t due)
{
    if (timer->place == 0 && !grow(timers))
        return false;
    bool earlier = timer->place != 0 && due < timer->due;
    timer->due = due;
    if (timer->place == 0)
        sift_up(timers, timer, ++timers->count);
    else if (earlier)
        sift_up(timers, timer, timer->place);
    else
        sift_down(timers, timer, timer->place);
    arm(timers);
    return true;
}

void timers_clear(struct timers *timers, struct timer *timer)
{
    size_t place = timer->place;
    if (place == 0)
        return;
    timer->place = 0;
    struct timer *last = timers->heap[timers->count--];
    if (last == timer)
        return;
    if (place > 1 && timers->heap[place / 2]->due > last->due)
        sift_up(timers, last, place);
    else
        sift_down(timers, last, place);
}
