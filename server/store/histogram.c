#include "store/histogram.h"

const int64_t STORE_TIME_BOUNDS_US[STORE_TIME_BUCKETS] = {
    100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 1000000, INT64_MAX};
const int64_t STORE_BATCH_BOUNDS[STORE_BATCH_BUCKETS] = {1, 2, 4, 16, 64, 256, 1024, INT64_MAX};

void histogram_add(struct store_histogram *histogram, const int64_t *bounds, int64_t value)
{
    unsigned bucket = 0;
    while (value > bounds[bucket])
        bucket++;
    histogram->buckets[bucket]++;
    histogram->count++;
    histogram->sum += value;
    if (value > histogram->most)
        histogram->most = value;
}
