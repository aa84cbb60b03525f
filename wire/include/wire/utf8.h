/* UTF-8 (RFC 3629) checked and repaired. */
#ifndef WIRE_UTF8_H
#define WIRE_UTF8_H

#include <stdbool.h>

#include "wire/buffer.h"
#include "wire/slice.h"

/* The length of the well-formed sequence at `at`, 1 to 4, or 0 when there is none. `at` < `end`. */
unsigned utf8_sequence(const unsigned char *at, const unsigned char *end);

bool utf8_is_valid(struct slice text);

/* Appends `text` with each ill-formed part replaced by U+FFFD, as the decoders of browsers and of
   Node do it ("UTF-8 decode" of the WHATWG Encoding Standard): a byte order mark at the start is
   dropped, and the longest beginning of a sequence counts as one part. */
void utf8_repair(struct slice text, struct buffer *repaired);

#endif
