/* What is executed for each agent: program, arguments, environment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "agents/agent.h"
#include "wire/json.h"

#include "folder.h"

#define ARGUMENTS(...) ((const char *const[]){__VA_ARGS__, NULL})

#define HOOKS_ONLY     "--settings {…}"

static char path_entry[4200], home_entry[4200], socket_path[4200];
static const char *environment[] = {path_entry,   home_entry,      "COLUMNS=10",
                                    "SECRET=x y", "SHELL=/bin/sh", NULL};

static const char *const no_arguments[] = {NULL};
static struct agent_request request;
static struct agent_launch launch;
static struct error error;

static int set_up(void **state)
{
    (void)state;
    folder_new();
    snprintf(path_entry, sizeof path_entry, "PATH=%s", folder_path("bin"));
    snprintf(home_entry, sizeof home_entry, "HOME=%s", folder_path("home"));
    snprintf(socket_path, sizeof socket_path, "%s", folder_path("a1.sock"));
    folder_write("bin/claude", "#!/bin/sh\n", 0755);
    folder_write("packages/codex/bin/codex.js", "#!/bin/sh\n", 0755);
    folder_write("packages/codex/package.json",
                 "{\"name\":\"@openai/codex\",\"version\":\"0.169.0\"}", 0644);
    folder_link("../packages/codex/bin/codex.js", "bin/codex");
    folder_write("packages/gemini/bundle/gemini.js", "#!/bin/sh\n", 0755);
    folder_write("packages/gemini/package.json",
                 "{\"name\":\"@google/gemini-cli\",\"version\":\"0.61.0\"}", 0644);
    folder_link("../packages/gemini/bundle/gemini.js", "bin/gemini");
    request = (struct agent_request){
        .session = "a1b2c3d4",
        .directory = "/",
        .environment = environment,
        .arguments = no_arguments,
        .hook_program = "/opt/it's/happy-hook",
        .holder_socket = socket_path,
        .terminal = true,
    };
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    agent_launch_free(&launch);
    folder_free();
    return 0;
}

static void prepare(const char *agent)
{
    agent_launch_free(&launch);
    if (agent_prepare(agent_dialect_find(agent), &request, &launch, &error) != 0)
        fail_msg("%s", error.message);
}

/* The arguments, joined by spaces; JSON is shown as {…}. */
static void assert_command(const char *agent, const char *expected)
{
    char joined[4096] = "";
    prepare(agent);
    for (char **argument = launch.arguments; *argument; argument++) {
        strcat(joined, argument == launch.arguments ? "" : " ");
        strcat(joined, (*argument)[0] == '{' ? "{…}" : *argument);
    }
    assert_string_equal(joined, expected);
}

static const char *value_of(const char *name)
{
    return agent_environment_get((const char *const *)launch.environment, name);
}

static struct json_object *hooks_of(const char *settings, const char *event)
{
    struct json_object *hooks = NULL, *entries = NULL;
    struct json_object *object = json_parse(settings, strlen(settings), &error);
    assert_non_null(object);
    assert_true(json_object_object_get_ex(object, "hooks", &hooks));
    assert_true(json_object_object_get_ex(hooks, event, &entries));
    json_object_get(entries);
    json_object_put(object);
    return entries;
}

static void claude_gets_hooks(void **state)
{
    (void)state;
    request.arguments = ARGUMENTS("--model", "opus", "say hi");
    assert_command("claude", "claude " HOOKS_ONLY " --model opus say hi");
    assert_string_equal(launch.program, folder_path("bin/claude"));
    assert_null(launch.native_id);
    struct json_object *entries = hooks_of(launch.arguments[2], "PermissionRequest");
    assert_int_equal(json_object_array_length(entries), 1);
    assert_non_null(strstr(json_object_to_json_string_ext(entries, JSON_C_TO_STRING_NOSLASHESCAPE),
                           "'/opt/it'\\\\''s/happy-hook'"));
    json_object_put(entries);
}

static void claude_resumes_with_the_options_that_still_hold(void **state)
{
    (void)state;
    request.resume = "id-1";
    request.arguments = ARGUMENTS("--continue", "--model", "opus", "-p", "--allowedTools", "Bash",
                                  "Edit", "--session-id", "other", "say hi");
    folder_write("home/.claude/projects/-tmp/id-1.jsonl", "{}\n", 0600);
    assert_command("claude",
                   "claude " HOOKS_ONLY " --resume id-1 --model opus --allowedTools Bash Edit");
    assert_string_equal(launch.native_id, "id-1");
    request.resume = "id-2"; /* never prompted: Claude Code has no record of it */
    assert_command("claude",
                   "claude " HOOKS_ONLY " --session-id id-2 --model opus --allowedTools Bash Edit");
    request.resume = NULL;
    request.arguments = ARGUMENTS("-c");
    assert_command("claude", "claude " HOOKS_ONLY " -c");
}

static void claude_keeps_the_persons_own_settings(void **state)
{
    (void)state;
    char expected[4400];
    const char *file = folder_write(
        "own.json", "{\"env\":{\"KEY\":\"secret\"},\"hooks\":{\"Stop\":[{\"hooks\":[1]}]}}", 0600);
    request.directory = folder_path(".");
    request.arguments = ARGUMENTS("--settings", "own.json", "-v");
    snprintf(expected, sizeof expected, "claude --settings %s.settings.json -v", socket_path);
    assert_command("claude", expected);

    char text[8192] = "";
    FILE *merged = fopen(launch.arguments[2], "r");
    struct stat status;
    assert_non_null(merged);
    assert_int_equal(fstat(fileno(merged), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_true(fread(text, 1, sizeof text - 1, merged) > 0);
    fclose(merged);
    assert_non_null(strstr(text, "\"env\":{\"KEY\":\"secret\"}"));
    struct json_object *entries = hooks_of(text, "Stop");
    assert_int_equal(json_object_array_length(entries), 2);
    assert_string_equal(json_object_to_json_string_ext(json_object_array_get_idx(entries, 0), 0),
                        "{\"hooks\":[1]}");
    json_object_put(entries);

    agent_remove_files(socket_path);
    assert_int_equal(access(launch.arguments[2], F_OK), -1);
    assert_int_equal(access(file, F_OK), 0);
}

static void claude_itself_complains_about_bad_settings(void **state)
{
    (void)state;
    request.arguments = ARGUMENTS("--settings", "/nowhere/settings.json");
    assert_command("claude", "claude --settings /nowhere/settings.json");
    request.arguments = ARGUMENTS("--settings={broken");
    assert_command("claude", "claude --settings={broken");
    request.arguments = ARGUMENTS("--settings", "{\"hooks\":[]}");
    assert_command("claude", "claude --settings {…}");
    assert_string_equal(launch.arguments[2], "{\"hooks\":[]}");
}

static void claude_does_not_take_itself_for_a_child(void **state)
{
    (void)state;
    const char *inside[] = {path_entry,
                            home_entry,
                            "CLAUDECODE=1",
                            "CLAUDE_CODE_SESSION_ID=x",
                            "CLAUDE_CODE_ENTRYPOINT=cli",
                            NULL};
    request.environment = inside;
    prepare("claude");
    assert_null(value_of("CLAUDECODE"));
    assert_null(value_of("CLAUDE_CODE_SESSION_ID"));
    assert_null(value_of("CLAUDE_CODE_ENTRYPOINT"));
    const char *outside[] = {path_entry, home_entry, "CLAUDE_CODE_ENTRYPOINT=mine", NULL};
    request.environment = outside;
    prepare("claude");
    assert_string_equal(value_of("CLAUDE_CODE_ENTRYPOINT"), "mine");
}

static void codex_stays_in_its_own_process(void **state)
{
    (void)state;
    assert_command("codex", "codex --no-daemon");
    request.arguments = ARGUMENTS("-m", "exec", "fix it");
    assert_command("codex", "codex --no-daemon -m exec fix it");
    request.arguments = ARGUMENTS("resume", "--last");
    assert_command("codex", "codex --no-daemon resume --last");
    request.arguments = ARGUMENTS("-m", "x", "exec", "--json", "fix it");
    assert_command("codex", "codex -m x exec --json fix it");
    request.arguments = ARGUMENTS("--remote", "unix://x");
    assert_command("codex", "codex --remote unix://x");
    folder_write("packages/codex/package.json",
                 "{\"name\":\"@openai/codex\",\"version\":\"0.99.1\"}", 0644);
    request.arguments = ARGUMENTS("hello");
    assert_command("codex", "codex -c features.daemon_auto_start=false hello");
}

static void codex_resumes(void **state)
{
    (void)state;
    request.resume = "01a2-b3";
    request.arguments = ARGUMENTS("-m", "x", "--image", "a.png", "resume", "--last", "prompt");
    assert_command("codex", "codex --no-daemon -m x resume 01a2-b3");
    assert_string_equal(launch.native_id, "01a2-b3");
}

static void gemini_is_given_its_session_id(void **state)
{
    (void)state;
    char expected[128];
    request.arguments = ARGUMENTS("-m", "pro");
    prepare("gemini");
    assert_int_equal(strlen(launch.native_id), 36);
    assert_int_equal(launch.native_id[14], '4');
    snprintf(expected, sizeof expected, "%s", launch.native_id);
    assert_string_equal(launch.arguments[1], "--session-id");
    assert_string_equal(launch.arguments[2], expected);
    assert_string_equal(launch.arguments[3], "-m");
    prepare("gemini");
    assert_string_not_equal(launch.native_id, expected);
    assert_string_equal(value_of("GEMINI_CLI_NO_RELAUNCH"), "true");

    request.arguments = ARGUMENTS("--resume", "latest");
    assert_command("gemini", "gemini --resume latest");
    assert_null(launch.native_id);
    request.arguments = ARGUMENTS("mcp", "list");
    assert_command("gemini", "gemini mcp list");
    folder_write("packages/gemini/package.json",
                 "{\"name\":\"@google/gemini-cli\",\"version\":\"0.41.2\"}", 0644);
    request.arguments = ARGUMENTS("-m", "pro");
    assert_command("gemini", "gemini -m pro");
}

static void gemini_resumes(void **state)
{
    (void)state;
    request.resume = "99043e1f-5b61-4723";
    request.arguments = ARGUMENTS("-i", "prompt", "-m", "pro", "--resume", "latest");
    folder_write("home/.gemini/tmp/p/chats/session-2026-11-22T18-13-99043e1f.jsonl", "{}\n", 0600);
    assert_command("gemini", "gemini --resume 99043e1f-5b61-4723 -m pro");
    request.resume = "11043e1f-5b61-4723"; /* never prompted */
    assert_command("gemini", "gemini --session-id 11043e1f-5b61-4723 -m pro");
}

static void a_shell_is_the_persons_or_sh(void **state)
{
    (void)state;
    assert_command("shell", "sh");
    assert_string_equal(launch.program, "/bin/sh");
    environment[4] = "SHELL=/nowhere/zsh";
    request.arguments = ARGUMENTS("-c", "true");
    assert_command("shell", "sh -c true");
    environment[4] = "SHELL=/bin/sh";
    request.resume = "id";
    agent_launch_free(&launch);
    assert_int_equal(agent_prepare(agent_dialect_find("shell"), &request, &launch, &error), -1);
    assert_int_equal(error.code, ERROR_UNSUPPORTED);
}

static void a_command_is_found_and_left_alone(void **state)
{
    (void)state;
    request.arguments = ARGUMENTS("claude", "--settings", "x", "--resume");
    assert_command("command", "claude --settings x --resume");
    assert_string_equal(launch.program, folder_path("bin/claude"));
}

static void the_environment_is_the_clients_for_its_new_terminal(void **state)
{
    (void)state;
    prepare("claude");
    assert_string_equal(value_of("SECRET"), "x y");
    assert_string_equal(value_of("HAPPY_SESSION_ID"), "a1b2c3d4");
    assert_string_equal(value_of("HAPPY_HOLDER_SOCKET"), socket_path);
    assert_string_equal(value_of("PWD"), "/");
    assert_string_equal(value_of("TERM"), "xterm-256color");
    assert_null(value_of("COLUMNS"));
    request.terminal = false;
    prepare("claude");
    assert_null(value_of("TERM"));
    assert_string_equal(value_of("COLUMNS"), "10");
    environment[2] = "TERM=screen";
    request.terminal = true;
    prepare("claude");
    assert_string_equal(value_of("TERM"), "screen");
    environment[2] = "COLUMNS=10";
}

static void assert_refused(const char *agent, enum error_code code, const char *message,
                           const char *fix)
{
    assert_int_equal(agent_prepare(agent_dialect_find(agent), &request, &launch, &error), -1);
    assert_int_equal(error.code, code);
    assert_string_equal(error.message, message);
    assert_string_equal(error.fix, fix);
    assert_null(launch.program);
}

static void a_missing_program_names_its_install_command(void **state)
{
    (void)state;
    snprintf(path_entry, sizeof path_entry, "PATH=/nowhere");
    assert_refused("claude", ERROR_NO_PROGRAM, "claude was not found on your PATH",
                   "npm install -g @anthropic-ai/claude-code");
    assert_refused("codex", ERROR_NO_PROGRAM, "codex was not found on your PATH",
                   "npm install -g @openai/codex");
    assert_refused("gemini", ERROR_NO_PROGRAM, "gemini was not found on your PATH",
                   "npm install -g @google/gemini-cli");
    request.arguments = ARGUMENTS("nothing");
    assert_refused("command", ERROR_NO_PROGRAM, "nothing was not found on your PATH", "");
    request.arguments = ARGUMENTS("/etc/passwd");
    assert_refused("command", ERROR_NO_PROGRAM, "/etc/passwd is not a program that you may execute",
                   "");
    request.arguments = no_arguments;
    assert_refused("command", ERROR_INVALID, "no command was given",
                   "write it behind --: happyctl start -- COMMAND [ARGS…]");
    request.resume = "--help";
    assert_refused("codex", ERROR_INVALID, "\"--help\" is not an id that Codex gives", "");
}

static void every_dialect_can_be_asked_to_end(void **state)
{
    (void)state;
    size_t count;
    const struct agent_dialect *const *dialects = agent_dialects(&count);
    assert_int_equal(count, 5);
    for (size_t i = 0; i < count; i++) {
        const struct agent_stop_step *step = dialects[i]->stop;
        int steps = 1;
        assert_ptr_equal(agent_dialect_find(dialects[i]->name), dialects[i]);
        for (; step->wait_ms; step++)
            assert_in_range(steps++, 1, 8);
        assert_true(step->signal != 0);
        assert_true(dialects[i]->quiet_ms > 0);
    }
    assert_null(agent_dialect_find("emacs"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(claude_gets_hooks),
        TEST(claude_resumes_with_the_options_that_still_hold),
        TEST(claude_keeps_the_persons_own_settings),
        TEST(claude_itself_complains_about_bad_settings),
        TEST(claude_does_not_take_itself_for_a_child),
        TEST(codex_stays_in_its_own_process),
        TEST(codex_resumes),
        TEST(gemini_is_given_its_session_id),
        TEST(gemini_resumes),
        TEST(a_shell_is_the_persons_or_sh),
        TEST(a_command_is_found_and_left_alone),
        TEST(the_environment_is_the_clients_for_its_new_terminal),
        TEST(a_missing_program_names_its_install_command),
        TEST(every_dialect_can_be_asked_to_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
