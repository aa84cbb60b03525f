/* Shortening of payloads that are too long for a note. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agents/hook/payload.h"

static void assert_shortened(const char *payload, const char *expected)
{
    struct buffer result = {0};
    payload_shorten(&result, payload, strlen(payload));
    assert_string_equal(buffer_string(&result), expected);
    buffer_free(&result);
}

static void the_event_and_the_session_stay(void **state)
{
    (void)state;
    assert_shortened("{\"session_id\":\"a-1\",\"tool_input\":{\"session_id\":\"inner\",\"x\":[1,"
                     "\"hook_event_name\"]},\"hook_event_name\" : \"PostToolUse\"}",
                     "{\"session_id\":\"a-1\",\"hook_event_name\":\"PostToolUse\","
                     "\"truncated\":true}");
    assert_shortened("{\"text\":\"\\\"}{ \\\\\",\"tool_name\":\"B\\\"sh\",\"session_id\":7}",
                     "{\"tool_name\":\"B\\\"sh\",\"truncated\":true}");
}

static void broken_payloads_do_no_harm(void **state)
{
    (void)state;
    assert_shortened("", "{\"truncated\":true}");
    assert_shortened("\"session_id\":\"x\"", "{\"truncated\":true}");
    assert_shortened("}}}{\"session_id\"", "{\"truncated\":true}");
    assert_shortened("{\"session_id\":", "{\"truncated\":true}");
    assert_shortened("{\"session_id\":\"abc", "{\"session_id\":\"abc\",\"truncated\":true}");
    assert_shortened("{\"a", "{\"truncated\":true}");
}

static void long_values_are_left_out(void **state)
{
    (void)state;
    char payload[512] = "{\"session_id\":\"";
    memset(payload + strlen(payload), 'x', 300);
    strcat(payload, "\"}");
    assert_shortened(payload, "{\"truncated\":true}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_event_and_the_session_stay),
        cmocka_unit_test(broken_payloads_do_no_harm),
        cmocka_unit_test(long_values_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
