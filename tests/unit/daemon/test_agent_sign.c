/* Screens with colours, as the real programs drew them, and the signs that they show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agent_sign.h"

static struct frame_string lines(const char *text)
{
    return (struct frame_string){text, strlen(text)};
}

static void assert_typed(const char *screen, const char *expected)
{
    struct buffer typed = {0};
    agent_sign_append_typed(&typed, lines(screen));
    assert_string_equal(buffer_string(&typed), expected);
    buffer_free(&typed);
}

static void faint_text_is_left_out(void **state)
{
    (void)state;
    assert_typed("plain\n", "plain\n");
    assert_typed("a\033[2mb\nc\033[22md", "a\nd");
    assert_typed("a\033[1;2mb\033[0mc\033[2md\033[me", "ace");
    assert_typed("\033[38;5;2ma\033[48;2;2;2;2mb\033[38:2::2:2:2mc\033[4:2md", "abcd");
    assert_typed("\033[38;5;2;2ma\033[22;38;5;1mb", "b");
    assert_typed("\033]8;;http://x/\033\\link\033]8;;\033\\ \033[2m\033]8;;y\033\\z\033]8;;\033\\",
                 "link ");
    assert_typed("cut \033[", "cut ");
    assert_typed("cut \033[2", "cut ");
}

static void assert_sign(const char *agent, const char *screen, enum agent_sign sign)
{
    assert_int_equal(agent_sign_read(agent_dialect_find(agent), lines(screen)), sign);
}

static void signs_are_read(void **state)
{
    (void)state;
    assert_sign("codex", "\033[1m\u203a\033[0m \033[2mAsk Codex to do anything\033[0m\n",
                AGENT_SIGN_READY);
    assert_sign("codex", "\033[1m\u203a\033[0m say hi\n", AGENT_SIGN_NONE);
    assert_sign("codex", "\033[1;2m\u203a \033[0msay hi\n", AGENT_SIGN_NONE);
    assert_sign("codex",
                "\u203a 1. Yes, proceed (\033[1my\033[22m)\n\n  \033[2mPress \033[22;1menter",
                AGENT_SIGN_QUESTION);
    assert_sign("codex",
                "\033[1m\u203a\n  \033[2mPress \033[22;1menter\033[22;2m to confirm\033[m\n",
                AGENT_SIGN_QUESTION);
    assert_sign("claude", "\u276f old prompt\n\u276f\u00a0\033[7mT\033[27;2mry \"fix it\"\033[m\n",
                AGENT_SIGN_READY);
    assert_sign("claude", "\u276f\u00a0half a prompt\033[7m \033[m\n", AGENT_SIGN_NONE);
    assert_sign("claude", "\u276f\u00a0\n \u276f 1. Yes\n", AGENT_SIGN_QUESTION);
    assert_sign("gemini", " \033[38;5;183m> \033[7m \033[0m\033[38;5;248m Type your message",
                AGENT_SIGN_READY);
    assert_sign("shell", "$ \n", AGENT_SIGN_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faint_text_is_left_out),
        cmocka_unit_test(signs_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
