/* How wide UTF-8 shows. */
#ifndef HAPPYCTL_UTF8_H
#define HAPPYCTL_UTF8_H

#include <stddef.h>

#include "wire/utf8.h"

/* Columns that a NUL-terminated text takes on a terminal. Control characters and malformed bytes
   count one. */
size_t utf8_width(const char *text);

/* Bytes of the longest start of `text` that is at most `columns` wide, and in `*width` (may be
   NULL) its width. */
size_t utf8_fit(const char *text, size_t columns, size_t *width);

#endif
