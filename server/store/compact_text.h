/* Opaque text of clients is nearly always base64 of ciphertext. Stored as the bytes it stands for
   it takes a quarter less. Text that encoding those bytes would not give back byte for byte stays
   text. */
#ifndef STORE_COMPACT_TEXT_H
#define STORE_COMPACT_TEXT_H

#include <stdbool.h>

#include "wire/buffer.h"
#include "wire/slice.h"

/* Whether `text` is canonical base64 (RFC 4648 section 4: padded, spare bits zero) of at least one
   byte; then `bytes` (cleared first) has them. False also when memory ran out. */
bool compact_text_bytes(struct slice text, struct buffer *bytes);

/* Names that clients give to their messages are nearly always UUIDs in lower case: 16 bytes. */
#define COMPACT_UUID_LENGTH 36u

/* Whether `text` is one (of any version); then `bytes` has it. */
bool compact_uuid_bytes(struct slice text, unsigned char bytes[static 16]);

/* Not terminated. */
void compact_uuid_text(const unsigned char bytes[static 16], char text[static COMPACT_UUID_LENGTH]);

#endif
