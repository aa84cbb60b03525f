/* The key tree, identities and login signatures. */
#include "vectors.h"

#include <string.h>

#include "wire/account.h"
#include "wire/base64.h"
#include "wire/hmac.h"
#include "wire/json_text.h"
#include "wire/key_tree.h"
#include "wire/login.h"

#define PATH_MAX_LENGTH 8

static void run_hmac(struct vectors *vectors, struct json_object *item)
{
    struct buffer key = {0}, data = {0};
    unsigned char mac[HMAC_SHA512_SIZE];
    vector_bytes(item, "key", &key);
    vector_bytes(item, "data", &data);
    hmac_sha512(vector_buffer(&key), vector_buffer(&data), mac);
    vector_expect(vectors, vector_equals(item, "mac", slice_of(mac, sizeof mac)), "mac");
    buffer_free(&key);
    buffer_free(&data);
}

static void expect_node(struct vectors *vectors, struct json_object *step,
                        const struct secret *node)
{
    vector_expect(vectors, vector_equals(step, "key", slice_of(secret_bytes(node), KEY_SIZE)),
                  "key of a step");
    vector_expect(
        vectors,
        vector_equals(step, "chain_code", slice_of(secret_bytes(node) + KEY_SIZE, KEY_SIZE)),
        "chain of a step");
}

static void run_tree(struct vectors *vectors, struct json_object *item)
{
    const char *path[PATH_MAX_LENGTH];
    struct json_object *elements = vector_member(item, "path");
    struct json_object *steps = vector_member(item, "steps");
    size_t depth = json_object_array_length(elements);
    struct secret *seed = vector_secret(item, "seed");
    struct secret *node = key_tree_root(seed, vector_text(item, "usage"), NULL);
    expect_node(vectors, json_object_array_get_idx(steps, 0), node);
    for (size_t i = 0; i < depth && i < PATH_MAX_LENGTH; i++) {
        path[i] = json_object_get_string(json_object_array_get_idx(elements, i));
        struct slice chain = slice_of(secret_bytes(node) + KEY_SIZE, KEY_SIZE);
        struct secret *child = key_tree_child(chain, path[i], NULL);
        secret_free(node);
        node = child;
        expect_node(vectors, json_object_array_get_idx(steps, i + 1), node);
    }
    struct secret *key = key_tree_derive(seed, vector_text(item, "usage"), path, depth, NULL);
    vector_expect(vectors, vector_equals(item, "key", secret_slice(key)), "derived key");
    secret_free(seed);
    secret_free(node);
    secret_free(key);
}

static void run_identity(struct vectors *vectors, struct json_object *item)
{
    struct key_pair content, signing;
    char id[ANONYMOUS_ID_LENGTH + 1], column[ACCOUNT_PUBLIC_KEY_LENGTH + 1];
    struct secret *master = vector_secret(item, "master_secret");
    account_content_key_pair(master, &content, NULL);
    account_signing_key_pair(master, &signing, NULL);
    account_anonymous_id(master, id, NULL);
    account_public_key_text(signing.public_key, column);
    struct secret *blob_key = master_blob_key(master, NULL);
    vector_expect(vectors,
                  vector_equals(item, "content_secret_key", secret_slice(content.secret_key)),
                  "content secret key");
    vector_expect(
        vectors,
        vector_equals(item, "content_public_key", slice_of(content.public_key, PUBLIC_KEY_SIZE)),
        "content public key");
    vector_expect(
        vectors,
        vector_equals(item, "ed25519_public_key", slice_of(signing.public_key, PUBLIC_KEY_SIZE)),
        "signing public key");
    vector_expect(vectors, strcmp(id, vector_text(item, "anon_id")) == 0, "anonymous id %s", id);
    vector_expect(vectors, strcmp(column, vector_text(item, "account_public_key_column")) == 0,
                  "column %s", column);
    vector_expect(vectors, vector_equals(item, "master_blob_key", secret_slice(blob_key)),
                  "master blob key");
    secret_free(master);
    secret_free(blob_key);
    key_pair_clear(&content);
    key_pair_clear(&signing);
}

static void run_key_tree(struct vectors *vectors, struct json_object *document)
{
    vector_cases(vectors, document, "hmac_sha512", run_hmac);
    vector_cases(vectors, document, "cases", run_tree);
    vector_cases(vectors, document, "identities", run_identity);
}

static void put_member(struct json_object *item, const char *stem, const char *before,
                       struct buffer *body)
{
    struct buffer bytes = {0};
    vector_bytes(item, stem, &bytes);
    buffer_append_string(body, before);
    base64_encode(body, bytes.data, bytes.length);
    buffer_append_string(body, "\"");
    buffer_free(&bytes);
}

/* The client's request, made with the case's challenge, is the one in the file. */
static void expect_request(struct vectors *vectors, struct json_object *item)
{
    struct vector_random random;
    struct buffer made = {0}, given = {0};
    struct secret *master = vector_secret(item, "seed");
    vector_random_begin(&random);
    vector_random_add(&random, item, "challenge");
    login_request_print(master, &random.source, &made, NULL);
    json_text_print(&given, vector_member(item, "request_body"));
    vector_expect(vectors, vector_same(vector_buffer(&made), vector_buffer(&given)), "request");
    vector_random_end(&random);
    secret_free(master);
    buffer_free(&made);
    buffer_free(&given);
}

static void run_signature(struct vectors *vectors, struct json_object *item)
{
    unsigned char public_key[PUBLIC_KEY_SIZE];
    struct buffer body = {0};
    struct error error = {.code = ERROR_NONE};
    struct json_object *verdict = vector_member(item, "libsodium");
    bool throws = json_object_is_type(verdict, json_type_string);
    put_member(item, "challenge", "{\"challenge\":\"", &body);
    put_member(item, "public_key", ",\"publicKey\":\"", &body);
    put_member(item, "signature", ",\"signature\":\"", &body);
    buffer_append_byte(&body, '}');
    int status = login_request_verify(vector_buffer(&body), public_key, &error);
    bool valid = !throws && json_object_get_boolean(verdict);
    vector_expect(vectors, (status == 0) == valid, "verdict: %s", error.message);
    if (status == 0)
        vector_expect(vectors,
                      vector_equals(item, "public_key", slice_of(public_key, PUBLIC_KEY_SIZE)),
                      "public key");
    else
        vector_expect(vectors, error.code == (throws ? ERROR_INVALID : ERROR_REFUSED),
                      "error is %s", error_code_name(error.code));
    if (vector_has(item, "seed_hex"))
        expect_request(vectors, item);
    buffer_free(&body);
}

static void run_auth_signature(struct vectors *vectors, struct json_object *document)
{
    vector_cases(vectors, document, "cases", run_signature);
}

const struct vector_suite VECTORS_KEYS[] = {
    {"crypto-key-tree", run_key_tree},
    {"crypto-auth-signature", run_auth_signature},
    {NULL, NULL},
};
