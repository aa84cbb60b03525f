/* The latest bytes of a stream, by their offsets since its beginning. */
#ifndef HOLDER_OUTPUT_RING_H
#define HOLDER_OUTPUT_RING_H

#include <stddef.h>
#include <stdint.h>

struct output_ring;

/* A ring that grows up to `size` bytes. NULL when memory runs out. */
struct output_ring *output_ring_new(size_t size);
void output_ring_free(struct output_ring *ring);

/* Appends; the oldest bytes go to make room. Without memory the bytes are counted, not kept. */
void output_ring_add(struct output_ring *ring, const void *bytes, size_t length);

/* Forgets the bytes before `offset`. */
void output_ring_forget(struct output_ring *ring, uint64_t offset);

/* Offset of the oldest byte that is kept, and one behind the newest. */
uint64_t output_ring_first(const struct output_ring *ring);
uint64_t output_ring_next(const struct output_ring *ring);

/* How many more bytes fit before old ones must go. */
size_t output_ring_room(const struct output_ring *ring);

/* The kept bytes from `offset` (first ≤ offset ≤ next) that lie in one piece: their number, and
   where they are. 0 at the end. */
size_t output_ring_get(const struct output_ring *ring, uint64_t offset, const char **bytes);

#endif
