/* Watches what is written to a terminal for the modes that a later reader of the terminal could not
   live with, and says how to undo them. Pure, and safe in a signal handler where said. */
#ifndef HAPPYCTL_TERMINAL_MODES_H
#define HAPPYCTL_TERMINAL_MODES_H

#include <stdbool.h>
#include <stddef.h>

#include "drawn_area.h"

#define TERMINAL_MODES_RESTORE_MAX 512 /* bytes that terminal_modes_restore() may need */

struct terminal_modes {
    bool alternate;             /* the alternate screen is shown */
    bool saves_cursor;          /* leaving it brings the cursor back to where it was */
    bool other_keys;            /* xterm's modifyOtherKeys is on */
    unsigned keyboard_depth[2]; /* entries pushed on the kitty keyboard stacks: main, alternate */
    bool keyboard_flags;        /* the kitty keyboard protocol was switched on */

    char sequence[48]; /* a control sequence that is not yet complete, behind ESC [ */
    size_t length;
    enum { MODES_GROUND, MODES_ESCAPE, MODES_CSI, MODES_STRING } state;

    struct drawn_area drawn; /* on the main screen */
};

/* Follows `length` bytes that are being written. Sequences may be split anywhere. */
void terminal_modes_follow(struct terminal_modes *modes, const void *bytes, size_t length);

/* True when modified keys may arrive as escape sequences (CSI u, or CSI 27 ; … ~). */
bool terminal_modes_has_extended_keys(const struct terminal_modes *modes);

/* A terminal of that size in its usual state, which nothing was drawn on for an agent yet. Puts
   what it must be sent before that: its title is kept, and a keyboard stack entry of our own
   protects the flags set before. Returns the length. */
size_t terminal_modes_prepare(struct terminal_modes *modes, unsigned columns, unsigned rows,
                              char *bytes, size_t size);

/* The terminal has another size now. */
void terminal_modes_resize(struct terminal_modes *modes, unsigned columns, unsigned rows);

/* Puts what brings the terminal back into its usual state, whatever the agent had set: an
   unfinished sequence is cancelled, and the cursor ends up at the start of an empty line below what
   was drawn. Returns the length. Async-signal-safe. */
size_t terminal_modes_restore(const struct terminal_modes *modes, char *bytes, size_t size);

#endif
