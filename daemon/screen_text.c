#include "screen_text.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* The shape of escape sequences is ECMA-48's: ESC [ parameters final; ESC ] (or P, X, ^, _) string,
   ended by BEL or ESC \; ESC intermediates final. */
enum { TEXT, ESCAPE, INTERMEDIATE, CONTROL, STRING, STRING_ESCAPE };

static int after_escape(unsigned char byte)
{
    if (byte == '[')
        return CONTROL;
    if (strchr("]PX^_", byte) && byte)
        return STRING;
    return byte >= 0x20 && byte < 0x30 ? INTERMEDIATE : TEXT;
}

/* The state behind `byte`; `*shown` when the byte is text. */
static int step(int state, unsigned char byte, bool *shown)
{
    *shown = false;
    if (state == STRING_ESCAPE)
        return byte == '\\' ? TEXT : after_escape(byte);
    if (byte == 0x1b)
        return state == STRING ? STRING_ESCAPE : ESCAPE;
    switch (state) {
    case ESCAPE:
        return after_escape(byte);
    case INTERMEDIATE:
        return byte < 0x30 ? INTERMEDIATE : TEXT;
    case CONTROL:
        return byte >= 0x40 && byte < 0x7f ? TEXT : CONTROL;
    case STRING:
        return byte == 0x07 ? TEXT : STRING;
    default:
        *shown = byte >= 0x20 ? byte != 0x7f : byte == '\n' || byte == '\t';
        return TEXT;
    }
}

void screen_text_append_plain(struct buffer *plain, const char *text, size_t length)
{
    int state = TEXT;
    for (size_t i = 0; i < length; i++) {
        bool shown;
        state = step(state, (unsigned char)text[i], &shown);
        if (shown)
            buffer_append_byte(plain, text[i]);
    }
}

enum pattern_result screen_text_search(struct frame_string text, struct pattern *pattern,
                                       struct buffer *match, unsigned long *steps)
{
    const char *next = text.data, *end = text.data + text.length;
    enum pattern_result result = PATTERN_ABSENT;
    while (next < end && result == PATTERN_ABSENT) {
        const char *newline = memchr(next, '\n', (size_t)(end - next));
        size_t length = (size_t)((newline ? newline : end) - next);
        result = pattern_search(pattern, next, length, steps);
        if (result == PATTERN_FOUND && match)
            buffer_append(match, next, length);
        next += length + 1;
    }
    return result;
}

bool screen_text_shows(struct frame_string text, const char *pattern)
{
    struct error error;
    unsigned long steps = ULONG_MAX;
    struct pattern *compiled = pattern_new(pattern, &error);
    if (!compiled)
        return false;
    bool shown = screen_text_search(text, compiled, NULL, &steps) == PATTERN_FOUND;
    pattern_free(compiled);
    return shown;
}

bool output_lines_feed(struct output_lines *lines, const char *bytes, size_t length,
                       bool (*each)(const char *line, void *context), void *context)
{
    for (size_t i = 0; i < length; i++) {
        bool shown;
        lines->state = step(lines->state, (unsigned char)bytes[i], &shown);
        bool ended = shown && bytes[i] == '\n';
        if (shown && !ended)
            buffer_append_byte(&lines->line, bytes[i]);
        if (!ended && lines->line.length < OUTPUT_LINE_MAX)
            continue;
        bool enough = each(buffer_string(&lines->line), context);
        buffer_clear(&lines->line);
        if (enough)
            return true;
    }
    return false;
}

void output_lines_free(struct output_lines *lines)
{
    buffer_free(&lines->line);
}
