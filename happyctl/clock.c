#include "clock.h"

#include <limits.h>
#include <time.h>

static int64_t read_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_now(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_wall(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t clock_deadline(int timeout_ms)
{
    return timeout_ms < 0 ? -1 : clock_now() + timeout_ms;
}

int clock_until(int64_t deadline)
{
    if (deadline < 0)
        return -1;
    int64_t left = deadline - clock_now();
    return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}
