#include "wire/box_bundle.h"

#include <sodium.h>
#include <stdlib.h>

#include "wire/key_tree.h"

_Static_assert(crypto_box_PUBLICKEYBYTES + crypto_box_NONCEBYTES + crypto_box_MACBYTES ==
                   BOX_BUNDLE_OVERHEAD,
               "layout of a box bundle");

int box_bundle_seal(const unsigned char recipient[static PUBLIC_KEY_SIZE],
                    const struct random_source *random, struct slice text, struct buffer *bundle,
                    struct error *error)
{
    struct key_pair ephemeral;
    int status = -1;
    if (text.length > BOX_BUNDLE_TEXT_MAX)
        return error_set(error, ERROR_LIMIT, "%zu bytes are too many for a box", text.length);
    if (box_key_pair_random(random, &ephemeral, error) != 0)
        return -1;
    size_t size = text.length + BOX_BUNDLE_OVERHEAD;
    unsigned char *out = malloc(size);
    if (!out) {
        error_set(error, ERROR_MEMORY, "out of memory");
        goto out;
    }
    unsigned char *nonce = out + PUBLIC_KEY_SIZE;
    memcpy(out, ephemeral.public_key, PUBLIC_KEY_SIZE);
    random_fill(random, nonce, crypto_box_NONCEBYTES);
    if (crypto_box_easy(nonce + crypto_box_NONCEBYTES, (const unsigned char *)text.data,
                        text.length, nonce, recipient, secret_bytes(ephemeral.secret_key)) != 0) {
        error_set(error, ERROR_INVALID, "the recipient's public key is not a usable one");
        goto out;
    }
    buffer_append(bundle, out, size);
    status = bundle->failed ? error_set(error, ERROR_MEMORY, "out of memory") : 0;
out:
    key_pair_clear(&ephemeral);
    free(out);
    return status;
}

struct secret *box_bundle_open(const struct secret *secret_key, struct slice bundle,
                               struct error *error)
{
    if (secret_size(secret_key) != KEY_SIZE) {
        error_set(error, ERROR_INVALID, "a secret key must be %u bytes, not %zu", KEY_SIZE,
                  secret_size(secret_key));
        return NULL;
    }
    if (bundle.length < BOX_BUNDLE_OVERHEAD) {
        error_set(error, ERROR_INVALID, "cut short: %zu bytes, at least %u are needed",
                  bundle.length, BOX_BUNDLE_OVERHEAD);
        return NULL;
    }
    struct secret *text = secret_new(bundle.length - BOX_BUNDLE_OVERHEAD, error);
    if (!text)
        return NULL;
    const unsigned char *sender = (const unsigned char *)bundle.data;
    const unsigned char *nonce = sender + PUBLIC_KEY_SIZE;
    const unsigned char *cipher = nonce + crypto_box_NONCEBYTES;
    if (crypto_box_open_easy(secret_writable(text), cipher, secret_size(text) + crypto_box_MACBYTES,
                             nonce, sender, secret_bytes(secret_key)) == 0)
        return text;
    secret_free(text);
    error_set(error, ERROR_INVALID, "does not open with this key, or was altered");
    return NULL;
}
