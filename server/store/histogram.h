/* Counting how long and how many. */
#ifndef STORE_HISTOGRAM_H
#define STORE_HISTOGRAM_H

#include "store/store.h"

void histogram_add(struct store_histogram *histogram, const int64_t *bounds, int64_t value);

#endif
