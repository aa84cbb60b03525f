#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/identifier.h"

/* Bytes 0, 1, 2, … again and again. */
static void count_up(void *context, void *bytes, size_t size)
{
    unsigned char *next = context, *out = bytes;
    for (size_t i = 0; i < size; i++)
        out[i] = (*next)++;
}

static bool made_of(const char *text, const char *alphabet)
{
    return text[strspn(text, alphabet)] == '\0';
}

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGIT "0123456789"

static void cuids_sort_by_time(void **state)
{
    (void)state;
    struct cuid_source source = {.counter = 36 * 36 * 36 * 36 - 1, .host = 5};
    char first[CUID_LENGTH + 1], second[CUID_LENGTH + 1], later[CUID_LENGTH + 1];
    cuid_make(&source, 1767225600123, &RANDOM_SYSTEM, first);
    cuid_make(&source, 1767225600123, &RANDOM_SYSTEM, second);
    cuid_make(&source, 1767225600124, &RANDOM_SYSTEM, later);
    assert_memory_equal(first, "cmjuohs3fzzzz0005", 17);
    assert_memory_equal(second + 9, "0000", 4); /* the counter starts over */
    assert_true(strcmp(first, later) < 0);
    assert_int_equal(strlen(later), CUID_LENGTH);
    assert_true(made_of(later, LOWER DIGIT));
}

static void cuid2s_begin_with_a_letter(void **state)
{
    (void)state;
    char id[CUID2_LENGTH + 1], other[CUID2_LENGTH + 1];
    for (int i = 0; i < 1000; i++) {
        cuid2_make(&RANDOM_SYSTEM, id);
        assert_int_equal(strlen(id), CUID2_LENGTH);
        assert_true(id[0] >= 'a' && id[0] <= 'z');
        assert_true(made_of(id, LOWER DIGIT));
    }
    cuid2_make(&RANDOM_SYSTEM, other);
    assert_string_not_equal(id, other);
}

static void uuids_are_of_version_4(void **state)
{
    (void)state;
    unsigned char next = 0;
    struct random_source counting = {count_up, &next};
    char id[UUID_LENGTH + 1];
    uuid_make(&counting, id);
    assert_string_equal(id, "00010203-0405-4607-8809-0a0b0c0d0e0f");
    for (int i = 0; i < 1000; i++) {
        uuid_make(&RANDOM_SYSTEM, id);
        assert_true(uuid_is_valid(slice_of_string(id)));
        assert_int_equal(id[14], '4');
    }
}

static void uuids_are_checked(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool valid;
    } cases[] = {
        {"7c9e6679-7425-40de-944b-e07fc1f90ae7", true},
        {"7C9E6679-7425-40DE-944B-E07FC1F90AE7", true},
        {"7c9e6679-7425-80de-b44b-e07fc1f90ae7", true},
        {"7c9e6679-7425-90de-944b-e07fc1f90ae7", false},
        {"7c9e6679-7425-00de-944b-e07fc1f90ae7", false},
        {"7c9e6679-7425-40de-744b-e07fc1f90ae7", false},
        {"7c9e6679-7425-40de-944b-e07fc1f90ae", false},
        {"7c9e6679-7425-40de-944b-e07fc1f90ae70", false},
        {"7c9e667907425-40de-944b-e07fc1f90ae7", false},
        {"7c9e6679-7425-40de-944b-e07fc1f90aeg", false},
        {"", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(uuid_is_valid(slice_of_string(cases[i].text)), cases[i].valid);
}

static void engine_ids_end_with_the_counter(void **state)
{
    (void)state;
    uint32_t counter = 0;
    char id[ENGINE_ID_LENGTH + 1];
    engine_id_make(&RANDOM_SYSTEM, &counter, id);
    assert_string_equal(id + 16, "AAAA");
    engine_id_make(&RANDOM_SYSTEM, &counter, id);
    assert_string_equal(id + 16, "AAAB");
    counter = 0xffffffff;
    engine_id_make(&RANDOM_SYSTEM, &counter, id);
    assert_string_equal(id + 16, "____");
    assert_int_equal(counter, 0);
    assert_true(made_of(id, UPPER LOWER DIGIT "-_"));
}

static void update_ids_are_letters_and_digits(void **state)
{
    (void)state;
    char id[UPDATE_ID_LENGTH + 1];
    update_id_make(&RANDOM_SYSTEM, id);
    assert_int_equal(strlen(id), UPDATE_ID_LENGTH);
    assert_true(made_of(id, UPPER LOWER DIGIT));
}

static void no_number_is_favoured(void **state)
{
    (void)state;
    unsigned char next = 0;
    struct random_source counting = {count_up, &next};
    unsigned counts[36] = {0};
    for (int i = 0; i < 252; i++) /* the 252 usable values of a byte, once each */
        counts[random_below(&counting, 36)]++;
    for (int i = 0; i < 36; i++)
        assert_int_equal(counts[i], 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuids_sort_by_time),
        cmocka_unit_test(cuid2s_begin_with_a_letter),
        cmocka_unit_test(uuids_are_of_version_4),
        cmocka_unit_test(uuids_are_checked),
        cmocka_unit_test(engine_ids_end_with_the_counter),
        cmocka_unit_test(update_ids_are_letters_and_digits),
        cmocka_unit_test(no_number_is_favoured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
