#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/account.h"
#include "wire/account_link.h"
#include "wire/base64.h"
#include "wire/credentials.h"
#include "wire/login.h"
#include "wire/pairing.h"
#include "wire/token.h"

#define NOW 1767225600

static struct slice all_of(const struct buffer *buffer)
{
    return slice_of(buffer_string(buffer), buffer->length);
}

/* Terminal, server and app in turn, with only what travels between them. */
static void a_terminal_is_paired(void **state)
{
    (void)state;
    struct secret *master = secret_random(&RANDOM_SYSTEM, 32, NULL);
    struct key_pair terminal, content;
    struct buffer link = {0}, request_body = {0}, response = {0}, answer_body = {0},
                  reply_body = {0};
    struct pairing_request request;
    struct pairing_answer answer;
    struct pairing_reply reply;
    struct pairing_result result;
    unsigned char shown[PUBLIC_KEY_SIZE];
    account_content_key_pair(master, &content, NULL);
    box_key_pair_random(&RANDOM_SYSTEM, &terminal, NULL);
    pairing_link_print(terminal.public_key, &link);
    pairing_request_print(terminal.public_key, &request_body);
    assert_int_equal(pairing_request_parse(all_of(&request_body), &request, NULL), 0);
    assert_true(request.supports_v2);
    assert_int_equal(pairing_link_parse(all_of(&link), shown, NULL), 0);
    pairing_response_v2(content.public_key, shown, &RANDOM_SYSTEM, &response, NULL);
    pairing_answer_print(shown, all_of(&response), &answer_body);
    assert_int_equal(pairing_answer_parse(all_of(&answer_body), &answer, NULL), 0);
    assert_memory_equal(answer.public_key, request.public_key, PUBLIC_KEY_SIZE);
    buffer_append_format(&reply_body,
                         "{\"state\":\"authorized\",\"token\":\"a.b.c\",\"response\":\"%s\"}",
                         buffer_string(&answer.response));
    assert_int_equal(pairing_reply_parse(all_of(&reply_body), &reply, NULL), 0);
    assert_true(reply.authorized);
    assert_memory_equal(secret_bytes(reply.token), "a.b.c", 5);
    assert_int_equal(
        pairing_response_open(&terminal, all_of(&reply.response), &RANDOM_SYSTEM, &result, NULL),
        0);
    assert_int_equal(result.variant, RECORD_DATA_KEY);
    assert_memory_equal(result.content_public_key, content.public_key, PUBLIC_KEY_SIZE);
    assert_int_equal(secret_size(result.machine_key), 32);
    pairing_result_clear(&result);
    pairing_reply_clear(&reply);
    pairing_answer_clear(&answer);
    key_pair_clear(&terminal);
    key_pair_clear(&content);
    secret_free(master);
    buffer_free(&link);
    buffer_free(&request_body);
    buffer_free(&response);
    buffer_free(&answer_body);
    buffer_free(&reply_body);
}

static void replies_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        int status;
        bool authorized;
    } cases[] = {
        {"{\"state\":\"requested\"}", 0, false},
        {"{\"state\":\"authorized\",\"token\":\"t\",\"response\":\"r\",\"more\":1}", 0, true},
        {"{\"state\":\"authorized\",\"token\":\"t\"}", -1, false},
        {"{\"state\":\"authorized\",\"response\":\"r\"}", -1, false},
        {"{\"state\":\"authorized\",\"token\":1,\"response\":\"r\"}", -1, false},
        {"{\"state\":\"other\"}", -1, false},
        {"{\"state\":null}", -1, false},
        {"{}", -1, false},
        {"[]", -1, false},
        {"", -1, false},
        {"<html>", -1, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct pairing_reply reply;
        assert_int_equal(pairing_reply_parse(slice_of_string(cases[i].body), &reply, NULL),
                         cases[i].status);
        assert_int_equal(reply.authorized, cases[i].authorized);
        pairing_reply_clear(&reply);
    }
}

static void links_of_other_kinds_are_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "happy://terminal?",
        "happy://terminal?AAAA",
        "handy://Zqmhj9OmHodsbEA5Ro5ppywvuihY7Jk3vGdX7HWwjSU",
        "happy:///account?Zqmhj9OmHodsbEA5Ro5ppywvuihY7Jk3vGdX7HWwjSU",
        "happy://terminal?Zqmhj9OmHodsbEA5Ro5ppywvuihY7Jk3vGdX7HWwjS",
        "happy://terminal?Zqmhj9OmHodsbEA5Ro5ppywvuihY7Jk3vGdX7HWwjSU!",
        "https://app.happy.engineering/terminal#key=Zqmhj9OmHodsbEA5Ro5ppywvuihY7Jk3vGdX7HWwjSU",
        "#key=Zqmhj9OmHodsbEA5Ro5ppywvuihY7Jk3vGdX7HWwjSU",
    };
    unsigned char key[PUBLIC_KEY_SIZE];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error error;
        assert_int_equal(pairing_link_parse(slice_of_string(cases[i]), key, &error), -1);
        assert_int_equal(error.code, ERROR_INVALID);
    }
    assert_int_equal(account_link_parse(slice_of_string(cases[3]), key, NULL), -1);
    assert_int_equal(account_link_parse(slice_of_string(cases[4]), key, NULL), 0);
}

static void logins_are_verified(void **state)
{
    (void)state;
    struct secret *master = secret_random(&RANDOM_SYSTEM, 32, NULL);
    struct key_pair pair;
    struct buffer body = {0}, again = {0}, bare = {0};
    struct error error;
    unsigned char public_key[PUBLIC_KEY_SIZE];
    account_signing_key_pair(master, &pair, NULL);
    assert_int_equal(login_request_print(master, &RANDOM_SYSTEM, &body, NULL), 0);
    assert_int_equal(login_request_print(master, &RANDOM_SYSTEM, &again, NULL), 0);
    assert_string_not_equal(buffer_string(&body), buffer_string(&again));
    assert_int_equal(login_request_verify(all_of(&body), public_key, NULL), 0);
    assert_memory_equal(public_key, pair.public_key, PUBLIC_KEY_SIZE);
    /* The challenge of one request with the signature of another. */
    char *signature = strstr(body.data, "\"signature\"");
    strcpy(signature, strstr(again.data, "\"signature\""));
    assert_int_equal(login_request_verify(all_of(&body), public_key, &error), -1);
    assert_int_equal(error.code, ERROR_REFUSED);
    assert_string_equal(error.message, "Invalid signature");
    buffer_append_string(&bare, "{\"challenge\":\"\",\"publicKey\":\"\"}");
    assert_int_equal(login_request_verify(all_of(&bare), public_key, &error), -1);
    assert_int_equal(error.code, ERROR_INVALID);
    key_pair_clear(&pair);
    secret_free(master);
    buffer_free(&body);
    buffer_free(&again);
    buffer_free(&bare);
}

/* A token with any payload, signed as it should be. */
static struct secret *sign(const struct key_pair *pair, const char *header, const char *payload)
{
    unsigned char signature[SIGNATURE_SIZE];
    struct buffer text = {0};
    base64url_encode(&text, header, strlen(header));
    buffer_append_byte(&text, '.');
    base64url_encode(&text, payload, strlen(payload));
    signature_make(pair, all_of(&text), signature);
    buffer_append_byte(&text, '.');
    base64url_encode(&text, signature, sizeof signature);
    struct secret *token = secret_copy(text.data, text.length, NULL);
    buffer_free(&text);
    return token;
}

static void claims_are_checked(void **state)
{
    (void)state;
    static const struct {
        const char *header, *payload;
        bool valid;
    } cases[] = {
        {"{\"alg\":\"EdDSA\"}", "{\"sub\":\"u\",\"iss\":\"handy\"}", true},
        {"{\"alg\":\"EdDSA\",\"typ\":\"JWT\"}", "{\"sub\":\"u\",\"iss\":\"handy\"}", true},
        {"{\"alg\":\"none\"}", "{\"sub\":\"u\",\"iss\":\"handy\"}", false},
        {"{}", "{\"sub\":\"u\",\"iss\":\"handy\"}", false},
        {"{\"alg\":\"EdDSA\"}", "{\"sub\":\"u\"}", false},
        {"{\"alg\":\"EdDSA\"}", "{\"iss\":\"handy\"}", false},
        {"{\"alg\":\"EdDSA\"}", "{\"sub\":\"\",\"iss\":\"handy\"}", false},
        {"{\"alg\":\"EdDSA\"}", "{\"sub\":7,\"iss\":\"handy\"}", false},
        {"{\"alg\":\"EdDSA\"}", "{\"sub\":\"u\\u0000v\",\"iss\":\"handy\"}", false},
        {"{\"alg\":\"EdDSA\"}", "{\"sub\":\"u\",\"iss\":\"handy\",\"nbf\":1767225600}", true},
        {"{\"alg\":\"EdDSA\"}", "{\"sub\":\"u\",\"iss\":\"handy\",\"nbf\":1767225601}", false},
        {"{\"alg\":\"EdDSA\"}", "{\"sub\":\"u\",\"iss\":\"handy\",\"exp\":1767225601}", true},
        {"{\"alg\":\"EdDSA\"}", "{\"sub\":\"u\",\"iss\":\"handy\",\"exp\":1767225600}", false},
        {"{\"alg\":\"EdDSA\"}", "{\"sub\":\"u\",\"iss\":\"handy\",\"exp\":\"never\"}", false},
        {"{\"alg\":\"EdDSA\"}", "{\"sub\":\"u\",\"iss\":\"handy\",\"iat\":1e400}", false},
        {"{\"alg\":\"EdDSA\"}", "[]", false},
        {"{\"alg\":\"EdDSA\"}", "", false},
    };
    struct secret *seed = secret_random(&RANDOM_SYSTEM, 32, NULL);
    struct key_pair pair;
    signing_key_pair_from_seed(seed, &pair, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct token_claims claims;
        struct error error = {.message = ""};
        struct secret *token = sign(&pair, cases[i].header, cases[i].payload);
        int status = token_verify(pair.public_key, secret_slice(token), NOW, &claims, &error);
        if ((status == 0) != cases[i].valid)
            fail_msg("%s: %s", cases[i].payload, error.message);
        secret_free(token);
    }
    key_pair_clear(&pair);
    secret_free(seed);
}

static void tokens_with_odd_ids_are_not_issued(void **state)
{
    (void)state;
    static const char *const ids[] = {"", "a>b", "a?b", "a~b", "a\"b", "a\\b", "\xc3\xa9", "a\nb"};
    struct secret *seed = secret_random(&RANDOM_SYSTEM, 32, NULL);
    struct key_pair pair;
    signing_key_pair_from_seed(seed, &pair, NULL);
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        struct token_claims claims = {.issued_at = NOW};
        struct error error;
        strcpy(claims.subject, ids[i]);
        assert_null(token_issue(&pair, &claims, &error));
        assert_int_equal(error.code, ERROR_INVALID);
    }
    key_pair_clear(&pair);
    secret_free(seed);
}

static void tokens_with_characters_that_json_escapes_survive(void **state)
{
    (void)state;
    struct credentials made = {.variant = RECORD_LEGACY}, read;
    made.token = secret_copy("a\"b\\c~!", 7, NULL);
    made.master = secret_random(&RANDOM_SYSTEM, 32, NULL);
    struct secret *text = credentials_print(&made, NULL);
    assert_int_equal(credentials_parse(secret_slice(text), &read, NULL), 0);
    assert_true(secret_equals(read.token, made.token));
    assert_true(secret_equals(read.master, made.master));
    secret_free(text);
    credentials_clear(&made);
    credentials_clear(&read);
}

static void useless_account_credentials_are_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "{\"token\":\"\",\"secret\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"}",
        "{\"token\":\"t\\r\\nX: y\",\"secret\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"}",
        "{\"token\":\"t\\udbfc\",\"secret\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"}",
        "{\"token\":\"t\",\"secret\":\"\"}",
        "{\"token\":\"t\",\"secret\":null}",
        "{\"token\":\"t\"}",
        "{\"secret\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"}",
        "{\"token\":\"t\",\"secret\":[]}",
        "{\"token\":\"t\",\"secret\":\"AAECAwQ=\"}",
        "null",
        "",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct account_credentials credentials;
        struct error error;
        assert_int_equal(account_credentials_parse(slice_of_string(cases[i]), &credentials, &error),
                         -1);
        assert_int_equal(error.code, ERROR_INVALID);
        assert_null(credentials.master);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_terminal_is_paired),
        cmocka_unit_test(replies_are_told_apart),
        cmocka_unit_test(links_of_other_kinds_are_refused),
        cmocka_unit_test(logins_are_verified),
        cmocka_unit_test(claims_are_checked),
        cmocka_unit_test(tokens_with_odd_ids_are_not_issued),
        cmocka_unit_test(tokens_with_characters_that_json_escapes_survive),
        cmocka_unit_test(useless_account_credentials_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
