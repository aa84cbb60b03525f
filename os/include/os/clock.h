/* The two clocks. */
#ifndef OS_CLOCK_H
#define OS_CLOCK_H

#include <stdint.h>

/* Milliseconds since the epoch: for what is shown and stored. */
int64_t clock_now_ms(void);

/* Milliseconds from an arbitrary start, never set back: for measuring. */
int64_t clock_monotonic_ms(void);

#endif
