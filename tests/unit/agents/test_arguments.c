/* Walking through command lines that people write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agents/arguments.h"

static const struct argument_option options[] = {
    {"--model", 'm', ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--resume", 'r', ARGUMENT_OPTIONAL, ARGUMENT_SESSION},
    {"--tools", 0, ARGUMENT_LIST, ARGUMENT_KEPT},
    {"--print", 'p', ARGUMENT_FLAG, ARGUMENT_ONCE},
    {"--yolo", 'y', ARGUMENT_FLAG, ARGUMENT_KEPT},
    {.name = NULL},
};

#define ARGUMENTS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void assert_kept(const char *const *arguments, const char *expected)
{
    struct string_list list = {0};
    char joined[256] = "";
    arguments_add_kept(&list, arguments, options);
    for (size_t i = 0; i < list.count; i++) {
        strcat(joined, i ? " " : "");
        strcat(joined, list.items[i]);
    }
    assert_string_equal(joined, expected);
    string_list_free(&list);
}

static void what_holds_for_a_resumed_session_is_kept(void **state)
{
    (void)state;
    assert_kept(ARGUMENTS("fix the bug"), "");
    assert_kept(ARGUMENTS("--model", "x", "fix the bug"), "--model x");
    assert_kept(ARGUMENTS("--model=x", "-mx", "-m", "x", "go"), "--model=x -mx -m x");
    assert_kept(ARGUMENTS("-y", "prompt", "--yolo"), "-y --yolo");
    assert_kept(ARGUMENTS("--tools", "a", "b", "-y"), "--tools a b -y");
    assert_kept(ARGUMENTS("--resume", "id", "-y"), "-y");
    assert_kept(ARGUMENTS("-rid", "--resume=id", "-r", "-y"), "-y");
    assert_kept(ARGUMENTS("-p", "say hi", "-m", "x"), "-m x");
    assert_kept(ARGUMENTS("-y", "--", "--model", "is a word here"), "-y");
}

static void an_unknown_option_keeps_the_word_behind_it(void **state)
{
    (void)state;
    assert_kept(ARGUMENTS("--new", "value", "prompt"), "--new value");
    assert_kept(ARGUMENTS("--new", "-y", "prompt"), "--new -y");
    assert_kept(ARGUMENTS("--new=value", "prompt"), "--new=value");
}

static void the_first_word_is_no_value(void **state)
{
    (void)state;
    assert_string_equal(arguments_first_word(ARGUMENTS("-m", "exec", "login", "x"), options),
                        "login");
    assert_null(arguments_first_word(ARGUMENTS("-m", "exec", "--", "login"), options));
    assert_null(arguments_first_word(ARGUMENTS("-m"), options));
    assert_string_equal(arguments_first_word(ARGUMENTS("-"), options), "-");
}

static void uses_and_values_are_found(void **state)
{
    (void)state;
    assert_true(arguments_use(ARGUMENTS("-y", "-r"), options, ARGUMENT_SESSION));
    assert_true(arguments_use(ARGUMENTS("--resume=1"), options, ARGUMENT_SESSION));
    assert_false(arguments_use(ARGUMENTS("-m", "-r"), options, ARGUMENT_SESSION));
    assert_false(arguments_use(ARGUMENTS("--", "-r"), options, ARGUMENT_SESSION));

    const struct {
        const char *const *arguments;
        const char *value;
    } cases[] = {
        {ARGUMENTS("--model", "x"), "x"}, {ARGUMENTS("--model=x"), "x"}, {ARGUMENTS("-mx"), "x"},
        {ARGUMENTS("--model="), ""},      {ARGUMENTS("--model"), NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct argument at = {0};
        assert_true(argument_next(cases[i].arguments, options, &at));
        const char *value = argument_value(cases[i].arguments, &at);
        if (cases[i].value)
            assert_string_equal(value, cases[i].value);
        else
            assert_null(value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_holds_for_a_resumed_session_is_kept),
        cmocka_unit_test(an_unknown_option_keeps_the_word_behind_it),
        cmocka_unit_test(the_first_word_is_no_value),
        cmocka_unit_test(uses_and_values_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
