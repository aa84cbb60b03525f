#include "character_width.h"

#include <locale.h>
#include <stddef.h>
#include <wchar.h>

void character_width_load(void)
{
    /* Any UTF-8 locale has the table; the first one is built into most systems. */
    static const char *const locales[] = {"C.UTF-8", "en_US.UTF-8", "UTF-8", ""};
    for (size_t i = 0; i < sizeof locales / sizeof locales[0]; i++)
        if (setlocale(LC_CTYPE, locales[i]) && wcwidth(L'\u4e00') == 2)
            return;
}

int character_width(unsigned code_point)
{
    if (code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0))
        return -1;
    if (code_point < 0x300)
        return 1;
    int width = wcwidth((wchar_t)code_point);
    /* One that the table does not know yet is most likely an ordinary one. */
    return width < 0 ? 1 : width;
}
