#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "wire/json.h"
#include "wire/utf8.h"

static void well_formed_characters_are_read(void **state)
{
    static const struct {
        const char *text;
        uint32_t character;
    } cases[] = {
        {"a", 'a'}, {"\xc3\xa9", 0xe9}, {"\xe2\x82\xac", 0x20ac}, {"\xf0\x9f\x98\x80", 0x1f600}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t character = 0;
        size_t length = strlen(cases[i].text);
        assert_int_equal(utf8_read(cases[i].text, length, &character), length);
        assert_int_equal(character, cases[i].character);
        for (size_t part = 0; part < length; part++)
            assert_int_equal(utf8_read(cases[i].text, part, &character), 0);
    }
}

static void malformed_ones_are_refused(void **state)
{
    static const char *const cases[] = {"\x80",
                                        "\xc0\x80",
                                        "\xc3",
                                        "\xc3(",
                                        "\xe0\x80\x80",
                                        "\xed\xa0\x80",
                                        "\xf4\x90\x80\x80",
                                        "\xf8\x88\x80\x80\x80",
                                        "\xff"};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_false(utf8_is_valid(cases[i], strlen(cases[i])));
    assert_true(utf8_is_valid("", 0));
    assert_true(utf8_is_valid("caf\xc3\xa9 \xe2\x82\xac", 9));
}

static void utf8_is_decoded_strictly(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        unsigned length, code_point;
    } cases[] = {{"a", 1, 'a'},
                 {"\303\251", 2, 0xe9},
                 {"\346\274\242", 3, 0x6f22},
                 {"\360\237\230\200", 4, 0x1f600},
                 {"\300\200", 1, 0xfffd},
                 {"\340\200\200", 1, 0xfffd},
                 {"\355\240\200", 1, 0xfffd},
                 {"\364\220\200\200", 1, 0xfffd},
                 {"\365\200\200\200", 1, 0xfffd},
                 {"\346\274", 1, 0xfffd},
                 {"\200", 1, 0xfffd}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t code_point;
        size_t length = strlen(cases[i].bytes);
        assert_int_equal(utf8_decode(cases[i].bytes, length, &code_point), cases[i].length);
        assert_int_equal(code_point, cases[i].code_point);
        char bytes[4];
        if (code_point == 0xfffd)
            continue;
        assert_int_equal(utf8_encode(code_point, bytes), length);
        assert_memory_equal(bytes, cases[i].bytes, length);
    }
}

static void json_is_utf8(void **state)
{
    struct error error;
    (void)state;
    struct json_object *value = json_parse("{\"a\":\"\xe2\x80\xa6\"}", 11, &error);
    assert_non_null(value);
    assert_string_equal(json_line(value), "{\"a\":\"\xe2\x80\xa6\"}");
    json_object_put(value);
    assert_null(json_parse("{\"a\":\"\xe2\x80\"}", 10, &error));
    assert_int_equal(error.code, ERROR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(well_formed_characters_are_read),
        cmocka_unit_test(malformed_ones_are_refused),
        cmocka_unit_test(utf8_is_decoded_strictly),
        cmocka_unit_test(json_is_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
