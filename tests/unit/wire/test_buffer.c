#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "wire/buffer.h"

static void empty_buffer_is_an_empty_string(void **state)
{
    (void)state;
    struct buffer buffer = {0};
    assert_string_equal(buffer_string(&buffer), "");
    buffer_append(&buffer, NULL, 0);
    assert_int_equal(buffer.length, 0);
    buffer_free(&buffer);
}

static void appends_stay_terminated(void **state)
{
    (void)state;
    struct buffer buffer = {0};
    for (int i = 0; i < 1000; i++)
        buffer_append_format(&buffer, "%d,", i % 10);
    assert_int_equal(buffer.length, 2000);
    assert_memory_equal(buffer.data, "0,1,2,3,4,5,6,7,8,9,", 20);
    assert_int_equal(buffer.data[2000], '\0');
    buffer_drain(&buffer, 1998);
    assert_string_equal(buffer_string(&buffer), "9,");
    buffer_drain(&buffer, 100);
    assert_string_equal(buffer_string(&buffer), "");
    buffer_free(&buffer);
}

static void impossible_size_fails_for_good(void **state)
{
    (void)state;
    struct buffer buffer = {0};
    buffer_append_string(&buffer, "kept");
    buffer_append(&buffer, "x", SIZE_MAX - 2);
    assert_true(buffer.failed);
    buffer_append_string(&buffer, "dropped");
    assert_string_equal(buffer_string(&buffer), "kept");
    assert_null(buffer_take(&buffer));
    assert_false(buffer.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_buffer_is_an_empty_string),
        cmocka_unit_test(appends_stay_terminated),
        cmocka_unit_test(impossible_size_fails_for_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
