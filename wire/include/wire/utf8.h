/* UTF-8 (RFC 3629). */
#ifndef WIRE_UTF8_H
#define WIRE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the character at `text`, and the character; 0 when it is malformed or does not end
   within `length`. */
size_t utf8_read(const char *text, size_t length, uint32_t *character);

/* True when all of it is well-formed. */
bool utf8_is_valid(const char *text, size_t length);

#endif
