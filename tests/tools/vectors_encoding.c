/* base64 and the backup key. */
#include "vectors.h"

#include <string.h>

#include "wire/backup_key.h"
#include "wire/base64.h"

static void run_encode(struct vectors *vectors, struct json_object *item)
{
    struct buffer bytes = {0}, text = {0}, url = {0}, back = {0};
    vector_bytes(item, "bytes", &bytes);
    base64_encode(&text, bytes.data, bytes.length);
    base64url_encode(&url, bytes.data, bytes.length);
    if (vector_has(item, "base64")) {
        vector_expect(vectors, vector_same(vector_slice(item, "base64"), vector_buffer(&text)),
                      "base64 gave %s", buffer_string(&text));
        vector_expect(vectors, vector_same(vector_slice(item, "base64url"), vector_buffer(&url)),
                      "base64url gave %s", buffer_string(&url));
    } else {
        vector_expect(vectors, vector_equals(item, "base64", vector_buffer(&text)), "base64");
        vector_expect(vectors, vector_equals(item, "base64url", vector_buffer(&url)), "base64url");
    }
    vector_expect(vectors, text.length == base64_length(bytes.length), "length");
    base64_decode(BASE64_STANDARD, vector_buffer(&text), &back, NULL);
    vector_expect(vectors, vector_same(vector_buffer(&bytes), vector_buffer(&back)), "way back");
    buffer_clear(&back);
    base64_decode(BASE64_URL, vector_buffer(&url), &back, NULL);
    vector_expect(vectors, vector_same(vector_buffer(&bytes), vector_buffer(&back)), "url back");
    buffer_free(&bytes);
    buffer_free(&text);
    buffer_free(&url);
    buffer_free(&back);
}

/* The reader gives exactly what the column of the official one says. */
static void expect_reader(struct vectors *vectors, struct json_object *item,
                          enum base64_reader reader, const char *column)
{
    struct buffer bytes = {0};
    int status = base64_decode(reader, vector_slice(item, "input"), &bytes, NULL);
    struct json_object *hex = json_object_new_object();
    if (vector_has(item, column))
        json_object_object_add(hex, "x_hex", json_object_get(vector_member(item, column)));
    vector_expect(vectors, (status == 0) == vector_has(item, column), "%s: verdict", column);
    vector_expect(vectors, status != 0 || vector_equals(hex, "x", vector_buffer(&bytes)),
                  "%s: bytes", column);
    json_object_put(hex);
    buffer_free(&bytes);
}

/* What a reader of ours takes means the same to every official reader that takes it. */
static void expect_agreement(struct vectors *vectors, struct json_object *item,
                             enum base64_reader reader, const char *column)
{
    struct buffer bytes = {0};
    if (base64_decode(reader, vector_slice(item, "input"), &bytes, NULL) == 0) {
        struct json_object *hex = json_object_new_object();
        json_object_object_add(hex, "x_hex", json_object_get(vector_member(item, column)));
        vector_expect(vectors,
                      !vector_has(item, column) || vector_equals(hex, "x", vector_buffer(&bytes)),
                      "%s disagrees", column);
        json_object_put(hex);
    }
    buffer_free(&bytes);
}

static void run_decode(struct vectors *vectors, struct json_object *item)
{
    expect_reader(vectors, item, BASE64_LENIENT, "cli_agent_base64");
    expect_reader(vectors, item, BASE64_LENIENT, "cli_agent_base64url");
    expect_reader(vectors, item, BASE64_SERVER, "server_strict");
    expect_agreement(vectors, item, BASE64_STANDARD, "cli_agent_base64");
    expect_agreement(vectors, item, BASE64_STANDARD, "app_web_base64");
    expect_agreement(vectors, item, BASE64_STANDARD, "app_native_either");
    expect_agreement(vectors, item, BASE64_URL, "cli_agent_base64url");
    expect_agreement(vectors, item, BASE64_URL, "app_web_base64url");
    expect_agreement(vectors, item, BASE64_URL, "app_native_either");
}

static void run_base64(struct vectors *vectors, struct json_object *document)
{
    vector_cases(vectors, document, "encode", run_encode);
    vector_cases(vectors, document, "cases", run_decode);
}

static void expect_parse(struct vectors *vectors, struct slice text, const struct secret *expected)
{
    struct secret *parsed = backup_key_parse(text, NULL);
    vector_expect(vectors, parsed && secret_equals(parsed, expected), "reading %.*s",
                  (int)text.length, text.data);
    secret_free(parsed);
}

static void run_backup_key_encode(struct vectors *vectors, struct json_object *item)
{
    struct secret *secret = vector_secret(item, "secret");
    struct secret *text = backup_key_print(secret, NULL);
    vector_expect(
        vectors, text && vector_same(secret_slice(text), vector_slice(item, "backup_key")), "text");
    expect_parse(vectors, vector_slice(item, "backup_key"), secret);
    expect_parse(vectors, vector_slice(item, "base32"), secret);
    secret_free(secret);
    secret_free(text);
}

/* `expected` is base64url, or NULL: refused. */
static void expect_secret(struct vectors *vectors, struct secret *secret, const char *expected)
{
    struct secret *wanted = NULL;
    if (expected)
        wanted = secret_from_base64url(slice_of_string(expected), MASTER_SECRET_SIZE, "x", NULL);
    vector_expect(vectors, (secret != NULL) == (expected != NULL), "verdict");
    vector_expect(vectors, !secret || (wanted && secret_equals(secret, wanted)), "bytes");
    secret_free(wanted);
    secret_free(secret);
}

static void run_backup_key_parse(struct vectors *vectors, struct json_object *item)
{
    struct error error = {.message = ""};
    struct secret *secret = backup_key_parse(vector_slice(item, "input"), &error);
    if (!secret && vector_has(item, "reason"))
        vector_expect(vectors, strcmp(error.message, vector_text(item, "reason")) == 0,
                      "error \"%s\"", error.message);
    expect_secret(vectors, secret, vector_text(item, "parse"));
}

static void run_normalize(struct vectors *vectors, struct json_object *item)
{
    const char *expected = vector_text(item, "normalized");
    const char *input = vector_text(item, "input");
    /* Here official apps fail and the notes ask for better. */
    if (!expected && strlen(input) == 43 && strchr(input, '-'))
        expected = input;
    expect_secret(vectors, backup_key_parse_any(slice_of_string(input), NULL), expected);
}

static void run_backup_key(struct vectors *vectors, struct json_object *document)
{
    vector_cases(vectors, document, "encode", run_backup_key_encode);
    vector_cases(vectors, document, "cases", run_backup_key_parse);
    vector_cases(vectors, document, "normalize", run_normalize);
}

const struct vector_suite VECTORS_ENCODING[] = {
    {"crypto-base64", run_base64},
    {"crypto-backup-key", run_backup_key},
    {NULL, NULL},
};
