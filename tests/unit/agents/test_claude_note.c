/* The hooks of two versions of Claude Code, as recorded, and payloads that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agents/agent.h"

static const char letters[] = {
    [AGENT_NOTE_OTHER] = '.',        [AGENT_NOTE_SESSION_STARTED] = 'S',
    [AGENT_NOTE_PROMPT_TAKEN] = 'P', [AGENT_NOTE_TURN_ENDED] = 'E',
    [AGENT_NOTE_QUESTION] = '?',     [AGENT_NOTE_QUESTION_SETTLED] = '!',
};

static struct agent_note read_note(const char *payload)
{
    struct agent_note note;
    agent_read_note(agent_dialect_find("claude"), payload, strlen(payload), &note);
    return note;
}

static void assert_kind(const char *payload, char letter)
{
    struct agent_note note = read_note(payload);
    assert_int_equal(letters[note.kind], letter);
    if (note.kind == AGENT_NOTE_OTHER)
        assert_null(note.native_id);
    agent_note_clear(&note);
}

/* One letter a recorded hook. The first conversation: start, a prompt, its end; a prompt with a
   tool that was allowed; two that were refused, which end without a hook; … */
static void recorded_hooks_are_understood(void **state)
{
    (void)state;
    char path[4096], *line = NULL, kinds[256] = "";
    size_t size = 0, count = 0;
    snprintf(path, sizeof path, "%s/tests/unit/agents/claude-hooks.jsonl",
             getenv("HAPPY_SOURCE_DIR"));
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    ssize_t length;
    while ((length = getline(&line, &size, file)) > 0) {
        struct agent_note note;
        agent_read_note(agent_dialect_find("claude"), line, (size_t)length, &note);
        kinds[count++] = letters[note.kind];
        if (note.kind != AGENT_NOTE_OTHER)
            assert_int_equal(strlen(note.native_id), 36);
        agent_note_clear(&note);
    }
    free(line);
    fclose(file);
    assert_int_equal(count, 112);
    assert_memory_equal(kinds, "SPEP.?!EP.?P.?PPEP..!.E?!.PEPE", 30);
}

static void the_session_is_named(void **state)
{
    (void)state;
    struct agent_note note = read_note(
        "{\"hook_event_name\":\"SessionStart\",\"session_id\":\"23e43010-07c7\",\"source\":\"x\"}");
    assert_int_equal(note.kind, AGENT_NOTE_SESSION_STARTED);
    assert_string_equal(note.native_id, "23e43010-07c7");
    agent_note_clear(&note);
    assert_null(note.native_id);
}

static void notifications_are_told_apart(void **state)
{
    (void)state;
    assert_kind(
        "{\"hook_event_name\":\"Notification\",\"notification_type\":\"permission_prompt\"}", '?');
    assert_kind("{\"hook_event_name\":\"Notification\",\"notification_type\":\"idle_prompt\"}",
                'E');
    assert_kind("{\"hook_event_name\":\"Notification\",\"notification_type\":\"auth_success\"}",
                '.');
    assert_kind("{\"hook_event_name\":\"Notification\"}", '.');
}

static void what_is_no_payload_is_passed_over(void **state)
{
    (void)state;
    assert_kind("", '.');
    assert_kind("[]", '.');
    assert_kind("{\"hook_event_name\":\"Stop\"", '.');
    assert_kind("{\"hook_event_name\":7}", '.');
    assert_kind("{\"hook_event_name\":\"Stop\",\"session_id\":[]}", '.');
    assert_kind("{\"hook_event_name\":\"SessionStart\"}", '.');
    assert_kind("{\"hook_event_name\":\"SessionStart\",\"session_id\":\"--settings\"}", '.');
    assert_kind("{\"hook_event_name\":\"SessionStart\",\"session_id\":\"a b\"}", '.');
    assert_kind("{\"hook_event_name\":\"Stop\",\"truncated\":true}", 'E');
}

static void other_agents_have_no_notes(void **state)
{
    (void)state;
    struct agent_note note;
    agent_read_note(agent_dialect_find("codex"), "{}", 2, &note);
    assert_int_equal(note.kind, AGENT_NOTE_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_hooks_are_understood),
        cmocka_unit_test(the_session_is_named),
        cmocka_unit_test(notifications_are_told_apart),
        cmocka_unit_test(what_is_no_payload_is_passed_over),
        cmocka_unit_test(other_agents_have_no_notes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
