#include "wire/key_tree.h"

#include "wire/hmac.h"

struct secret *key_tree_root(const struct secret *seed, const char *usage, struct error *error)
{
    struct secret *node = secret_new(KEY_NODE_SIZE, error);
    if (!node)
        return NULL;
    /* The label is the key here and the secret the data. */
    struct buffer label = {0};
    buffer_append_format(&label, "%s Master Seed", usage);
    if (label.failed) {
        error_set(error, ERROR_MEMORY, "out of memory");
        secret_free(node);
        node = NULL;
    } else {
        hmac_sha512(slice_of(label.data, label.length), secret_slice(seed), secret_writable(node));
    }
    buffer_free(&label);
    return node;
}

struct secret *key_tree_child(struct slice chain, const char *index, struct error *error)
{
    unsigned char data[1 + KEY_INDEX_MAX] = {0};
    size_t length = strlen(index);
    if (length > KEY_INDEX_MAX) {
        error_set(error, ERROR_LIMIT, "an index of a key path is longer than %u bytes",
                  KEY_INDEX_MAX);
        return NULL;
    }
    memcpy(data + 1, index, length);
    struct secret *node = secret_new(KEY_NODE_SIZE, error);
    if (node)
        hmac_sha512(chain, slice_of(data, 1 + length), secret_writable(node));
    return node;
}

struct secret *key_tree_derive(const struct secret *seed, const char *usage,
                               const char *const *path, size_t depth, struct error *error)
{
    struct secret *node = key_tree_root(seed, usage, error);
    for (size_t i = 0; node && i < depth; i++) {
        struct slice chain = slice_of(secret_bytes(node) + KEY_SIZE, KEY_SIZE);
        struct secret *child = key_tree_child(chain, path[i], error);
        secret_free(node);
        node = child;
    }
    if (node)
        secret_truncate(node, KEY_SIZE);
    return node;
}
