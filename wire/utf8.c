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

size_t utf8_read(const char *text, size_t length, uint32_t *character)
{
    const unsigned char *bytes = (const unsigned char *)text;
    unsigned size = length ? utf8_sequence(bytes, bytes + length) : 0;
    if (size == 0)
        return 0;
    uint32_t value = size == 1 ? bytes[0] : bytes[0] & (0xffu >> (size + 1));
    for (unsigned i = 1; i < size; i++)
        value = value << 6 | (bytes[i] & 0x3fu);
    *character = value;
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
