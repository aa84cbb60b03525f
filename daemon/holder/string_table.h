/* Interned byte strings with small stable numbers: the hyperlinks and the combined characters of a
   grid, whose cells hold the number only. */
#ifndef HOLDER_STRING_TABLE_H
#define HOLDER_STRING_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct string_table;

/* A table of at most `count` strings (at most 65,535) that hold at most `bytes` bytes together.
   NULL when memory runs out. */
struct string_table *string_table_new(unsigned count, size_t bytes);
void string_table_free(struct string_table *table);

/* The number, from 1, of that string, added when it is new; 0 when there is no room: then sweep and
   try again. */
uint16_t string_table_add(struct string_table *table, const char *bytes, size_t length);

/* The string with that number; "" for 0 and for numbers that are not in use. */
const char *string_table_get(const struct string_table *table, uint16_t number, size_t *length);

/* Forgets every string whose number is not marked. `used` has an element for each number up to
   string_table_last(). */
void string_table_sweep(struct string_table *table, const bool *used);
unsigned string_table_last(const struct string_table *table);

#endif
