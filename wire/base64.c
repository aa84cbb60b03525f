#include "wire/base64.h"

#include <stdint.h>

#include "base64_vector.h"
#include "buffer_room.h"

static const char STANDARD[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char URL[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* One more than the value of a character, 0 for what is none. */
#define LETTERS(first, value)                                                                      \
    [first] = (value) + 1, [(first) + 1] = (value) + 2, [(first) + 2] = (value) + 3,               \
    [(first) + 3] = (value) + 4, [(first) + 4] = (value) + 5, [(first) + 5] = (value) + 6,         \
    [(first) + 6] = (value) + 7, [(first) + 7] = (value) + 8, [(first) + 8] = (value) + 9,         \
    [(first) + 9] = (value) + 10
#define ALPHABET(first, value)                                                                     \
    LETTERS(first, value), LETTERS((first) + 10, (value) + 10),                                    \
        [(first) + 20] = (value) + 21, [(first) + 21] = (value) + 22,                              \
                   [(first) + 22] = (value) + 23, [(first) + 23] = (value) + 24,                   \
                   [(first) + 24] = (value) + 25, [(first) + 25] = (value) + 26
#define COMMON ALPHABET('A', 0), ALPHABET('a', 26), LETTERS('0', 52)
typedef const uint8_t values[256];
static values STANDARD_VALUES = {COMMON, ['+'] = 63, ['/'] = 64};
static values URL_VALUES = {COMMON, ['-'] = 63, ['_'] = 64};
static values LENIENT_VALUES = {COMMON, ['+'] = 63, ['-'] = 63, ['/'] = 64, ['_'] = 64};

size_t base64_length(size_t size)
{
    return (size + 2) / 3 * 4;
}

static size_t encode(char *out, const char alphabet[static 64], const unsigned char *in,
                     size_t size)
{
    char *start = out;
    size_t done = base64_vector_encode(out, alphabet + 62, in, size);
    in += done;
    size -= done;
    out += done / 3 * 4;
    for (; size >= 3; size -= 3, in += 3, out += 4) {
        uint32_t group = (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2];
        out[0] = alphabet[group >> 18];
        out[1] = alphabet[group >> 12 & 63];
        out[2] = alphabet[group >> 6 & 63];
        out[3] = alphabet[group & 63];
    }
    if (size > 0) {
        uint32_t group = (uint32_t)in[0] << 16 | (size > 1 ? (uint32_t)in[1] << 8 : 0);
        *out++ = alphabet[group >> 18];
        *out++ = alphabet[group >> 12 & 63];
        if (size > 1)
            *out++ = alphabet[group >> 6 & 63];
    }
    return (size_t)(out - start);
}

static void append(struct buffer *text, const char alphabet[static 64], const void *bytes,
                   size_t size, bool padded)
{
    if (size > SIZE_MAX / 2) { /* no such memory, and the length would overflow */
        text->failed = true;
        return;
    }
    char *out = (char *)buffer_room(text, base64_length(size));
    if (!out)
        return;
    size_t length = encode(out, alphabet, bytes, size);
    while (padded && length % 4 != 0)
        out[length++] = '=';
    buffer_filled(text, length);
}

void base64url_encode(struct buffer *text, const void *bytes, size_t size)
{
    append(text, URL, bytes, size, false);
}

void base64_encode(struct buffer *text, const void *bytes, size_t size)
{
    append(text, STANDARD, bytes, size, true);
}

/* Takes the padding off and refuses what `reader` refuses, apart from bad characters. */
static bool strip(enum base64_reader reader, struct slice *text)
{
    size_t padding = 0;
    while (padding < text->length && text->data[text->length - 1 - padding] == '=')
        padding++;
    size_t length = text->length - padding;
    if (reader == BASE64_SERVER) {
        if (text->length > 0 && (text->length < 4 || padding > 2))
            return false;
        /* Upstream does not even look at a lone last character. */
        text->length = length % 4 == 1 ? length - 1 : length;
        return true;
    }
    if (length % 4 == 1 || (padding > 0 && (padding > 2 || text->length % 4 != 0)))
        return false;
    text->length = length;
    return true;
}

/* Decodes a text without padding whose length is not 1 modulo 4. Returns the number of bytes, or
   SIZE_MAX when a character is not of the alphabet. */
static size_t decode_strict(values table, struct slice text, unsigned char *out)
{
    unsigned char *start = out;
    size_t done = table == STANDARD_VALUES ? base64_vector_decode(out, text.data, text.length) : 0;
    const unsigned char *in = (const unsigned char *)text.data + done;
    size_t left = text.length - done;
    out += done / 4 * 3;
    uint8_t seen = 0; /* the two high bits of a value are set only when the character is none */
    for (; left >= 4; left -= 4, in += 4, out += 3) {
        uint8_t a = table[in[0]] - 1, b = table[in[1]] - 1, c = table[in[2]] - 1;
        uint8_t d = table[in[3]] - 1;
        seen |= a | b | c | d;
        out[0] = (unsigned char)(a << 2 | b >> 4);
        out[1] = (unsigned char)(b << 4 | c >> 2);
        out[2] = (unsigned char)(c << 6 | d);
    }
    if (left >= 2) {
        uint8_t a = table[in[0]] - 1, b = table[in[1]] - 1, c = left > 2 ? table[in[2]] - 1 : 0;
        seen |= a | b | c;
        *out++ = (unsigned char)(a << 2 | b >> 4);
        if (left > 2)
            *out++ = (unsigned char)(b << 4 | c >> 2);
    }
    return seen & 0xc0 ? SIZE_MAX : (size_t)(out - start);
}

static size_t decode_lenient(struct slice text, unsigned char *out)
{
    unsigned char *start = out;
    uint32_t group = 0;
    unsigned bits = 0;
    for (size_t i = 0; i < text.length && text.data[i] != '='; i++) {
        uint8_t value = LENIENT_VALUES[(unsigned char)text.data[i]];
        if (value == 0)
            continue;
        group = (group << 6 | (uint32_t)(value - 1)) & 0xffffff;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            *out++ = (unsigned char)(group >> bits);
        }
    }
    return (size_t)(out - start);
}

/* `out` has room for `text.length` / 4 * 3 + 2 bytes. */
static size_t decode(enum base64_reader reader, struct slice text, unsigned char *out)
{
    if (reader == BASE64_LENIENT)
        return decode_lenient(text, out);
    if (!strip(reader, &text))
        return SIZE_MAX;
    return decode_strict(reader == BASE64_URL ? URL_VALUES : STANDARD_VALUES, text, out);
}

int base64_decode(enum base64_reader reader, struct slice text, struct buffer *bytes,
                  struct error *error)
{
    unsigned char *out = buffer_room(bytes, text.length / 4 * 3 + 3);
    if (!out)
        return error_set(error, ERROR_MEMORY, "out of memory");
    size_t size = decode(reader, text, out);
    buffer_filled(bytes, size != SIZE_MAX ? size : 0);
    return size != SIZE_MAX ? 0 : error_set(error, ERROR_INVALID, "the text is not base64");
}

int base64_decode_exactly(enum base64_reader reader, struct slice text, unsigned char *bytes,
                          size_t size, const char *what, struct error *error)
{
    /* Every text that gives the right size is short enough; a lenient reader may skip characters.
     */
    enum { ROOM = 512 };
    unsigned char out[ROOM / 4 * 3 + 3];
    int status = 0;
    explicit_bzero(bytes, size);
    if (size > ROOM / 4 * 3 || text.length > ROOM)
        return error_set(error, ERROR_INVALID, "%s must be %zu bytes in base64, not %zu characters",
                         what, size, text.length);
    size_t found = decode(reader, text, out);
    if (found == SIZE_MAX)
        status = error_set(error, ERROR_INVALID, "%s is not base64", what);
    else if (found != size)
        status =
            error_set(error, ERROR_INVALID, "%s must be %zu bytes, not %zu", what, size, found);
    else
        memcpy(bytes, out, size);
    explicit_bzero(out, sizeof out);
    return status;
}
