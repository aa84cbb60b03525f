/* The lines that left the top of the main screen, oldest first, as text with SGR and OSC 8
   sequences (kept packed). Bounded by lines and by bytes; memory is taken as it is needed. Lines
   have absolute numbers from 0. */
#ifndef HOLDER_HISTORY_H
#define HOLDER_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/error.h"

#define HISTORY_LINES_MAX 1000000u /* bounds that a START frame can ask for */
#define HISTORY_BYTES_MAX (64u * 1024 * 1024)

struct history;

struct history_line {
    const char
        *text; /* begins and ends with the default look; valid until the next change or get */
    size_t length;
    bool continues; /* the next line belongs to it: the terminal wrapped it */
};

/* Keeps at most `lines` lines and `bytes` bytes of text (cut to the bounds above; 0 bytes or lines
   keeps none). NULL when memory runs out. */
struct history *history_new(unsigned lines, size_t bytes, struct error *error);
void history_free(struct history *history);

/* Adds a line at the end; the oldest ones go to make room. After a line
   that does not fit at all, or for which there is no memory, nothing is kept; it is counted. */
void history_add(struct history *history, const struct history_line *line);

/* Removes the newest line, whose number is then given again. False when there is none. */
bool history_remove_last(struct history *history);

/* Forgets all lines; numbers go on. */
void history_clear(struct history *history);

/* Number of the oldest line that is kept, and one behind the newest. */
uint64_t history_first(const struct history *history);
uint64_t history_next(const struct history *history);

/* The line with that number, which must be kept. Without memory to unpack it, its text is cut. */
struct history_line history_get(const struct history *history, uint64_t number);

#endif
