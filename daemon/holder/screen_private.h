/* What the files screen*.c share. */
#ifndef HOLDER_SCREEN_PRIVATE_H
#define HOLDER_SCREEN_PRIVATE_H

#include <vterm.h>

#include "screen.h"

/* What DECSC keeps. */
struct saved_cursor {
    struct screen_cursor cursor;
    struct pen pen;
    struct character_sets sets;
    bool origin, valid;
};

struct screen {
    struct grid *grid;
    struct terminal_modes *modes;
    struct history *history;
    VTerm *vterm;
    VTermState *state;
    struct screen_cursor cursor;
    bool at_edge;       /* the last character went into the last column, the cursor stayed there */
    bool ahead;         /* libvterm's cursor is elsewhere: see screen_catch_up() */
    bool keeps_retired; /* rows that scroll off the top go to the history */
    uint32_t last_character;      /* for REP; 0: none yet */
    struct saved_cursor saved[2]; /* of the main and of the alternate screen */
    struct buffer scratch;
};

/* screen.c: what is done without libvterm leaves its cursor behind; it is told before it is given
   something to do, and before a mode changes that its cursor's numbers depend on. */
void screen_catch_up(struct screen *screen);
/* Lets libvterm act on checked sequences; its cursor is the screen's afterwards. */
void screen_write(struct screen *screen, const char *bytes, size_t length);
void screen_write_string(struct screen *screen, const char *string);
void screen_write_format(struct screen *screen, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Writes the digits of a number; returns one behind the last. */
char *screen_put_number(char *at, unsigned number);
void screen_move_cursor(struct screen *screen, unsigned row, unsigned column);

/* screen_text.c */
void screen_put_text(struct screen *screen, const char *bytes, size_t length);
void screen_repeat_character(struct screen *screen, unsigned count);
/* LF without the carriage return, also from the last column's wrap. */
void screen_line_feed(struct screen *screen);
/* ICH and DCH. libvterm ignores them outside of the scrolling margins, terminals do not. */
void screen_shift_characters(struct screen *screen, unsigned count, bool insert);
/* Where a carriage return leads: to the left margin, unless the cursor stands left of it. */
unsigned screen_first_column(const struct screen *screen);

/* screen_sequences.c: OSC 8 ; parameters ; address: a hyperlink, or its end. Others are ignored. */
void screen_set_link(struct screen *screen, const struct sequence *sequence);

#endif
