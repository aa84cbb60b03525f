#include "secretbox.h"

#include <sodium.h>

#include "buffer_room.h"

_Static_assert(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES == SECRETBOX_OVERHEAD,
               "layout of a secretbox");

int secretbox_seal(const struct secret *key, const struct random_source *random, struct slice text,
                   struct buffer *sealed, struct error *error)
{
    size_t size = text.length + SECRETBOX_OVERHEAD;
    unsigned char *out = buffer_room(sealed, size);
    if (!out)
        return error_set(error, ERROR_MEMORY, "out of memory");
    random_fill(random, out, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(out + crypto_secretbox_NONCEBYTES, (const unsigned char *)text.data,
                          text.length, out, secret_bytes(key));
    buffer_filled(sealed, size);
    return 0;
}

int secretbox_open(const struct secret *key, struct slice sealed, struct buffer *text,
                   struct error *error)
{
    if (sealed.length < SECRETBOX_OVERHEAD)
        return error_set(error, ERROR_INVALID, "cut short: %zu bytes, at least %u are needed",
                         sealed.length, SECRETBOX_OVERHEAD);
    size_t size = sealed.length - SECRETBOX_OVERHEAD;
    unsigned char *out = buffer_room(text, size);
    if (!out)
        return error_set(error, ERROR_MEMORY, "out of memory");
    const unsigned char *nonce = (const unsigned char *)sealed.data;
    const unsigned char *cipher = nonce + crypto_secretbox_NONCEBYTES;
    if (crypto_secretbox_open_easy(out, cipher, size + crypto_secretbox_MACBYTES, nonce,
                                   secret_bytes(key)) != 0) {
        buffer_filled(text, 0);
        return error_set(error, ERROR_INVALID, "does not open with this key, or was altered");
    }
    buffer_filled(text, size);
    return 0;
}
