/* Lines of text as holders give them: plain, or with sequences for colours and links among it. */
#ifndef DAEMON_SCREEN_TEXT_H
#define DAEMON_SCREEN_TEXT_H

#include <regex.h>
#include <stdbool.h>

#include "wire/buffer.h"
#include "wire/frame.h"

/* Appends the text without its escape sequences and control characters but \n and \t. */
void screen_text_append_plain(struct buffer *plain, const char *text, size_t length);

/* True when some line matches. The line goes to `match` unless that is NULL. */
bool screen_text_matches(struct frame_string text, const regex_t *pattern, struct buffer *match);

/* The same for an extended regular expression; one that is malformed matches nothing. */
bool screen_text_shows(struct frame_string text, const char *pattern);

/* Turns a stream of output, cut anywhere, into plain lines. Zero-initialised, it is at the start.
 */
struct output_lines {
    struct buffer line;
    int state; /* inside an escape sequence */
};

#define OUTPUT_LINE_MAX 16384 /* a longer line is looked at in pieces of this size */

/* Feeds bytes; calls `each` for every line that ended, until it returns true: then the rest is left
   alone and true is returned. */
bool output_lines_feed(struct output_lines *lines, const char *bytes, size_t length,
                       bool (*each)(const char *line, void *context), void *context);
void output_lines_free(struct output_lines *lines);

#endif
