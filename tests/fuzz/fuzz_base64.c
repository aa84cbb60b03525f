/* Any bytes as base64, by each reader, and as a backup key; what was read must survive being
   written and read again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/backup_key.h"
#include "wire/base64.h"

static void decode(enum base64_reader reader, struct slice text)
{
    struct buffer bytes = {0}, again = {0}, back = {0};
    if (base64_decode(reader, text, &bytes, NULL) == 0) {
        if (reader == BASE64_URL)
            base64url_encode(&again, bytes.data, bytes.length);
        else
            base64_encode(&again, bytes.data, bytes.length);
        if (base64_decode(reader, slice_of(again.data, again.length), &back, NULL) != 0 ||
            back.length != bytes.length ||
            (back.length > 0 && memcmp(back.data, bytes.data, back.length) != 0))
            abort();
    }
    buffer_free(&bytes);
    buffer_free(&again);
    buffer_free(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_of(data, size);
    unsigned char key[32];
    for (int reader = BASE64_STANDARD; reader <= BASE64_SERVER; reader++) {
        decode((enum base64_reader)reader, text);
        base64_decode_exactly((enum base64_reader)reader, text, key, sizeof key, "it", NULL);
    }
    struct secret *secret = backup_key_parse_any(text, NULL);
    if (secret) {
        struct secret *printed = backup_key_print(secret, NULL);
        struct secret *back = backup_key_parse(secret_slice(printed), NULL);
        if (!back || !secret_equals(secret, back))
            abort();
        secret_free(printed);
        secret_free(back);
    }
    secret_free(secret);
    return 0;
}
