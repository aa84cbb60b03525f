#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "api_params.h"

static const char *const WORDS[] = {"one", "two", NULL};
static const struct api_param LIST[] = {
    {.name = "text", .type = API_STRING, .required = true, .most = 5},
    {.name = "word", .type = API_STRING, .words = WORDS},
    {.name = "count", .type = API_INTEGER, .least = 1, .most = 10},
    {.name = "yes", .type = API_BOOLEAN},
    {.name = "items", .type = API_STRINGS},
    {.name = "more", .type = API_OBJECT},
    API_PARAM_END,
};

static int check(const char *text, struct error *error)
{
    struct json_object *params = text ? json_parse(text, strlen(text), NULL) : NULL;
    *error = (struct error){0};
    int result = api_params_check(LIST, params, error);
    json_object_put(params);
    return result;
}

static void good_parameters_pass(void **state)
{
    (void)state;
    struct error error;
    assert_int_equal(check("{\"text\":\"abc\"}", &error), 0);
    assert_int_equal(check("{\"text\":\"\",\"word\":\"two\",\"count\":10,\"yes\":false,"
                           "\"items\":[\"a\",\"\"],\"more\":{}}",
                           &error),
                     0);
    assert_int_equal(check("{\"text\":\"abc\",\"word\":null}", &error), 0);
}

static void bad_parameters_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *named;
    } cases[] = {
        {NULL, "text"},
        {"[]", "object"},
        {"{}", "text"},
        {"{\"text\":null}", "text"},
        {"{\"text\":5}", "text"},
        {"{\"text\":\"abcdef\"}", "longer"},
        {"{\"text\":\"a\\u0000b\"}", "NUL"},
        {"{\"text\":\"a\",\"tixt\":1}", "tixt"},
        {"{\"text\":\"a\",\"word\":\"three\"}", "three"},
        {"{\"text\":\"a\",\"count\":0}", "count"},
        {"{\"text\":\"a\",\"count\":11}", "count"},
        {"{\"text\":\"a\",\"count\":\"1\"}", "count"},
        {"{\"text\":\"a\",\"count\":1.0}", "count"},
        {"{\"text\":\"a\",\"yes\":1}", "yes"},
        {"{\"text\":\"a\",\"items\":\"a\"}", "items"},
        {"{\"text\":\"a\",\"items\":[\"a\",1]}", "items"},
        {"{\"text\":\"a\",\"items\":[\"a\\u0000\"]}", "items"},
        {"{\"text\":\"a\",\"more\":[]}", "more"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error error;
        assert_int_equal(check(cases[i].text, &error), -1);
        assert_int_equal(error.code, ERROR_INVALID);
        if (!strstr(error.message, cases[i].named))
            fail_msg("%s: \"%s\" does not name %s", cases[i].text, error.message, cases[i].named);
    }
}

static void values_have_defaults(void **state)
{
    (void)state;
    const char *text = "{\"text\":\"abc\",\"count\":3,\"items\":[\"x\",\"y\"]}";
    struct json_object *params = json_parse(text, strlen(text), NULL);
    assert_string_equal(api_string(params, "text"), "abc");
    assert_null(api_string(params, "word"));
    assert_int_equal(api_integer(params, "count", 7), 3);
    assert_int_equal(api_integer(NULL, "count", 7), 7);
    assert_true(api_boolean(params, "yes", true));
    const char **items = api_strings(params, "items");
    assert_string_equal(items[1], "y");
    assert_null(items[2]);
    free(items);
    items = api_strings(params, "none");
    assert_null(items[0]);
    free(items);
    json_object_put(params);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_parameters_pass),
        cmocka_unit_test(bad_parameters_are_named),
        cmocka_unit_test(values_have_defaults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
