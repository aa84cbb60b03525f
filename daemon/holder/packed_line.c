#include "packed_line.h"

#include <stdint.h>
#include <string.h>

/* CSI m is one byte. Of other SGR sequences the parameters follow as half bytes, the higher half
   first: their place in PARAMETER_CHARACTERS, and END behind the last; a second END fills up. */
enum { RESET = 0x01, PARAMETERS = 0x02, END = 15 };
static const char PARAMETER_CHARACTERS[] = "0123456789;:";

/* The length of the SGR sequence at `text`, or 0. */
static size_t sgr_length(const char *text, size_t length)
{
    if (length < 3 || text[1] != '[')
        return 0;
    size_t end = 2;
    while (end < length && text[end] >= '0' && text[end] <= ';')
        end++;
    return end < length && text[end] == 'm' ? end + 1 : 0;
}

static unsigned half_of(char character)
{
    return character == ';' ? 10 : character == ':' ? 11 : (unsigned)(character - '0');
}

static void pack_sgr(struct buffer *packed, const char *parameters, size_t count)
{
    if (count == 0) {
        buffer_append_byte(packed, RESET);
        return;
    }
    buffer_append_byte(packed, PARAMETERS);
    for (size_t i = 0; i <= count; i += 2) {
        unsigned high = i < count ? half_of(parameters[i]) : END;
        unsigned low = i + 1 < count ? half_of(parameters[i + 1]) : END;
        buffer_append_byte(packed, (char)(high << 4 | low));
    }
}

void packed_line_append(struct buffer *packed, const char *text, size_t length)
{
    const char *end = text + length;
    while (text < end) {
        const char *escape = memchr(text, '\033', (size_t)(end - text));
        size_t plain = (size_t)((escape ? escape : end) - text);
        buffer_append(packed, text, plain);
        text += plain;
        if (!escape)
            break;
        size_t sgr = sgr_length(text, (size_t)(end - text));
        if (sgr)
            pack_sgr(packed, text + 2, sgr - 3);
        else
            buffer_append_byte(packed, '\033');
        text += sgr ? sgr : 1;
    }
}

/* Returns what follows the parameters. */
static const char *unpack_parameters(struct buffer *text, const char *at, const char *end)
{
    buffer_append(text, "\033[", 2);
    while (at < end) {
        const uint8_t halves[2] = {(uint8_t)*at >> 4, *at & 15};
        at++;
        for (int i = 0; i < 2; i++) {
            if (halves[i] >= sizeof PARAMETER_CHARACTERS - 1) {
                buffer_append_byte(text, 'm');
                return at;
            }
            buffer_append_byte(text, PARAMETER_CHARACTERS[halves[i]]);
        }
    }
    return at;
}

void packed_line_unpack(struct buffer *text, const char *packed, size_t length)
{
    const char *end = packed + length;
    while (packed < end) {
        const char *plain = packed;
        while (packed < end && *packed != RESET && *packed != PARAMETERS)
            packed++;
        buffer_append(text, plain, (size_t)(packed - plain));
        if (packed == end)
            break;
        if (*packed++ == RESET)
            buffer_append(text, "\033[m", 3);
        else
            packed = unpack_parameters(text, packed, end);
    }
}
