/* Where random bytes come from: the operating system, or a test that replays known ones. */
#ifndef WIRE_RANDOM_H
#define WIRE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random_source {
    /* Fills `size` bytes. Cannot fail: a source that has nothing to give ends the program. */
    void (*fill)(void *context, void *bytes, size_t size);
    void *context;
};

/* The operating system's generator, by libsodium (randombytes_buf). Safe after fork(): nothing is
   buffered in the process. */
extern const struct random_source RANDOM_SYSTEM;

void random_fill(const struct random_source *random, void *bytes, size_t size);

/* A number from 0 to `bound` - 1, all equally likely. `bound` is from 1 to 256. */
unsigned random_below(const struct random_source *random, unsigned bound);

#endif
