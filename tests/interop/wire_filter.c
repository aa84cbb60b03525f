/* Does for a test in another language what wire does: one line "OPERATION KEY DATA" in, both in
   base64
   ("-" for empty), one line of base64 out, or "!" and the error. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/base64.h"
#include "wire/box_bundle.h"
#include "wire/json_text.h"
#include "wire/record.h"

typedef int operation(const struct secret *key, struct slice data, struct buffer *result,
                      struct error *error);

static int seal_legacy(const struct secret *key, struct slice data, struct buffer *result,
                       struct error *error)
{
    return record_seal((struct record_key){RECORD_LEGACY, key}, &RANDOM_SYSTEM, data, result,
                       error);
}

static int open_legacy(const struct secret *key, struct slice data, struct buffer *result,
                       struct error *error)
{
    return record_open((struct record_key){RECORD_LEGACY, key}, data, result, error);
}

static int seal_data_key(const struct secret *key, struct slice data, struct buffer *result,
                         struct error *error)
{
    return record_seal((struct record_key){RECORD_DATA_KEY, key}, &RANDOM_SYSTEM, data, result,
                       error);
}

static int open_data_key(const struct secret *key, struct slice data, struct buffer *result,
                         struct error *error)
{
    return record_open((struct record_key){RECORD_DATA_KEY, key}, data, result, error);
}

static int seal_box(const struct secret *key, struct slice data, struct buffer *result,
                    struct error *error)
{
    if (secret_size(key) != PUBLIC_KEY_SIZE)
        return error_set(error, ERROR_INVALID, "the public key has another size");
    return box_bundle_seal(secret_bytes(key), &RANDOM_SYSTEM, data, result, error);
}

static int open_box(const struct secret *key, struct slice data, struct buffer *result,
                    struct error *error)
{
    struct secret *text = box_bundle_open(key, data, error);
    if (!text)
        return -1;
    buffer_append(result, secret_bytes(text), secret_size(text));
    secret_free(text);
    return 0;
}

/* JSON.stringify(JSON.parse(data)), of bytes that were decrypted. */
static int rewrite_json(const struct secret *key, struct slice data, struct buffer *result,
                        struct error *error)
{
    struct json_object *value;
    (void)key;
    if (json_text_parse_lenient(data, &value, error) != 0)
        return -1;
    json_text_print(result, value);
    json_object_put(value);
    return 0;
}

static const struct {
    const char *name;
    operation *run;
} OPERATIONS[] = {
    {"seal-legacy", seal_legacy},    {"open-legacy", open_legacy}, {"seal-dataKey", seal_data_key},
    {"open-dataKey", open_data_key}, {"seal-box", seal_box},       {"open-box", open_box},
    {"json", rewrite_json},
};

static void decode(const char *text, struct buffer *bytes)
{
    if (strcmp(text, "-") != 0 &&
        base64_decode(BASE64_STANDARD, slice_of_string(text), bytes, NULL) != 0)
        exit(2);
}

static void answer(const char *name, const char *key_text, const char *data_text)
{
    struct buffer key = {0}, data = {0}, result = {0}, line = {0};
    struct error error = {.message = "there is no such operation"};
    int status = -1;
    decode(key_text, &key);
    decode(data_text, &data);
    struct secret *secret = secret_copy(buffer_string(&key), key.length, NULL);
    for (size_t i = 0; secret && i < sizeof OPERATIONS / sizeof OPERATIONS[0]; i++)
        if (strcmp(OPERATIONS[i].name, name) == 0)
            status = OPERATIONS[i].run(secret, slice_of(buffer_string(&data), data.length), &result,
                                       &error);
    if (status == 0)
        base64_encode(&line, result.data, result.length);
    else
        buffer_append_format(&line, "!%s", error.message);
    puts(buffer_string(&line));
    secret_free(secret);
    buffer_free(&key);
    buffer_free(&data);
    buffer_free(&result);
    buffer_free(&line);
}

int main(void)
{
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, stdin) > 0) {
        char *rest = line;
        const char *name = strsep(&rest, " "), *key = strsep(&rest, " ");
        const char *data = strsep(&rest, "\n");
        if (!key || !data)
            return 2;
        answer(name, key, data);
        fflush(stdout);
    }
    free(line);
    return 0;
}
