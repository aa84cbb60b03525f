#include "wire/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_ROOM 2000u /* bytes: a small value fits into one */

struct arena_block {
    struct arena_block *next;
    struct json_object *kept; /* such a block holds nothing else */
    size_t used, room;
    max_align_t bytes[];
};

static struct arena_block *add_block(struct arena *arena, size_t room)
{
    struct arena_block *block = calloc(1, sizeof *block + room);
    if (!block)
        return NULL;
    block->room = room;
    block->next = arena->blocks;
    arena->blocks = block;
    return block;
}

void *arena_allocate(struct arena *arena, size_t size)
{
    const size_t alignment = sizeof(max_align_t);
    struct arena_block *block = arena->blocks;
    if (size > SIZE_MAX / 2)
        return NULL;
    size = size ? (size + alignment - 1) / alignment * alignment : alignment;
    if (!block || block->room - block->used < size)
        block = add_block(arena, size > BLOCK_ROOM ? size : BLOCK_ROOM);
    if (!block)
        return NULL;
    void *memory = (char *)block->bytes + block->used;
    block->used += size;
    return memory;
}

const char *arena_string(struct arena *arena, struct slice text)
{
    size_t masked = 0;
    for (size_t i = 0; i < text.length; i++)
        masked += text.data[i] == '\0';
    char *copy = arena_allocate(arena, text.length + masked + 1);
    if (!copy)
        return NULL;
    char *at = copy;
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] == '\0')
            *at++ = '\xc0';
        *at++ = text.data[i] == '\0' ? '\x80' : text.data[i];
    }
    return copy;
}

const char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = length < 0 ? NULL : arena_allocate(arena, (size_t)length + 1);
    if (!text)
        return NULL;
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}

struct json_object *arena_keep(struct arena *arena, struct json_object *value)
{
    struct arena_block *block = calloc(1, sizeof *block);
    if (!block) {
        json_object_put(value);
        return NULL;
    }
    block->kept = value;
    /* Behind the first one, which has room left. */
    struct arena_block **place = arena->blocks ? &arena->blocks->next : &arena->blocks;
    block->next = *place;
    *place = block;
    return value;
}

void arena_free(struct arena *arena)
{
    while (arena->blocks) {
        struct arena_block *block = arena->blocks;
        arena->blocks = block->next;
        json_object_put(block->kept);
        free(block);
    }
}
