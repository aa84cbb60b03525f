/* Memory that is given back all at once: what a value read from JSON is made of. */
#ifndef WIRE_ARENA_H
#define WIRE_ARENA_H

#include <json-c/json.h>
#include <stddef.h>

#include "wire/slice.h"

/* Zero-initialised, it is empty and valid. May be copied only when the copy takes its place. */
struct arena {
    struct arena_block *blocks;
};

/* Zeroed memory, aligned for anything, that lives until arena_free(). NULL when there is none. */
void *arena_allocate(struct arena *arena, size_t size);

/* A copy as a C string. NULL when there is no memory. U+0000 is kept as C0 80, as wire/json_text.h
   keeps it in keys and prints it. */
const char *arena_string(struct arena *arena, struct slice text);

/* The text of printf(3) as a C string. NULL when there is no memory. */
const char *arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Takes over a JSON value, which then lives as long as the arena does. Returns it; NULL, and the
   value is gone, when there is no memory. */
struct json_object *arena_keep(struct arena *arena, struct json_object *value);

/* Gives everything back; the arena is empty and usable afterwards. */
void arena_free(struct arena *arena);

#endif
