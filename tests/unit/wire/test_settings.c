#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "wire/settings.h"

static int parse(const char *text, struct settings *settings, struct error *error)
{
    return settings_parse(text, strlen(text), settings, error);
}

static void an_empty_object_means_the_defaults(void **state)
{
    (void)state;
    struct settings settings, defaults;
    struct error error;
    settings_set_defaults(&defaults);
    assert_int_equal(parse(" {} \n", &settings, &error), 0);
    assert_memory_equal(&settings, &defaults, sizeof settings);
    assert_int_equal(defaults.history_lines, 10000);
    assert_string_equal(defaults.detach_key, "C-\\ d");
}

static void all_members_are_read(void **state)
{
    (void)state;
    struct settings settings;
    struct error error;
    assert_int_equal(parse("{\"detachKey\":\"C-b d\",\"historyLines\":0,\"historyBytes\":65536,"
                           "\"logLevel\":\"debug\",\"scope\":\"always\",\"limits\":{"
                           "\"memoryMax\":\"2G\",\"memoryHigh\":\"50%\",\"cpuQuota\":\"150%\","
                           "\"tasksMax\":512}}",
                           &settings, &error),
                     0);
    assert_string_equal(settings.detach_key, "C-b d");
    assert_int_equal(settings.history_lines, 0);
    assert_int_equal(settings.history_bytes, 65536);
    assert_int_equal(settings.log_level, 7);
    assert_int_equal(settings.scope, SETTINGS_SCOPE_ALWAYS);
    assert_int_equal(settings.limits.memory_max.kind, RESOURCE_LIMIT_VALUE);
    assert_true(settings.limits.memory_max.value == 2ull << 30);
    assert_int_equal(settings.limits.memory_high.kind, RESOURCE_LIMIT_PERCENT);
    assert_int_equal(settings.limits.memory_high.value, 50);
    assert_int_equal(settings.limits.cpu_quota.value, 1500000);
    assert_int_equal(settings.limits.tasks_max.value, 512);
}

static void limits_know_their_words(void **state)
{
    (void)state;
    struct settings settings;
    struct error error;
    assert_int_equal(parse("{\"limits\":{\"memoryMax\":\"infinity\",\"tasksMax\":\"20%\","
                           "\"memoryHigh\":1048576}}",
                           &settings, &error),
                     0);
    assert_true(settings.limits.memory_max.value == UINT64_MAX);
    assert_int_equal(settings.limits.tasks_max.kind, RESOURCE_LIMIT_PERCENT);
    assert_int_equal(settings.limits.memory_high.value, 1048576);
    assert_int_equal(settings.limits.cpu_quota.kind, RESOURCE_LIMIT_NONE);
    assert_false(resource_limits_are_empty(&settings.limits));
}

/* Every bad value is named, has a fix, and changes nothing. */
static void bad_values_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *named;
    } cases[] = {
        {"", "JSON"},
        {"{", "JSON"},
        {"[]", "object"},
        {"{} {}", "JSON"},
        {"{\"colour\":1}", "colour"},
        {"{\"detachKey\":7}", "detachKey"},
        {"{\"detachKey\":\"\"}", "detachKey"},
        {"{\"detachKey\":\"a key whose name is far too long to be one\"}", "detachKey"},
        {"{\"historyLines\":-1}", "historyLines"},
        {"{\"historyLines\":1000001}", "historyLines"},
        {"{\"historyLines\":1.5}", "historyLines"},
        {"{\"historyBytes\":1}", "historyBytes"},
        {"{\"historyBytes\":67108865}", "historyBytes"},
        {"{\"logLevel\":\"loud\"}", "logLevel"},
        {"{\"scope\":\"sometimes\"}", "scope"},
        {"{\"limits\":[]}", "limits"},
        {"{\"limits\":{\"swap\":1}}", "swap"},
        {"{\"limits\":{\"memoryMax\":\"lots\"}}", "memoryMax"},
        {"{\"limits\":{\"memoryMax\":\"0\"}}", "memoryMax"},
        {"{\"limits\":{\"memoryMax\":\"-1\"}}", "memoryMax"},
        {"{\"limits\":{\"memoryMax\":\"101%\"}}", "memoryMax"},
        {"{\"limits\":{\"memoryMax\":\"1GB\"}}", "memoryMax"},
        {"{\"limits\":{\"memoryMax\":\"99999999999999999999T\"}}", "memoryMax"},
        {"{\"limits\":{\"memoryMax\":true}}", "memoryMax"},
        {"{\"limits\":{\"memoryHigh\":\"\"}}", "memoryHigh"},
        {"{\"limits\":{\"cpuQuota\":\"2\"}}", "cpuQuota"},
        {"{\"limits\":{\"cpuQuota\":\"0%\"}}", "cpuQuota"},
        {"{\"limits\":{\"tasksMax\":\"many\"}}", "tasksMax"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct settings settings = {.history_lines = 42};
        struct error error = {0};
        assert_int_equal(parse(cases[i].text, &settings, &error), -1);
        assert_int_equal(settings.history_lines, 42);
        assert_int_equal(error.code, ERROR_INVALID);
        if (!strstr(error.message, cases[i].named))
            fail_msg("%s: \"%s\" does not name %s", cases[i].text, error.message, cases[i].named);
    }
}

static void a_file_that_is_too_long_is_refused(void **state)
{
    (void)state;
    struct settings settings;
    struct error error;
    char *text = calloc(1, SETTINGS_SIZE_MAX + 2);
    memset(text, ' ', SETTINGS_SIZE_MAX + 1);
    assert_int_equal(parse(text, &settings, &error), -1);
    assert_non_null(strstr(error.message, "longer"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_object_means_the_defaults),
        cmocka_unit_test(all_members_are_read),
        cmocka_unit_test(limits_know_their_words),
        cmocka_unit_test(bad_values_are_named),
        cmocka_unit_test(a_file_that_is_too_long_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
