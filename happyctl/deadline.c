#include "deadline.h"

#include <limits.h>

#include "os/clock.h"

int64_t deadline_after(int timeout_ms)
{
    return timeout_ms < 0 ? -1 : clock_monotonic_ms() + timeout_ms;
}

int deadline_left(int64_t deadline)
{
    if (deadline < 0)
        return -1;
    int64_t left = deadline - clock_monotonic_ms();
    return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}
