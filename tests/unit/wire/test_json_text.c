#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/json.h"
#include "wire/json_scan.h"
#include "wire/json_text.h"

/* The text after reading and printing; freed by the caller. NULL when it was refused. */
static char *again(struct slice text, bool lenient, struct error *error)
{
    struct json_object *value;
    struct buffer printed = {0};
    int status = lenient ? json_text_parse_lenient(text, &value, error)
                         : json_text_parse(text, &value, error);
    if (status != 0)
        return NULL;
    json_text_print(&printed, value);
    json_object_put(value);
    return buffer_take(&printed);
}

static void texts_survive(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *printed; /* NULL: unchanged */
    } cases[] = {
        {"[]", NULL},
        {" \t\r\n[ ]\n", "[]"},
        {"{}", NULL},
        {"{ }", "{}"},
        {"null", NULL},
        {"true", NULL},
        {" false ", "false"},
        {"[[],{},[{}],{\"a\":[]}]", NULL},
        {"{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"b\":2}"},
        {"[9007199254740992,-9007199254740992]", NULL},
        {"[9007199254740993,18446744073709551616]", "[9007199254740992,18446744073709552000]"},
        {"[1E400,-1e400,1e-400]", "[null,null,0]"},
        {"[1.5e300,1.50]", "[1.5e+300,1.5]"},
        {"[0.1,123456.789,5e-324,2.2250738585072014e-308]", NULL},
        {"[1e99999999999999999999,0e99999999999999999999]", "[null,0]"},
        {"\"\\ud83d\\u0041\\ude00\"", "\"\\ud83dA\\ude00\""},
        {"\"\\udE00\\uD83D\"", "\"\\ude00\\ud83d\""},
        {"\"\\ud83d\\ud83d\\ude00\"", "\"\\ud83d\xf0\x9f\x98\x80\""},
        {"\"\\u0000x\"", NULL},
        {"{\"a\\u0000b\":1,\"a\":2,\"a\\u0000b\":3}", "{\"a\\u0000b\":3,\"a\":2}"},
        {"{\"\\ud83d\":1}", NULL},
        {"{\"\":1}", NULL},
        {"{\"1\":1,\"00\":2,\"0\":3}", "{\"0\":3,\"1\":1,\"00\":2}"},
        {"{\"x\":{\"2\":1,\"1\":2}}", "{\"x\":{\"1\":2,\"2\":1}}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error error;
        char *printed = again(slice_of_string(cases[i].text), false, &error);
        if (!printed)
            fail_msg("%s: %s", cases[i].text, error.message);
        assert_string_equal(printed, cases[i].printed ? cases[i].printed : cases[i].text);
        free(printed);
    }
}

static void what_is_not_json_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        " ",
        "[",
        "]",
        "{",
        "}",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1}",
        "{1:2}",
        "{\"a\"}",
        "{\"a\":",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{,}",
        "{\"a\":1]",
        "nul",
        "nulll",
        "True",
        "tru",
        "01",
        "-",
        "+1",
        "1.",
        ".5",
        "1e",
        "1e+",
        "-01",
        "0x1",
        "1a",
        "NaN",
        "Infinity",
        "\"",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\\u123\"",
        "\"\\",
        "\"\n\"",
        "\"\x01\"",
        "'a'",
        "[1] 2",
        "[1]]",
        "\xef\xbb\xbf[]",
        "\"\xff\"",
        "\"\xc0\x80\"",
        "\"\xed\xa0\xbd\"",
        "\"\xf4\x90\x80\x80\"",
        "\"\xe2\x82\"",
        "\xc2\xa0[]",
        "// x\n1",
        "[1]\f",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error error = {.code = ERROR_NONE};
        char *printed = again(slice_of_string(cases[i]), false, &error);
        if (printed)
            fail_msg("%s was taken for %s", cases[i], printed);
        assert_int_equal(error.code, ERROR_INVALID);
    }
    assert_null(again(slice_of("1\0", 2), false, NULL));
    assert_null(again(slice_of(NULL, 0), false, NULL));
}

/* Strings are read and written many bytes at a time: what is special must be found wherever it
   lies. */
static void special_bytes_are_found_everywhere(void **state)
{
    (void)state;
    char string[150]; /* longer than what is looked at in place */
    for (size_t place = 1; place < sizeof string - 1; place++) {
        for (int byte = 0; byte < 256; byte++) {
            memset(string, 'a', sizeof string);
            string[0] = string[sizeof string - 1] = '"';
            string[place] = (char)byte;
            bool plain = byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
            char *same = again(slice_of(string, sizeof string), false, NULL);
            assert_int_equal(same != NULL, plain);
            if (plain)
                assert_memory_equal(same, string, sizeof string);
            free(same);

            struct json_object *value =
                json_object_new_string_len(string + 1, (int)sizeof string - 2);
            struct buffer text = {0};
            json_text_print(&text, value);
            assert_int_equal(text.length == sizeof string, plain);
            json_object_put(value);
            same = again(slice_of(text.data, text.length), false, NULL);
            assert_string_equal(same, text.data);
            free(same);
            buffer_free(&text);
        }
    }
}

static void malformed_utf8_is_repaired_when_decrypted(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *printed;
    } cases[] = {
        {"\xef\xbb\xbf{}", "{}"},
        {"\"a\xff\"", "\"a\xef\xbf\xbd\""},
        {"\"\xe2\x82\"", "\"\xef\xbf\xbd\""},
        {"\"\xe2\x82\x41\"", "\"\xef\xbf\xbd\x41\""},
        {"\"\xf0\x9f\x98\"", "\"\xef\xbf\xbd\""},
        {"\"\xed\xa0\xbd\"", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
        {"\"\xc0\x80\"", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
        {"\"\xf4\x90\x80\x80\"", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *printed = again(slice_of_string(cases[i].text), true, NULL);
        assert_non_null(printed);
        assert_string_equal(printed, cases[i].printed);
        free(printed);
    }
}

static void repeat(struct buffer *text, const char *piece, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buffer_append_string(text, piece);
}

static void depth_number_length_and_count_are_bounded(void **state)
{
    (void)state;
    static const struct {
        const char *before, *middle, *after;
        size_t most;
    } cases[] = {
        {"[", "1", "]", JSON_SCAN_DEPTH_MAX},
        {"{\"a\":", "1", "}", JSON_SCAN_DEPTH_MAX},
        {"1", "", "", 1024},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t more = 0; more < 2; more++) {
            struct buffer text = {0};
            struct error error = {.code = ERROR_NONE};
            repeat(&text, cases[i].before, cases[i].most + more);
            buffer_append_string(&text, cases[i].middle);
            repeat(&text, cases[i].after, cases[i].most + more);
            char *printed = again(slice_of(text.data, text.length), false, &error);
            assert_int_equal(printed != NULL, more == 0);
            assert_int_equal(error.code, more ? ERROR_LIMIT : ERROR_NONE);
            free(printed);
            buffer_free(&text);
        }
    }
    struct buffer many = {0};
    struct error error;
    buffer_append_string(&many, "[0");
    repeat(&many, ",0", JSON_TEXT_VALUES_MAX);
    buffer_append_string(&many, "]");
    assert_null(again(slice_of(many.data, many.length), false, &error));
    assert_int_equal(error.code, ERROR_LIMIT);
    buffer_free(&many);
}

static void bad_bytes_of_a_value_are_printed_as_replacements(void **state)
{
    (void)state;
    struct json_object *value = json_object_new_string_len("a\xff\xe2\x82z\xed\xa0\xbd", 8);
    struct buffer text = {0};
    json_text_print(&text, value);
    assert_string_equal(buffer_string(&text), "\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\\ud83d\"");
    json_object_put(value);
    buffer_free(&text);
}

static void scanning_finds_members_where_they_lie(void **state)
{
    (void)state;
    struct slice object, value;
    struct buffer text = {0};
    const char *json = " {\"a\" : [1,{\"b\":2},\"]}\"] , \"\\u0062\":\"x\\ny\", \"b\":\"last\" } ";
    size_t count;
    assert_int_equal(json_scan_check(slice_of_string(json), &object, &count, NULL), 0);
    assert_int_equal(count, 8);
    assert_int_equal(object.data[object.length - 1], '}');
    assert_true(json_scan_find(object, "a", &value));
    assert_true(slice_equals(value, "[1,{\"b\":2},\"]}\"]"));
    struct json_cursor cursor = json_cursor_of(value);
    assert_true(json_scan_element(&cursor, &value) && slice_equals(value, "1"));
    assert_true(json_scan_element(&cursor, &value) && slice_equals(value, "{\"b\":2}"));
    assert_true(json_scan_element(&cursor, &value) && json_scan_string_is(value, "]}"));
    assert_false(json_scan_element(&cursor, &value));
    assert_true(json_scan_find(object, "b", &value)); /* the last of two */
    json_scan_string(value, &text);
    assert_string_equal(buffer_string(&text), "last");
    assert_false(json_scan_find(object, "c", &value));
    assert_false(json_scan_find(object, "", &value));
    buffer_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_survive),
        cmocka_unit_test(what_is_not_json_is_refused),
        cmocka_unit_test(special_bytes_are_found_everywhere),
        cmocka_unit_test(malformed_utf8_is_repaired_when_decrypted),
        cmocka_unit_test(depth_number_length_and_count_are_bounded),
        cmocka_unit_test(bad_bytes_of_a_value_are_printed_as_replacements),
        cmocka_unit_test(scanning_finds_members_where_they_lie),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
