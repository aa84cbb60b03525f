/* Pairs of a public and a secret key. */
#ifndef WIRE_KEY_PAIR_H
#define WIRE_KEY_PAIR_H

#include "wire/error.h"
#include "wire/random.h"
#include "wire/secret.h"

#define PUBLIC_KEY_SIZE         32u
#define SIGNATURE_SIZE          64u
#define SIGNING_SECRET_KEY_SIZE 64u /* seed and public key */

struct key_pair {
    unsigned char public_key[PUBLIC_KEY_SIZE];
    struct secret *secret_key; /* owned */
};

/* All fill `pair` and return 0, or return -1 with `error` filled and `pair` cleared. */

/* X25519 (RFC 7748) with 32 bytes as the secret key itself, copied; the same with random ones; and
   with the first half of the SHA-512 of a seed. The three give different pairs for the same bytes.
 */
int box_key_pair_of(const struct secret *secret_key, struct key_pair *pair, struct error *error);
int box_key_pair_random(const struct random_source *random, struct key_pair *pair,
                        struct error *error);
int box_key_pair_from_seed(const struct secret *seed, struct key_pair *pair, struct error *error);

/* Ed25519 (RFC 8032) of a seed of 32 bytes. */
int signing_key_pair_from_seed(const struct secret *seed, struct key_pair *pair,
                               struct error *error);

void key_pair_clear(struct key_pair *pair);

/* Signs with the pair's secret key. */
void signature_make(const struct key_pair *pair, struct slice message,
                    unsigned char signature[static SIGNATURE_SIZE]);

/* Strict, as libsodium is: refuses what tweetnacl, which upstream runs, lets through: signatures
   with a group order added and public keys of small order. */
bool signature_is_valid(const unsigned char public_key[static PUBLIC_KEY_SIZE],
                        struct slice message, const unsigned char signature[static SIGNATURE_SIZE]);

#endif
