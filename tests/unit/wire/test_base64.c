#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/base64.h"
#include "wire/hex.h"

static void every_size_goes_both_ways(void **state)
{
    (void)state;
    unsigned char bytes[10000];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i * 31 + 7);
    for (size_t size = 0; size < sizeof bytes; size += size < 200 ? 1 : 997) {
        struct buffer text = {0}, back = {0};
        base64_encode(&text, bytes, size);
        assert_int_equal(text.length, base64_length(size));
        for (int reader = BASE64_STANDARD; reader <= BASE64_SERVER; reader++) {
            if (reader == BASE64_URL)
                continue;
            buffer_clear(&back);
            assert_int_equal(base64_decode((enum base64_reader)reader,
                                           slice_of(text.data, text.length), &back, NULL),
                             0);
            assert_int_equal(back.length, size);
            if (size > 0)
                assert_memory_equal(back.data, bytes, size);
        }
        /* Only the standard reader takes many characters at once: the others check the writer. */
        buffer_clear(&text);
        buffer_clear(&back);
        base64url_encode(&text, bytes, size);
        assert_int_equal(base64_decode(BASE64_URL, slice_of(text.data, text.length), &back, NULL),
                         0);
        assert_int_equal(back.length, size);
        if (size > 0)
            assert_memory_equal(back.data, bytes, size);
        buffer_free(&text);
        buffer_free(&back);
    }
}

static void readers_refuse_what_they_should(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool standard, url, server;
    } cases[] = {
        {"AAA", true, true, false},        {"AAAA", true, true, true},
        {"AAA=", true, true, true},        {"AA=", false, false, false},
        {"AA==", true, true, true},        {"A===", false, false, false},
        {"AAAA====", false, false, false}, {"+/+/", true, false, true},
        {"-_-_", false, true, false},      {"AA A", false, false, false},
        {"AAA\n", false, false, false},    {"AAAAA", false, false, true},
        {"\xc3\xa9", false, false, false}, {"=", false, false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct slice text = slice_of_string(cases[i].text);
        struct buffer bytes = {0};
        assert_int_equal(base64_decode(BASE64_STANDARD, text, &bytes, NULL) == 0,
                         cases[i].standard);
        assert_int_equal(base64_decode(BASE64_URL, text, &bytes, NULL) == 0, cases[i].url);
        assert_int_equal(base64_decode(BASE64_SERVER, text, &bytes, NULL) == 0, cases[i].server);
        buffer_free(&bytes);
    }
}

/* Long texts are read many characters at a time: what is bad must be found wherever it lies. */
static void every_bad_character_is_found_everywhere(void **state)
{
    (void)state;
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct buffer text = {0}, bytes = {0}, again = {0};
    buffer_append(&text, alphabet, 64);
    buffer_append(&text, alphabet, 64);
    for (size_t place = 0; place < text.length; place++) {
        char kept = text.data[place];
        for (int character = 0; character < 256; character++) {
            text.data[place] = (char)character;
            bool good = character != 0 && strchr(alphabet, character);
            buffer_clear(&bytes);
            buffer_clear(&again);
            int status =
                base64_decode(BASE64_STANDARD, slice_of(text.data, text.length), &bytes, NULL);
            if (character != '=' || place < text.length - 2) /* else it may be padding */
                assert_int_equal(status, good ? 0 : -1);
            if (good) {
                base64_encode(&again, bytes.data, bytes.length);
                assert_string_equal(buffer_string(&again), text.data);
            }
        }
        text.data[place] = kept;
    }
    buffer_free(&text);
    buffer_free(&bytes);
    buffer_free(&again);
}

static void a_failed_reading_leaves_nothing(void **state)
{
    (void)state;
    unsigned char bytes[4];
    struct buffer buffer = {0};
    struct error error;
    memset(bytes, 7, sizeof bytes);
    buffer_append_string(&buffer, "kept");
    assert_int_equal(base64_decode(BASE64_STANDARD, slice_of_string("AAAA!AAA"), &buffer, &error),
                     -1);
    assert_string_equal(buffer_string(&buffer), "kept");
    assert_int_equal(
        base64_decode_exactly(BASE64_STANDARD, slice_of_string("/////w="), bytes, 4, "it", &error),
        -1);
    assert_memory_equal(bytes, "\0\0\0\0", 4);
    buffer_free(&buffer);
}

static void too_long_a_text_is_refused_before_it_is_read(void **state)
{
    (void)state;
    char text[1000];
    unsigned char bytes[32];
    struct error error;
    memset(text, 'A', sizeof text);
    assert_int_equal(base64_decode_exactly(BASE64_LENIENT, slice_of(text, sizeof text), bytes,
                                           sizeof bytes, "it", &error),
                     -1);
    assert_int_equal(error.code, ERROR_INVALID);
}

static void hexadecimal_is_read_in_either_case(void **state)
{
    (void)state;
    unsigned char bytes[4];
    struct buffer text = {0};
    assert_int_equal(hex_decode_exactly(slice_of_string("00fFAb7e"), bytes, 4, NULL), 0);
    hex_encode(&text, bytes, 4);
    hex_encode_upper(&text, bytes, 4);
    assert_string_equal(buffer_string(&text), "00ffab7e00FFAB7E");
    assert_int_equal(hex_decode_exactly(slice_of_string("00fFAb7"), bytes, 4, NULL), -1);
    assert_int_equal(hex_decode_exactly(slice_of_string("00fFAb7g"), bytes, 4, NULL), -1);
    assert_int_equal(hex_decode_exactly(slice_of_string("00fFAb7e00"), bytes, 4, NULL), -1);
    buffer_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_size_goes_both_ways),
        cmocka_unit_test(readers_refuse_what_they_should),
        cmocka_unit_test(every_bad_character_is_found_everywhere),
        cmocka_unit_test(a_failed_reading_leaves_nothing),
        cmocka_unit_test(too_long_a_text_is_refused_before_it_is_read),
        cmocka_unit_test(hexadecimal_is_read_in_either_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
