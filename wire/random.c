#include "wire/random.h"

#include <sodium.h>
#include <stdlib.h>

static void fill_from_system(void *context, void *bytes, size_t size)
{
    (void)context;
    if (sodium_init() < 0)
        abort();
    randombytes_buf(bytes, size);
}

const struct random_source RANDOM_SYSTEM = {.fill = fill_from_system};

void random_fill(const struct random_source *random, void *bytes, size_t size)
{
    random->fill(random->context, bytes, size);
}

unsigned random_below(const struct random_source *random, unsigned bound)
{
    /* Bytes from the incomplete last group would favour small results. */
    unsigned usable = 256 - 256 % bound;
    uint8_t byte;
    do
        random_fill(random, &byte, 1);
    while (byte >= usable);
    return byte % bound;
}
