#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/json_text.h"
#include "wire/rpc_payload.h"

static void tables_are_sound(void **state)
{
    (void)state;
    struct error error = {0};
    for (const struct rpc_method *method = rpc_methods; method->name; method++)
        if (!schema_is_sound(method->params, &error) || !schema_is_sound(method->result, &error))
            fail_msg("%s: %s", method->name, error.message);
}

static void methods_are_found_in_their_scope(void **state)
{
    (void)state;
    struct slice scope, name;
    assert_ptr_equal(rpc_method("bash", RPC_MACHINE), rpc_method("bash", RPC_SESSION));
    assert_non_null(rpc_method("bash", RPC_SESSION));
    assert_non_null(rpc_method("permission", RPC_SESSION));
    assert_null(rpc_method("permission", RPC_MACHINE));
    assert_null(rpc_method("spawn-happy-session", RPC_SESSION));
    assert_null(rpc_method("", RPC_ANYWHERE));
    assert_true(rpc_method_split(slice_of_string("id:goal-action"), &scope, &name));
    assert_true(slice_equals(scope, "id") && slice_equals(name, "goal-action"));
    assert_true(rpc_method_split(slice_of_string("id:a:b"), &scope, &name));
    assert_true(slice_equals(name, "a:b"));
    assert_false(rpc_method_split(slice_of_string("bash"), &scope, &name));
    assert_false(rpc_method_split(slice_of_string(":bash"), &scope, &name));
    assert_false(rpc_method_split(slice_of_string("id:"), &scope, &name));
    assert_false(rpc_method_split(slice_of(NULL, 0), &scope, &name));
}

/* Examples of the protocol notes: each is read and printed as it is. */
static void examples_survive(void **state)
{
    (void)state;
    static const struct {
        const char *method, *params, *result;
    } cases[] = {
        {"spawn-happy-session",
         "{\"type\":\"spawn-in-directory\",\"directory\":\"/w\",\"approvedNewDirectoryCreation\":"
         "false,\"agent\":\"codex\",\"environmentVariables\":{\"A\":\"b\"},\"newer\":[1]}",
         "{\"type\":\"success\",\"sessionId\":\"s\"}"},
        {"spawn-happy-session", "{\"directory\":\"/w\",\"isSideChat\":true,\"token\":null}",
         "{\"type\":\"requestToApproveDirectoryCreation\",\"directory\":\"/w\"}"},
        {"resume-happy-session",
         "{\"sessionId\":\"s\",\"fallback\":{\"metadata\":{\"path\":\"/"
         "w\",\"machineId\":\"m\",\"x\":1},"
         "\"metadataVersion\":1,\"agentStateVersion\":0,\"seq\":3,\"encryptionKey\":"
         "\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\",\"encryptionVariant\":\"dataKey\"}}",
         "{\"type\":\"pending\",\"clientRequestId\":\"c\",\"retryAfterMs\":500}"},
        {"resume-happy-session", "{\"sessionId\":\"s\",\"fallback\":{\"seq\":-1}}",
         "{\"type\":\"error\",\"errorMessage\":\"t\",\"error\":\"t\"}"},
        {"stop-session", "{\"sessionId\":\"s\"}", "{\"message\":\"Session stopped\"}"},
        {"stop-daemon", "{}", "{\"message\":\"Daemon stop request acknowledged\"}"},
        {"claude-duplicate-session",
         "{\"directory\":\"/w\",\"claudeSessionId\":\"c\",\"cutAfterUuid\":\"u\"}",
         "{\"type\":\"success\",\"newClaudeSessionId\":\"n\"}"},
        {"codex-list-rewind-points", "{\"codexThreadId\":\"t\"}",
         "{\"type\":\"success\",\"points\":[{\"itemId\":\"i\",\"text\":\"t\",\"timestamp\":1.5}]}"},
        {"bash", "{\"command\":\"true\",\"cwd\":\"/\",\"timeout\":5000}",
         "{\"success\":false,\"stdout\":\"\",\"stderr\":\"x\",\"exitCode\":-1,\"error\":\"Command "
         "timed "
         "out\"}"},
        {"readFile", "{\"path\":\"a\"}", "{\"success\":true,\"content\":\"AAEC\"}"},
        {"writeFile", "{\"path\":\"a\",\"content\":\"\",\"expectedHash\":null}",
         "{\"success\":true,\"hash\":\"00\"}"},
        {"listDirectory", "{\"path\":\".\"}",
         "{\"success\":true,\"entries\":[{\"name\":\"a\",\"type\":\"other\"},{\"name\":\"b\","
         "\"type\":"
         "\"file\",\"size\":3,\"modified\":1.25}]}"},
        {"getDirectoryTree", "{\"path\":\".\",\"maxDepth\":2}",
         "{\"success\":true,\"tree\":{\"name\":\"w\",\"path\":\"/"
         "w\",\"type\":\"directory\",\"children\":[{"
         "\"name\":\"f\",\"path\":\"/w/f\",\"type\":\"file\",\"size\":0,\"modified\":9}]}}"},
        {"ripgrep", "{\"args\":[\"--files\",\"--follow\"],\"cwd\":\"/w\"}",
         "{\"success\":true,\"exitCode\":1,\"stdout\":\"\",\"stderr\":\"\"}"},
        {"permission",
         "{\"id\":\"i\",\"approved\":true,\"decision\":\"approved\",\"updatedInput\":{\"answers\":{"
         "\"Q?\":"
         "\"A, B\"}}}",
         "{}"},
        {"permission", "{\"id\":\"i\",\"approved\":true,\"allowTools\":[\"Bash(ls)\"]}", "{}"},
        {"abort", "{\"reason\":7}", "{}"},
        {"switch", "{\"to\":\"local\"}", "{}"},
        {"killSession", "{}", "{\"success\":true,\"message\":\"Killing happy-cli process\"}"},
        {"goal-action", "{\"action\":\"edit\",\"objective\":\"o\"}", "{\"ok\":true}"},
        {"communication",
         "{\"id\":\"i\",\"kind\":\"form\",\"status\":\"answered\",\"answers\":{\"q\":{\"options\":["
         "\"x\"],"
         "\"custom\":\"c\"}}}",
         "{}"},
    };
    for (size_t i = 0; i < 2 * sizeof cases / sizeof cases[0]; i++) {
        const struct rpc_method *method = rpc_method(cases[i / 2].method, RPC_ANYWHERE);
        const struct schema *schema = i % 2 ? method->result : method->params;
        const char *text = i % 2 ? cases[i / 2].result : cases[i / 2].params;
        struct arena arena = {0};
        struct buffer printed = {0};
        struct error error = {0};
        void *value = calloc(1, schema->size);
        if ((i % 2 ? rpc_result_parse : rpc_params_parse)(schema, slice_of_string(text), &arena,
                                                          value, &error) != 0)
            fail_msg("%s: %s", text, error.message);
        if (schema_print(schema, value, &printed, &error) != 0)
            fail_msg("%s: %s", text, error.message);
        assert_string_equal(buffer_string(&printed), text);
        buffer_free(&printed);
        arena_free(&arena);
        free(value);
    }
}

static void parameters_that_are_no_object_count_as_empty(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "null", "\"x\"", "[1]", "7"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct arena arena = {0};
        struct rpc_spawn_params params;
        struct rpc_bash_params command;
        struct error error = {0};
        struct slice text = slice_of_string(texts[i]);
        assert_int_equal(rpc_params_parse(&rpc_spawn_params_schema, text, &arena, &params, &error),
                         0);
        assert_null(params.directory);
        assert_true(params.approved_new_directory_creation.value);
        assert_int_equal(rpc_params_parse(&rpc_bash_params_schema, text, &arena, &command, &error),
                         -1);
        assert_string_equal(error.message, "command: is missing");
        arena_free(&arena);
    }
}

static void wrong_types_are_refused(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct rpc_spawn_params spawn;
    struct rpc_permission_params permission;
    struct error error = {0};
    assert_int_equal(rpc_params_parse(&rpc_spawn_params_schema,
                                      slice_of_string("{\"environmentVariables\":{\"A\":1}}"),
                                      &arena, &spawn, &error),
                     -1);
    assert_string_equal(error.message, "environmentVariables.A: must be a string, not int");
    assert_int_equal(rpc_params_parse(&rpc_spawn_params_schema, slice_of_string("{\"a\":"), &arena,
                                      &spawn, &error),
                     -1);
    assert_int_equal(rpc_params_parse(&rpc_permission_params_schema,
                                      slice_of_string("{\"id\":\"a\",\"approved\":1}"), &arena,
                                      &permission, &error),
                     -1);
    assert_string_equal(error.message, "approved: must be true or false, not int");
    assert_int_equal(
        rpc_params_parse(&rpc_permission_params_schema,
                         slice_of_string("{\"id\":\"a\",\"approved\":true,\"decision\":"
                                         "\"always\",\"updatedInput\":[]}"),
                         &arena, &permission, &error),
        -1);
    assert_string_equal(error.message, "updatedInput: must be an object, not array");
    assert_int_equal(
        rpc_params_parse(&rpc_permission_params_schema,
                         slice_of_string("{\"id\":\"a\",\"approved\":true,\"decision\":"
                                         "\"always\"}"),
                         &arena, &permission, &error),
        0);
    assert_int_equal(permission.decision, 0);
    arena_free(&arena);
}

static void a_fallback_has_a_key(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct rpc_resume_params params;
    struct error error = {0};
    static const char *const format =
        "{\"sessionId\":\"s\",\"fallback\":{\"metadata\":{\"path\":\"/\",\"machineId\":\"m\"},"
        "\"metadataVersion\":%s,\"agentStateVersion\":0,\"seq\":0,\"encryptionKey\":\"%s\","
        "\"encryptionVariant\":\"dataKey\"}}";
    static const struct {
        const char *version, *key;
        bool taken;
    } cases[] = {
        {"1", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", true},
        {"1", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", false},
        {"-1", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", false},
        {"1.5", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buffer text = {0};
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        buffer_append_format(&text, format, cases[i].version, cases[i].key);
#pragma GCC diagnostic pop
        assert_int_equal(rpc_params_parse(&rpc_resume_params_schema,
                                          slice_of(text.data, text.length), &arena, &params,
                                          &error),
                         0);
        assert_int_equal(params.fallback.object.presence, cases[i].taken ? PRESENT : ABSENT);
        assert_int_equal(params.fallback.encryption_key.length, cases[i].taken ? 32 : 0);
        buffer_free(&text);
    }
    arena_free(&arena);
}

static void results_say_when_the_handler_failed(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct rpc_spawn_result spawn;
    struct rpc_command_result command;
    struct rpc_nothing nothing;
    struct buffer text = {0};
    struct error error = {0};
    rpc_print_error(&text, RPC_NO_METHOD);
    assert_string_equal(buffer_string(&text), "{\"error\":\"Method not found\"}");
    struct slice failure = slice_of(text.data, text.length);
    assert_int_equal(rpc_result_parse(&rpc_spawn_result_schema, failure, &arena, &spawn, &error),
                     -1);
    assert_int_equal(error.code, ERROR_REFUSED);
    assert_string_equal(error.message, RPC_NO_METHOD);
    assert_int_equal(rpc_result_parse(&rpc_nothing_schema, failure, &arena, &nothing, &error), -1);
    /* With `success` or `type` it is the method's own answer. */
    assert_int_equal(rpc_result_parse(&rpc_command_result_schema,
                                      slice_of_string("{\"success\":false,\"error\":\"no\"}"),
                                      &arena, &command, &error),
                     0);
    assert_string_equal(command.error, "no");
    assert_int_equal(rpc_result_parse(&rpc_spawn_result_schema,
                                      slice_of_string("{\"type\":\"error\",\"errorMessage\":\"e\","
                                                      "\"error\":\"e\"}"),
                                      &arena, &spawn, &error),
                     0);
    assert_int_equal(spawn.outcome, SPAWN_ERROR);
    assert_string_equal(spawn.failure.message, "e");
    /* Nothing was returned. */
    assert_int_equal(
        rpc_result_parse(&rpc_spawn_result_schema, slice_of("", 0), &arena, &spawn, &error), 0);
    assert_int_equal(spawn.outcome, 0);
    assert_int_equal(
        rpc_result_parse(&rpc_nothing_schema, slice_of_string("null"), &arena, &nothing, &error),
        0);
    assert_int_equal(rpc_result_parse(&rpc_spawn_result_schema,
                                      slice_of_string("{\"type\":\"other\"}"), &arena, &spawn,
                                      &error),
                     -1);
    assert_int_equal(error.code, ERROR_UNSUPPORTED);
    buffer_free(&text);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_sound),
        cmocka_unit_test(methods_are_found_in_their_scope),
        cmocka_unit_test(examples_survive),
        cmocka_unit_test(parameters_that_are_no_object_count_as_empty),
        cmocka_unit_test(wrong_types_are_refused),
        cmocka_unit_test(a_fallback_has_a_key),
        cmocka_unit_test(results_say_when_the_handler_failed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
