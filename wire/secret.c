#include "wire/secret.h"

#include <sodium.h>

#include "wire/base64.h"

struct secret {
    size_t size;
    unsigned char bytes[];
};

struct secret *secret_new(size_t size, struct error *error)
{
    if (size > SECRET_SIZE_MAX) {
        error_set(error, ERROR_LIMIT, "a secret of %zu bytes is too long", size);
        return NULL;
    }
    struct secret *secret = NULL;
    if (sodium_init() >= 0)
        secret = sodium_malloc((sizeof *secret + size + sizeof(size_t) - 1) / sizeof(size_t) *
                               sizeof(size_t));
    if (!secret) {
        error_set(error, ERROR_MEMORY, "out of memory for a secret");
        return NULL;
    }
    secret->size = size;
    sodium_memzero(secret->bytes, size);
    return secret;
}

struct secret *secret_copy(const void *bytes, size_t size, struct error *error)
{
    struct secret *secret = secret_new(size, error);
    if (secret && size)
        memcpy(secret->bytes, bytes, size);
    return secret;
}

struct secret *secret_random(const struct random_source *random, size_t size, struct error *error)
{
    struct secret *secret = secret_new(size, error);
    if (secret)
        random_fill(random, secret->bytes, size);
    return secret;
}

static struct secret *from_base64(enum base64_reader reader, struct slice text, size_t size,
                                  const char *what, struct error *error)
{
    struct secret *secret = secret_new(size, error);
    if (secret && base64_decode_exactly(reader, text, secret->bytes, size, what, error) != 0) {
        secret_free(secret);
        return NULL;
    }
    return secret;
}

struct secret *secret_from_base64(struct slice text, size_t size, const char *what,
                                  struct error *error)
{
    return from_base64(BASE64_STANDARD, text, size, what, error);
}

struct secret *secret_from_base64url(struct slice text, size_t size, const char *what,
                                     struct error *error)
{
    return from_base64(BASE64_URL, text, size, what, error);
}

void secret_free(struct secret *secret)
{
    sodium_free(secret);
}

const unsigned char *secret_bytes(const struct secret *secret)
{
    return secret->bytes;
}

unsigned char *secret_writable(struct secret *secret)
{
    return secret->bytes;
}

size_t secret_size(const struct secret *secret)
{
    return secret->size;
}

struct slice secret_slice(const struct secret *secret)
{
    return slice_of(secret->bytes, secret->size);
}

bool secret_equals(const struct secret *a, const struct secret *b)
{
    return a->size == b->size && sodium_memcmp(a->bytes, b->bytes, a->size) == 0;
}

void secret_truncate(struct secret *secret, size_t size)
{
    if (size >= secret->size)
        return;
    sodium_memzero(secret->bytes + size, secret->size - size);
    secret->size = size;
}

static struct secret *to_base64(const struct secret *secret, int variant, struct error *error)
{
    size_t room = sodium_base64_encoded_len(secret->size, variant);
    struct secret *text = secret_new(room, error);
    if (text) {
        sodium_bin2base64((char *)text->bytes, room, secret->bytes, secret->size, variant);
        secret_truncate(text, room - 1);
    }
    return text;
}

struct secret *secret_to_base64(const struct secret *secret, struct error *error)
{
    return to_base64(secret, sodium_base64_VARIANT_ORIGINAL, error);
}

struct secret *secret_to_base64url(const struct secret *secret, struct error *error)
{
    return to_base64(secret, sodium_base64_VARIANT_URLSAFE_NO_PADDING, error);
}

void secret_buffer_free(struct buffer *buffer)
{
    if (buffer->data)
        sodium_memzero(buffer->data, buffer->capacity);
    buffer_free(buffer);
}
