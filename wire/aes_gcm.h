/* 00 | nonce 12 | AES-256-GCM ciphertext | tag 16, without additional data (NIST SP 800-38D). By
   OpenSSL: libsodium's AES wants instructions that boards and phones lack. Private to wire. */
#ifndef WIRE_AES_GCM_H
#define WIRE_AES_GCM_H

#include "wire/buffer.h"
#include "wire/error.h"
#include "wire/random.h"
#include "wire/secret.h"

#define AES_GCM_OVERHEAD 29u

/* `key` is 32 bytes, texts are below 1 GiB. Both append to their buffer and return 0 or -1. */
int aes_gcm_seal(const struct secret *key, const struct random_source *random, struct slice text,
                 struct buffer *sealed, struct error *error);
int aes_gcm_open(const struct secret *key, struct slice sealed, struct buffer *text,
                 struct error *error);

#endif
