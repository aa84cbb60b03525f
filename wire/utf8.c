#include "wire/utf8.h"

/* What may follow the first byte of a sequence (table 3-7 of the Unicode Standard). */
struct lead {
    unsigned length;
    unsigned char second_least, second_most;
};

static struct lead lead_of(unsigned char byte)
{
    if (byte < 0x80)
        return (struct lead){1, 0, 0};
    if (byte >= 0xc2 && byte <= 0xdf)
        return (struct lead){2, 0x80, 0xbf};
    if (byte >= 0xe0 && byte <= 0xef)
        return (struct lead){3, byte == 0xe0 ? 0xa0 : 0x80, byte == 0xed ? 0x9f : 0xbf};
    if (byte >= 0xf0 && byte <= 0xf4)
        return (struct lead){4, byte == 0xf0 ? 0x90 : 0x80, byte == 0xf4 ? 0x8f : 0xbf};
    return (struct lead){0, 0, 0};
}

/* How many bytes at `at` are a sequence or the beginning of one. `whole` tells which. */
static unsigned measure(const unsigned char *at, const unsigned char *end, bool *whole)
{
    struct lead lead = lead_of(*at);
    unsigned length = 1;
    while (length < lead.length && at + length < end) {
        unsigned char least = length == 1 ? lead.second_least : 0x80;
        unsigned char most = length == 1 ? lead.second_most : 0xbf;
        if (at[length] < least || at[length] > most)
            break;
        length++;
    }
    *whole = length == lead.length;
    return length;
}

unsigned utf8_sequence(const unsigned char *at, const unsigned char *end)
{
    bool whole;
    unsigned length = measure(at, end, &whole);
    return whole ? length : 0;
}

/* Reading is on the way of all output of agents: see also lead_of(). */
static inline unsigned length_of(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first >= 0xe0 && first <= 0xef)
        return 3;
    if (first >= 0xc2 && first <= 0xdf)
        return 2;
    return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

static inline unsigned read_character(const char *text, size_t length, uint32_t *character)
{
    static const uint8_t first_bits[5] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)text;
    unsigned size = length ? length_of(bytes[0]) : 0;
    if (size == 0 || size > length)
        return 0;
    uint32_t value = bytes[0] & first_bits[size];
    for (unsigned i = 1; i < size; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (bytes[i] & 0x3fu);
    }
    if (value < least[size] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return 0;
    *character = value;
    return size;
}

size_t utf8_read(const char *text, size_t length, uint32_t *character)
{
    return read_character(text, length, character);
}

size_t utf8_decode(const char *text, size_t length, uint32_t *character)
{
    unsigned size = read_character(text, length, character);
    if (size)
        return size;
    *character = 0xfffd;
    return 1;
}

unsigned utf8_length(unsigned char first)
{
    return length_of(first);
}

unsigned utf8_encode(uint32_t character, char bytes[static 4])
{
    static const uint8_t lead[5] = {0, 0, 0xc0, 0xe0, 0xf0};
    if (character < 0x80) {
        bytes[0] = (char)character;
        return 1;
    }
    unsigned size = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    for (unsigned i = size - 1; i > 0; i--, character >>= 6)
        bytes[i] = (char)(0x80 | (character & 0x3f));
    bytes[0] = (char)(lead[size] | character);
    return size;
}

bool utf8_is_valid(const char *text, size_t length)
{
    const unsigned char *at = (const unsigned char *)(length ? text : "");
    const unsigned char *end = at + length;
    while (at < end) {
        unsigned size = *at < 0x80 ? 1 : utf8_sequence(at, end);
        if (size == 0)
            return false;
        at += size;
    }
    return true;
}

void utf8_repair(struct slice text, struct buffer *repaired)
{
    const unsigned char *at = (const unsigned char *)(text.length ? text.data : "");
    const unsigned char *end = at + text.length;
    if (text.length >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
        at += 3;
    const unsigned char *sound = at; /* start of what is copied as it is */
    while (at < end) {
        bool whole;
        unsigned length = measure(at, end, &whole);
        if (!whole) {
            buffer_append(repaired, sound, (size_t)(at - sound));
            buffer_append(repaired, "\xef\xbf\xbd", 3);
            sound = at + length;
        }
        at += length;
    }
    buffer_append(repaired, sound, (size_t)(at - sound));
}
