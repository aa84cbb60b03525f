#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "store/arena.h"
#include "store/compact_text.h"

static void only_canonical_base64_is_packed(void **state)
{
    (void)state;
    static const struct {
        const char *text, *bytes;
    } cases[] = {
        {"YQ==", "a"},    {"YWI=", "ab"}, {"YWJj", "abc"}, {"YWJjZA==", "abcd"}, {"", NULL},
        {"YQ", NULL},     {"YR==", NULL}, {"YWJ=", NULL},  {"YW-j", NULL},       {"YW j", NULL},
        {"YWJj\n", NULL}, {"====", NULL}, {"Y===", NULL},  {"{\"a\":1}", NULL},  {"YQ==YQ==", NULL},
    };
    struct buffer bytes = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool packed = compact_text_bytes(slice_of_string(cases[i].text), &bytes);
        assert_int_equal(packed, cases[i].bytes != NULL);
        if (packed)
            assert_string_equal(buffer_string(&bytes), cases[i].bytes);
    }
    buffer_free(&bytes);
}

static void uuids_are_packed(void **state)
{
    (void)state;
    static const char uuid[] = "01234567-89ab-4cde-8f01-23456789abcd";
    static const char *const others[] = {
        "01234567-89AB-4cde-8f01-23456789abcd", "0123456789ab-4cde-8f01-23456789abcd",
        "01234567-89ab-4cde-8f01-23456789abcg", "01234567-89ab-4cde-8f01_23456789abcd"};
    unsigned char bytes[16];
    char text[COMPACT_UUID_LENGTH];
    assert_true(compact_uuid_bytes(slice_of_string(uuid), bytes));
    assert_int_equal(bytes[0], 0x01);
    assert_int_equal(bytes[15], 0xcd);
    compact_uuid_text(bytes, text);
    assert_memory_equal(text, uuid, COMPACT_UUID_LENGTH);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(compact_uuid_bytes(slice_of_string(others[i]), bytes));
}

static void an_arena_keeps_what_it_gave(void **state)
{
    (void)state;
    struct store_arena arena = {0};
    char *pieces[200];
    for (size_t i = 0; i < 200; i++) {
        size_t size = i * 97 % 9000;
        pieces[i] = store_arena_allocate(&arena, size);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
        memset(pieces[i], (int)i, size);
    }
    for (size_t i = 0; i < 200; i++)
        for (size_t j = 0; j < i * 97 % 9000; j++)
            assert_int_equal((unsigned char)pieces[i][j], i);
    struct slice copy = store_arena_copy(&arena, "abc", 2);
    assert_string_equal(copy.data, "ab");
    assert_null(store_arena_allocate(&arena, SIZE_MAX));
    assert_null(store_arena_copy(&arena, "", SIZE_MAX).data);
    int *numbers = NULL;
    size_t room = 0;
    for (int i = 0; i < 1000; i++) {
        numbers = store_arena_grow(&arena, numbers, sizeof *numbers, (size_t)i, &room);
        numbers[i] = i;
    }
    for (int i = 0; i < 1000; i++)
        assert_int_equal(numbers[i], i);
    store_arena_free(&arena);
    store_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_canonical_base64_is_packed),
        cmocka_unit_test(uuids_are_packed),
        cmocka_unit_test(an_arena_keeps_what_it_gave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
