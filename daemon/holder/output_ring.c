#include "output_ring.h"

#include <stdlib.h>
#include <string.h>

/* A byte with offset o stands at o modulo `size`. */
struct output_ring {
    char *bytes;
    size_t size, size_max;
    uint64_t first, next;
};

struct output_ring *output_ring_new(size_t size)
{
    struct output_ring *ring = calloc(1, sizeof *ring);
    if (ring)
        ring->size_max = size;
    return ring;
}

void output_ring_free(struct output_ring *ring)
{
    if (!ring)
        return;
    free(ring->bytes);
    free(ring);
}

static void copy_in(char *ring, size_t size, uint64_t offset, const char *bytes, size_t length)
{
    while (length) {
        size_t at = (size_t)(offset % size);
        size_t count = length < size - at ? length : size - at;
        memcpy(ring + at, bytes, count);
        offset += count;
        bytes += count;
        length -= count;
    }
}

static void grow(struct output_ring *ring, size_t wanted)
{
    size_t size = ring->size ? ring->size : 4096;
    while (size < wanted && size < ring->size_max)
        size *= 2;
    if (size > ring->size_max)
        size = ring->size_max;
    if (size <= ring->size)
        return;
    char *bytes = malloc(size);
    if (!bytes)
        return;
    const char *piece;
    size_t length;
    for (uint64_t offset = ring->first; (length = output_ring_get(ring, offset, &piece)) > 0;
         offset += length)
        copy_in(bytes, size, offset, piece, length);
    free(ring->bytes);
    ring->bytes = bytes;
    ring->size = size;
}

void output_ring_add(struct output_ring *ring, const void *bytes, size_t length)
{
    size_t kept = (size_t)(ring->next - ring->first);
    if (kept + length > ring->size)
        grow(ring, kept + length);
    const char *data = bytes;
    size_t skipped = length > ring->size ? length - ring->size : 0;
    copy_in(ring->bytes, ring->size ? ring->size : 1, ring->next + skipped, data + skipped,
            length - skipped);
    ring->next += length;
    if (ring->next - ring->first > ring->size)
        ring->first = ring->next - ring->size;
}

void output_ring_forget(struct output_ring *ring, uint64_t offset)
{
    if (offset > ring->next)
        offset = ring->next;
    if (offset > ring->first)
        ring->first = offset;
}

uint64_t output_ring_first(const struct output_ring *ring)
{
    return ring->first;
}

uint64_t output_ring_next(const struct output_ring *ring)
{
    return ring->next;
}

size_t output_ring_room(const struct output_ring *ring)
{
    return ring->size_max - (size_t)(ring->next - ring->first);
}

size_t output_ring_get(const struct output_ring *ring, uint64_t offset, const char **bytes)
{
    if (offset >= ring->next || ring->size == 0)
        return 0;
    size_t at = (size_t)(offset % ring->size);
    size_t length = (size_t)(ring->next - offset);
    *bytes = ring->bytes + at;
    return length < ring->size - at ? length : ring->size - at;
}
