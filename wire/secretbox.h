/* nonce 24 | XSalsa20-Poly1305 (libsodium's crypto_secretbox_easy). Private to wire. */
#ifndef WIRE_SECRETBOX_H
#define WIRE_SECRETBOX_H

#include "wire/buffer.h"
#include "wire/error.h"
#include "wire/random.h"
#include "wire/secret.h"

#define SECRETBOX_OVERHEAD 40u

/* `key` is 32 bytes. Both append to their buffer and return 0 or -1. */
int secretbox_seal(const struct secret *key, const struct random_source *random, struct slice text,
                   struct buffer *sealed, struct error *error);
int secretbox_open(const struct secret *key, struct slice sealed, struct buffer *text,
                   struct error *error);

#endif
