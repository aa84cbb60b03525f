/* The cells of a terminal's two screens. Knows nothing of sequences: it is told what to put, erase,
   scroll and switch. A row that scrolls off the top of the main screen is handed on before it goes.

   Rows are held by pointer, so that scrolling moves pointers and clears the new rows only. A row
   keeps what was cut off by a narrower size until something overwrites it. */
#ifndef HOLDER_GRID_H
#define HOLDER_GRID_H

#include <stdbool.h>
#include <stdint.h>

#include "pen.h"
#include "string_table.h"
#include "wire/error.h"

#define GRID_COLUMNS_MAX 1000u /* sizes are cut to these */
#define GRID_ROWS_MAX    500u
#define GRID_CLUSTER_MAX 32u /* bytes of a character with its combining characters */
#define GRID_CLUSTERS_MAX                                                                          \
    8192u                    /* different ones on both screens; further ones lose their marks      \
                              */
#define GRID_LINK_MAX  4096u /* bytes of a hyperlink; longer ones are ignored */
#define GRID_LINKS_MAX 4096u /* different ones on both screens; further ones are ignored */

#define GLYPH_BLANK    0u         /* nothing was put here */
#define GLYPH_TAIL     0x110000u  /* the right half of the wide character before it */
#define GLYPH_CLUSTER  (1u << 31) /* | number of a combined character */

struct cell {
    uint32_t glyph; /* a code point, or one of the above */
    struct pen pen;
};

/* How large a row is shown, by the last character of its sequence ESC # … */
enum row_size {
    ROW_NORMAL = 0,
    ROW_DOUBLE_TOP = '3', /* DECDHL */
    ROW_DOUBLE_BOTTOM = '4',
    ROW_DOUBLE_WIDTH = '6', /* DECDWL */
};

struct row {
    uint64_t version; /* of its content; unique among all rows and times of this grid */
    uint16_t used;    /* cells from here on are blank, without any colour */
    bool continues;   /* its text goes on in the next row: the terminal wrapped it */
    uint8_t size;     /* enum row_size */
    struct cell cells[];
};

struct grid;

/* A row leaves the top of the main screen; it is valid during the call only. */
typedef void grid_retire(const struct grid *grid, const struct row *row, void *context);

/* NULL with `error` filled when memory runs out. Sizes are cut to 1 … the bounds above. */
struct grid *grid_new(unsigned columns, unsigned rows, grid_retire *retire, void *context,
                      struct error *error);
void grid_free(struct grid *grid);

unsigned grid_columns(const struct grid *grid);
unsigned grid_rows(const struct grid *grid);
bool grid_is_alternate(const struct grid *grid);

/* A row of the screen that is shown, and of the main screen. `index` must be below grid_rows(). */
const struct row *grid_row(const struct grid *grid, unsigned index);
const struct row *grid_main_row(const struct grid *grid, unsigned index);

/* The look that is put and that erased cells take their background from; writable. */
struct pen *grid_pen(struct grid *grid);

/* Puts one character of `width` 1 or 2 with the pen's look; what does not fit is ignored. */
void grid_put(struct grid *grid, unsigned row, unsigned column, uint32_t code_point,
              unsigned width);
/* Puts `length` printable ASCII characters, which must fit into the row. */
void grid_put_ascii(struct grid *grid, unsigned row, unsigned column, const char *text,
                    unsigned length);
/* Adds a combining character to what stands in that cell. */
void grid_combine(struct grid *grid, unsigned row, unsigned column, uint32_t code_point);
/* The text of that row goes on in the next one. */
void grid_set_continues(struct grid *grid, unsigned row);
/* Only for those who show it: its columns stay what they are. */
void grid_set_size(struct grid *grid, unsigned row, enum row_size size);

struct grid_area {
    unsigned top, bottom, left, right; /* bottom and right are one behind */
};

/* Clears the cells, except protected ones when `selective`. Rows keep their size. */
void grid_erase(struct grid *grid, struct grid_area area, bool selective);

/* Moves the content up by `up` rows and left by `left` columns (negative: down, right); what
   becomes free is cleared. With `retire`, rows that leave the top of the main screen are handed on.
   */
void grid_scroll(struct grid *grid, struct grid_area area, int up, int left, bool retire);

/* Shows the alternate or the main screen. False when memory runs out: then nothing changes. */
bool grid_show_alternate(struct grid *grid, bool alternate);

/* Changes the size. Rows below the cursor go first when there are fewer, blank ones; then rows at
   the top of the main screen are handed on. Returns by how many rows the content of the shown
   screen moved up. Out of memory leaves the grid as it was and returns 0. */
unsigned grid_resize(struct grid *grid, unsigned columns, unsigned rows, unsigned cursor_row);

/* The number of a hyperlink ("parameters;address", as in OSC 8) for pen.link; 0 when it is too long
   or there are too many. */
uint16_t grid_link(struct grid *grid, const char *text, size_t length);
const char *grid_link_text(const struct grid *grid, uint16_t link, size_t *length);

/* Appends the UTF-8 of a cell's character: a space for a blank one, nothing for a tail. */
void grid_append_glyph(const struct grid *grid, struct buffer *buffer, uint32_t glyph);

#endif
