/* Any bytes as a record, an attachment, a box bundle and a wrapped key, none of which may open; and
   as a text that is sealed, opened, and with one bit changed does not open. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/blob.h"
#include "wire/box_bundle.h"
#include "wire/record.h"
#include "wire/wrapped_key.h"

static void zeros(void *context, void *bytes, size_t size)
{
    (void)context;
    memset(bytes, 0, size);
}

/* Keys nobody has sealed anything with. */
static struct secret *key_of(unsigned char first)
{
    struct secret *key = secret_new(32, NULL);
    if (!key)
        abort();
    secret_writable(key)[0] = first;
    return key;
}

static void seal_and_open(struct record_key key, const uint8_t *data, size_t size)
{
    static const struct random_source source = {zeros, NULL};
    struct buffer sealed = {0}, opened = {0};
    if (record_seal(key, &source, slice_of(data, size), &sealed, NULL) != 0 ||
        record_open(key, slice_of(sealed.data, sealed.length), &opened, NULL) != 0 ||
        opened.length != size || (size > 0 && memcmp(opened.data, data, size) != 0))
        abort();
    size_t at = size > 0 ? data[0] % sealed.length : 0;
    sealed.data[at] ^= 1;
    if (record_open(key, slice_of(sealed.data, sealed.length), &opened, NULL) == 0)
        abort();
    buffer_free(&sealed);
    buffer_free(&opened);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct secret *key = key_of(7);
    struct buffer bytes = {0};
    struct json_object *value;
    struct slice input = slice_of(data, size);
    if (record_open((struct record_key){RECORD_LEGACY, key}, input, &bytes, NULL) == 0 ||
        record_open((struct record_key){RECORD_DATA_KEY, key}, input, &bytes, NULL) == 0 ||
        record_open_value((struct record_key){RECORD_DATA_KEY, key}, input, &value, NULL) == 0 ||
        blob_open(key, input, &bytes, NULL) == 0 || box_bundle_open(key, input, NULL) ||
        wrapped_key_open(key, input, NULL))
        abort();
    seal_and_open((struct record_key){RECORD_LEGACY, key}, data, size);
    seal_and_open((struct record_key){RECORD_DATA_KEY, key}, data, size);
    secret_free(key);
    buffer_free(&bytes);
    return 0;
}
