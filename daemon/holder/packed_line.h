/* The text of a line with its SGR sequences packed to about half of their length: one byte for the
   reset, else half a byte for each digit and separator. */
#ifndef HOLDER_PACKED_LINE_H
#define HOLDER_PACKED_LINE_H

#include "wire/buffer.h"

/* Appends `text` packed. It holds no control characters but those that begin and end sequences. */
void packed_line_append(struct buffer *packed, const char *text, size_t length);

/* Appends the text of what packed_line_append() made. */
void packed_line_unpack(struct buffer *text, const char *packed, size_t length);

#endif
