#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/agent_state.h"
#include "wire/message.h"

static void assert_state(const struct agent_state *state, const char *expected)
{
    struct buffer text = {0};
    struct error error = {0};
    if (agent_state_print(state, &text, &error) != 0)
        fail_msg("%s", error.message);
    assert_string_equal(buffer_string(&text), expected);
    buffer_free(&text);
}

static void a_request_goes_from_open_to_completed(void **unused)
{
    (void)unused;
    struct agent_state state = {0};
    state.controlled_by_user = some_bool(false);
    assert_state(&state, "{\"controlledByUser\":false}");
    struct agent_request *request = agent_state_open_request(&state, "a");
    request->tool = "Bash";
    request->arguments = arena_keep(&state.arena, json_object_new_object());
    request->created_at = some_integer(5);
    assert_state(&state, "{\"controlledByUser\":false,\"requests\":{\"a\":{\"tool\":\"Bash\","
                         "\"arguments\":{},\"createdAt\":5}}}");
    struct completed_request *completed =
        agent_state_complete_request(&state, "a", REQUEST_APPROVED, 9);
    const char *tools[] = {"Bash(ls)"};
    completed->mode = "acceptEdits";
    completed->allowed_tools.items = tools;
    completed->allowed_tools.count = 1;
    assert_state(&state,
                 "{\"controlledByUser\":false,\"requests\":{},\"completedRequests\":{\"a\":{"
                 "\"tool\":\"Bash\",\"arguments\":{},\"createdAt\":5,\"completedAt\":9,"
                 "\"status\":\"approved\",\"mode\":\"acceptEdits\",\"allowedTools\":["
                 "\"Bash(ls)\"]}}}");
    /* Asked again under the same id. */
    request = agent_state_open_request(&state, "a");
    request->tool = "Edit";
    assert_state(&state, "{\"controlledByUser\":false,\"requests\":{\"a\":{\"tool\":\"Edit\","
                         "\"arguments\":null}},\"completedRequests\":{}}");
    assert_null(agent_state_complete_request(&state, "b", REQUEST_DENIED, 1));
    assert_null(agent_state_request(&state, "b"));
    agent_state_free(&state);
}

static void a_moved_request_keeps_what_is_not_known(void **unused)
{
    (void)unused;
    struct agent_state state;
    struct error error = {0};
    assert_int_equal(
        agent_state_parse(slice_of_string("{\"x\":1,\"requests\":{\"b\":{\"later\":[2],"
                                          "\"tool\":\"T\",\"arguments\":null},\"a\":{"
                                          "\"tool\":\"U\",\"arguments\":1}},"
                                          "\"completedRequests\":null}"),
                          &state, &error),
        0);
    assert_non_null(agent_state_complete_request(&state, "b", REQUEST_CANCELED, 3));
    assert_state(&state, "{\"x\":1,\"requests\":{\"a\":{\"tool\":\"U\",\"arguments\":1}},"
                         "\"completedRequests\":{\"b\":{\"later\":[2],\"tool\":\"T\",\"arguments\":"
                         "null,\"completedAt\":3,\"status\":\"canceled\"}}}");
    for (int i = 0; i < 100; i++) {
        char id[16];
        snprintf(id, sizeof id, "r%d", i);
        agent_state_open_request(&state, id)->tool = "T";
        assert_non_null(agent_state_complete_request(&state, id, REQUEST_DENIED, i));
    }
    assert_int_equal(state.requests.count, 1);
    assert_int_equal(state.completed_requests.count, 101);
    agent_state_free(&state);
}

static void what_readers_would_refuse_is_not_printed(void **unused)
{
    (void)unused;
    struct agent_state state = {0};
    struct buffer text = {0};
    struct error error = {0};
    agent_state_open_request(&state, "a");
    assert_int_equal(agent_state_print(&state, &text, &error), -1);
    assert_string_equal(error.message, "requests.a.tool: is missing");
    assert_int_equal(text.length, 0);
    agent_state_free(&state);
    struct message message;
    message_begin_envelope(&message);
    struct envelope *envelope = &message.content.envelope;
    envelope->id = "e";
    envelope->time = 4;
    envelope->event.type = EVENT_TEXT;
    envelope->event.text.text = "hello";
    assert_int_equal(message_print(&message, &text, &error), -1);
    assert_string_equal(error.message, "content: turn is missing, which an agent's envelope needs");
    envelope->turn = "t";
    assert_int_equal(message_print(&message, &text, &error), 0);
    assert_string_equal(
        buffer_string(&text),
        "{\"role\":\"session\",\"content\":{\"id\":\"e\",\"time\":4,\"role\":\"agent\","
        "\"turn\":\"t\",\"ev\":{\"t\":\"text\",\"text\":\"hello\"}},\"meta\":{"
        "\"sentFrom\":\"cli\"}}");
    buffer_free(&text);
}

static void prompts_are_read(void **unused)
{
    (void)unused;
    struct message message;
    struct error error = {0};
    assert_int_equal(
        message_parse(
            slice_of_string("\xef\xbb\xbf{\"role\":\"user\",\"content\":{\"type\":\"text\","
                            "\"text\":\"a\\u0000b\"},\"meta\":{\"model\":null,\"effort\":"
                            "\"high\",\"allowedTools\":[]}}"),
            &message, &error),
        0);
    assert_int_equal(message.role, MESSAGE_USER);
    assert_string_equal(message.content.text, "a\xc0\x80"
                                              "b");
    assert_ptr_equal(message.meta.model, json_null_string);
    assert_string_equal(message.meta.effort, "high");
    assert_null(message.meta.permission_mode);
    assert_int_equal(message.meta.allowed_tools.presence, PRESENT);
    assert_int_equal(message.meta.disallowed_tools.presence, ABSENT);
    message_free(&message);
    assert_int_equal(
        message_parse(slice_of_string("{\"role\":\"user\",\"content\":{\"type\":\"text\","
                                      "\"text\":\"a\"},\"meta\":{\"model\":1}}"),
                      &message, &error),
        -1);
    assert_string_equal(error.message, "meta.model: must be a string, not int");
    assert_int_equal(
        message_parse(slice_of_string("{\"role\":\"agent\",\"content\":{\"type\":\"text\","
                                      "\"text\":\"a\"}}"),
                      &message, &error),
        -1);
    assert_string_equal(error.message, "content.type must not be text with role agent");
}

static void blanks_are_those_of_javascript(void **unused)
{
    (void)unused;
    assert_true(text_is_blank(""));
    assert_true(text_is_blank(" \t\r\n\v\f\xc2\xa0\xe2\x80\xa8\xef\xbb\xbf\xe3\x80\x80"));
    assert_false(text_is_blank(" x"));
    assert_false(text_is_blank("\xe2\x80\x8b")); /* zero width space */
    assert_false(text_is_blank("\xed\xa0\x80")); /* half of a pair */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_goes_from_open_to_completed),
        cmocka_unit_test(a_moved_request_keeps_what_is_not_known),
        cmocka_unit_test(what_readers_would_refuse_is_not_printed),
        cmocka_unit_test(prompts_are_read),
        cmocka_unit_test(blanks_are_those_of_javascript),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
