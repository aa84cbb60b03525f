/* How far down a terminal's screen has been drawn, so that what is printed next does not overwrite
   it. An estimate that errs downwards. Pure. */
#ifndef HAPPYCTL_DRAWN_AREA_H
#define HAPPYCTL_DRAWN_AREA_H

#include <stdbool.h>
#include <stddef.h>

struct drawn_area {
    int columns, rows;
    int row, column; /* of the cursor, from 0 */
    int lowest;      /* the last row with something on it; -1: none */
    int saved_row;   /* what restoring the cursor brings back */
    bool margins;    /* lines scroll in a part of the screen only: nothing is known */
};

/* A screen of unknown content, the cursor at the start of the line below it. Also for a new size.
 */
void drawn_area_start(struct drawn_area *area, unsigned columns, unsigned rows);

/* The cursor may be anywhere now. */
void drawn_area_resume(struct drawn_area *area);

/* Text and control characters, without escape sequences. */
void drawn_area_text(struct drawn_area *area, const char *bytes, size_t length);

/* ESC `final`. */
void drawn_area_escape(struct drawn_area *area, char final);

/* CSI `parameters` `final`; private ones are of no interest here. */
void drawn_area_sequence(struct drawn_area *area, const char *parameters, char final);

/* The row below everything, from 0; -1 when the screen is full. Async-signal-safe. */
int drawn_area_next_row(const struct drawn_area *area);

#endif
