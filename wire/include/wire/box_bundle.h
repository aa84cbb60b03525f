/* A message to the holder of an X25519 key from nobody in particular: proves nothing about who made
   it. "Box bundle" in the protocol notes; not libsodium's sealed box.

     ephemeral public key 32 | nonce 24 | crypto_box tag 16 | ciphertext */
#ifndef WIRE_BOX_BUNDLE_H
#define WIRE_BOX_BUNDLE_H

#include "wire/buffer.h"
#include "wire/error.h"
#include "wire/key_pair.h"
#include "wire/random.h"
#include "wire/secret.h"

#define BOX_BUNDLE_OVERHEAD 72u
#define BOX_BUNDLE_TEXT_MAX (1024u * 1024u - 1024u)

/* Appends the bundle. Takes 32 bytes for the ephemeral key, then 24 for the nonce, from `random`.
   Returns 0, or -1: ERROR_INVALID for a public key of small order, ERROR_LIMIT. */
int box_bundle_seal(const unsigned char recipient[static PUBLIC_KEY_SIZE],
                    const struct random_source *random, struct slice text, struct buffer *bundle,
                    struct error *error);

/* What the bundle holds; the caller frees it. NULL with ERROR_INVALID when it is cut short,
   altered, made for another key, or by an ephemeral key of small order, with which anybody could
   open it. */
struct secret *box_bundle_open(const struct secret *secret_key, struct slice bundle,
                               struct error *error);

#endif
