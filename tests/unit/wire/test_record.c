#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/account.h"
#include "wire/blob.h"
#include "wire/box_bundle.h"
#include "wire/json_text.h"
#include "wire/record.h"
#include "wire/wrapped_key.h"

static struct slice all_of(const struct buffer *buffer)
{
    return slice_of(buffer_string(buffer), buffer->length);
}

static void records_of_many_sizes_open(void **state)
{
    (void)state;
    struct secret *secret = secret_random(&RANDOM_SYSTEM, 32, NULL);
    for (size_t size = 0; size < 70000; size = size * 2 + 1) {
        for (int variant = RECORD_LEGACY; variant <= RECORD_DATA_KEY; variant++) {
            struct record_key key = {(enum record_variant)variant, secret};
            struct buffer sealed = {0}, opened = {0};
            unsigned char *text = malloc(size + 1);
            random_fill(&RANDOM_SYSTEM, text, size);
            assert_int_equal(record_seal(key, &RANDOM_SYSTEM, slice_of(text, size), &sealed, NULL),
                             0);
            assert_int_equal(sealed.length,
                             size + (variant ? RECORD_DATA_KEY_OVERHEAD : RECORD_LEGACY_OVERHEAD));
            assert_int_equal(record_open(key, all_of(&sealed), &opened, NULL), 0);
            assert_int_equal(opened.length, size);
            if (size > 0)
                assert_memory_equal(opened.data, text, size);
            free(text);
            buffer_free(&sealed);
            buffer_free(&opened);
        }
    }
    secret_free(secret);
}

static void two_seals_of_one_text_differ(void **state)
{
    (void)state;
    struct secret *secret = secret_random(&RANDOM_SYSTEM, 32, NULL);
    for (int variant = RECORD_LEGACY; variant <= RECORD_DATA_KEY; variant++) {
        struct record_key key = {(enum record_variant)variant, secret};
        struct buffer first = {0}, second = {0};
        record_seal(key, &RANDOM_SYSTEM, slice_of_string("text"), &first, NULL);
        record_seal(key, &RANDOM_SYSTEM, slice_of_string("text"), &second, NULL);
        assert_memory_not_equal(first.data, second.data, first.length);
        buffer_free(&first);
        buffer_free(&second);
    }
    secret_free(secret);
}

/* Every bit that changes, and every byte that is missing, is noticed. */
static void altered_records_do_not_open(void **state)
{
    (void)state;
    struct secret *secret = secret_random(&RANDOM_SYSTEM, 32, NULL);
    for (int variant = RECORD_LEGACY; variant <= RECORD_DATA_KEY; variant++) {
        struct record_key key = {(enum record_variant)variant, secret};
        struct buffer sealed = {0}, opened = {0};
        struct error error;
        record_seal(key, &RANDOM_SYSTEM, slice_of_string("{\"a\":1}"), &sealed, NULL);
        for (size_t bit = 0; bit < sealed.length * 8; bit++) {
            sealed.data[bit / 8] ^= (char)(1 << bit % 8);
            assert_int_equal(record_open(key, all_of(&sealed), &opened, &error), -1);
            sealed.data[bit / 8] ^= (char)(1 << bit % 8);
        }
        for (size_t length = 0; length < sealed.length; length++) {
            assert_int_equal(record_open(key, slice_of(sealed.data, length), &opened, &error), -1);
            assert_int_equal(error.code, ERROR_INVALID);
        }
        assert_int_equal(opened.length, 0);
        assert_int_equal(record_open(key, all_of(&sealed), &opened, &error), 0);
        buffer_free(&sealed);
        buffer_free(&opened);
    }
    secret_free(secret);
}

static void keys_of_other_sizes_are_refused(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 16, 24, 31, 33, 64};
    struct key_pair pair;
    box_key_pair_random(&RANDOM_SYSTEM, &pair, NULL);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct secret *secret = secret_random(&RANDOM_SYSTEM, sizes[i], NULL);
        struct record_key key = {RECORD_DATA_KEY, secret};
        struct buffer sealed = {0};
        unsigned char wrapped[WRAPPED_KEY_SIZE];
        struct key_pair other;
        struct error error;
        assert_int_equal(record_seal(key, &RANDOM_SYSTEM, slice_of_string("x"), &sealed, &error),
                         -1);
        assert_int_equal(error.code, ERROR_INVALID);
        key.variant = RECORD_LEGACY;
        assert_int_equal(record_seal(key, &RANDOM_SYSTEM, slice_of_string("x"), &sealed, &error),
                         -1);
        assert_int_equal(blob_seal(secret, &RANDOM_SYSTEM, slice_of_string("x"), &sealed, &error),
                         -1);
        assert_int_equal(wrapped_key_seal(secret, pair.public_key, &RANDOM_SYSTEM, wrapped, &error),
                         -1);
        assert_int_equal(box_key_pair_of(secret, &other, &error), -1);
        assert_int_equal(signing_key_pair_from_seed(secret, &other, &error), -1);
        assert_null(other.secret_key);
        assert_int_equal(sealed.length, 0);
        secret_free(secret);
    }
    key_pair_clear(&pair);
}

static void values_travel_as_base64(void **state)
{
    (void)state;
    struct secret *secret = secret_random(&RANDOM_SYSTEM, 32, NULL);
    struct record_key key = {RECORD_DATA_KEY, secret};
    struct json_object *value = json_object_new_object(), *opened;
    struct buffer base64 = {0}, printed = {0}, nothing = {0};
    struct error error;
    json_object_object_add(value, "text", json_object_new_string("\xd0\x9f \xed\xa0\xbd"));
    json_object_object_add(value, "none", NULL);
    assert_int_equal(record_seal_value(key, &RANDOM_SYSTEM, value, &base64, NULL), 0);
    assert_int_equal(record_open_value(key, all_of(&base64), &opened, &error), 0);
    json_text_print(&printed, opened);
    assert_string_equal(printed.data, "{\"text\":\"\xd0\x9f \\ud83d\",\"none\":null}");
    json_object_put(opened);
    assert_int_equal(record_open_value(key, slice_of_string("AAA!"), &opened, &error), -1);
    assert_int_equal(record_seal(key, &RANDOM_SYSTEM, slice_of(NULL, 0), &nothing, NULL), 0);
    assert_int_equal(nothing.length, RECORD_DATA_KEY_OVERHEAD);
    json_object_put(value);
    buffer_free(&base64);
    buffer_free(&printed);
    buffer_free(&nothing);
    secret_free(secret);
}

static void attachments_have_a_bound(void **state)
{
    (void)state;
    struct secret *key = secret_random(&RANDOM_SYSTEM, 32, NULL);
    size_t most = BLOB_MAX - BLOB_OVERHEAD;
    char *bytes = calloc(1, most + 1);
    struct buffer blob = {0}, back = {0};
    struct error error;
    assert_int_equal(blob_seal(key, &RANDOM_SYSTEM, slice_of(bytes, most + 1), &blob, &error), -1);
    assert_int_equal(error.code, ERROR_LIMIT);
    assert_int_equal(blob_seal(key, &RANDOM_SYSTEM, slice_of(bytes, most), &blob, &error), 0);
    assert_int_equal(blob.length, BLOB_MAX);
    assert_int_equal(blob_open(key, all_of(&blob), &back, &error), 0);
    assert_int_equal(back.length, most);
    free(bytes);
    buffer_free(&blob);
    buffer_free(&back);
    secret_free(key);
}

static void unusable_public_keys_are_refused(void **state)
{
    (void)state;
    static const unsigned char zero[PUBLIC_KEY_SIZE];
    struct buffer bundle = {0};
    struct error error;
    assert_int_equal(box_bundle_seal(zero, &RANDOM_SYSTEM, slice_of_string("x"), &bundle, &error),
                     -1);
    assert_int_equal(error.code, ERROR_INVALID);
    assert_int_equal(bundle.length, 0);
}

static void a_wrapped_key_opens_for_its_account_only(void **state)
{
    (void)state;
    struct secret *master = secret_random(&RANDOM_SYSTEM, 32, NULL);
    struct secret *stranger = secret_random(&RANDOM_SYSTEM, 32, NULL);
    struct secret *data_key = secret_random(&RANDOM_SYSTEM, 32, NULL);
    struct key_pair ours, theirs;
    unsigned char wrapped[WRAPPED_KEY_SIZE];
    account_content_key_pair(master, &ours, NULL);
    account_content_key_pair(stranger, &theirs, NULL);
    assert_int_equal(wrapped_key_seal(data_key, ours.public_key, &RANDOM_SYSTEM, wrapped, NULL), 0);
    struct secret *opened =
        wrapped_key_open(ours.secret_key, slice_of(wrapped, sizeof wrapped), NULL);
    assert_non_null(opened);
    assert_true(secret_equals(opened, data_key));
    assert_null(wrapped_key_open(theirs.secret_key, slice_of(wrapped, sizeof wrapped), NULL));
    secret_free(master);
    secret_free(stranger);
    secret_free(data_key);
    secret_free(opened);
    key_pair_clear(&ours);
    key_pair_clear(&theirs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_of_many_sizes_open),
        cmocka_unit_test(two_seals_of_one_text_differ),
        cmocka_unit_test(altered_records_do_not_open),
        cmocka_unit_test(keys_of_other_sizes_are_refused),
        cmocka_unit_test(values_travel_as_base64),
        cmocka_unit_test(attachments_have_a_bound),
        cmocka_unit_test(unusable_public_keys_are_refused),
        cmocka_unit_test(a_wrapped_key_opens_for_its_account_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
