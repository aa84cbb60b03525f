#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "happyctl/detach_key.h"

/* Types each of `chunks` (NULL-terminated) and checks what the agent gets, and whether it ends in a
   detach. */
static void check_typed(const char *setting, bool extended, const char *const *chunks,
                        const char *agent, bool detaches)
{
    struct error error;
    struct detach_key detach;
    struct buffer passed = {0};
    assert_int_equal(detach_key_parse(&detach, setting, &error), 0);
    struct detach_key_matcher matcher = {.detach = &detach, .extended_keys = extended};
    bool detached = false;
    for (; *chunks && !detached; chunks++)
        detached = detach_key_feed(&matcher, *chunks, strlen(*chunks), &passed);
    if (!detached && detach_key_is_waiting(&matcher))
        detached = detach_key_release(&matcher, &passed);
    assert_string_equal(buffer_string(&passed), agent);
    assert_int_equal(detached, detaches);
    buffer_free(&passed);
    detach_key_matcher_clear(&matcher);
}

/* The same, in one piece and byte by byte. */
static void check_all_ways(const char *setting, bool extended, const char *text, const char *agent,
                           bool detaches)
{
    char bytes[128][2] = {{0}};
    const char *chunks[129] = {text, NULL};
    check_typed(setting, extended, chunks, agent, detaches);
    size_t length = strlen(text);
    assert_true(length < 128);
    for (size_t i = 0; i < length; i++) {
        bytes[i][0] = text[i];
        chunks[i] = bytes[i];
    }
    chunks[length] = NULL;
    check_typed(setting, extended, chunks, agent, detaches);
}

static void two_keys_detach(void **state)
{
    (void)state;
    check_all_ways("C-\\ d", false,
                   "\x1c"
                   "d",
                   "", true);
    check_all_ways("C-\\ d", false,
                   "abc\x1c"
                   "dxyz",
                   "abc", true);
    check_all_ways("C-a C-d", false, "\x01\x04", "", true);
    check_all_ways("C-]", false, "x\x1d", "x", true);
    check_all_ways("M-q", false, "\x1bq", "", true);
    check_all_ways("M-C-a d", true,
                   "\x1b\x01"
                   "d",
                   "", true);
}

static void other_keys_reach_the_agent(void **state)
{
    (void)state;
    check_all_ways("C-\\ d", false, "plain text\r", "plain text\r", false);
    check_all_ways("C-\\ d", false,
                   "\x1c"
                   "x",
                   "\x1c"
                   "x",
                   false);
    check_all_ways("C-\\ d", false, "d\x1c\x1b[A", "d\x1c\x1b[A", false);
    check_all_ways("C-\\ d", false, "\x1b[A\x1bOP\x1b", "\x1b[A\x1bOP\x1b", false);
    check_all_ways("C-\\ d", true, "\x1b[A\x1bOP\x1b", "\x1b[A\x1bOP\x1b", false);
    check_all_ways("none", false,
                   "\x1c"
                   "d",
                   "\x1c"
                   "d",
                   false);
    check_all_ways("C-\\ d", true, "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f", false);
}

static void first_key_twice_is_sent_once(void **state)
{
    (void)state;
    check_all_ways("C-\\ d", false, "\x1c\x1c", "\x1c", false);
    check_all_ways("C-\\ d", false,
                   "\x1c\x1c"
                   "d",
                   "\x1c"
                   "d",
                   false);
    check_all_ways("C-\\ d", true, "\x1b[92;5u\x1b[92;5u", "\x1b[92;5u", false);
}

static void first_key_alone_is_held(void **state)
{
    (void)state;
    check_all_ways("C-\\ d", false, "ab\x1c", "ab", false);
}

/* https://sw.kovidgoyal.net/kitty/keyboard-protocol/ and xterm's modifyOtherKeys. */
static void keys_as_escape_sequences_detach(void **state)
{
    (void)state;
    check_all_ways("C-\\ d", true, "\x1b[92;5ud", "", true);
    check_all_ways("C-\\ d", true, "\x1b[92;5u\x1b[100u", "", true);
    check_all_ways("C-\\ d", true, "\x1b[92;5:1u\x1b[92;5:3u\x1b[57442;1:3u\x1b[100;1:1u", "",
                   true);
    check_all_ways("C-\\ d", true, "\x1b[27;5;92~d", "", true);
    check_all_ways("C-\\ d", true,
                   "\x1b[92::92;69u"
                   "d",
                   "", true); /* Caps Lock is on */
    check_all_ways("C-a D", true, "\x1b[97;5u\x1b[100;2u", "", true);
    check_all_ways("C-a d", true, "\x1b[97;5u\x1b[100;2u", "\x1b[97;5u\x1b[100;2u", false);
    check_all_ways("C-\\ d", true,
                   "\x1b[92;7u"
                   "d",
                   "\x1b[92;7ud", false); /* Alt is held, too */
}

static void pasted_keys_do_not_detach(void **state)
{
    (void)state;
    check_all_ways("C-\\ d", false,
                   "\x1b[200~\x1c"
                   "d\x1b[201~",
                   "\x1b[200~\x1c"
                   "d\x1b[201~",
                   false);
    check_all_ways("C-\\ d", true,
                   "\x1b[200~\x1c"
                   "d\x1b[201~",
                   "\x1b[200~\x1c"
                   "d\x1b[201~",
                   false);
    check_all_ways("C-\\ d", false,
                   "\x1b[200~x\x1b[201~\x1c"
                   "d",
                   "\x1b[200~x\x1b[201~", true);
    check_all_ways("C-\\ d", true,
                   "\x1b[200~x\x1b[201~\x1c"
                   "d",
                   "\x1b[200~x\x1b[201~", true);
    check_all_ways("C-\\ d", true,
                   "\x1b[200~\x1b[200~\x1b[2\x1b[201~\x1c"
                   "d",
                   "\x1b[200~\x1b[200~\x1b[2\x1b[201~", true);
}

static void escape_is_not_held_up_for_nothing(void **state)
{
    (void)state;
    struct error error;
    struct detach_key detach;
    struct buffer passed = {0};
    assert_int_equal(detach_key_parse(&detach, "C-\\ d", &error), 0);
    struct detach_key_matcher matcher = {.detach = &detach};
    assert_false(detach_key_feed(&matcher, "\x1b", 1, &passed));
    assert_int_equal(passed.length, 1);
    assert_false(detach_key_is_waiting(&matcher));
    matcher.extended_keys = true;
    assert_false(detach_key_feed(&matcher, "\x1b", 1, &passed));
    assert_int_equal(passed.length, 1);
    assert_true(detach_key_is_waiting(&matcher));
    assert_false(detach_key_release(&matcher, &passed));
    assert_int_equal(passed.length, 2);
    assert_false(detach_key_is_waiting(&matcher));
    buffer_free(&passed);
    detach_key_matcher_clear(&matcher);
}

static void endless_sequence_is_passed_on(void **state)
{
    (void)state;
    char text[4096];
    struct error error;
    struct detach_key detach;
    struct buffer passed = {0};
    memset(text, '1', sizeof text);
    memcpy(text, "\x1b[", 2);
    assert_int_equal(detach_key_parse(&detach, "C-\\ d", &error), 0);
    struct detach_key_matcher matcher = {.detach = &detach, .extended_keys = true};
    assert_false(detach_key_feed(&matcher, text, sizeof text, &passed));
    assert_int_equal(passed.length, sizeof text);
    buffer_free(&passed);
    detach_key_matcher_clear(&matcher);
}

static void settings_are_checked(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",        "d",   "d C-a",      "C-",      "C-\\ ",
                                        "C-a b c", "C-[", "C-\xc3\xbc", "C-\\  d", " C-a",
                                        "C-1",     "F1",  "C-a F1"};
    struct error error;
    struct detach_key detach;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(detach_key_parse(&detach, wrong[i], &error), -1);
        assert_int_equal(error.code, ERROR_INVALID);
        assert_true(error.fix[0]);
        assert_int_equal(detach.count, 0);
    }
}

static void settings_are_described(void **state)
{
    (void)state;
    char text[64];
    struct error error;
    struct detach_key detach;
    assert_int_equal(detach_key_parse(&detach, "C-\\ d", &error), 0);
    detach_key_describe(&detach, text, sizeof text);
    assert_string_equal(text, "Ctrl-\\ d");
    assert_int_equal(detach_key_parse(&detach, "M-C-A M-x", &error), 0);
    detach_key_describe(&detach, text, sizeof text);
    assert_string_equal(text, "Ctrl-Alt-a Alt-x");
    detach_key_describe(&detach, text, 6);
    assert_string_equal(text, "Ctrl-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_keys_detach),
        cmocka_unit_test(other_keys_reach_the_agent),
        cmocka_unit_test(first_key_twice_is_sent_once),
        cmocka_unit_test(first_key_alone_is_held),
        cmocka_unit_test(keys_as_escape_sequences_detach),
        cmocka_unit_test(pasted_keys_do_not_detach),
        cmocka_unit_test(escape_is_not_held_up_for_nothing),
        cmocka_unit_test(endless_sequence_is_passed_on),
        cmocka_unit_test(settings_are_checked),
        cmocka_unit_test(settings_are_described),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
