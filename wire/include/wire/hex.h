/* Hexadecimal (RFC 4648, section 8). The server keys its tables by upper case, everything else is
   lower case. */
#ifndef WIRE_HEX_H
#define WIRE_HEX_H

#include <stddef.h>

#include "wire/buffer.h"
#include "wire/error.h"
#include "wire/slice.h"

/* Append two digits a byte. */
void hex_encode(struct buffer *text, const void *bytes, size_t size);
void hex_encode_upper(struct buffer *text, const void *bytes, size_t size);

/* Reads digits of either case into `bytes`. Returns 0, or -1 with ERROR_INVALID when it is not
   exactly `size` bytes. */
int hex_decode_exactly(struct slice text, unsigned char *bytes, size_t size, struct error *error);

#endif
