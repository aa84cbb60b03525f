/* A row of cells as text, plain or with SGR and OSC 8 sequences. */
#ifndef HOLDER_ROW_TEXT_H
#define HOLDER_ROW_TEXT_H

#include "grid.h"
#include "wire/buffer.h"

/* Appends the cells [left, right) of `row`. With `colours` the text begins and ends with the
   default look and without a hyperlink. Half of a wide character becomes a space. */
void row_text_append(struct buffer *buffer, const struct grid *grid, const struct row *row,
                     unsigned left, unsigned right, bool colours);

/* One behind the last cell, not beyond `right`, that shows something: a character other than a
   space, or with `colours` also a background, underline or such. */
unsigned row_text_end(const struct row *row, unsigned right, bool colours);

#endif
