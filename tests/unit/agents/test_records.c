/* Finding the id of a session in the files that Codex and Gemini CLI write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "agents/agent.h"
#include "agents/record_file.h"

#include "folder.h"

static char home_entry[4200];
static const char *environment[] = {home_entry, NULL};
static struct agent_request request;
static int64_t started_at;

static int set_up(void **state)
{
    (void)state;
    folder_new();
    snprintf(home_entry, sizeof home_entry, "HOME=%s", folder_path("home"));
    folder_write("work/file", "", 0600);
    request = (struct agent_request){.directory = folder_path("work"), .environment = environment};
    started_at = (int64_t)time(NULL) * 1000;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    folder_free();
    return 0;
}

static void time_text(char *text, size_t size, int seconds)
{
    time_t at = (time_t)(started_at / 1000) + seconds;
    strftime(text, size, "%Y-%m-%dT%H:%M:%S.500Z", gmtime(&at));
}

/* A rollout of a session begun `seconds` after ours; returns its path. */
static const char *write_rollout(const char *id, const char *directory, int seconds)
{
    char head[8192], name[256], day[32], at[64];
    time_t now = (time_t)(started_at / 1000);
    time_text(at, sizeof at, seconds);
    strftime(day, sizeof day, "%Y/%m/%d", localtime(&now));
    snprintf(name, sizeof name, "home/.codex/sessions/%s/rollout-x-%s.jsonl", day, id);
    snprintf(head, sizeof head,
             "{\"timestamp\":\"%s\",\"type\":\"session_meta\",\"payload\":{\"id\":\"%s\","
             "\"timestamp\":\"%s\",\"cwd\":\"%s\"}}\n{\"type\":\"event_msg\"}\n",
             at, id, at, directory);
    return folder_write(name, head, 0600);
}

static void assert_id(const char *agent, int pid, const char *expected)
{
    char *id = agent_dialect_find(agent)->find_native_id(&request, started_at, pid);
    if (expected) {
        assert_non_null(id);
        assert_string_equal(id, expected);
    } else {
        assert_null(id);
    }
    free(id);
}

static void codex_session_of_the_directory_is_found(void **state)
{
    (void)state;
    assert_id("codex", 0, NULL);
    write_rollout("earlier", request.directory, -60);
    write_rollout("elsewhere", "/", 1);
    assert_id("codex", 0, NULL);
    write_rollout("later", request.directory, 9);
    write_rollout("ours", request.directory, 1);
    assert_id("codex", 0, "ours");
}

static void codex_session_that_is_open_is_preferred(void **state)
{
    (void)state;
    write_rollout("first", request.directory, 1);
    FILE *open_file = fopen(write_rollout("resumed", "/", -3600), "a");
    assert_non_null(open_file);
    assert_id("codex", getpid(), "resumed");
    fclose(open_file);
    assert_id("codex", getpid(), "first");
}

static void broken_records_are_passed_over(void **state)
{
    (void)state;
    char day[32], name[128];
    time_t now = (time_t)(started_at / 1000);
    strftime(day, sizeof day, "%Y/%m/%d", localtime(&now));
    const char *const heads[] = {
        "",
        "no line end",
        "[]\n",
        "{}\n",
        "not json\n",
        "{\"type\":\"session_meta\"}\n",
        "{\"type\":\"session_meta\",\"payload\":{\"id\":\"--help\",\"cwd\":\"/\"}}\n",
        "{\"type\":\"session_meta\",\"payload\":{\"id\":7,\"cwd\":\"/\"}}\n",
    };
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        snprintf(name, sizeof name, "home/.codex/sessions/%s/rollout-%zu.jsonl", day, i);
        folder_write(name, heads[i], 0600);
    }
    assert_id("codex", 0, NULL);
    write_rollout("good", request.directory, 1);
    assert_id("codex", 0, "good");
}

static void write_chat(const char *project, const char *id, int seconds)
{
    char head[1024], name[256], at[64];
    time_text(at, sizeof at, seconds);
    snprintf(name, sizeof name, "home/.gemini/tmp/%s/chats/session-x-%s.jsonl", project, id);
    snprintf(head, sizeof head, "{\"sessionId\":\"%s\",\"startTime\":\"%s\",\"kind\":\"main\"}\n",
             id, at);
    folder_write(name, head, 0600);
}

static void gemini_session_of_the_directory_is_found(void **state)
{
    (void)state;
    assert_id("gemini", 0, NULL);
    folder_write("home/.gemini/tmp/work/.project_root", request.directory, 0600);
    folder_write("home/.gemini/tmp/other/.project_root", "/other", 0600);
    write_chat("other", "elsewhere", 1);
    write_chat("work", "earlier", -60);
    assert_id("gemini", 0, NULL);
    write_chat("work", "later", 9);
    write_chat("work", "ours", 1);
    assert_id("gemini", 0, "ours");
}

static void times_are_read(void **state)
{
    (void)state;
    assert_int_equal(record_time("1970-01-01T00:00:01.250Z"), 1250);
    assert_int_equal(record_time("2026-11-22T16:34:41Z"), 1795365281000);
    assert_int_equal(record_time("2026-11-22T16:34:41+01:00"), -1);
    assert_int_equal(record_time("2026-11-22"), -1);
    assert_int_equal(record_time(""), -1);
    assert_int_equal(record_time(NULL), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* Whether the dialect says so of a transcript with these lines. */
static bool is_interrupted(const char *lines)
{
    const struct agent_dialect *claude = agent_dialect_find("claude");
    folder_write("home/.claude/projects/-work/0-id.jsonl", lines, 0600);
    return claude->is_interrupted(environment, "0-id");
}

static void claude_transcript_tells_an_interruption(void **state)
{
    (void)state;
#define PROMPT "{\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":\"go on\"}}\n"
#define REPLY                                                                                      \
    "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"a\"}]}}\n"
#define SNAPSHOT "{\"type\":\"file-history-snapshot\",\"messageId\":\"x\"}\n"
#define SUBAGENT "{\"type\":\"assistant\",\"isSidechain\":true,\"message\":{\"content\":[]}}\n"
#define INTERRUPT                                                                                  \
    "{\"type\":\"user\",\"isSidechain\":false,\"message\":{\"role\":\"user\",\"content\":[{"       \
    "\"type\":\"text\","                                                                           \
    "\"text\":\"[Request interrupted by user]\"}]}}\n"
#define IN_A_TOOL                                                                                  \
    "{\"type\":\"user\",\"message\":{\"content\":\"[Request interrupted by user for tool "         \
    "use]\"}}\n"
    assert_false(agent_dialect_find("claude")->is_interrupted(environment, "0-id"));
    assert_false(is_interrupted(""));
    assert_false(is_interrupted(PROMPT REPLY));
    assert_true(is_interrupted(PROMPT REPLY INTERRUPT));
    assert_true(is_interrupted(PROMPT IN_A_TOOL));
    assert_true(is_interrupted(PROMPT INTERRUPT SNAPSHOT SUBAGENT));
    assert_true(is_interrupted(PROMPT INTERRUPT "{\"type\":\"user\",\"mess"));
    assert_false(is_interrupted(PROMPT INTERRUPT PROMPT));
    assert_false(is_interrupted(PROMPT INTERRUPT PROMPT REPLY SNAPSHOT));
    assert_false(is_interrupted("[]\n7\n\n\nnonsense\n{\"type\":\"user\"}\n"));
    assert_false(is_interrupted("{\"type\":\"user\",\"message\":{\"content\":[]}}\n"));
    char *long_line = malloc(200001);
    memset(long_line, 'x', 200000);
    long_line[200000] = '\0';
    assert_false(is_interrupted(long_line));
    memcpy(long_line, INTERRUPT, strlen(INTERRUPT));
    assert_false(is_interrupted(long_line));
    long_line[150000] = '\n';
    memcpy(long_line + 200000 - strlen(INTERRUPT), INTERRUPT, strlen(INTERRUPT));
    long_line[200000 - strlen(INTERRUPT) - 1] = '\n';
    assert_true(is_interrupted(long_line));
    free(long_line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(codex_session_of_the_directory_is_found),
        TEST(codex_session_that_is_open_is_preferred),
        TEST(broken_records_are_passed_over),
        TEST(claude_transcript_tells_an_interruption),
        TEST(gemini_session_of_the_directory_is_found),
        TEST(times_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
