/* Terminal pairing, account linking and credential files. */
#include "vectors.h"

#include <string.h>

#include "wire/account.h"
#include "wire/account_link.h"
#include "wire/base64.h"
#include "wire/box_bundle.h"
#include "wire/credentials.h"
#include "wire/key_tree.h"
#include "wire/pairing.h"

/* The credential type a strict terminal ends up with; NULL: it refuses. */
static const char *expected_type(struct json_object *item)
{
    bool strict =
        vector_has(item, "strict") ||
        (vector_text(item, "note") && strstr(vector_text(item, "note"), "refuse anything"));
    return strict ? NULL : vector_text(item, vector_has(item, "type") ? "type" : "credential_type");
}

/* The file the terminal writes then, with the token of the expected file. */
static void expect_file(struct vectors *vectors, struct json_object *item,
                        const struct pairing_result *result)
{
    struct credentials given, made = {.variant = result->variant};
    struct slice file = vector_slice(item, "access_key_file");
    vector_expect(vectors, credentials_parse(file, &given, NULL) == 0, "reading the file");
    made.token = given.token;
    made.master = result->master;
    made.machine_key = result->machine_key;
    memcpy(made.content_public_key, result->content_public_key, PUBLIC_KEY_SIZE);
    struct secret *text = given.token ? credentials_print(&made, NULL) : NULL;
    vector_expect(vectors, text && vector_same(secret_slice(text), file), "access.key");
    secret_free(text);
    credentials_clear(&given);
}

/* The approver's side: the response with the case's ephemeral key and nonce. */
static void expect_response(struct vectors *vectors, struct json_object *item,
                            const struct key_pair *terminal)
{
    struct vector_random random;
    struct buffer payload = {0}, base64 = {0}, bundle = {0};
    struct error error = {.message = ""};
    vector_random_begin(&random);
    vector_random_add(&random, item, "approver_ephemeral_secret_key");
    vector_random_add(&random, item, "approver_nonce");
    vector_bytes(item, "payload", &payload);
    const unsigned char *bytes = (const unsigned char *)buffer_string(&payload);
    if (payload.length == KEY_SIZE) {
        struct secret *master = secret_copy(bytes, KEY_SIZE, NULL);
        pairing_response_v1(master, terminal->public_key, &random.source, &base64, &error);
        secret_free(master);
    } else if (payload.length == 1 + PUBLIC_KEY_SIZE && bytes[0] == 0) {
        pairing_response_v2(bytes + 1, terminal->public_key, &random.source, &base64, &error);
    } else {
        box_bundle_seal(terminal->public_key, &random.source, vector_buffer(&payload), &bundle,
                        &error);
        base64_encode(&base64, bundle.data, bundle.length);
    }
    bool same = vector_same(vector_buffer(&base64), vector_slice(item, "response_b64"));
    bool other = strstr(vector_text(item, "name"), "another terminal") != NULL;
    vector_expect(vectors, same != other, "response: %s", error.message);
    vector_random_end(&random);
    buffer_free(&payload);
    buffer_free(&base64);
    buffer_free(&bundle);
}

static void run_pairing_case(struct vectors *vectors, struct json_object *item)
{
    struct key_pair terminal;
    struct pairing_result result;
    struct vector_random random;
    struct error error = {.code = ERROR_NONE};
    const char *type = expected_type(item);
    struct secret *secret_key = vector_secret(item, "terminal_secret_key");
    box_key_pair_of(secret_key, &terminal, NULL);
    vector_random_begin(&random);
    if (!vector_random_add(&random, item, "machine_key"))
        for (unsigned i = 0; i < KEY_SIZE; i++)
            buffer_append_byte(&random.bytes, 7);
    vector_expect(
        vectors,
        vector_equals(item, "terminal_public_key", slice_of(terminal.public_key, PUBLIC_KEY_SIZE)),
        "public key");
    int status = pairing_response_open(&terminal, vector_slice(item, "response_b64"),
                                       &random.source, &result, &error);
    vector_expect(vectors, (status == 0) == (type != NULL), "verdict: %s", error.message);
    if (status == 0) {
        vector_expect(vectors, strcmp(record_variant_name(result.variant), type) == 0, "type");
        vector_expect(vectors,
                      result.variant != RECORD_LEGACY ||
                          vector_equals(item, "payload", secret_slice(result.master)),
                      "master secret");
        vector_expect(vectors,
                      result.variant != RECORD_DATA_KEY ||
                          vector_equals(item, "content_public_key",
                                        slice_of(result.content_public_key, PUBLIC_KEY_SIZE)),
                      "content public key");
        if (vector_has(item, "access_key_file"))
            expect_file(vectors, item, &result);
    } else {
        vector_expect(vectors, error.code == ERROR_INVALID || error.code == ERROR_UNSUPPORTED,
                      "error is %s", error_code_name(error.code));
    }
    if (vector_has(item, "payload_hex"))
        expect_response(vectors, item, &terminal);
    pairing_result_clear(&result);
    key_pair_clear(&terminal);
    secret_free(secret_key);
    vector_random_end(&random);
}

static void run_url(struct vectors *vectors, struct json_object *item)
{
    unsigned char public_key[PUBLIC_KEY_SIZE], parsed[PUBLIC_KEY_SIZE];
    char column[ACCOUNT_PUBLIC_KEY_LENGTH + 1];
    struct buffer bytes = {0}, link = {0}, web = {0}, body = {0};
    struct pairing_request request;
    vector_bytes(item, "public_key", &bytes);
    memcpy(public_key, bytes.data, PUBLIC_KEY_SIZE);
    pairing_link_print(public_key, &link);
    pairing_web_link_print(PAIRING_WEBAPP_URL, public_key, &web);
    pairing_request_print(public_key, &body);
    account_public_key_text(public_key, column);
    vector_expect(vectors, vector_same(vector_buffer(&link), vector_slice(item, "qr_text")), "QR");
    vector_expect(vectors, vector_same(vector_buffer(&web), vector_slice(item, "web_url")), "web");
    vector_expect(vectors, vector_same(vector_buffer(&body), vector_slice(item, "request_body")),
                  "request");
    vector_expect(vectors, slice_equals(vector_slice(item, "database_public_key"), column), "hex");
    vector_expect(vectors,
                  pairing_link_parse(vector_buffer(&link), parsed, NULL) == 0 &&
                      memcmp(parsed, public_key, PUBLIC_KEY_SIZE) == 0,
                  "reading the QR text");
    vector_expect(vectors,
                  pairing_link_parse(vector_buffer(&web), parsed, NULL) == 0 &&
                      memcmp(parsed, public_key, PUBLIC_KEY_SIZE) == 0,
                  "reading the web link");
    vector_expect(vectors,
                  pairing_request_parse(vector_buffer(&body), &request, NULL) == 0 &&
                      request.supports_v2 &&
                      memcmp(request.public_key, public_key, PUBLIC_KEY_SIZE) == 0,
                  "reading the request");
    buffer_free(&bytes);
    buffer_free(&link);
    buffer_free(&web);
    buffer_free(&body);
}

static void expect_account_files(struct vectors *vectors, struct json_object *item,
                                 struct secret *master)
{
    struct account_credentials given, again;
    struct slice agent = vector_slice(item, "agent_key_file");
    struct slice app = vector_slice(item, "app_credentials_text");
    bool read = account_credentials_parse(agent, &given, NULL) == 0;
    vector_expect(vectors, read && secret_equals(given.master, master), "reading agent.key");
    bool read_app = account_credentials_parse(app, &again, NULL) == 0;
    vector_expect(vectors, read_app && secret_equals(again.master, master), "reading the app's");
    if (read) {
        struct secret *agent_text = agent_key_print(&given, NULL);
        struct secret *app_text = app_credentials_print(&given, NULL);
        vector_expect(vectors, vector_same(secret_slice(agent_text), agent), "agent.key");
        vector_expect(vectors, vector_same(secret_slice(app_text), app), "the app's text");
        secret_free(agent_text);
        secret_free(app_text);
    }
    account_credentials_clear(&given);
    account_credentials_clear(&again);
}

static void run_link(struct vectors *vectors, struct json_object *item)
{
    struct key_pair device;
    unsigned char parsed[PUBLIC_KEY_SIZE];
    struct buffer link = {0}, body = {0}, base64 = {0};
    struct vector_random random;
    struct secret *bytes = vector_secret(item, "random"), *master = vector_secret(item, "secret");
    if (strncmp(vector_text(item, "name"), "app:", 4) == 0)
        box_key_pair_from_seed(bytes, &device, NULL);
    else
        box_key_pair_of(bytes, &device, NULL);
    vector_expect(vectors, vector_equals(item, "secret_key", secret_slice(device.secret_key)),
                  "secret key");
    account_link_print(device.public_key, &link);
    account_link_request_print(device.public_key, &body);
    vector_expect(vectors, vector_same(vector_buffer(&link), vector_slice(item, "qr_text")), "QR");
    vector_expect(vectors, vector_same(vector_buffer(&body), vector_slice(item, "request_body")),
                  "request");
    vector_expect(vectors,
                  account_link_parse(vector_buffer(&link), parsed, NULL) == 0 &&
                      memcmp(parsed, device.public_key, PUBLIC_KEY_SIZE) == 0,
                  "reading the QR text");
    vector_random_begin(&random);
    vector_random_add(&random, item, "approver_ephemeral_secret_key");
    vector_random_add(&random, item, "approver_nonce");
    account_link_response(master, device.public_key, &random.source, &base64, NULL);
    vector_expect(vectors, vector_same(vector_buffer(&base64), vector_slice(item, "response_b64")),
                  "response");
    struct secret *opened = account_link_response_open(&device, vector_buffer(&base64), NULL);
    vector_expect(vectors, opened && secret_equals(opened, master), "opened");
    expect_account_files(vectors, item, master);
    secret_free(opened);
    secret_free(bytes);
    secret_free(master);
    key_pair_clear(&device);
    vector_random_end(&random);
    buffer_free(&link);
    buffer_free(&body);
    buffer_free(&base64);
}

static void run_credential_file(struct vectors *vectors, struct json_object *item)
{
    struct credentials credentials;
    struct error error = {.message = ""};
    struct slice text = vector_slice(item, "text");
    const char *type = expected_type(item);
    int status = credentials_parse(text, &credentials, &error);
    vector_expect(vectors, (status == 0) == (type != NULL), "verdict: %s", error.message);
    if (status == 0) {
        vector_expect(vectors, strcmp(record_variant_name(credentials.variant), type) == 0, "type");
        if (memchr(text.data, '\n', text.length)) { /* as the official program prints it */
            struct secret *printed = credentials_print(&credentials, NULL);
            vector_expect(vectors, vector_same(secret_slice(printed), text), "printed");
            secret_free(printed);
        }
    }
    credentials_clear(&credentials);
}

static void run_pairing(struct vectors *vectors, struct json_object *document)
{
    vector_cases(vectors, document, "cases", run_pairing_case);
    vector_cases(vectors, document, "urls", run_url);
    vector_cases(vectors, document, "account_linking", run_link);
    vector_cases(vectors, document, "credential_files", run_credential_file);
}

const struct vector_suite VECTORS_PAIRING[] = {
    {"crypto-pairing", run_pairing},
    {NULL, NULL},
};
