#include "store/compact_text.h"

#include <stddef.h>
#include <string.h>

#include "wire/base64.h"

/* The bytes before the last group are determined by their characters; spare bits and padding are
   all that can differ, so encoding the last group again tells. */
static bool ends_canonically(struct slice text, const struct buffer *bytes)
{
    size_t tail = bytes->length % 3 > 0 ? bytes->length % 3 : 3;
    struct buffer again = {0};
    base64_encode(&again, bytes->data + bytes->length - tail, tail);
    bool same = !again.failed && again.length == 4 &&
                memcmp(again.data, text.data + text.length - 4, 4) == 0;
    buffer_free(&again);
    return same;
}

bool compact_text_bytes(struct slice text, struct buffer *bytes)
{
    buffer_clear(bytes);
    if (text.length < 4 || text.length % 4 != 0)
        return false;
    if (base64_decode(BASE64_STANDARD, text, bytes, NULL) < 0 || bytes->failed)
        return false;
    return text.data[text.length - 1] != '=' || ends_canonically(text, bytes);
}

static int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

static bool is_dash(size_t place)
{
    return place == 8 || place == 13 || place == 18 || place == 23;
}

bool compact_uuid_bytes(struct slice text, unsigned char bytes[static 16])
{
    if (text.length != COMPACT_UUID_LENGTH)
        return false;
    for (size_t i = 0, digits = 0; i < text.length; i++) {
        if (is_dash(i)) {
            if (text.data[i] != '-')
                return false;
            continue;
        }
        int value = hex_value(text.data[i]);
        if (value < 0)
            return false;
        unsigned char *byte = &bytes[digits++ / 2];
        *byte = (unsigned char)(digits % 2 == 1 ? value << 4 : *byte | value);
    }
    return true;
}

void compact_uuid_text(const unsigned char bytes[static 16], char text[static COMPACT_UUID_LENGTH])
{
    for (size_t i = 0, digits = 0; i < COMPACT_UUID_LENGTH; i++) {
        if (is_dash(i)) {
            text[i] = '-';
            continue;
        }
        unsigned char byte = bytes[digits++ / 2];
        text[i] = "0123456789abcdef"[digits % 2 == 1 ? byte >> 4 : byte & 15];
    }
}
