/* Bearer tokens and the other keys that follow from the server's secret. */
#include "vectors.h"

#include <string.h>

#include "wire/base64.h"
#include "wire/record.h"
#include "wire/server_secret.h"
#include "wire/token.h"

#define NOW       1767225700 /* a little after the vectors' tokens were issued */
#define DEPTH_MAX 8

struct server {
    struct secret *secret;
    struct key_pair tokens;
    struct secret *root;
};

/* A token made from the claims of a valid one is that token. */
static void expect_issued(struct vectors *vectors, struct json_object *item,
                          const struct server *server, const struct token_claims *claims)
{
    struct error error = {.message = ""};
    struct secret *token = token_issue(&server->tokens, claims, &error);
    if (strpbrk(claims->subject, ">?~"))
        vector_expect(vectors, !token && error.code == ERROR_INVALID,
                      "a claim the web build cannot read was issued");
    else
        vector_expect(vectors,
                      token && vector_same(secret_slice(token), vector_slice(item, "token")),
                      "issued: %s", error.message);
    secret_free(token);
}

static void run_token(struct vectors *vectors, struct json_object *item,
                      const struct server *server)
{
    struct token_claims claims;
    struct error error = {.message = "", .code = ERROR_NONE};
    bool valid = json_object_get_boolean(vector_member(item, "valid_for_api"));
    int status =
        token_verify(server->tokens.public_key, vector_slice(item, "token"), NOW, &claims, &error);
    vector_expect(vectors, (status == 0) == valid, "verdict: %s", error.message);
    vector_expect(vectors, status == 0 || error.code == ERROR_REFUSED, "error is %s",
                  error_code_name(error.code));
    if (status != 0)
        return;
    const char *session = vector_text(vector_member(item, "extras"), "session");
    vector_expect(vectors, strcmp(claims.subject, vector_text(item, "user_id")) == 0, "account %s",
                  claims.subject);
    vector_expect(vectors, strcmp(claims.session, session ? session : "") == 0, "session %s",
                  claims.session);
    expect_issued(vectors, item, server, &claims);
}

static void run_at_rest(struct vectors *vectors, struct json_object *item,
                        const struct server *server)
{
    const char *path[DEPTH_MAX];
    struct json_object *elements = vector_member(item, "path");
    size_t depth = json_object_array_length(elements);
    struct buffer stored = {0}, text = {0}, sealed = {0};
    struct vector_random random;
    for (size_t i = 0; i < depth && i < DEPTH_MAX; i++)
        path[i] = json_object_get_string(json_object_array_get_idx(elements, i));
    struct secret *key = server_at_rest_key(server->root, path, depth, NULL);
    vector_expect(vectors, vector_equals(item, "key", secret_slice(key)), "key");
    vector_bytes(item, "stored", &stored);
    struct record_key record_key = {RECORD_DATA_KEY, key};
    record_open(record_key, vector_buffer(&stored), &text, NULL);
    vector_expect(vectors, vector_same(vector_buffer(&text), vector_slice(item, "text")), "opened");
    vector_random_begin(&random);
    vector_random_add(&random, item, "nonce");
    record_seal(record_key, &random.source, vector_slice(item, "text"), &sealed, NULL);
    vector_expect(vectors, vector_same(vector_buffer(&sealed), vector_buffer(&stored)), "sealed");
    vector_random_end(&random);
    secret_free(key);
    buffer_free(&stored);
    buffer_free(&text);
    buffer_free(&sealed);
}

static void run_keys(struct vectors *vectors, struct json_object *document,
                     const struct server *server)
{
    struct key_pair github;
    char voice_id[VOICE_ID_LENGTH + 1];
    struct json_object *voice = vector_member(document, "voice");
    vector_begin(vectors, "keys", 0, "tokens");
    vector_expect(vectors,
                  vector_equals(document, "token_seed",
                                slice_of(secret_bytes(server->tokens.secret_key), 32)),
                  "seed");
    vector_expect(vectors,
                  vector_equals(document, "token_public_key",
                                slice_of(server->tokens.public_key, PUBLIC_KEY_SIZE)),
                  "public key");
    vector_end(vectors);
    vector_begin(vectors, "keys", 0, "GitHub sign-in state");
    server_github_state_key_pair(server->secret, &github, NULL);
    vector_expect(
        vectors,
        vector_equals(document, "github_state_seed", slice_of(secret_bytes(github.secret_key), 32)),
        "seed");
    vector_end(vectors);
    vector_begin(vectors, "keys", 0, "at rest");
    vector_expect(vectors, vector_equals(document, "at_rest_root", secret_slice(server->root)),
                  "root");
    vector_end(vectors);
    vector_begin(vectors, "keys", 0, "voice");
    server_voice_id(server->secret, vector_text(voice, "user_id"), voice_id);
    vector_expect(vectors, strcmp(voice_id, vector_text(voice, "voice_user_id")) == 0, "id %s",
                  voice_id);
    vector_end(vectors);
    key_pair_clear(&github);
}

static void each(struct vectors *vectors, struct json_object *document, const char *section,
                 const struct server *server,
                 void (*run)(struct vectors *vectors, struct json_object *item,
                             const struct server *server))
{
    struct json_object *items = vector_member(document, section);
    for (size_t i = 0; i < json_object_array_length(items); i++) {
        struct json_object *item = json_object_array_get_idx(items, i);
        vector_begin(vectors, section, i, vector_text(item, "name"));
        run(vectors, item, server);
        vector_end(vectors);
    }
}

static void run_server_token(struct vectors *vectors, struct json_object *document)
{
    struct slice text = vector_slice(document, "server_secret");
    struct server server = {.secret = secret_copy(text.data, text.length, NULL)};
    server_token_key_pair(server.secret, &server.tokens, NULL);
    server.root = server_at_rest_root(server.secret, NULL);
    run_keys(vectors, document, &server);
    each(vectors, document, "cases", &server, run_token);
    each(vectors, document, "at_rest", &server, run_at_rest);
    secret_free(server.secret);
    secret_free(server.root);
    key_pair_clear(&server.tokens);
}

const struct vector_suite VECTORS_SERVER[] = {
    {"crypto-server-token", run_server_token},
    {NULL, NULL},
};
