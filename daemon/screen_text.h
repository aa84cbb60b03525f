/* Lines of text as holders give them: plain, or with sequences for colours and links among it. */
#ifndef DAEMON_SCREEN_TEXT_H
#define DAEMON_SCREEN_TEXT_H

#include <stdbool.h>

#include "pattern.h"
#include "wire/buffer.h"
#include "wire/frame.h"

/* Appends the text without its escape sequences and control characters but \n and \t. */
void screen_text_append_plain(struct buffer *plain, const char *text, size_t length);

/* Looks for a line with the pattern in it, which goes to `match` unless that is NULL. `*steps` as
   for pattern_search(), for all of the lines. */
enum pattern_result screen_text_search(struct frame_string text, struct pattern *pattern,
                                       struct buffer *match, unsigned long *steps);

/* True when some line has this pattern in it; one that is malformed is in none. */
bool screen_text_shows(struct frame_string text, const char *pattern);

/* Turns a stream of output, cut anywhere, into plain lines. Zero-initialised, it is at the start.
 */
struct output_lines {
    struct buffer line;
    int state; /* inside an escape sequence */
};

#define OUTPUT_LINE_MAX 4096 /* a longer line is looked at in pieces of this size */

/* Feeds bytes; calls `each` for every line that ended, until it returns true: then the rest is left
   alone and true is returned. */
bool output_lines_feed(struct output_lines *lines, const char *bytes, size_t length,
                       bool (*each)(const char *line, void *context), void *context);
void output_lines_free(struct output_lines *lines);

#endif
