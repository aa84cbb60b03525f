#include "utf8.h"

#include <locale.h>
#include <string.h>
#include <wchar.h>

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
        size_t size = utf8_read(text + taken, left, &character);
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
