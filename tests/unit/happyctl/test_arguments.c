#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "happyctl/arguments.h"
#include "happyctl/closest_word.h"

static const struct option OPTIONS[] = {
    {'d', "detached", NULL, "d"}, {'n', "name", "NAME", "n"}, {0, "env", "K=V", "e"}, {0}};
static const struct option COMMON[] = {{'h', "help", NULL, "h"}, {0}};

#define WORDS(...)                                                                                 \
    (char *[])                                                                                     \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

static void options_and_operands_mix(void **state)
{
    (void)state;
    struct arguments arguments;
    struct error error;
    assert_int_equal(arguments_parse(&arguments, OPTIONS, COMMON,
                                     WORDS("claude", "-dn", "one", "--env=A=1", "--env", "B=2",
                                           "--help", "--", "-x", "--"),
                                     &error),
                     0);
    assert_true(arguments_has(&arguments, "detached"));
    assert_true(arguments_has(&arguments, "help"));
    assert_string_equal(arguments_value(&arguments, "name"), "one");
    assert_string_equal(arguments_value(&arguments, "env"), "B=2");
    assert_int_equal(arguments.operand_count, 3);
    assert_int_equal(arguments.separator, 1);
    assert_true(arguments.has_separator);
    assert_string_equal(arguments.operands[0], "claude");
    assert_string_equal(arguments.operands[1], "-x");
    assert_string_equal(arguments.operands[2], "--");
    assert_null(arguments.operands[3]);
}

static void values_may_touch_their_letter(void **state)
{
    (void)state;
    struct arguments arguments;
    struct error error;
    assert_int_equal(arguments_parse(&arguments, OPTIONS, COMMON, WORDS("-nname", "-"), &error), 0);
    assert_string_equal(arguments_value(&arguments, "name"), "name");
    assert_string_equal(arguments_operand(&arguments), "-");
    assert_false(arguments.has_separator);
}

static void check_refused(char **words, const char *message, const char *fix)
{
    struct arguments arguments;
    struct error error;
    assert_int_equal(arguments_parse(&arguments, OPTIONS, COMMON, words, &error), -1);
    assert_non_null(strstr(error.message, message));
    assert_non_null(strstr(error.fix, fix));
}

static void mistakes_are_named(void **state)
{
    (void)state;
    check_refused(WORDS("--detatched"), "--detatched", "--detached");
    check_refused(WORDS("--hlep"), "--hlep", "--help");
    check_refused(WORDS("--name"), "--name needs a value", "NAME");
    check_refused(WORDS("-dn"), "--name needs a value", "NAME");
    check_refused(WORDS("--detached=yes"), "takes no value", "");
    check_refused(WORDS("-x"), "no option -x", "");
    check_refused(WORDS("--qqqqqqq=1"), "no option --qqqqqqq", "");
    char *many[ARGUMENTS_GIVEN_MAX + 2];
    for (size_t i = 0; i <= ARGUMENTS_GIVEN_MAX; i++)
        many[i] = "-d";
    many[ARGUMENTS_GIVEN_MAX + 1] = NULL;
    check_refused(many, "more than", "");
}

static void numbers_are_checked(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", "x", "1x", "-1", "11", "99999999999999999999", "0x1"};
    struct arguments arguments;
    struct error error;
    long long number = 7;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(
            arguments_parse(&arguments, OPTIONS, COMMON, WORDS("--name", (char *)wrong[i]), &error),
            0);
        assert_int_equal(arguments_number(&arguments, "name", 0, 10, &number, &error), -1);
        assert_int_equal(number, 7);
    }
    assert_int_equal(arguments_number(&arguments, "env", 0, 10, &number, &error), 0);
    assert_int_equal(number, 7);
    assert_int_equal(arguments_parse(&arguments, OPTIONS, COMMON, WORDS("-n10"), &error), 0);
    assert_int_equal(arguments_number(&arguments, "name", 0, 10, &number, &error), 0);
    assert_int_equal(number, 10);
}

static void close_words_are_found(void **state)
{
    (void)state;
    static const char *const words[] = {"start", "attach", "detach", "list", "status", "stop"};
    static const char *const pairs[][2] = {
        {"lst", "list"},  {"sttaus", "status"}, {"atach", "attach"}, {"stat", "status"},
        {"sotp", "stop"}, {"xyzzy", NULL},      {"", NULL},          {"q", NULL}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct closest_word closest = {.word = pairs[i][0]};
        for (size_t j = 0; j < sizeof words / sizeof words[0]; j++)
            closest_word_consider(&closest, words[j]);
        if (pairs[i][1])
            assert_string_equal(closest.found, pairs[i][1]);
        else
            assert_null(closest.found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_and_operands_mix), cmocka_unit_test(values_may_touch_their_letter),
        cmocka_unit_test(mistakes_are_named),       cmocka_unit_test(numbers_are_checked),
        cmocka_unit_test(close_words_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
