/* The exchanges with the auth and pairing routes, in order. The model of a server below keeps the
   requests and decides by what wire says of each body; HTTP is no part of it. */
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/account.h"
#include "wire/api_auth.h"
#include "wire/api_body.h"
#include "wire/api_error.h"
#include "wire/json_text.h"
#include "wire/login.h"
#include "wire/pairing.h"
#include "wire/token.h"

#define ROWS_MAX 16
#define NOW      1767225700

struct row {
    unsigned char public_key[PUBLIC_KEY_SIZE];
    bool supports_v2;
    struct buffer response;
    char account; /* of who answered */
};

struct table {
    struct row rows[ROWS_MAX];
    size_t count;
};

struct model {
    struct vectors *vectors;
    struct table terminals, devices;
    char accounts[2][ACCOUNT_PUBLIC_KEY_LENGTH + 1]; /* A and B, in the order of their logins */
    struct key_pair token_pair;
};

/* What a route answers. `malformed` stands for 400 and 500, which only upstream tells apart. */
struct answer {
    int status;
    bool malformed;
    struct buffer body; /* with TOKEN for the token */
    char subject;       /* of the token: 'A', 'B', or 0 when there is none */
    bool session;       /* the token is a terminal's */
};

static struct row *find_row(struct table *table, const unsigned char public_key[PUBLIC_KEY_SIZE])
{
    for (size_t i = 0; i < table->count; i++)
        if (memcmp(table->rows[i].public_key, public_key, PUBLIC_KEY_SIZE) == 0)
            return &table->rows[i];
    return NULL;
}

static void answer_with(struct answer *answer, int status, const char *body)
{
    answer->status = status;
    buffer_append_string(&answer->body, body);
}

static void answer_error(struct answer *answer, const struct error *error)
{
    answer->malformed = error->code != ERROR_REFUSED;
    answer->status = 401;
    buffer_append_format(&answer->body, "{\"error\":\"%s\"}", error->message);
}

static void login(struct model *model, struct slice body, struct answer *answer)
{
    unsigned char public_key[PUBLIC_KEY_SIZE];
    char text[ACCOUNT_PUBLIC_KEY_LENGTH + 1];
    struct error error;
    if (login_request_verify(body, public_key, &error) != 0) {
        answer_error(answer, &error);
        return;
    }
    account_public_key_text(public_key, text);
    int which = !model->accounts[0][0] || strcmp(model->accounts[0], text) == 0 ? 0 : 1;
    memcpy(model->accounts[which], text, sizeof text);
    answer->subject = (char)('A' + which);
    answer_with(answer, 200, "{\"success\":true,\"token\":\"TOKEN\"}");
}

static void request(struct model *model, struct slice body, struct answer *answer, bool terminal)
{
    struct table *table = terminal ? &model->terminals : &model->devices;
    struct pairing_request request;
    struct error error;
    if (pairing_request_parse(body, &request, &error) != 0) {
        answer_error(answer, &error);
        return;
    }
    struct row *row = find_row(table, request.public_key);
    if (!row && table->count < ROWS_MAX) {
        row = &table->rows[table->count++];
        memcpy(row->public_key, request.public_key, PUBLIC_KEY_SIZE);
        row->supports_v2 = request.supports_v2;
    }
    if (!row || row->response.length == 0) {
        answer_with(answer, 200, "{\"state\":\"requested\"}");
        return;
    }
    answer->subject = row->account;
    answer->session = terminal;
    answer_with(answer, 200, "{\"state\":\"authorized\",\"token\":\"TOKEN\",\"response\":");
    json_text_print_string(&answer->body, vector_buffer(&row->response));
    buffer_append_byte(&answer->body, '}');
}

static void approve(struct model *model, struct json_object *item, struct slice body,
                    struct answer *answer, bool terminal)
{
    struct table *table = terminal ? &model->terminals : &model->devices;
    const char *bearer = vector_text(item, "bearer");
    const char *header = vector_text(vector_member(item, "headers"), "authorization");
    struct pairing_answer parsed;
    struct token_claims claims;
    struct error error;
    if (!bearer && !header) {
        answer_with(answer, 401, "{\"error\":\"Missing authorization header\"}");
        return;
    }
    if (header && token_verify(model->token_pair.public_key, slice_of_string(header + 7), NOW,
                               &claims, NULL) != 0) {
        answer_with(answer, 401, "{\"error\":\"Invalid token\"}");
        return;
    }
    if (pairing_answer_parse(body, &parsed, &error) != 0) {
        answer_error(answer, &error);
        return;
    }
    struct row *row = find_row(table, parsed.public_key);
    if (!row) {
        answer_with(answer, 404, "{\"error\":\"Request not found\"}");
    } else {
        if (row->response.length == 0) {
            buffer_append(&row->response, parsed.response.data, parsed.response.length);
            row->account = bearer ? bearer[0] : claims.subject[0];
        }
        answer_with(answer, 200, "{\"success\":true}");
    }
    pairing_answer_clear(&parsed);
}

/* The value of the query's only parameter, decoded as forms are. */
static void decode_query(const char *path, struct buffer *value)
{
    for (const char *at = strchr(path, '=') + 1; *at; at++) {
        unsigned code = (unsigned char)*at;
        if (*at == '%' && sscanf(at + 1, "%2x", &code) == 1)
            at += 2;
        buffer_append_byte(value, *at == '+' ? ' ' : (char)code);
    }
}

static void status_of(struct model *model, const char *path, struct answer *answer)
{
    unsigned char public_key[PUBLIC_KEY_SIZE];
    struct buffer text = {0};
    struct error error;
    decode_query(path, &text);
    int status = pairing_key_parse(vector_buffer(&text), public_key, &error);
    struct row *row = status == 0 ? find_row(&model->terminals, public_key) : NULL;
    if (status != 0 && error.code != ERROR_REFUSED) {
        answer_error(answer, &error);
    } else {
        bool pending = row && row->response.length == 0;
        answer->status = 200;
        buffer_append_format(&answer->body, "{\"status\":\"%s\",\"supportsV2\":%s}",
                             !row      ? "not_found"
                             : pending ? "pending"
                                       : "authorized",
                             pending && row->supports_v2 ? "true" : "false");
    }
    buffer_free(&text);
}

static void route(struct model *model, struct json_object *item, struct slice body,
                  struct answer *answer)
{
    const char *path = vector_text(item, "path");
    if (strcmp(path, "/v1/auth") == 0)
        login(model, body, answer);
    else if (strcmp(path, "/v1/auth/request") == 0)
        request(model, body, answer, true);
    else if (strcmp(path, "/v1/auth/account/request") == 0)
        request(model, body, answer, false);
    else if (strcmp(path, "/v1/auth/response") == 0)
        approve(model, item, body, answer, true);
    else if (strcmp(path, "/v1/auth/account/response") == 0)
        approve(model, item, body, answer, false);
    else if (strncmp(path, "/v1/auth/request/status?", 24) == 0)
        status_of(model, path, answer);
}

/* A token for the answer's claims is made and read, and the client finds it in the body. */
static void expect_token(struct model *model, struct json_object *item, const struct answer *answer)
{
    struct json_object *expected = vector_member(item, "token_claims");
    struct token_claims claims = {.issued_at = NOW, .id = "1"}, read;
    vector_expect(model->vectors, (answer->subject != 0) == (expected != NULL), "token or not");
    if (!expected)
        return;
    snprintf(claims.subject, sizeof claims.subject, "ACCOUNT_%c", answer->subject);
    snprintf(claims.session, sizeof claims.session, "%s", answer->session ? "row" : "");
    struct secret *token = token_issue(&model->token_pair, &claims, NULL);
    vector_expect(model->vectors,
                  token &&
                      token_verify(model->token_pair.public_key, secret_slice(token), NOW, &read,
                                   NULL) == 0 &&
                      strcmp(read.subject, vector_text(expected, "sub")) == 0 &&
                      (read.session[0] != 0) ==
                          json_object_get_boolean(vector_member(expected, "has_session")),
                  "claims");
    secret_free(token);
    struct secret *found = login_reply_token(vector_buffer(&answer->body), NULL);
    vector_expect(model->vectors, found && vector_same(secret_slice(found), slice_of("TOKEN", 5)),
                  "token in the answer");
    secret_free(found);
}

/* The tables of the bodies: what is malformed is told in the validator's words, apart from the text
   of the JSON parser, and answers are printed as they were read. */
static void expect_tables(struct model *model, struct json_object *item, struct slice body)
{
    static const struct {
        const char *path;
        const struct schema *request, *answer;
    } routes[] = {
        {"/v1/auth", &api_login_request_schema, &api_login_answer_schema},
        {"/v1/auth/request", &api_pairing_request_schema, &api_pairing_state_answer_schema},
        {"/v1/auth/account/request", &api_pairing_request_schema, &api_pairing_state_answer_schema},
        {"/v1/auth/response", &api_pairing_response_request_schema, &api_success_schema},
        {"/v1/auth/account/response", &api_pairing_response_request_schema, &api_success_schema},
    };
    const char *path = vector_text(item, "path");
    int status = json_object_get_int(vector_member(item, "status"));
    struct json_object *response = vector_member(item, "response");
    struct buffer answer = {0}, expected = {0};
    struct arena arena = {0};
    json_text_print(&expected, response);
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
        if (strcmp(routes[i].path, path) != 0)
            continue;
        void *value = calloc(1, routes[i].request->size);
        int good = api_read_body(routes[i].request, body, &arena, value, &answer);
        vector_expect(model->vectors, (good != 0) == (status == 400), "validation");
        if (status == 400 && !strstr(buffer_string(&expected), "SyntaxError"))
            vector_expect(model->vectors,
                          vector_same(vector_buffer(&answer), vector_buffer(&expected)),
                          "validated with %s", buffer_string(&answer));
        if (status == 200)
            vector_round_trip(model->vectors, routes[i].answer, response, VECTOR_EXACT);
        free(value);
    }
    if (status == 200 && strncmp(path, "/v1/auth/request/status", 23) == 0)
        vector_round_trip(model->vectors, &api_pairing_status_answer_schema, response,
                          VECTOR_EXACT);
    if (status == 500) {
        api_error_print_internal(&answer);
        vector_expect(model->vectors, vector_same(vector_buffer(&answer), vector_buffer(&expected)),
                      "failed with %s", buffer_string(&answer));
    }
    buffer_free(&answer);
    buffer_free(&expected);
    arena_free(&arena);
}

static void run_exchange(struct model *model, struct json_object *item)
{
    struct buffer body = {0}, expected = {0};
    struct answer answer = {.status = 404};
    int status = json_object_get_int(vector_member(item, "status"));
    bool malformed = status == 400 || status == 500;
    if (vector_has(item, "body"))
        json_text_print(&body, vector_member(item, "body"));
    else
        buffer_append_string(&body,
                             vector_text(item, "body_text") ? vector_text(item, "body_text") : "");
    json_text_print(&expected, vector_member(item, "response"));
    route(model, item, vector_buffer(&body), &answer);
    expect_tables(model, item, vector_buffer(&body));
    vector_expect(model->vectors, answer.malformed == malformed, "malformed or not: %s",
                  buffer_string(&answer.body));
    if (!malformed) {
        vector_expect(model->vectors, answer.status == status, "status %d", answer.status);
        vector_expect(model->vectors,
                      vector_same(vector_buffer(&answer.body), vector_buffer(&expected)),
                      "answer %s", buffer_string(&answer.body));
        expect_token(model, item, &answer);
    }
    buffer_free(&body);
    buffer_free(&expected);
    buffer_free(&answer.body);
}

static void run_auth_http(struct vectors *vectors, struct json_object *document)
{
    struct model model = {.vectors = vectors};
    struct json_object *items = vector_member(document, "cases");
    struct secret *seed = secret_random(&RANDOM_SYSTEM, 32, NULL);
    signing_key_pair_from_seed(seed, &model.token_pair, NULL);
    for (size_t i = 0; i < json_object_array_length(items); i++) {
        struct json_object *item = json_object_array_get_idx(items, i);
        vector_begin(vectors, "cases", i, vector_text(item, "name"));
        run_exchange(&model, item);
        vector_end(vectors);
    }
    for (size_t i = 0; i < ROWS_MAX; i++) {
        buffer_free(&model.terminals.rows[i].response);
        buffer_free(&model.devices.rows[i].response);
    }
    key_pair_clear(&model.token_pair);
    secret_free(seed);
}

const struct vector_suite VECTORS_AUTH[] = {
    {"crypto-auth-http", run_auth_http},
    {NULL, NULL},
};
