#include "wire/record.h"

#include "aes_gcm.h"
#include "secretbox.h"
#include "wire/base64.h"
#include "wire/json_text.h"
#include "wire/key_tree.h"

typedef int seal_function(const struct secret *key, const struct random_source *random,
                          struct slice text, struct buffer *sealed, struct error *error);
typedef int open_function(const struct secret *key, struct slice sealed, struct buffer *text,
                          struct error *error);

static const struct {
    const char *name;
    seal_function *seal;
    open_function *open;
} VARIANTS[] = {
    [RECORD_LEGACY] = {"legacy", secretbox_seal, secretbox_open},
    [RECORD_DATA_KEY] = {"dataKey", aes_gcm_seal, aes_gcm_open},
};

_Static_assert(RECORD_LEGACY_OVERHEAD == SECRETBOX_OVERHEAD, "one layout");
_Static_assert(RECORD_DATA_KEY_OVERHEAD == AES_GCM_OVERHEAD, "one layout");

const char *record_variant_name(enum record_variant variant)
{
    return VARIANTS[variant].name;
}

static int check(struct record_key key, size_t size, size_t most, struct error *error)
{
    if (secret_size(key.secret) != KEY_SIZE)
        return error_set(error, ERROR_INVALID, "the key of a record must be %u bytes, not %zu",
                         KEY_SIZE, secret_size(key.secret));
    if (size > most)
        return error_set(error, ERROR_LIMIT, "a record of %zu bytes is too long", size);
    return 0;
}

int record_seal(struct record_key key, const struct random_source *random, struct slice text,
                struct buffer *sealed, struct error *error)
{
    if (check(key, text.length, RECORD_TEXT_MAX, error) != 0)
        return -1;
    return VARIANTS[key.variant].seal(key.secret, random, text, sealed, error);
}

int record_open(struct record_key key, struct slice sealed, struct buffer *text,
                struct error *error)
{
    if (check(key, sealed.length, RECORD_TEXT_MAX + SECRETBOX_OVERHEAD, error) != 0)
        return -1;
    return VARIANTS[key.variant].open(key.secret, sealed, text, error);
}

int record_seal_value(struct record_key key, const struct random_source *random,
                      struct json_object *value, struct buffer *base64, struct error *error)
{
    struct buffer text = {0}, sealed = {0};
    int status = -1;
    json_text_print(&text, value);
    if (text.failed)
        error_set(error, ERROR_MEMORY, "out of memory");
    else
        status = record_seal(key, random, slice_of(text.data, text.length), &sealed, error);
    if (status == 0)
        base64_encode(base64, sealed.data, sealed.length);
    buffer_free(&text);
    buffer_free(&sealed);
    return status == 0 && base64->failed ? error_set(error, ERROR_MEMORY, "out of memory") : status;
}

int record_open_value(struct record_key key, struct slice base64, struct json_object **value,
                      struct error *error)
{
    struct buffer text = {0}, sealed = {0};
    int status = -1;
    *value = NULL;
    if (base64_decode(BASE64_STANDARD, base64, &sealed, error) == 0 &&
        record_open(key, slice_of(sealed.data, sealed.length), &text, error) == 0)
        status = json_text_parse_lenient(slice_of(text.data, text.length), value, error);
    buffer_free(&text);
    buffer_free(&sealed);
    return status;
}
