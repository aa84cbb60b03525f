#include "wire/pairing.h"

#include "key_link.h"
#include "request_body.h"
#include "wire/base64.h"
#include "wire/box_bundle.h"
#include "wire/json_scan.h"
#include "wire/json_text.h"
#include "wire/key_tree.h"
#include "wire/login.h"

#define LINK_PREFIX "happy://terminal?"
#define WEB_PATH    "/terminal/connect#key="

/* Plaintext of a version 2 response: version byte and content public key. */
#define V2_SIZE (1 + PUBLIC_KEY_SIZE)

void pairing_link_print(const unsigned char public_key[static PUBLIC_KEY_SIZE], struct buffer *link)
{
    key_link_print(LINK_PREFIX, public_key, link);
}

void pairing_web_link_print(const char *webapp_url,
                            const unsigned char public_key[static PUBLIC_KEY_SIZE],
                            struct buffer *link)
{
    buffer_append_string(link, webapp_url);
    key_link_print(WEB_PATH, public_key, link);
}

int pairing_link_parse(struct slice link, unsigned char public_key[static PUBLIC_KEY_SIZE],
                       struct error *error)
{
    struct slice path = {NULL, 0};
    const char *hash = link.length ? memchr(link.data, '#', link.length) : NULL;
    if (hash) {
        size_t before = sizeof "/terminal/connect" - 1;
        if ((size_t)(hash - link.data) >= before)
            path = slice_of(hash - before, link.length - (size_t)(hash - link.data) + before);
        return key_link_parse(WEB_PATH, path, public_key, error);
    }
    return key_link_parse(LINK_PREFIX, link, public_key, error);
}

void pairing_request_print(const unsigned char public_key[static PUBLIC_KEY_SIZE],
                           struct buffer *body)
{
    buffer_append_string(body, "{\"publicKey\":\"");
    base64_encode(body, public_key, PUBLIC_KEY_SIZE);
    buffer_append_string(body, "\",\"supportsV2\":true}");
}

int pairing_reply_parse(struct slice body, struct pairing_reply *reply, struct error *error)
{
    struct slice object, state;
    *reply = (struct pairing_reply){.authorized = false};
    if (request_body_object(body, &object, error) != 0)
        return -1;
    bool named = json_scan_find(object, "state", &state) && json_scan_kind(state) == JSON_STRING;
    if (named && json_scan_string_is(state, "requested"))
        return 0;
    if (!named || !json_scan_string_is(state, "authorized"))
        return error_set(error, ERROR_INVALID, "the server's answer has an unknown state");
    reply->authorized = true;
    reply->token = login_reply_token(body, error);
    if (reply->token && request_body_string(object, "response", &reply->response, error) == 0)
        return 0;
    pairing_reply_clear(reply);
    return -1;
}

void pairing_reply_clear(struct pairing_reply *reply)
{
    secret_free(reply->token);
    buffer_free(&reply->response);
    *reply = (struct pairing_reply){.authorized = false};
}

static int take_payload(struct secret *payload, const struct random_source *random,
                        struct pairing_result *result, struct error *error)
{
    size_t size = secret_size(payload);
    if (size == KEY_SIZE) {
        result->variant = RECORD_LEGACY;
        result->master = secret_copy(secret_bytes(payload), KEY_SIZE, error);
        return result->master ? 0 : -1;
    }
    if (size > 0 && secret_bytes(payload)[0] != 0)
        return error_set(error, ERROR_UNSUPPORTED,
                         "the app answered in a version this program does not know");
    if (size < V2_SIZE)
        return error_set(error, ERROR_INVALID, "the app's answer is cut short: %zu bytes", size);
    result->variant = RECORD_DATA_KEY;
    memcpy(result->content_public_key, secret_bytes(payload) + 1, PUBLIC_KEY_SIZE);
    result->machine_key = secret_random(random, KEY_SIZE, error);
    return result->machine_key ? 0 : -1;
}

int pairing_response_open(const struct key_pair *terminal, struct slice base64,
                          const struct random_source *random, struct pairing_result *result,
                          struct error *error)
{
    struct buffer bundle = {0};
    *result = (struct pairing_result){.master = NULL};
    int status = base64_decode(BASE64_STANDARD, base64, &bundle, error);
    if (status == 0) {
        struct secret *payload =
            box_bundle_open(terminal->secret_key, slice_of(bundle.data, bundle.length), error);
        status = payload ? take_payload(payload, random, result, error) : -1;
        secret_free(payload);
    }
    buffer_free(&bundle);
    return status;
}

void pairing_result_clear(struct pairing_result *result)
{
    secret_free(result->master);
    secret_free(result->machine_key);
    *result = (struct pairing_result){.master = NULL};
}

static int respond(struct slice payload, const unsigned char terminal[static PUBLIC_KEY_SIZE],
                   const struct random_source *random, struct buffer *base64, struct error *error)
{
    struct buffer bundle = {0};
    int status = box_bundle_seal(terminal, random, payload, &bundle, error);
    if (status == 0)
        base64_encode(base64, bundle.data, bundle.length);
    buffer_free(&bundle);
    return status;
}

int pairing_response_v1(const struct secret *master,
                        const unsigned char terminal[static PUBLIC_KEY_SIZE],
                        const struct random_source *random, struct buffer *base64,
                        struct error *error)
{
    if (secret_size(master) != KEY_SIZE)
        return error_set(error, ERROR_INVALID, "a master secret must be %u bytes", KEY_SIZE);
    return respond(secret_slice(master), terminal, random, base64, error);
}

int pairing_response_v2(const unsigned char content_public_key[static PUBLIC_KEY_SIZE],
                        const unsigned char terminal[static PUBLIC_KEY_SIZE],
                        const struct random_source *random, struct buffer *base64,
                        struct error *error)
{
    unsigned char payload[V2_SIZE] = {0};
    memcpy(payload + 1, content_public_key, PUBLIC_KEY_SIZE);
    return respond(slice_of(payload, sizeof payload), terminal, random, base64, error);
}

void pairing_answer_print(const unsigned char terminal[static PUBLIC_KEY_SIZE],
                          struct slice response, struct buffer *body)
{
    buffer_append_string(body, "{\"publicKey\":\"");
    base64_encode(body, terminal, PUBLIC_KEY_SIZE);
    buffer_append_string(body, "\",\"response\":");
    json_text_print_string(body, response);
    buffer_append_byte(body, '}');
}

int pairing_key_parse(struct slice base64, unsigned char public_key[static PUBLIC_KEY_SIZE],
                      struct error *error)
{
    struct buffer bytes = {0};
    int status = base64_decode(BASE64_SERVER, base64, &bytes, error);
    if (status == 0 && bytes.length != PUBLIC_KEY_SIZE)
        status = error_set(error, ERROR_REFUSED, "Invalid public key");
    if (status == 0)
        memcpy(public_key, bytes.data, PUBLIC_KEY_SIZE);
    buffer_free(&bytes);
    return status;
}

static int parse_key_member(struct slice object, unsigned char public_key[static PUBLIC_KEY_SIZE],
                            struct error *error)
{
    struct buffer text = {0};
    int status = request_body_string(object, "publicKey", &text, error);
    if (status == 0)
        status = pairing_key_parse(slice_of(text.data, text.length), public_key, error);
    buffer_free(&text);
    return status;
}

int pairing_request_parse(struct slice body, struct pairing_request *request, struct error *error)
{
    struct slice object;
    if (request_body_object(body, &object, error) != 0 ||
        request_body_flag(object, "supportsV2", &request->supports_v2, error) != 0)
        return -1;
    return parse_key_member(object, request->public_key, error);
}

int pairing_answer_parse(struct slice body, struct pairing_answer *answer, struct error *error)
{
    struct slice object;
    *answer = (struct pairing_answer){.response = {0}};
    if (request_body_object(body, &object, error) == 0 &&
        request_body_string(object, "response", &answer->response, error) == 0 &&
        parse_key_member(object, answer->public_key, error) == 0)
        return 0;
    pairing_answer_clear(answer);
    return -1;
}

void pairing_answer_clear(struct pairing_answer *answer)
{
    buffer_free(&answer->response);
}
