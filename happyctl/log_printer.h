/* Lines of a session as a growing text. What has scrolled off the screen is final and printed once.
   What is still on the screen may change: it is printed when the session is quiet, and again, from
   the first changed line on, when it has changed. */
#ifndef HAPPYCTL_LOG_PRINTER_H
#define HAPPYCTL_LOG_PRINTER_H

#include <stdio.h>

#include "history_pager.h"

#define LOG_SCREEN_LINES_MAX 1000u /* of a screen, remembered for comparison */

struct log_printer {
    FILE *file;
    bool line_open;     /* a line was written, its newline not yet */
    unsigned blank;     /* empty lines of the screen held back: they count when something follows */
    int64_t final_next; /* number of the first line that is not final */
    uint32_t hashes[LOG_SCREEN_LINES_MAX]; /* of lines from final_next on, as printed */
    size_t hash_count, position;           /* `position`: in the hashes, during one round */
};

/* A final line, or one of the screen; each kind in order. Give all lines of the screen anew in each
   round, from final_next on. */
void log_printer_final(const struct history_line *line, void *printer);
void log_printer_screen(const struct history_line *line, void *printer);

/* Ends a round: the last line gets its newline, and all is written. Empty lines at the end of the
   screen are left out. */
void log_printer_flush(struct log_printer *printer);

#endif
