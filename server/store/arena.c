#include "store/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE 4096u

struct store_arena_block {
    struct store_arena_block *next;
    size_t used, size;
    max_align_t memory[];
};

static struct store_arena_block *add_block(struct store_arena *arena, size_t size)
{
    size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
    struct store_arena_block *block = malloc(sizeof *block + room);
    if (!block)
        return NULL;
    block->used = 0;
    block->size = room;
    /* A block made for one large value is full: the half-empty one in front of it stays in use. */
    if (size > BLOCK_SIZE && arena->blocks) {
        block->next = arena->blocks->next;
        arena->blocks->next = block;
    } else {
        block->next = arena->blocks;
        arena->blocks = block;
    }
    return block;
}

void *store_arena_allocate(struct store_arena *arena, size_t size)
{
    const size_t unit = sizeof(max_align_t);
    if (size > SIZE_MAX / 2)
        return NULL;
    size = (size + unit - 1) / unit * unit;
    struct store_arena_block *block = arena->blocks;
    if ((!block || block->size - block->used < size) && !(block = add_block(arena, size)))
        return NULL;
    void *memory = (char *)block->memory + block->used;
    block->used += size;
    arena->total += size;
    return memory;
}

struct slice store_arena_copy(struct store_arena *arena, const void *bytes, size_t length)
{
    char *copy = length < SIZE_MAX ? store_arena_allocate(arena, length + 1) : NULL;
    if (!copy)
        return slice_of(NULL, 0);
    if (length > 0)
        memcpy(copy, bytes, length);
    copy[length] = '\0';
    return slice_of(copy, length);
}

void *store_arena_grow(struct store_arena *arena, void *array, size_t element, size_t used,
                       size_t *count)
{
    if (used < *count)
        return array;
    size_t wanted = *count > 0 ? 2 * *count : 8;
    void *larger = store_arena_allocate(arena, wanted * element);
    if (!larger)
        return NULL;
    if (used > 0)
        memcpy(larger, array, used * element);
    *count = wanted;
    return larger;
}

void store_arena_free(struct store_arena *arena)
{
    while (arena->blocks) {
        struct store_arena_block *block = arena->blocks;
        arena->blocks = block->next;
        free(block);
    }
    arena->total = 0;
}
