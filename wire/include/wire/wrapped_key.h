/* A data key wrapped for the account's content key pair: the field `dataEncryptionKey`. "Wrapped
   data key" in the protocol notes: 00 | box bundle of the 32 bytes. */
#ifndef WIRE_WRAPPED_KEY_H
#define WIRE_WRAPPED_KEY_H

#include "wire/error.h"
#include "wire/key_pair.h"
#include "wire/random.h"
#include "wire/secret.h"

#define WRAPPED_KEY_SIZE 105u /* 140 characters of base64 */

/* Fills `wrapped`. Returns 0, or -1 when the key is not 32 bytes or the public key is unusable. */
int wrapped_key_seal(const struct secret *data_key,
                     const unsigned char content_public_key[static PUBLIC_KEY_SIZE],
                     const struct random_source *random,
                     unsigned char wrapped[static WRAPPED_KEY_SIZE], struct error *error);

/* The data key; the caller frees it. NULL: ERROR_UNSUPPORTED for a version other than 0,
   ERROR_INVALID for everything else that is wrong, a data key that is not 32 bytes included. */
struct secret *wrapped_key_open(const struct secret *content_secret_key, struct slice wrapped,
                                struct error *error);

#endif
