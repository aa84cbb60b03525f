/* Attachments: the bytes of a file, sealed as a legacy record is, but with a blob key
   (wire/account.h) and without JSON or base64. "Blob" in the protocol notes. */
#ifndef WIRE_BLOB_H
#define WIRE_BLOB_H

#include "wire/buffer.h"
#include "wire/error.h"
#include "wire/random.h"
#include "wire/secret.h"

#define BLOB_OVERHEAD 40u
#define BLOB_MAX      10485760u /* sealed: what the server takes */

/* Both append to their buffer and return 0, or -1: ERROR_LIMIT above BLOB_MAX, ERROR_INVALID for a
   key that is not 32 bytes, or when it is cut short, altered or of another key. */
int blob_seal(const struct secret *key, const struct random_source *random, struct slice bytes,
              struct buffer *blob, struct error *error);
int blob_open(const struct secret *key, struct slice blob, struct buffer *bytes,
              struct error *error);

#endif
