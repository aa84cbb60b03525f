#include "wire/token.h"

#include <inttypes.h>
#include <math.h>

#include "wire/base64.h"
#include "wire/json_number.h"
#include "wire/json_scan.h"

static const char HEADER[] = "{\"alg\":\"EdDSA\"}";

static bool is_plain(const char *claim)
{
    for (const char *at = claim; *at; at++)
        if (*at < ' ' || *at > '~' || strchr("\"\\>?~", *at))
            return false;
    return true;
}

static void put_payload(struct buffer *payload, const struct token_claims *claims)
{
    buffer_append_format(payload, "{\"sub\":\"%s\",", claims->subject);
    if (claims->session[0])
        buffer_append_format(payload, "\"session\":\"%s\",", claims->session);
    buffer_append_format(payload, "\"iat\":%" PRId64 ",\"nbf\":%" PRId64 ",", claims->issued_at,
                         claims->issued_at);
    buffer_append_format(payload, "\"iss\":\"" TOKEN_ISSUER "\",\"jti\":\"%s\"}", claims->id);
}

struct secret *token_issue(const struct key_pair *pair, const struct token_claims *claims,
                           struct error *error)
{
    unsigned char signature[SIGNATURE_SIZE];
    struct buffer payload = {0}, text = {0};
    struct secret *token = NULL;
    if (!claims->subject[0] || !is_plain(claims->subject) || !is_plain(claims->session) ||
        !is_plain(claims->id)) {
        error_set(error, ERROR_INVALID, "an id for a token has characters that no id has");
        return NULL;
    }
    put_payload(&payload, claims);
    base64url_encode(&text, HEADER, strlen(HEADER));
    buffer_append_byte(&text, '.');
    base64url_encode(&text, payload.data, payload.length);
    if (!text.failed && !payload.failed) {
        /* Without its signature this is not secret; with it, it exists in locked memory only. */
        signature_make(pair, slice_of(text.data, text.length), signature);
        struct secret *raw = secret_copy(signature, sizeof signature, error);
        struct secret *tail = raw ? secret_to_base64url(raw, error) : NULL;
        token = tail ? secret_new(text.length + 1 + secret_size(tail), error) : NULL;
        if (token) {
            unsigned char *out = secret_writable(token);
            memcpy(out, text.data, text.length);
            out[text.length] = '.';
            memcpy(out + text.length + 1, secret_bytes(tail), secret_size(tail));
        }
        secret_free(raw);
        secret_free(tail);
    } else {
        error_set(error, ERROR_MEMORY, "out of memory");
    }
    buffer_free(&payload);
    buffer_free(&text);
    return token;
}

static int refuse(struct error *error, const char *why)
{
    return error_set(error, ERROR_REFUSED, "Invalid token: %s", why);
}

/* Splits at the dots into exactly three parts. */
static bool split(struct slice token, struct slice parts[static 3])
{
    const char *at = token.data, *end = token.data + token.length;
    for (int i = 0; i < 3; i++) {
        const char *dot = at < end ? memchr(at, '.', (size_t)(end - at)) : NULL;
        if ((dot != NULL) != (i < 2))
            return false;
        parts[i] = slice_of(at, (size_t)((dot ? dot : end) - at));
        at = dot ? dot + 1 : end;
    }
    return true;
}

static bool is_eddsa(struct slice header)
{
    struct slice object, value;
    return json_scan_check(header, &object, NULL, NULL) == 0 &&
           json_scan_kind(object) == JSON_OBJECT && json_scan_find(object, "alg", &value) &&
           json_scan_kind(value) == JSON_STRING && json_scan_string_is(value, "EdDSA");
}

/* A text claim. False when it is there and is no text or too long. */
static bool read_text(struct slice object, const char *key, char text[static TOKEN_CLAIM_MAX + 1])
{
    struct slice value;
    text[0] = '\0';
    if (!json_scan_find(object, key, &value))
        return true;
    if (json_scan_kind(value) != JSON_STRING || value.length - 2 > TOKEN_CLAIM_MAX)
        return false;
    size_t length = json_scan_string_into(value, text);
    text[length] = '\0';
    return strlen(text) == length;
}

/* A number of seconds; `absent` when it is not there. */
static bool read_time(struct slice object, const char *key, double absent, double *seconds)
{
    struct slice value;
    *seconds = absent;
    if (!json_scan_find(object, key, &value))
        return true;
    if (json_scan_kind(value) != JSON_NUMBER)
        return false;
    *seconds = json_number_read(value);
    return true;
}

static int check_claims(struct slice payload, int64_t now, struct token_claims *claims,
                        struct error *error)
{
    struct slice object;
    char issuer[TOKEN_CLAIM_MAX + 1];
    double not_before, expires, issued;
    if (json_scan_check(payload, &object, NULL, NULL) != 0 || json_scan_kind(object) != JSON_OBJECT)
        return refuse(error, "its claims are not a JSON object");
    if (!read_text(object, "iss", issuer) || strcmp(issuer, TOKEN_ISSUER) != 0)
        return refuse(error, "it was issued by somebody else");
    if (!read_time(object, "nbf", 0, &not_before) || not_before > (double)now)
        return refuse(error, "it is not valid yet");
    if (!read_time(object, "exp", INFINITY, &expires) || expires <= (double)now)
        return refuse(error, "it has expired");
    if (!read_text(object, "sub", claims->subject) || !claims->subject[0])
        return refuse(error, "it names no account");
    if (!read_text(object, "session", claims->session) || !read_text(object, "jti", claims->id) ||
        !read_time(object, "iat", 0, &issued) || !(issued >= 0 && issued <= 1e15))
        return refuse(error, "a claim has the wrong type");
    claims->issued_at = (int64_t)issued;
    return 0;
}

int token_verify(const unsigned char public_key[static PUBLIC_KEY_SIZE], struct slice token,
                 int64_t now, struct token_claims *claims, struct error *error)
{
    struct slice parts[3];
    struct buffer header = {0}, payload = {0};
    unsigned char signature[SIGNATURE_SIZE];
    int status = -1;
    *claims = (struct token_claims){.issued_at = 0};
    if (token.length == 0 || token.length > TOKEN_LENGTH_MAX || !split(token, parts))
        return refuse(error, "it does not have three parts");
    size_t signed_length = parts[0].length + 1 + parts[1].length;
    if (base64_decode(BASE64_URL, parts[0], &header, NULL) != 0 ||
        base64_decode(BASE64_URL, parts[1], &payload, NULL) != 0 ||
        !is_eddsa(slice_of(header.data, header.length)))
        refuse(error, "its algorithm is not EdDSA");
    else if (base64_decode_exactly(BASE64_URL, parts[2], signature, SIGNATURE_SIZE, "", NULL) !=
                 0 ||
             !signature_is_valid(public_key, slice_of(token.data, signed_length), signature))
        refuse(error, "its signature is wrong");
    else
        status = check_claims(slice_of(payload.data, payload.length), now, claims, error);
    buffer_free(&header);
    buffer_free(&payload);
    return status;
}
