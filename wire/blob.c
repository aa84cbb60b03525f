#include "wire/blob.h"

#include "secretbox.h"
#include "wire/key_tree.h"

_Static_assert(BLOB_OVERHEAD == SECRETBOX_OVERHEAD, "one layout");

static int check(const struct secret *key, size_t sealed_size, struct error *error)
{
    if (secret_size(key) != KEY_SIZE)
        return error_set(error, ERROR_INVALID, "a blob key must be %u bytes, not %zu", KEY_SIZE,
                         secret_size(key));
    if (sealed_size > BLOB_MAX)
        return error_set(error, ERROR_LIMIT, "an attachment of %zu bytes is above the limit of %u",
                         sealed_size, BLOB_MAX);
    return 0;
}

int blob_seal(const struct secret *key, const struct random_source *random, struct slice bytes,
              struct buffer *blob, struct error *error)
{
    if (check(key, bytes.length + BLOB_OVERHEAD, error) != 0)
        return -1;
    return secretbox_seal(key, random, bytes, blob, error);
}

int blob_open(const struct secret *key, struct slice blob, struct buffer *bytes,
              struct error *error)
{
    if (check(key, blob.length, error) != 0)
        return -1;
    return secretbox_open(key, blob, bytes, error);
}
