/* Bytes that somebody else owns. Not terminated. */
#ifndef WIRE_SLICE_H
#define WIRE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct slice {
    const char *data; /* may be NULL when `length` is 0 */
    size_t length;
};

static inline struct slice slice_of(const void *data, size_t length)
{
    return (struct slice){data, length};
}

static inline struct slice slice_of_string(const char *string)
{
    return (struct slice){string, strlen(string)};
}

static inline bool slice_equals(struct slice slice, const char *string)
{
    return slice.length == strlen(string) &&
           (slice.length == 0 || memcmp(slice.data, string, slice.length) == 0);
}

#endif
