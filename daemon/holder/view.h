/* A part of the screen, drawn on a terminal of another size: the terminal shows as much as fits
   around the cursor. Remembers what it drew, and draws what changed since. */
#ifndef HOLDER_VIEW_H
#define HOLDER_VIEW_H

#include "screen.h"

struct view;

/* NULL when memory runs out. Sizes are cut to those of a grid. */
struct view *view_new(unsigned columns, unsigned rows);
void view_free(struct view *view);

/* Appends what brings the terminal from what was drawn last to what the screen shows now; the first
   time, it switches the terminal to its alternate screen, on whose keyboard stack there are
   `*entries` of the program. Nothing when nothing changed. */
void view_append(struct view *view, struct buffer *buffer, const struct screen *screen,
                 unsigned *entries);

#endif
