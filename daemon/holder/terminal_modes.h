/* What a program has switched in its terminal, other than the content of the screens: enough to put
   another terminal into the same state. Follows xterm's control sequences (ctlseqs), the kitty
   keyboard protocol and OSC 4, 10–12. Modes that were never touched are left out, because the
   terminal's owner may have defaults of his own. */
#ifndef HOLDER_TERMINAL_MODES_H
#define HOLDER_TERMINAL_MODES_H

#include <stdbool.h>
#include <stdint.h>

#include "control_sequence.h"
#include "wire/buffer.h"

#define TERMINAL_KEYBOARD_MAX 16u /* entries of a kitty keyboard stack */

/* The private modes that are kept (DECSET), in the order of the table in terminal_modes.c. */
enum private_mode {
    MODE_CURSOR_KEYS,
    MODE_REVERSE_SCREEN,
    MODE_ORIGIN,
    MODE_WRAP,
    MODE_MOUSE_X10,
    MODE_CURSOR_BLINK,
    MODE_CURSOR_VISIBLE,
    MODE_KEYPAD,
    MODE_MARGINS,
    MODE_MOUSE_NORMAL,
    MODE_MOUSE_BUTTON,
    MODE_MOUSE_ANY,
    MODE_FOCUS,
    MODE_MOUSE_UTF8,
    MODE_MOUSE_SGR,
    MODE_ALTERNATE_SCROLL,
    MODE_MOUSE_URXVT,
    MODE_MOUSE_PIXELS,
    MODE_BRACKETED_PASTE,
    MODE_SYNCHRONISED,
    MODE_COLOUR_SCHEME,
    MODE_RESIZE_REPORTS,
    PRIVATE_MODE_COUNT
};

struct keyboard_stack {
    uint8_t flags[TERMINAL_KEYBOARD_MAX]; /* [depth] is in force */
    unsigned depth;
};

struct terminal_modes;

/* For a terminal of that size. NULL when memory runs out. */
struct terminal_modes *terminal_modes_new(unsigned columns, unsigned rows);
void terminal_modes_free(struct terminal_modes *modes);

/* Takes note of a sequence of any kind; `csi` is its parsed form when it is a well-formed CSI one,
   else NULL. `alternate` tells which screen is shown (the keyboard stacks are per screen). */
void terminal_modes_note(struct terminal_modes *modes, const struct sequence *sequence,
                         const struct control_sequence *csi, bool alternate);

/* A size change resets the scrolling margins, as terminals do. */
void terminal_modes_note_size(struct terminal_modes *modes, unsigned columns, unsigned rows);

/* The private mode's number, as in DECSET, and whether it is on. */
unsigned terminal_modes_number(enum private_mode mode);
bool terminal_modes_is_set(const struct terminal_modes *modes, enum private_mode mode);
/* DECRQM's answer for any private mode: 0 unknown, 1 set, 2 reset. */
unsigned terminal_modes_report(const struct terminal_modes *modes, unsigned number);

bool terminal_modes_insert(const struct terminal_modes *modes);
bool terminal_modes_newline(const struct terminal_modes *modes);
/* The line-drawing character that stands for `character` in the charset in force, else itself. */
uint32_t terminal_modes_translate(struct terminal_modes *modes, unsigned char character);
/* True when ASCII is not what it seems: terminal_modes_translate() must be asked. */
bool terminal_modes_translates(const struct terminal_modes *modes);

/* False when a terminal would ignore this DECSTBM or DECSLRM. */
bool terminal_modes_accepts_margins(const struct terminal_modes *modes,
                                    const struct control_sequence *csi);

/* Margins, from 0, bottom and right one behind; 0 for "to the end". */
struct terminal_margins {
    unsigned top, bottom, left, right;
};
struct terminal_margins terminal_modes_margins(const struct terminal_modes *modes);

const struct keyboard_stack *terminal_modes_keyboard(const struct terminal_modes *modes,
                                                     bool alternate);
/* Never NULL. */
const char *terminal_modes_title(const struct terminal_modes *modes);
/* What the program set with OSC 10 (foreground), 11 (background) or 12 (cursor); NULL: nothing. */
const char *terminal_modes_colour(const struct terminal_modes *modes, unsigned command);

/* DECSCUSR's parameter in force: 0 to 6. */
unsigned terminal_modes_cursor_shape(const struct terminal_modes *modes);

/* Designations and shift state of the character sets, for DECSC and DECRC. */
struct character_sets {
    char designated[4]; /* final byte of each SCS: 'B' ASCII, '0' line drawing, … */
    uint8_t shifted;    /* which of them GL is: 0 to 3 */
    uint8_t single;     /* SS2 or SS3: the next character only; 0 none */
};
struct character_sets terminal_modes_character_sets(const struct terminal_modes *modes);
void terminal_modes_set_character_sets(struct terminal_modes *modes, struct character_sets sets);

/* What brings a terminal, fresh or in any state that these modes were in before, into this state.
   First: nothing hinders drawing (moves the cursor home). Then draw. Then the margins (moves the
   cursor again), and the rest. */
void terminal_modes_append_before(const struct terminal_modes *modes, struct buffer *buffer);
void terminal_modes_append_margins(const struct terminal_modes *modes, struct buffer *buffer);
void terminal_modes_append_after(const struct terminal_modes *modes, struct buffer *buffer);

/* How many entries of the program a terminal has on its kitty keyboard stacks (main, alternate).
   Those below them are other programs' and stay. */
struct keyboard_entries {
    unsigned count[2];
};

/* Replaces the terminal's `*entries` on the stack of the screen it shows by the program's for its
   main or alternate screen, and counts them. */
void terminal_modes_append_keyboard(const struct terminal_modes *modes, bool alternate,
                                    unsigned *entries, struct buffer *buffer);

#endif
