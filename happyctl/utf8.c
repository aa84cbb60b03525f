#include "utf8.h"

#include <locale.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

/* Bytes of the character at `text`, and the character; 0 when it is malformed. */
static size_t read_character(const unsigned char *text, size_t length, uint32_t *character)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t size = text[0] < 0x80             ? 1
                  : (text[0] & 0xe0) == 0xc0 ? 2
                  : (text[0] & 0xf0) == 0xe0 ? 3
                  : (text[0] & 0xf8) == 0xf0 ? 4
                                             : 0;
    if (size == 0 || size > length)
        return 0;
    uint32_t value = size == 1 ? text[0] : text[0] & (0xffu >> (size + 1));
    for (size_t i = 1; i < size; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (text[i] & 0x3fu);
    }
    if (value < least[size] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return 0;
    *character = value;
    return size;
}

bool utf8_is_valid(const char *text, size_t length)
{
    const unsigned char *at = (const unsigned char *)text;
    uint32_t character;
    while (length) {
        size_t size = read_character(at, length, &character);
        if (!size)
            return false;
        at += size;
        length -= size;
    }
    return true;
}

/* wcwidth(3) knows widths in a UTF-8 locale only; loading one takes time, so it waits for a
   character that needs it. */
static size_t character_width(uint32_t character)
{
    static bool loaded;
    if (character < 0x7f)
        return 1;
    if (!loaded && !setlocale(LC_CTYPE, "C.UTF-8"))
        setlocale(LC_CTYPE, "");
    loaded = true;
    int width = wcwidth((wchar_t)character);
    return width < 0 ? 1 : (size_t)width;
}

size_t utf8_fit(const char *text, size_t columns, size_t *width)
{
    size_t left = strlen(text), used = 0, taken = 0;
    while (left) {
        uint32_t character = '?';
        size_t size = read_character((const unsigned char *)text + taken, left, &character);
        size_t wide = character_width(character);
        if (used + wide > columns)
            break;
        size = size ? size : 1;
        used += wide;
        taken += size;
        left -= size;
    }
    if (width)
        *width = used;
    return taken;
}

size_t utf8_width(const char *text)
{
    size_t width;
    utf8_fit(text, SIZE_MAX, &width);
    return width;
}
