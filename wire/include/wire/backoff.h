/* How long the official programs wait before they try again. `random` is from 0 to below 1. Delays
   are in ms. */
#ifndef WIRE_BACKOFF_H
#define WIRE_BACKOFF_H

#include <stdint.h>

#include "wire/random.h"

/* Reconnection of the Socket.IO client ("Reconnection of the reference client" in the realtime
   notes): doubled with each attempt (from 0), more or less by up to half, at most `most`. */
#define BACKOFF_RECONNECT_LEAST 1000
#define BACKOFF_RECONNECT_MOST  5000
int64_t backoff_reconnect(int64_t least, int64_t most, unsigned attempt, double random);

/* Repetition of a failed request or versioned write: anything up to least + step * failures. */
struct backoff_retry {
    int64_t least, step;
    unsigned failures_max; /* more do not count */
};
extern const struct backoff_retry BACKOFF_RETRY_CLI; /* 250 + 15 for each of at most 50 */
extern const struct backoff_retry BACKOFF_RETRY_APP; /* 1000 */
int64_t backoff_retry(const struct backoff_retry *retry, unsigned failures, double random);

/* A number from 0 to below 1. */
double backoff_random(const struct random_source *random);

#endif
