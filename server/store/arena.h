/* Memory that is given back all at once: what the operations of one job hand out. */
#ifndef STORE_ARENA_H
#define STORE_ARENA_H

#include <stddef.h>

#include "wire/slice.h"

/* Zero-initialised, it is empty and valid. */
struct store_arena {
    struct store_arena_block *blocks;
    size_t total; /* bytes handed out since the last store_arena_free() */
};

/* `size` bytes, aligned for any type and not cleared. NULL when memory runs out. */
void *store_arena_allocate(struct store_arena *arena, size_t size);

/* A copy that is followed by a NUL, which its length does not count. `data` is NULL when memory
   runs out. */
struct slice store_arena_copy(struct store_arena *arena, const void *bytes, size_t length);

/* An array of `count` elements that has `used` in use, with room for one more: moved to twice the
   size when it is full. `*count` is updated. NULL when memory runs out. */
void *store_arena_grow(struct store_arena *arena, void *array, size_t element, size_t used,
                       size_t *count);

/* Gives everything back; the arena is empty and usable afterwards. */
void store_arena_free(struct store_arena *arena);

#endif
