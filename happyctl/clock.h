/* Deadlines on the monotonic clock, in milliseconds. */
#ifndef HAPPYCTL_CLOCK_H
#define HAPPYCTL_CLOCK_H

#include <stdint.h>

int64_t clock_now(void);

/* Milliseconds since the epoch. */
int64_t clock_wall(void);

/* The moment `timeout_ms` from now; -1 (never) for a negative one. */
int64_t clock_deadline(int timeout_ms);

/* What is left until `deadline` as a timeout for poll(2): 0 when it is past, -1 for never. */
int clock_until(int64_t deadline);

#endif
