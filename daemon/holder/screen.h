/* The emulated terminal: takes sequences, keeps both screens (grid), the modes and the history.
   libvterm does the movements, margins, tab stops, erasing and scrolling; characters are put here,
   because that is several times faster, and because its result must not depend on where a read cut
   the stream. Only checked sequences reach libvterm: with more than 16 parameters, with numbers
   beyond an int, or with strings it would read or write out of bounds (0.1.4). */
#ifndef HOLDER_SCREEN_H
#define HOLDER_SCREEN_H

#include "grid.h"
#include "history.h"
#include "sequence_scanner.h"
#include "terminal_modes.h"

struct screen;

/* `history` is borrowed and outlives the screen. NULL with `error` filled when memory runs out. */
struct screen *screen_new(unsigned columns, unsigned rows, struct history *history,
                          struct error *error);
void screen_free(struct screen *screen);

/* Lets the sequence act. `csi` is its parsed form when it is a well-formed CSI one, else NULL. */
void screen_feed(struct screen *screen, const struct sequence *sequence,
                 const struct control_sequence *csi);

/* Changes the size without reflow. Rows that do not fit any more go to the history, and come back
   from it when the screen grows. */
void screen_resize(struct screen *screen, unsigned columns, unsigned rows);

struct screen_cursor {
    unsigned row, column;
    bool wrap_pending; /* a character was put into the last column: the next one wraps first */
};
struct screen_cursor screen_cursor(const struct screen *screen);

/* Where the cursor of the main screen will be when the program leaves the alternate one. */
struct screen_cursor screen_main_cursor(const struct screen *screen);

const struct grid *screen_grid(const struct screen *screen);
const struct terminal_modes *screen_modes(const struct screen *screen);
const struct history *screen_history(const struct screen *screen);
/* The look that the next character gets. */
const struct pen *screen_pen(const struct screen *screen);

#endif
