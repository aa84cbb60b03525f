#include "wire/login.h"

#include "request_body.h"
#include "wire/account.h"
#include "wire/base64.h"
#include "wire/json_scan.h"

static void put_member(struct buffer *body, const char *before, const void *bytes, size_t size)
{
    buffer_append_string(body, before);
    base64_encode(body, bytes, size);
    buffer_append_byte(body, '"');
}

int login_request_print(const struct secret *master, const struct random_source *random,
                        struct buffer *body, struct error *error)
{
    struct key_pair pair;
    unsigned char challenge[LOGIN_CHALLENGE_SIZE], signature[SIGNATURE_SIZE];
    if (account_signing_key_pair(master, &pair, error) != 0)
        return -1;
    random_fill(random, challenge, sizeof challenge);
    signature_make(&pair, slice_of(challenge, sizeof challenge), signature);
    put_member(body, "{\"challenge\":\"", challenge, sizeof challenge);
    put_member(body, ",\"publicKey\":\"", pair.public_key, sizeof pair.public_key);
    put_member(body, ",\"signature\":\"", signature, sizeof signature);
    buffer_append_byte(body, '}');
    key_pair_clear(&pair);
    return body->failed ? error_set(error, ERROR_MEMORY, "out of memory") : 0;
}

int login_request_verify(struct slice body, unsigned char public_key[static PUBLIC_KEY_SIZE],
                         struct error *error)
{
    struct buffer key_text = {0}, challenge_text = {0}, signature_text = {0}, challenge = {0};
    unsigned char signature[SIGNATURE_SIZE];
    struct slice object;
    int status = -1;
    if (request_body_object(body, &object, error) != 0 ||
        request_body_string(object, "publicKey", &key_text, error) != 0 ||
        request_body_string(object, "challenge", &challenge_text, error) != 0 ||
        request_body_string(object, "signature", &signature_text, error) != 0)
        goto out;
    if (challenge_text.length > base64_length(LOGIN_CHALLENGE_MAX)) {
        error_set(error, ERROR_LIMIT, "a challenge may have at most %u bytes", LOGIN_CHALLENGE_MAX);
        goto out;
    }
    if (base64_decode_exactly(BASE64_SERVER, slice_of(key_text.data, key_text.length), public_key,
                              PUBLIC_KEY_SIZE, "publicKey", error) != 0 ||
        base64_decode_exactly(BASE64_SERVER, slice_of(signature_text.data, signature_text.length),
                              signature, SIGNATURE_SIZE, "signature", error) != 0 ||
        base64_decode(BASE64_SERVER, slice_of(challenge_text.data, challenge_text.length),
                      &challenge, error) != 0)
        goto out;
    if (signature_is_valid(public_key, slice_of(challenge.data, challenge.length), signature))
        status = 0;
    else
        error_set(error, ERROR_REFUSED, "Invalid signature");
out:
    buffer_free(&key_text);
    buffer_free(&challenge_text);
    buffer_free(&signature_text);
    buffer_free(&challenge);
    return status;
}

struct secret *login_reply_token(struct slice body, struct error *error)
{
    struct slice object, value;
    if (request_body_object(body, &object, error) != 0)
        return NULL;
    if (!json_scan_find(object, "token", &value) || json_scan_kind(value) != JSON_STRING) {
        error_set(error, ERROR_INVALID, "the server's answer holds no token");
        return NULL;
    }
    struct secret *token = secret_new(value.length, error);
    if (token)
        secret_truncate(token, json_scan_string_into(value, (char *)secret_writable(token)));
    return token;
}
