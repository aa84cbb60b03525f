#include "wire/wrapped_key.h"

#include "wire/box_bundle.h"
#include "wire/key_tree.h"

_Static_assert(WRAPPED_KEY_SIZE == 1 + BOX_BUNDLE_OVERHEAD + KEY_SIZE, "layout of a wrapped key");

int wrapped_key_seal(const struct secret *data_key,
                     const unsigned char content_public_key[static PUBLIC_KEY_SIZE],
                     const struct random_source *random,
                     unsigned char wrapped[static WRAPPED_KEY_SIZE], struct error *error)
{
    if (secret_size(data_key) != KEY_SIZE)
        return error_set(error, ERROR_INVALID, "a data key must be %u bytes, not %zu", KEY_SIZE,
                         secret_size(data_key));
    struct buffer bundle = {0};
    int status =
        box_bundle_seal(content_public_key, random, secret_slice(data_key), &bundle, error);
    wrapped[0] = 0;
    if (status == 0)
        memcpy(wrapped + 1, bundle.data, WRAPPED_KEY_SIZE - 1);
    buffer_free(&bundle);
    return status;
}

struct secret *wrapped_key_open(const struct secret *content_secret_key, struct slice wrapped,
                                struct error *error)
{
    if (wrapped.length > 0 && wrapped.data[0] != 0) {
        error_set(error, ERROR_UNSUPPORTED, "version %u of a wrapped key is unknown, only 0 is",
                  (unsigned char)wrapped.data[0]);
        return NULL;
    }
    if (wrapped.length != WRAPPED_KEY_SIZE) {
        error_set(error, ERROR_INVALID, "a wrapped data key must be %u bytes, not %zu",
                  WRAPPED_KEY_SIZE, wrapped.length);
        return NULL;
    }
    return box_bundle_open(content_secret_key, slice_of(wrapped.data + 1, wrapped.length - 1),
                           error);
}
