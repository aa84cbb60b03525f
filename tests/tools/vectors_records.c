/* Records of both variants, boxes, wrapped keys, attachments, and a whole account of them. */
#include "vectors.h"

#include <string.h>

#include "wire/account.h"
#include "wire/blob.h"
#include "wire/box_bundle.h"
#include "wire/json_text.h"
#include "wire/record.h"
#include "wire/wrapped_key.h"

static bool is(struct json_object *item, const char *key, const char *text)
{
    return vector_text(item, key) && strcmp(vector_text(item, key), text) == 0;
}

/* The JSON value behind an opened text, printed again, and sealed again as a value. */
static void expect_value(struct vectors *vectors, struct json_object *item, struct record_key key,
                         struct slice text)
{
    struct json_object *value;
    struct buffer printed = {0}, base64 = {0};
    struct vector_random random;
    int status = json_text_parse_lenient(text, &value, NULL);
    vector_expect(vectors, (status == 0) == is(item, "expect", "ok"), "whether it is JSON");
    json_text_print(&printed, value);
    if (strstr(vector_text(item, "name"), "invalid UTF-8"))
        vector_expect(vectors, strcmp(printed.data, "\"\xef\xbf\xbd\xef\xbf\xbd\"") == 0,
                      "not repaired: %s", printed.data);
    if (strstr(vector_text(item, "name"), "byte order mark"))
        vector_expect(vectors, strcmp(printed.data, "{}") == 0, "mark left: %s", printed.data);
    if (vector_has(item, "plaintext_utf8")) {
        vector_expect(vectors, vector_same(text, vector_buffer(&printed)), "printed as %s",
                      printed.data);
        vector_random_begin(&random);
        vector_random_add(&random, item, "nonce");
        record_seal_value(key, &random.source, value, &base64, NULL);
        vector_expect(vectors,
                      vector_same(vector_buffer(&base64), vector_slice(item, "bundle_b64")),
                      "sealed value");
        vector_random_end(&random);
    }
    json_object_put(value);
    buffer_free(&printed);
    buffer_free(&base64);
}

static void expect_sealed(struct vectors *vectors, struct json_object *item, struct record_key key,
                          struct slice text)
{
    struct vector_random random;
    struct buffer sealed = {0};
    vector_random_begin(&random);
    if (vector_random_add(&random, item, "nonce")) {
        record_seal(key, &random.source, text, &sealed, NULL);
        vector_expect(vectors, vector_equals(item, "bundle", vector_buffer(&sealed)), "sealed");
    }
    vector_random_end(&random);
    buffer_free(&sealed);
}

static void run_record(struct vectors *vectors, struct json_object *item,
                       enum record_variant variant)
{
    struct error error = {.code = ERROR_NONE};
    struct buffer sealed = {0}, text = {0}, expected = {0};
    struct secret *secret = vector_secret(item, "key");
    struct record_key key = {variant, secret};
    if (!vector_bytes(item, "bundle", &sealed)) { /* too long for the file: given by its digest */
        struct vector_random random;
        vector_bytes(item, "plaintext", &expected);
        vector_random_begin(&random);
        vector_random_add(&random, item, "nonce");
        record_seal(key, &random.source, vector_buffer(&expected), &sealed, NULL);
        vector_random_end(&random);
    }
    int status = record_open(key, vector_buffer(&sealed), &text, &error);
    vector_expect(vectors, (status != 0) == is(item, "expect", "fail"), "verdict: %s",
                  error.message);
    if (status == 0) {
        vector_expect(vectors, vector_equals(item, "plaintext", vector_buffer(&text)), "text");
        expect_sealed(vectors, item, key, vector_buffer(&text));
        expect_value(vectors, item, key, vector_buffer(&text));
    } else {
        bool version = variant == RECORD_DATA_KEY && sealed.length > 0 && sealed.data[0] != 0;
        vector_expect(vectors, error.code == (version ? ERROR_UNSUPPORTED : ERROR_INVALID),
                      "error is %s", error_code_name(error.code));
        vector_expect(vectors, text.length == 0, "something came out all the same");
    }
    secret_free(secret);
    buffer_free(&sealed);
    buffer_free(&text);
    buffer_free(&expected);
}

static void run_legacy(struct vectors *vectors, struct json_object *item)
{
    run_record(vectors, item, RECORD_LEGACY);
}

static void run_data_key(struct vectors *vectors, struct json_object *item)
{
    run_record(vectors, item, RECORD_DATA_KEY);
}

static void run_secretbox_json(struct vectors *vectors, struct json_object *document)
{
    vector_cases(vectors, document, "cases", run_legacy);
}

static void run_aesgcm_json(struct vectors *vectors, struct json_object *document)
{
    vector_cases(vectors, document, "cases", run_data_key);
}

static void seal_bundle(struct json_object *item, struct slice text, struct buffer *bundle)
{
    struct vector_random random;
    struct buffer recipient = {0};
    vector_random_begin(&random);
    vector_random_add(&random, item, "ephemeral_secret_key");
    vector_random_add(&random, item, "nonce");
    vector_bytes(item, "recipient_public_key", &recipient);
    box_bundle_seal((const unsigned char *)recipient.data, &random.source, text, bundle, NULL);
    vector_random_end(&random);
    buffer_free(&recipient);
}

static void run_bundle(struct vectors *vectors, struct json_object *item)
{
    struct error error = {.code = ERROR_NONE};
    struct buffer bundle = {0}, text = {0}, sealed = {0};
    struct secret *secret_key = vector_secret(item, "recipient_secret_key");
    vector_bytes(item, "plaintext", &text);
    if (vector_has(item, "ephemeral_secret_key_hex")) {
        seal_bundle(item, vector_buffer(&text), &sealed);
        vector_expect(vectors, vector_equals(item, "bundle", vector_buffer(&sealed)), "sealed");
    }
    if (!vector_bytes(item, "bundle", &bundle))
        buffer_append(&bundle, sealed.data, sealed.length);
    struct secret *opened = box_bundle_open(secret_key, vector_buffer(&bundle), &error);
    vector_expect(vectors, (opened != NULL) == is(item, "expect", "ok"), "verdict: %s",
                  error.message);
    if (opened)
        vector_expect(vectors, vector_same(secret_slice(opened), vector_buffer(&text)), "text");
    else
        vector_expect(vectors, error.code == ERROR_INVALID, "error is %s",
                      error_code_name(error.code));
    secret_free(secret_key);
    secret_free(opened);
    buffer_free(&bundle);
    buffer_free(&text);
    buffer_free(&sealed);
}

static void run_wrapped_key(struct vectors *vectors, struct json_object *item)
{
    struct error error = {.code = ERROR_NONE};
    struct buffer wrapped = {0}, public_key = {0}, data_key = {0};
    struct secret *secret_key = vector_secret(item, "content_secret_key");
    struct vector_random random;
    vector_bytes(item, "data_encryption_key", &wrapped);
    vector_bytes(item, "content_public_key", &public_key);
    vector_bytes(item, "data_key", &data_key);
    struct secret *opened = wrapped_key_open(secret_key, vector_buffer(&wrapped), &error);
    /* No official client checks the length; the notes ask for it. */
    vector_expect(vectors, (opened != NULL) == (data_key.length == 32), "verdict: %s",
                  error.message);
    bool version = wrapped.length > 0 && wrapped.data[0] != 0;
    vector_expect(vectors, opened || error.code == (version ? ERROR_UNSUPPORTED : ERROR_INVALID),
                  "error is %s", error_code_name(error.code));
    vector_random_begin(&random);
    if (opened && vector_random_add(&random, item, "ephemeral_secret_key")) {
        unsigned char made[WRAPPED_KEY_SIZE];
        vector_random_add(&random, item, "nonce");
        vector_expect(vectors, vector_equals(item, "data_key", secret_slice(opened)), "data key");
        wrapped_key_seal(opened, (const unsigned char *)public_key.data, &random.source, made,
                         NULL);
        vector_expect(vectors, vector_same(slice_of(made, sizeof made), vector_buffer(&wrapped)),
                      "wrapped");
    }
    vector_random_end(&random);
    secret_free(secret_key);
    secret_free(opened);
    buffer_free(&wrapped);
    buffer_free(&public_key);
    buffer_free(&data_key);
}

static void run_box_bundle(struct vectors *vectors, struct json_object *document)
{
    vector_cases(vectors, document, "cases", run_bundle);
    vector_cases(vectors, document, "wrapped_keys", run_wrapped_key);
}

/* The blob key follows from the key of the session or account. */
static void expect_blob_key(struct vectors *vectors, struct json_object *item)
{
    bool session = vector_has(item, "data_key_hex");
    if (!session && !vector_has(item, "master_secret_hex"))
        return;
    struct secret *from = vector_secret(item, session ? "data_key" : "master_secret");
    struct secret *key = session ? session_blob_key(from, NULL) : master_blob_key(from, NULL);
    vector_expect(vectors, vector_equals(item, "blob_key", secret_slice(key)), "blob key");
    secret_free(from);
    secret_free(key);
}

static void run_blob(struct vectors *vectors, struct json_object *item)
{
    struct error error = {.code = ERROR_NONE};
    struct buffer blob = {0}, bytes = {0}, data = {0};
    struct secret *key = vector_secret(item, "blob_key");
    struct vector_random random;
    expect_blob_key(vectors, item);
    vector_random_begin(&random);
    if (vector_random_add(&random, item, "nonce")) {
        vector_bytes(item, "data", &data);
        blob_seal(key, &random.source, vector_buffer(&data), &blob, NULL);
        vector_expect(vectors, vector_equals(item, "bundle", vector_buffer(&blob)), "sealed");
    } else {
        vector_bytes(item, "bundle", &blob);
    }
    vector_random_end(&random);
    int status = blob_open(key, vector_buffer(&blob), &bytes, &error);
    vector_expect(vectors, (status == 0) == is(item, "expect", "ok"), "verdict: %s", error.message);
    vector_expect(vectors, status != 0 || vector_same(vector_buffer(&data), vector_buffer(&bytes)),
                  "bytes");
    vector_expect(vectors, status == 0 || error.code == ERROR_INVALID, "error is %s",
                  error_code_name(error.code));
    secret_free(key);
    buffer_free(&blob);
    buffer_free(&bytes);
    buffer_free(&data);
}

static void run_blobs(struct vectors *vectors, struct json_object *document)
{
    vector_cases(vectors, document, "cases", run_blob);
}

/* One record of the scenario: opened, and sealed again to the same bytes. */
static void run_scenario_record(struct vectors *vectors, struct json_object *record,
                                struct record_key key)
{
    struct json_object *value = NULL;
    struct buffer base64 = {0};
    struct error error = {.message = ""};
    struct vector_random random;
    struct slice json = vector_slice(record, "json");
    vector_begin(vectors, "record", 0, vector_text(record, "name"));
    vector_random_begin(&random);
    vector_random_add(&random, record, "nonce");
    int status = record_open_value(key, vector_slice(record, "wire_b64"), &value, &error);
    if (json.length > 0) {
        struct buffer printed = {0};
        json_text_print(&printed, value);
        vector_expect(vectors, status == 0 && vector_same(vector_buffer(&printed), json),
                      "opened: %s", error.message);
        record_seal_value(key, &random.source, value, &base64, NULL);
        vector_expect(vectors,
                      vector_same(vector_buffer(&base64), vector_slice(record, "wire_b64")),
                      "sealed");
        buffer_free(&printed);
    } else {
        vector_expect(vectors, status != 0, "an empty text passed for JSON");
    }
    vector_end(vectors);
    vector_random_end(&random);
    json_object_put(value);
    buffer_free(&base64);
}

static void run_scenario_records(struct vectors *vectors, struct json_object *part,
                                 struct record_key key)
{
    struct json_object *records = vector_member(part, "records");
    for (size_t i = 0; i < json_object_array_length(records); i++)
        run_scenario_record(vectors, json_object_array_get_idx(records, i), key);
}

/* A session, machine or artifact: its key is unwrapped first. */
static void run_scenario_part(struct vectors *vectors, struct json_object *document,
                              const char *name, const struct key_pair *content)
{
    struct json_object *part = vector_member(document, name);
    struct buffer wrapped = {0};
    vector_bytes(part, "data_encryption_key", &wrapped);
    struct secret *key = wrapped_key_open(content->secret_key, vector_buffer(&wrapped), NULL);
    vector_begin(vectors, name, 0, "data key");
    vector_expect(vectors, key && vector_equals(part, "data_key", secret_slice(key)), "key");
    vector_end(vectors);
    if (key)
        run_scenario_records(vectors, part, (struct record_key){RECORD_DATA_KEY, key});
    secret_free(key);
    buffer_free(&wrapped);
}

static void run_scenario(struct vectors *vectors, struct json_object *document)
{
    struct key_pair content, signing;
    struct secret *master = vector_secret(document, "master_secret");
    struct json_object *blob = vector_member(document, "blob");
    struct vector_random random;
    struct buffer data = {0}, sealed = {0};
    account_content_key_pair(master, &content, NULL);
    account_signing_key_pair(master, &signing, NULL);
    vector_begin(vectors, "account", 0, "keys");
    vector_expect(vectors,
                  vector_equals(document, "account_public_key",
                                slice_of(signing.public_key, PUBLIC_KEY_SIZE)),
                  "account");
    vector_expect(vectors,
                  vector_equals(document, "content_public_key",
                                slice_of(content.public_key, PUBLIC_KEY_SIZE)),
                  "content");
    vector_end(vectors);
    run_scenario_part(vectors, document, "session", &content);
    run_scenario_part(vectors, document, "machine", &content);
    run_scenario_part(vectors, document, "artifact", &content);
    run_scenario_records(vectors, vector_member(document, "legacy"),
                         (struct record_key){RECORD_LEGACY, master});
    struct secret *blob_key = vector_secret(blob, "blob_key");
    vector_random_begin(&random);
    vector_random_add(&random, blob, "nonce");
    vector_bytes(blob, "data", &data);
    blob_seal(blob_key, &random.source, vector_buffer(&data), &sealed, NULL);
    vector_begin(vectors, "blob", 0, "attachment");
    vector_expect(vectors, vector_equals(blob, "wire", vector_buffer(&sealed)), "sealed");
    vector_end(vectors);
    vector_random_end(&random);
    secret_free(blob_key);
    secret_free(master);
    key_pair_clear(&content);
    key_pair_clear(&signing);
    buffer_free(&data);
    buffer_free(&sealed);
}

const struct vector_suite VECTORS_RECORDS[] = {
    {"crypto-secretbox-json", run_secretbox_json},
    {"crypto-aesgcm-json", run_aesgcm_json},
    {"crypto-box-bundle", run_box_bundle},
    {"crypto-blob", run_blobs},
    {"crypto-scenario", run_scenario},
    {NULL, NULL},
};
