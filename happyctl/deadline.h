/* Deadlines on the monotonic clock, in milliseconds. */
#ifndef HAPPYCTL_DEADLINE_H
#define HAPPYCTL_DEADLINE_H

#include <stdint.h>

/* The moment `timeout_ms` from now; -1 (never) for a negative one. */
int64_t deadline_after(int timeout_ms);

/* What is left until `deadline` as a timeout for poll(2): 0 when it is past, -1 for never. */
int deadline_left(int64_t deadline);

#endif
