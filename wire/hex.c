#include "wire/hex.h"

static void encode(struct buffer *text, const char digits[static 16], const unsigned char *bytes,
                   size_t size)
{
    for (size_t i = 0; i < size; i++) {
        buffer_append_byte(text, digits[bytes[i] >> 4]);
        buffer_append_byte(text, digits[bytes[i] & 15]);
    }
}

void hex_encode(struct buffer *text, const void *bytes, size_t size)
{
    encode(text, "0123456789abcdef", bytes, size);
}

void hex_encode_upper(struct buffer *text, const void *bytes, size_t size)
{
    encode(text, "0123456789ABCDEF", bytes, size);
}

static int value_of(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

int hex_decode_exactly(struct slice text, unsigned char *bytes, size_t size, struct error *error)
{
    if (text.length % 2 != 0 || text.length / 2 != size)
        return error_set(error, ERROR_INVALID, "expected %zu hexadecimal digits, got %zu", size * 2,
                         text.length);
    for (size_t i = 0; i < size; i++) {
        int high = value_of(text.data[2 * i]), low = value_of(text.data[2 * i + 1]);
        if (high < 0 || low < 0)
            return error_set(error, ERROR_INVALID, "a character is not a hexadecimal digit");
        bytes[i] = (unsigned char)(high << 4 | low);
    }
    return 0;
}
