/* Messages, metadata and states against what the official app makes of the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "session_fixtures.h"
#include "wire/agent_state.h"
#include "wire/app_settings.h"
#include "wire/json_text.h"
#include "wire/machine.h"
#include "wire/message.h"
#include "wire/session_metadata.h"
#include "wire/todo.h"

static size_t checked; /* values a test looked at */

static const struct schema *message_table(const struct message *message)
{
    return message->bare ? &message_bare_schema : &message_schema;
}

static void tables_are_sound(void **state)
{
    (void)state;
    static const struct schema *const tables[] = {
        &message_schema,          &message_bare_schema,     &agent_state_schema,
        &session_metadata_schema, &machine_metadata_schema, &daemon_state_schema,
    };
    struct error error = {0};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        if (!schema_is_sound(tables[i], &error))
            fail_msg("table %zu: %s", i, error.message);
}

/* Valid records that the app shows nothing for. */
static bool is_silent(const struct message *message)
{
    const struct message_content *content = &message->content;
    const struct output_row *row = &content->output;
    switch (content->type) {
    case MESSAGE_ENVELOPE:
        switch (content->envelope.event.type) {
        case EVENT_TURN_START:
        case EVENT_START:
        case EVENT_STOP:
            return true;
        case EVENT_TEXT: /* nothing may be left without the wrappers */
            return strstr(content->envelope.event.text.text, "</task-notification>");
        default:
            return false;
        }
    case MESSAGE_ACP:
        return content->acp.data.type >= ACP_TASK_STARTED;
    case MESSAGE_OUTPUT:
        return row->type == OUTPUT_SUMMARY || row->type == OUTPUT_SYSTEM || row->is_meta.value ||
               row->is_compact_summary.value ||
               (row->type == OUTPUT_RESULT && !(is_text(row->text) && *row->text)) ||
               (row->type == OUTPUT_USER && !row->message.text && row->message.blocks.count == 0);
    default:
        return false;
    }
}

static void check_printed(const char *name, struct json_object *json, struct buffer *printed)
{
    char *expected = fixture_text(json);
    if (strcmp(expected, buffer_string(printed)) != 0)
        fail_msg("%s: %s became %s", name, expected, buffer_string(printed));
    free(expected);
    buffer_free(printed);
}

static void check_record(const char *name, struct json_object *input, struct json_object *expected)
{
    struct message message;
    struct buffer printed = {0};
    struct error error = {0};
    struct json_object *record = fixture_member(input, "content");
    int status = message_read(record, &message, &error);
    checked++;
    if (status != 0 && expected)
        fail_msg("%s: %s is refused: %s", name, json_object_to_json_string(input), error.message);
    if (status == 0 && !expected && !is_silent(&message))
        fail_msg("%s: %s is taken", name, json_object_to_json_string(input));
    if (status != 0)
        return;
    if (message_print(&message, &printed, &error) != 0)
        fail_msg("%s: cannot be printed: %s", name, error.message);
    check_printed(name, record, &printed);
    message_free(&message);
}

static void check_state(const char *name, struct json_object *step)
{
    struct agent_state state;
    struct buffer printed = {0};
    struct error error = {0};
    struct json_object *json = fixture_member(step, "agentState");
    struct json_object *parsed = fixture_member(step, "parsedAgentState");
    char *text = fixture_text(json);
    int status = agent_state_parse(slice_of_string(text), &state, &error);
    checked++;
    free(text);
    if (!json)
        return;
    size_t left = parsed ? (size_t)json_object_object_length(parsed) : 0;
    if (status != 0) {
        if (left > 0)
            fail_msg("%s: a state is refused: %s", name, error.message);
        return;
    }
    if (left == 0 && json_object_object_length(json) > 0)
        fail_msg("%s: a state is taken", name);
    struct json_object *requests = fixture_member(parsed, "requests");
    struct json_object *completed = fixture_member(parsed, "completedRequests");
    assert_int_equal(state.requests.count, requests ? json_object_object_length(requests) : 0);
    assert_int_equal(state.completed_requests.count,
                     completed ? json_object_object_length(completed) : 0);
    assert_int_equal(agent_state_print(&state, &printed, &error), 0);
    check_printed(name, json, &printed);
    agent_state_free(&state);
}

static void check_stream(const char *name, struct json_object *root)
{
    struct json_object *steps = fixture_member(root, "steps");
    for (size_t i = 0; i < json_object_array_length(steps); i++) {
        struct json_object *step = json_object_array_get_idx(steps, i);
        struct json_object *inputs = fixture_member(step, "input");
        struct json_object *normalized = fixture_member(step, "normalized");
        if (!inputs) {
            check_state(name, step);
            continue;
        }
        for (size_t j = 0; j < json_object_array_length(inputs); j++)
            check_record(name, json_object_array_get_idx(inputs, j),
                         json_object_array_get_idx(normalized, j));
    }
}

static void streams_are_taken_as_by_the_app(void **state)
{
    (void)state;
    checked = 0;
    fixtures_visit("streams", check_stream);
    assert_true(checked > 700);
}

static void check_envelopes(const char *name, struct json_object *envelopes)
{
    for (size_t i = 0; envelopes && i < json_object_array_length(envelopes); i++) {
        struct json_object *json = json_object_array_get_idx(envelopes, i);
        struct arena arena = {0};
        struct envelope envelope;
        struct buffer printed = {0};
        struct error error = {0};
        checked++;
        if (schema_read(&envelope_schema, json, &arena, &envelope, &error) != 0) {
            /* The older program sent some without a turn, which the app drops. */
            if (!strstr(error.message, "turn is missing") || !strstr(name, "acp"))
                fail_msg("%s: %s is refused: %s", name, json_object_to_json_string(json),
                         error.message);
            arena_free(&arena);
            continue;
        }
        assert_int_equal(schema_print(&envelope_schema, &envelope, &printed, &error), 0);
        check_printed(name, json, &printed);
        arena_free(&arena);
    }
}

static void check_mapper(const char *name, struct json_object *root)
{
    struct json_object *steps = fixture_member(root, "steps");
    check_envelopes(name, fixture_member(root, "envelopes"));
    for (size_t i = 0; steps && i < json_object_array_length(steps); i++)
        check_envelopes(name, fixture_member(json_object_array_get_idx(steps, i), "envelopes"));
}

static void what_machines_send_is_taken(void **state)
{
    (void)state;
    checked = 0;
    fixtures_visit("mappers", check_mapper);
    assert_true(checked > 100);
}

/* What reads and prints the value of a table of cases. */
struct unit {
    const char *name;
    const struct schema *schema;
};

/* Members of `part` that `whole` lacks or has otherwise. Blanks around texts are not compared: the
   app trims some. */
static size_t missing(struct json_object *part, struct json_object *whole)
{
    size_t count = 0;
    if (json_object_get_type(part) != json_object_get_type(whole))
        return 1;
    if (!json_object_is_type(part, json_type_object))
        return json_object_is_type(part, json_type_string)
                   ? !strstr(json_object_get_string(whole), json_object_get_string(part))
                   : 0;
    json_object_object_foreach(part, key, value)
    {
        struct json_object *other = NULL;
        if (json_object_object_get_ex(whole, key, &other))
            count += missing(value, other);
        else
            count += strcmp(key, "options") != 0; /* the app's default, not ours to write */
    }
    return count;
}

static void check_case(const struct unit *unit, struct json_object *one)
{
    struct arena arena = {0};
    struct buffer printed = {0};
    struct error error = {0};
    void *value = calloc(1, unit->schema->size);
    const char *note = json_object_get_string(fixture_member(one, "note"));
    struct json_object *input = fixture_member(one, "input"), *written;
    bool accepted = json_object_get_boolean(fixture_member(one, "accepted"));
    bool taken = schema_read(unit->schema, input, &arena, value, &error) == 0;
    checked++;
    if (taken != accepted)
        fail_msg("%s: \"%s\" is %s: %s", unit->name, note, taken ? "taken" : "refused",
                 error.message);
    if (taken) {
        written = schema_write(unit->schema, value, &error);
        assert_non_null(written);
        if (missing(fixture_member(one, "output"), written) != 0)
            fail_msg("%s: \"%s\" is not read as by the app", unit->name, note);
        json_object_put(written);
        assert_int_equal(schema_print(unit->schema, value, &printed, &error), 0);
        check_printed(note, input, &printed);
    }
    arena_free(&arena);
    free(value);
}

static void check_unit(const char *name, struct json_object *root)
{
    static const struct unit units[] = {
        {"agent-state-parse.json", &agent_state_schema},
        {"machine-metadata-parse.json", &machine_metadata_schema},
        {"session-metadata-parse.json", &session_metadata_schema},
    };
    struct json_object *cases = fixture_member(root, "cases");
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        for (size_t j = 0; strcmp(units[i].name, name) == 0 && j < json_object_array_length(cases);
             j++)
            check_case(&units[i], json_object_array_get_idx(cases, j));
}

static void cases_are_taken_as_by_the_app(void **state)
{
    (void)state;
    checked = 0;
    fixtures_visit("units", check_unit);
    assert_true(checked > 60);
}

static void check_todos(const char *name, struct json_object *root)
{
    struct json_object *cases = fixture_member(root, "cases");
    if (strcmp(name, "todo-items-parse.json") != 0)
        return;
    for (size_t i = 0; i < json_object_array_length(cases); i++) {
        struct json_object *one = json_object_array_get_idx(cases, i);
        struct json_object *input = fixture_member(one, "input");
        struct arena arena = {0};
        struct todo_list list;
        struct error error = {0};
        bool taken = todo_list_read(input, &arena, &list, &error) == 0;
        assert_int_equal(taken, json_object_get_boolean(fixture_member(one, "accepted")));
        if (taken)
            assert_int_equal(list.items.count, json_object_array_length(input));
        arena_free(&arena);
        checked++;
    }
}

static void todos_are_taken_as_by_the_app(void **state)
{
    (void)state;
    checked = 0;
    fixtures_visit("units", check_todos);
    assert_int_equal(checked, 6);
}

/* The text of what one of the app's operations makes of settings. */
static void do_settings(const char *operation, struct json_object *one, struct buffer *text)
{
    struct app_settings settings;
    struct error error = {0};
    char *input = fixture_text(fixture_member(one, "input"));
    assert_int_equal(app_settings_parse(slice_of_string(input), &settings, &error), 0);
    free(input);
    if (strcmp(operation, "apply") == 0)
        assert_int_equal(app_settings_apply(&settings, fixture_member(one, "delta"), &error), 0);
    if (strcmp(operation, "payload") == 0) {
        assert_int_equal(app_settings_print(&settings, text, &error), 0);
    } else {
        struct json_object *tree = schema_write(&app_settings_schema, &settings, &error);
        json_text_print(text, tree);
        json_object_put(tree);
    }
    app_settings_free(&settings);
}

static void check_settings(const char *name, struct json_object *root)
{
    struct json_object *cases = fixture_member(root, "cases");
    if (strcmp(name, "settings.json") != 0)
        return;
    for (size_t i = 0; i < json_object_array_length(cases); i++) {
        struct json_object *one = json_object_array_get_idx(cases, i), *made;
        struct buffer text = {0};
        do_settings(json_object_get_string(fixture_member(one, "op")), one, &text);
        assert_int_equal(json_text_parse(slice_of(text.data, text.length), &made, NULL), 0);
        if (fixture_differences(made, fixture_member(one, "output")) != 0)
            fail_msg("\"%s\" became %s", json_object_get_string(fixture_member(one, "note")),
                     buffer_string(&text));
        json_object_put(made);
        buffer_free(&text);
        checked++;
    }
}

static void settings_are_made_as_by_the_app(void **state)
{
    (void)state;
    struct app_settings settings;
    struct error error = {0};
    checked = 0;
    assert_true(schema_is_sound(&app_settings_schema, &error));
    fixtures_visit("units", check_settings);
    assert_int_equal(checked, 16);
    assert_int_equal(
        app_settings_parse(slice_of_string("{\"expandTodos\":fals"), &settings, &error), 0);
    assert_true(settings.expand_todos.value);
    assert_string_equal(settings.avatar_style, "brutalist");
    assert_ptr_equal(settings.preferred_language, json_null_string);
    app_settings_free(&settings);
}

/* Changes each member that can be, one at a time: nothing else may change in what is printed. */
static void check_changes(const struct schema *schema, struct json_object *json)
{
    void *value = calloc(1, schema->size);
    for (size_t i = 0;; i++) {
        struct arena arena = {0};
        struct error error = {0};
        assert_int_equal(schema_read(schema, json, &arena, value, &error), 0);
        if (schema == &message_bare_schema)
            ((struct message *)value)->content.type = MESSAGE_ENVELOPE;
        bool changed = fixture_change(schema, value, i);
        if (changed) {
            struct json_object *written = schema_write(schema, value, &error);
            if (!written && !strstr(error.message, "turn is missing")) /* text that was blank */
                fail_msg("change %zu of %s: %s", i, json_object_to_json_string(json),
                         error.message);
            if (written && fixture_differences(json, written) != 1)
                fail_msg("change %zu made %s of %s", i, json_object_to_json_string(written),
                         json_object_to_json_string(json));
            json_object_put(written);
            checked++;
        }
        arena_free(&arena);
        if (!changed)
            break;
    }
    free(value);
}

static void change_stream(const char *name, struct json_object *root)
{
    struct json_object *steps = fixture_member(root, "steps");
    struct message message;
    for (size_t i = 0; i < json_object_array_length(steps); i++) {
        struct json_object *step = json_object_array_get_idx(steps, i);
        struct json_object *inputs = fixture_member(step, "input");
        for (size_t j = 0; inputs && j < json_object_array_length(inputs); j++) {
            struct json_object *record =
                fixture_member(json_object_array_get_idx(inputs, j), "content");
            if (strncmp(name, "50", 2) == 0 && j % 16 != 0)
                continue; /* much the same */
            if (message_read(record, &message, NULL) != 0)
                continue;
            const struct schema *schema = message_table(&message);
            message_free(&message);
            check_changes(schema, record);
        }
        struct json_object *parsed = fixture_member(step, "parsedAgentState");
        if (parsed)
            check_changes(&agent_state_schema, parsed);
    }
}

static void change_unit(const char *name, struct json_object *root)
{
    struct json_object *cases = fixture_member(root, "cases");
    const struct schema *schema = strncmp(name, "agent", 5) == 0     ? &agent_state_schema
                                  : strncmp(name, "machine", 7) == 0 ? &machine_metadata_schema
                                  : strncmp(name, "session", 7) == 0 ? &session_metadata_schema
                                                                     : NULL;
    for (size_t i = 0; schema && i < json_object_array_length(cases); i++) {
        struct json_object *one = json_object_array_get_idx(cases, i);
        if (json_object_get_boolean(fixture_member(one, "accepted")))
            check_changes(schema, fixture_member(one, "input"));
    }
}

static void a_change_leaves_the_rest(void **state)
{
    (void)state;
    checked = 0;
    fixtures_visit("streams", change_stream);
    fixtures_visit("units", change_unit);
    assert_true(checked > 700);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_sound),
        cmocka_unit_test(streams_are_taken_as_by_the_app),
        cmocka_unit_test(what_machines_send_is_taken),
        cmocka_unit_test(cases_are_taken_as_by_the_app),
        cmocka_unit_test(todos_are_taken_as_by_the_app),
        cmocka_unit_test(settings_are_made_as_by_the_app),
        cmocka_unit_test(a_change_leaves_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
