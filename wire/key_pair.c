#include "wire/key_pair.h"

#include <sodium.h>

#include "wire/key_tree.h"

static bool is_seed(const struct secret *seed, struct error *error)
{
    if (secret_size(seed) == KEY_SIZE)
        return true;
    error_set(error, ERROR_INVALID, "a key must be %u bytes, not %zu", KEY_SIZE, secret_size(seed));
    return false;
}

/* Takes over `secret_key`. */
static int finish_box_pair(struct secret *secret_key, struct key_pair *pair)
{
    *pair = (struct key_pair){.secret_key = secret_key};
    if (!secret_key)
        return -1;
    crypto_scalarmult_base(pair->public_key, secret_bytes(secret_key));
    return 0;
}

int box_key_pair_of(const struct secret *secret_key, struct key_pair *pair, struct error *error)
{
    struct secret *copy = NULL;
    if (is_seed(secret_key, error))
        copy = secret_copy(secret_bytes(secret_key), KEY_SIZE, error);
    return finish_box_pair(copy, pair);
}

int box_key_pair_random(const struct random_source *random, struct key_pair *pair,
                        struct error *error)
{
    return finish_box_pair(secret_random(random, KEY_SIZE, error), pair);
}

int box_key_pair_from_seed(const struct secret *seed, struct key_pair *pair, struct error *error)
{
    *pair = (struct key_pair){.secret_key = NULL};
    if (is_seed(seed, error))
        pair->secret_key = secret_new(KEY_SIZE, error);
    if (!pair->secret_key)
        return -1;
    crypto_box_seed_keypair(pair->public_key, secret_writable(pair->secret_key),
                            secret_bytes(seed));
    return 0;
}

int signing_key_pair_from_seed(const struct secret *seed, struct key_pair *pair,
                               struct error *error)
{
    *pair = (struct key_pair){.secret_key = NULL};
    if (is_seed(seed, error))
        pair->secret_key = secret_new(SIGNING_SECRET_KEY_SIZE, error);
    if (!pair->secret_key)
        return -1;
    crypto_sign_seed_keypair(pair->public_key, secret_writable(pair->secret_key),
                             secret_bytes(seed));
    return 0;
}

void key_pair_clear(struct key_pair *pair)
{
    secret_free(pair->secret_key);
    *pair = (struct key_pair){.secret_key = NULL};
}

void signature_make(const struct key_pair *pair, struct slice message,
                    unsigned char signature[static SIGNATURE_SIZE])
{
    crypto_sign_detached(signature, NULL, (const unsigned char *)message.data, message.length,
                         secret_bytes(pair->secret_key));
}

bool signature_is_valid(const unsigned char public_key[static PUBLIC_KEY_SIZE],
                        struct slice message, const unsigned char signature[static SIGNATURE_SIZE])
{
    return crypto_sign_verify_detached(signature, (const unsigned char *)message.data,
                                       message.length, public_key) == 0;
}
