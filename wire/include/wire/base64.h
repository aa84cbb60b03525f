/* Base64 (RFC 4648, sections 4 and 5) as the programs of the Happy system write and read it
   ("Encodings" in the protocol notes). Writers agree; readers differ, and where the difference can
   be seen from outside the reader of the official program is named here. */
#ifndef WIRE_BASE64_H
#define WIRE_BASE64_H

#include <stddef.h>

#include "wire/buffer.h"
#include "wire/error.h"
#include "wire/slice.h"

enum base64_reader {
    /* Ours: one alphabet; padding is right or absent; nothing else. Spare bits of the last
       character are not looked at, as in every official reader. */
    BASE64_STANDARD,
    BASE64_URL,
    /* Terminals, the control program, the server for dataEncryptionKey, Engine.IO payloads: both
       alphabets, other characters skipped, ends at the first "=", a lone last character dropped.
       Never fails. */
    BASE64_LENIENT,
    /* The server for auth keys, challenges, signatures, artifacts and KV values: standard alphabet,
       at least four characters, up to two "=" at the end whatever the length, a lone last character
       dropped. */
    BASE64_SERVER,
};

/* Appends standard base64 with padding, or url base64 without. */
void base64_encode(struct buffer *text, const void *bytes, size_t size);
void base64url_encode(struct buffer *text, const void *bytes, size_t size);

/* The length base64_encode() gives for `size` bytes. */
size_t base64_length(size_t size);

/* Appends the bytes `text` stands for. Returns 0, or -1 with ERROR_INVALID and nothing appended;
   the buffer may have memory then all the same. */
int base64_decode(enum base64_reader reader, struct slice text, struct buffer *bytes,
                  struct error *error);

/* Decodes what must be exactly `size` bytes. On failure `bytes` is wiped and the error names `what`
   and the length found, never the text. */
int base64_decode_exactly(enum base64_reader reader, struct slice text, unsigned char *bytes,
                          size_t size, const char *what, struct error *error);

#endif
