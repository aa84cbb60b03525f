/* Records: what is encrypted between the members of an account. "Ciphertext formats" in the
   protocol notes.

     legacy   nonce 24 | XSalsa20-Poly1305 tag 16 | ciphertext           key: the master secret
     dataKey  00 | nonce 12 | AES-256-GCM ciphertext | tag 16            key: of session or machine

   The variant belongs to the record and is never found out by trying. */
#ifndef WIRE_RECORD_H
#define WIRE_RECORD_H

#include <json-c/json.h>

#include "wire/buffer.h"
#include "wire/error.h"
#include "wire/random.h"
#include "wire/secret.h"
#include "wire/slice.h"

#define RECORD_LEGACY_OVERHEAD   40u
#define RECORD_DATA_KEY_OVERHEAD 29u
#define RECORD_TEXT_MAX          (64u * 1024u * 1024u)

enum record_variant { RECORD_LEGACY, RECORD_DATA_KEY };

/* Borrowed: the secret outlives the calls. */
struct record_key {
    enum record_variant variant;
    const struct secret *secret; /* 32 bytes; other sizes are refused */
};

/* "legacy" or "dataKey", as in sessions.json. */
const char *record_variant_name(enum record_variant variant);

/* Appends the sealed bytes. `text` may be empty: what a handler without a result answers. Returns
   0, or -1 with ERROR_INVALID for a key of the wrong size, ERROR_LIMIT for a text above
   RECORD_TEXT_MAX. */
int record_seal(struct record_key key, const struct random_source *random, struct slice text,
                struct buffer *sealed, struct error *error);

/* Appends the text. Returns 0, or -1, with nothing appended: ERROR_UNSUPPORTED when the version
   byte is not 0, ERROR_INVALID when it is cut short or does not open with this key. */
int record_open(struct record_key key, struct slice sealed, struct buffer *text,
                struct error *error);

/* The same for a JSON value in, and base64 out, as all records but attachments travel. */
int record_seal_value(struct record_key key, const struct random_source *random,
                      struct json_object *value, struct buffer *base64, struct error *error);

/* The value is the caller's; NULL for null. An empty text is an error here. */
int record_open_value(struct record_key key, struct slice base64, struct json_object **value,
                      struct error *error);

#endif
