#include "wire/backoff.h"

#include <stdbool.h>

const struct backoff_retry BACKOFF_RETRY_CLI = {.least = 250, .step = 15, .failures_max = 50};
const struct backoff_retry BACKOFF_RETRY_APP = {.least = 1000};

int64_t backoff_reconnect(int64_t least, int64_t most, unsigned attempt, double random)
{
    int64_t delay = least;
    for (unsigned i = 0; i < attempt && delay < 2 * most; i++)
        delay *= 2;
    int64_t deviation = (int64_t)(random * 0.5 * (double)delay);
    bool shorter = ((int)(random * 10) & 1) == 0;
    delay = shorter ? delay - deviation : delay + deviation;
    return delay < most ? delay : most;
}

int64_t backoff_retry(const struct backoff_retry *retry, unsigned failures, double random)
{
    unsigned counted = failures < retry->failures_max ? failures : retry->failures_max;
    /* As Math.round: halves go up. */
    return (int64_t)(random * (double)(retry->least + retry->step * counted) + 0.5);
}

double backoff_random(const struct random_source *random)
{
    uint32_t number;
    random_fill(random, &number, sizeof number);
    return (double)number / 4294967296.0;
}
