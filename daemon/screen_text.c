#include "screen_text.h"

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

bool screen_text_matches(struct frame_string text, const regex_t *pattern, struct buffer *match)
{
    const char *next = text.data, *end = text.data + text.length;
    bool found = false;
    while (next < end && !found) {
        const char *newline = memchr(next, '\n', (size_t)(end - next));
        size_t length = (size_t)((newline ? newline : end) - next);
        char *line = strndup(next, length);
        if (!line)
            return false;
        found = regexec(pattern, line, 0, NULL, 0) == 0;
        if (found && match)
            buffer_append_string(match, line);
        free(line);
        next += length + 1;
    }
    return found;
}

bool screen_text_shows(struct frame_string text, const char *pattern)
{
    regex_t compiled;
    if (regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) != 0)
        return false;
    bool shown = screen_text_matches(text, &compiled, NULL);
    regfree(&compiled);
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
