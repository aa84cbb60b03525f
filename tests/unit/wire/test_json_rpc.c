#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/json_rpc.h"

static int parse(const char *line, struct json_rpc_message *message)
{
    struct error error;
    return json_rpc_parse(line, strlen(line), message, &error);
}

static void kinds_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        int code;
        enum json_rpc_kind kind;
    } cases[] = {
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\"}", 0, JSON_RPC_REQUEST},
        {"{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"a\",\"params\":{}}", 0, JSON_RPC_REQUEST},
        {"{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"params\":[1]}", 0, JSON_RPC_NOTIFICATION},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":null}", 0, JSON_RPC_RESULT},
        {"{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":1,\"message\":\"m\"}}", 0,
         JSON_RPC_ERROR},
        {"  {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\"}\r", 0, JSON_RPC_REQUEST},
        {"", JSON_RPC_PARSE_ERROR, 0},
        {"{", JSON_RPC_PARSE_ERROR, 0},
        {"null", JSON_RPC_PARSE_ERROR, 0},
        {"{} {}", JSON_RPC_PARSE_ERROR, 0},
        {"{\"a\":\"\xff\"}", JSON_RPC_PARSE_ERROR, 0},
        {"1", JSON_RPC_PARSE_ERROR, 0},
        {"[]", JSON_RPC_INVALID_REQUEST, 0},
        {"{}", JSON_RPC_INVALID_REQUEST, 0},
        {"{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"a\"}", JSON_RPC_INVALID_REQUEST, 0},
        {"{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"a\"}", JSON_RPC_INVALID_REQUEST, 0},
        {"{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"a\"}", JSON_RPC_INVALID_REQUEST, 0},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}", JSON_RPC_INVALID_REQUEST, 0},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\",\"params\":7}", JSON_RPC_INVALID_REQUEST,
         0},
        {"{\"jsonrpc\":\"2.0\",\"id\":1}", JSON_RPC_INVALID_REQUEST, 0},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":\"1\"}}", JSON_RPC_INVALID_REQUEST, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct json_rpc_message message;
        int code = parse(cases[i].line, &message);
        if (code != cases[i].code)
            fail_msg("%s gave %d", cases[i].line, code);
        if (code == 0)
            assert_int_equal(message.kind, cases[i].kind);
        json_rpc_message_clear(&message);
    }
}

static void depth_is_bounded(void **state)
{
    (void)state;
    char line[300];
    memset(line, '[', sizeof line);
    line[sizeof line - 1] = '\0';
    struct json_rpc_message message;
    assert_int_equal(parse(line, &message), JSON_RPC_PARSE_ERROR);
    json_rpc_message_clear(&message);
}

static void error_goes_there_and_back(void **state)
{
    (void)state;
    struct error error, back;
    error_set(&error, ERROR_NO_PROGRAM, "claude is not installed");
    error_fix(&error, "npm install -g it");
    struct buffer line = {0};
    json_rpc_put_error(&line, NULL, json_rpc_code_of(&error), &error);
    struct json_rpc_message message;
    assert_int_equal(json_rpc_parse(line.data, line.length, &message, &back), 0);
    json_rpc_error_of(&message, &back);
    assert_int_equal(back.code, ERROR_NO_PROGRAM);
    assert_string_equal(back.message, "claude is not installed");
    assert_string_equal(back.fix, "npm install -g it");
    json_rpc_message_clear(&message);
    buffer_free(&line);
}

static void lines_are_always_utf8(void **state)
{
    (void)state;
    struct error error;
    struct buffer line = {0};
    error_set(&error, ERROR_SYSTEM, "cannot read caf\xe9: no such file");
    json_rpc_put_error(&line, NULL, json_rpc_code_of(&error), &error);
    assert_non_null(strstr(buffer_string(&line), "cannot read caf\xef\xbf\xbd: no such file"));
    assert_int_equal(buffer_string(&line)[line.length - 1], '\n');
    buffer_free(&line);
}

static void typed_members_say_what_is_wrong(void **state)
{
    (void)state;
    struct error error;
    const char *text = "{\"n\":5,\"s\":\"x\",\"nul\":\"a\\u0000b\",\"z\":null}";
    struct json_object *object = json_parse(text, strlen(text), &error);
    int64_t number = -1;
    const char *string = "unset";
    assert_true(json_get_integer(object, "n", 0, 9, &number, &error));
    assert_int_equal(number, 5);
    assert_false(json_get_integer(object, "n", 0, 4, &number, &error));
    assert_string_equal(error.message, "\"n\" must be from 0 to 4, not 5");
    assert_false(json_get_integer(object, "s", 0, 4, &number, &error));
    assert_string_equal(error.message, "\"s\" must be an integer, not string");
    assert_true(json_get_string(object, "z", &string, &error));
    assert_true(json_get_string(object, "absent", &string, &error));
    assert_string_equal(string, "unset");
    assert_false(json_get_string(object, "nul", &string, &error));
    json_object_put(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_are_told_apart),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(error_goes_there_and_back),
        cmocka_unit_test(lines_are_always_utf8),
        cmocka_unit_test(typed_members_say_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
