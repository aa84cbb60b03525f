/* UTF-8 (RFC 3629) read, checked and repaired. */
#ifndef WIRE_UTF8_H
#define WIRE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/buffer.h"
#include "wire/slice.h"

/* Bytes of the character at `text`, and the character; 0 when it is malformed or does not end
   within `length`. */
size_t utf8_read(const char *text, size_t length, uint32_t *character);

/* Like utf8_read(), but a byte that begins no well-formed character counts as U+FFFD. `length` is
   at least 1. */
size_t utf8_decode(const char *text, size_t length, uint32_t *character);

/* Puts the bytes of a character into `bytes` and returns how many they are. */
unsigned utf8_encode(uint32_t character, char bytes[static 4]);

/* The length of a character by its first byte: 1 to 4; 0 when none begins so. */
unsigned utf8_length(unsigned char first);

/* The length of the well-formed sequence at `at`, 1 to 4, or 0 when there is none. `at` < `end`. */
unsigned utf8_sequence(const unsigned char *at, const unsigned char *end);

/* True when all of it is well-formed. */
bool utf8_is_valid(const char *text, size_t length);

/* Appends `text` with each ill-formed part replaced by U+FFFD, as the decoders of browsers and of
   Node do it ("UTF-8 decode" of the WHATWG Encoding Standard): a byte order mark at the start is
   dropped, and the longest beginning of a sequence counts as one part. */
void utf8_repair(struct slice text, struct buffer *repaired);

#endif
