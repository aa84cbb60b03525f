#include <limits.h>
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pattern.h"

static enum pattern_result search(const char *pattern, const char *line)
{
    struct error error;
    unsigned long steps = ULONG_MAX;
    struct pattern *compiled = pattern_new(pattern, &error);
    if (!compiled)
        fail_msg("%s: %s", pattern, error.message);
    enum pattern_result result = pattern_search(compiled, line, strlen(line), &steps);
    /* A second search is not disturbed by the first. */
    assert_int_equal(pattern_search(compiled, line, strlen(line), &steps), result);
    pattern_free(compiled);
    return result;
}

static void found_and_absent(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *line;
        bool found;
    } cases[] = {
        {"", "", true},
        {"", "x", true},
        {"^$", "", true},
        {"^$", "x", false},
        {"abc", "xabcx", true},
        {"abc", "abab", false},
        {"^[0-9]+ passed", "42 passed, 0 failed", true},
        {"^[0-9]+ passed", "x42 passed", false},
        {"a|b|", "zzz", true},
        {"^(a|bc)*d$", "abcabcd", true},
        {"^(a|bc)*d$", "abcbd", false},
        {"([0-9]{1,3}\\.){3}[0-9]{1,3}", "at 10.0.0.1:", true},
        {"([0-9]{1,3}\\.){3}[0-9]{1,3}", "at 10.0.0:", false},
        {"^a{2,3}$", "a", false},
        {"^a{2,3}$", "aa", true},
        {"^a{2,3}$", "aaa", true},
        {"^a{2,3}$", "aaaa", false},
        {"^a{2,}$", "aaaaa", true},
        {"^a{,2}$", "aaa", false},
        {"^a{0}b$", "b", true},
        {"^a{0}b$", "ab", false},
        {"^(a?){5}$", "aaaaaa", false},
        {"^()*$", "", true},
        {"(a*)*b", "aaaab", true},
        {"[]]x", "]x", true},
        {"[^]a]x", "]x", false},
        {"[a-]", "-", true},
        {"[[:digit:][:space:]_]{3}", "1 _", true},
        {"[^[:alnum:]]", "abc1", false},
        {"[[.-.]]", "-", true},
        {"\\bfoo\\b", "a foo b", true},
        {"\\bfoo\\b", "afoo b", false},
        {"\\<oo", "foo", false},
        {"fo\\>", "foo", false},
        {"o\\>", "foo bar", true},
        {"\\Boo\\b", "foo", true},
        {"^\\w+\\s\\W$", "ab_1 -", true},
        {"\\S", " \t", false},
        {"\\.\\*\\[\\\\", "x.*[\\", true},
        {"a)", "a)", true},
        {"}", "}", true},
        {"❯ x", "❯ x", true},
        {"^.{3}$", "❯ x", true},
        {"^[✓✗] done", "✗ done", true},
        {"^[✓✗] done", "✘ done", false},
        {"^[^✓] done", "✗ done", true},
        {"^[^✓] done", "✓ done", false},
        {"[^✓✗]", "✗✓", false},
        {"^[─-╿]+$", "╭──╮", true},
        {"^[─-╿]+$", "╭──▁", false},
        {"^[a-é]+$", "zé", true},
        {"^[a-è]+$", "zé", false},
        {"^●?x", "x", true},
        {"^●*$", "●●●", true},
        {"^●{2}$", "●●●", false},
        {"^\\●$", "●", true},
        {"^[[.●.][=é=]]+$", "é●", true},
        {"^\\W\\S$", "●é", true},
        {"\\w|[[:alpha:]]", "é", false},
        {"^.$", "\xff", true},
        {"^.$", "\xff\xff", false},
        {"a.c", "a\tc", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum pattern_result result = search(cases[i].pattern, cases[i].line);
        if (result != (cases[i].found ? PATTERN_FOUND : PATTERN_ABSENT))
            fail_msg("\"%s\" in \"%s\": %d", cases[i].pattern, cases[i].line, result);
    }
}

static void what_is_wrong_is_told(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "(",
        "a(b",
        "[a",
        "[",
        "[z-a]",
        "[[:foo:]]",
        "a{",
        "a{2,1}",
        "a{256}",
        "a{1,x}",
        "*a",
        "a|*b",
        "(+a)",
        "{1}",
        "a\\",
        "(a)\\1",
        "[[.ab.]",
        "a{1,300}",
        "((((a{1,100}){1,100}){1,100}){1,100})",
        "(a{,200}){200,}",
        "((){255}){255}",
    };
    struct error error;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (pattern_new(wrong[i], &error))
            fail_msg("\"%s\" was taken", wrong[i]);
        assert_int_equal(error.code, ERROR_INVALID);
        assert_true(error.message[0] && error.fix[0]);
    }
    assert_null(pattern_new("a{1,30000}", &error));
    assert_non_null(strstr(error.message, "greater than 255"));
    char text[PATTERN_LENGTH_MAX + 2];
    memset(text, '(', sizeof text);
    text[500] = '\0';
    assert_null(pattern_new(text, &error));
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_null(pattern_new(text, &error));
}

/* What many short patterns cost regexec(3), or regcomp(3), a second or more. */
static void steps_are_bounded(void **state)
{
    (void)state;
    static const char *const costly[] = {
        "((.|..|...|....)*a.{32})i",
        "(^|$|\\b)*(^|$|\\b)*(^|$|\\b)*(^|$|\\b)*i",
        "((a|b|c|d)*a(a|b|c|d){64})i",
        "(.*a){120}i",
        "(.?a?){120}i",
        "((a?|b?)*|(c?|d?)*){30}i",
    };
    char line[4097];
    for (size_t i = 0; i < sizeof line - 1; i++)
        line[i] = "abcd"[(i * 2654435761u >> 7) % 4];
    line[sizeof line - 1] = '\0';
    for (size_t i = 0; i < sizeof costly / sizeof costly[0]; i++) {
        struct error error;
        struct pattern *pattern = pattern_new(costly[i], &error);
        assert_non_null(pattern);
        unsigned long steps = 4096ul * 4 * PATTERN_ATOMS_MAX;
        assert_int_equal(pattern_search(pattern, line, sizeof line - 1, &steps), PATTERN_ABSENT);
        steps = 1000;
        assert_int_equal(pattern_search(pattern, line, sizeof line - 1, &steps), PATTERN_COSTLY);
        assert_int_equal(steps, 0);
        pattern_free(pattern);
    }
}

/* A screen or a page of output may hold tens of thousands of them. */
static void short_lines_take_steps_too(void **state)
{
    (void)state;
    struct error error;
    struct pattern *pattern = pattern_new("(a?b?c?d?){150}e", &error);
    assert_non_null(pattern);
    unsigned long steps = 1000000;
    for (int i = 0; i < 65536 && steps > 0; i++)
        if (pattern_search(pattern, "", 0, &steps) != PATTERN_ABSENT)
            assert_int_equal(steps, 0);
    assert_int_equal(steps, 0);
    steps = 1000000;
    assert_int_equal(pattern_search(pattern, "e", 1, &steps), PATTERN_FOUND);
    assert_true(steps < 1000000);
    pattern_free(pattern);
}

static uint32_t chance;

static unsigned choose(unsigned count)
{
    chance = chance * 1103515245u + 12345u;
    return (chance >> 16) % count;
}

static void put_random(char *text, size_t room, int depth)
{
    static const char *const atoms[] = {"a", "b", "c", ".", "[ab]", "[^a]", "\\w", "\\W", " "};
    static const char *const repeats[] = {"*", "+", "?", "{2}", "{1,2}", "{0,3}", "{2,}"};
    unsigned parts = 1 + choose(3);
    for (unsigned i = 0; i < parts && strlen(text) + 24 < room; i++) {
        if (depth < 3 && choose(3) == 0) {
            strcat(text, "(");
            put_random(text, room - 8, depth + 1);
            if (choose(2)) {
                strcat(text, "|");
                put_random(text, room - 8, depth + 1);
            }
            strcat(text, ")");
        } else if (depth == 0 && choose(5) == 0) {
            static const char *const assertions[] = {"^", "$", "\\b", "\\<", "\\>", "\\B"};
            strcat(text, assertions[choose(6)]);
            continue;
        } else {
            strcat(text, atoms[choose(sizeof atoms / sizeof atoms[0])]);
        }
        if (choose(3) == 0)
            strcat(text, repeats[choose(sizeof repeats / sizeof repeats[0])]);
    }
}

/* The C library is right about short patterns without assertions in groups. */
static void agrees_with_the_library(void **state)
{
    (void)state;
    chance = 11;
    for (int i = 0; i < 3000; i++) {
        char text[120] = "", line[16] = "";
        put_random(text, sizeof text, 0);
        regex_t regex;
        if (regcomp(&regex, text, REG_EXTENDED | REG_NOSUB) != 0)
            continue;
        for (int j = 0; j < 8; j++) {
            size_t length = choose(12);
            for (size_t k = 0; k < length; k++)
                line[k] = "abc -"[choose(5)];
            line[length] = '\0';
            bool expected = regexec(&regex, line, 0, NULL, 0) == 0;
            if ((search(text, line) == PATTERN_FOUND) != expected)
                fail_msg("\"%s\" in \"%s\": not %d", text, line, expected);
        }
        regfree(&regex);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(found_and_absent),        cmocka_unit_test(what_is_wrong_is_told),
        cmocka_unit_test(steps_are_bounded),       cmocka_unit_test(short_lines_take_steps_too),
        cmocka_unit_test(agrees_with_the_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
