/* The signs on the screen, on what the real programs drew. */
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agents/agent.h"

enum sign { NOTHING, READY, QUESTION };

static const struct {
    const char *agent, *line;
    enum sign sign;
} lines[] = {
    {"claude", "❯\xc2\xa0", READY},
    {"claude", "❯", READY},
    {"claude", "❯\xc2\xa0T", READY},
    {"claude", "❯ say hello", NOTHING},
    {"claude", "❯\xc2\xa0half a prompt", NOTHING},
    {"claude", " ❯ 1. Yes", QUESTION},
    {"claude", "  ❯ 2. No (recommended)", QUESTION},
    {"claude", "   2. Yes, and always allow access to project/", NOTHING},
    {"claude", "❯ 1. is how I begin my prompts", NOTHING},
    {"codex", "› ", READY},
    {"codex", "›", READY},
    {"codex", "› say hello", NOTHING},
    {"codex", "› 1. Yes, proceed (y)", QUESTION},
    {"codex", "  2. Yes, and don't ask again", NOTHING},
    {"codex", "› 1. is how I begin my prompts", NOTHING},
    {"codex", "  Press enter to confirm or esc to cancel", QUESTION},
    {"gemini", " >   Type your message or @path/to/file", READY},
    {"gemini", " > Say hello.", NOTHING},
    {"gemini", "│ ● 1. Allow once                       │", QUESTION},
    {"gemini", "│   2. Allow for this session             │", NOTHING},
    {"gemini", "1. Create GEMINI.md files to customize your interactions", NOTHING},
};

static bool matches(const char *pattern, const char *line)
{
    regex_t regex;
    assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
    bool found = regexec(&regex, line, 0, NULL, 0) == 0;
    regfree(&regex);
    return found;
}

static void lines_say_what_they_mean(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        const struct agent_dialect *dialect = agent_dialect_find(lines[i].agent);
        bool ready = matches(dialect->ready, lines[i].line);
        bool question = matches(dialect->question, lines[i].line);
        if (ready != (lines[i].sign == READY) || question != (lines[i].sign == QUESTION))
            fail_msg("%s: \"%s\": ready %d, question %d", lines[i].agent, lines[i].line, ready,
                     question);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lines_say_what_they_mean)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
