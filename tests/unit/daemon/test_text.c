#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "key_names.h"
#include "prompt.h"
#include "screen_text.h"

static void expect_keys(const char *name, bool application, const char *expected)
{
    struct buffer bytes = {0};
    key_names_append(&bytes, name, application);
    assert_string_equal(buffer_string(&bytes), expected);
    buffer_free(&bytes);
}

static void keys_have_the_bytes_of_a_terminal(void **state)
{
    (void)state;
    expect_keys("Enter", false, "\r");
    expect_keys("Escape", false, "\033");
    expect_keys("C-c", false, "\003");
    expect_keys("C-[", false, "\033");
    expect_keys("C-?", false, "\177");
    expect_keys("M-x", false, "\033x");
    expect_keys("C-M-x", false, "\033\030");
    expect_keys("M-Enter", false, "\033\r");
    expect_keys("Up", false, "\033[A");
    expect_keys("Up", true, "\033OA");
    expect_keys("S-Up", true, "\033[1;2A");
    expect_keys("C-Right", false, "\033[1;5C");
    expect_keys("Home", false, "\033[H");
    expect_keys("DC", false, "\033[3~");
    expect_keys("C-PageUp", false, "\033[5;5~");
    expect_keys("F1", false, "\033OP");
    expect_keys("S-F1", false, "\033[1;2P");
    expect_keys("F12", false, "\033[24~");
    expect_keys("BTab", false, "\033[Z");
    expect_keys("S-Tab", false, "\033[Z");
    expect_keys("BSpace", false, "\177");
}

static void what_is_no_key_is_typed(void **state)
{
    (void)state;
    expect_keys("hello", false, "hello");
    expect_keys("enter", false, "enter");
    expect_keys("C-", false, "C-");
    expect_keys("C-hello", false, "C-hello");
    expect_keys("X-a", false, "X-a");
    expect_keys("-", false, "-");
    expect_keys("", false, "");
    expect_keys("S-x", false, "S-x");
}

static void expect_paste(const char *text, bool bracketed, const char *expected)
{
    struct buffer bytes = {0};
    prompt_paste(&bytes, text, bracketed);
    assert_string_equal(buffer_string(&bytes), expected);
    buffer_free(&bytes);
}

/* No text can leave the paste, or press a key. */
static void a_paste_holds_text_only(void **state)
{
    (void)state;
    expect_paste("a\nb\r\nc\rd\te", false, "a\rb\rc\rd\te");
    expect_paste("hi", true, "\033[200~hi\033[201~");
    expect_paste("a\033[201~b", true, "\033[200~ab\033[201~");
    expect_paste("a\033\033[201~[201~b", true, "\033[200~a[201~b\033[201~");
    expect_paste("\003\004\177x\033", true, "\033[200~x\033[201~");
    expect_paste("gr\303\274n", false, "gr\303\274n");
    expect_paste("", true, "\033[200~\033[201~");
}

static void sequences_are_taken_out(void **state)
{
    (void)state;
    static const struct {
        const char *text, *plain;
    } cases[] = {
        {"plain\n", "plain\n"},
        {"\033[1;31mred\033[0m", "red"},
        {"\033]2;title\007x", "x"},
        {"\033]8;;http://x\033\\link\033]8;;\033\\", "link"},
        {"\033Pq#0\033\\y", "y"},
        {"\033(Bz", "z"},
        {"\033=a\033>b", "ab"},
        {"a\rb\ac", "abc"},
        {"\033[", ""},
        {"\033]never ended", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buffer plain = {0};
        screen_text_append_plain(&plain, cases[i].text, strlen(cases[i].text));
        assert_string_equal(buffer_string(&plain), cases[i].plain);
        buffer_free(&plain);
    }
}

static bool remember(const char *line, void *context)
{
    struct buffer *all = context;
    buffer_append_string(all, line);
    buffer_append_byte(all, '|');
    return strcmp(line, "stop") == 0;
}

/* However the stream is cut, the lines are the same. */
static void lines_come_out_of_any_pieces(void **state)
{
    (void)state;
    const char *text = "one\r\n\033[31mtwo\033[0m\n\033]2;t\033\\three\nrest";
    for (size_t size = 1; size <= strlen(text); size++) {
        struct output_lines lines = {0};
        struct buffer all = {0};
        for (size_t at = 0; at < strlen(text); at += size) {
            size_t left = strlen(text) - at;
            assert_false(
                output_lines_feed(&lines, text + at, left < size ? left : size, remember, &all));
        }
        assert_string_equal(buffer_string(&all), "one|two|three|");
        assert_string_equal(buffer_string(&lines.line), "rest");
        output_lines_free(&lines);
        buffer_free(&all);
    }
}

static void lines_are_bounded_and_end_when_told(void **state)
{
    (void)state;
    struct output_lines lines = {0};
    struct buffer all = {0};
    char *text = malloc(3 * OUTPUT_LINE_MAX);
    memset(text, 'x', 3 * OUTPUT_LINE_MAX);
    assert_false(output_lines_feed(&lines, text, 3 * OUTPUT_LINE_MAX, remember, &all));
    assert_int_equal(all.length, 3 * (OUTPUT_LINE_MAX + 1));
    buffer_clear(&all);
    assert_true(output_lines_feed(&lines, "stop\nmore\n", 10, remember, &all));
    assert_string_equal(buffer_string(&all), "stop|");
    free(text);
    output_lines_free(&lines);
    buffer_free(&all);
}

static void a_line_of_the_screen_matches(void **state)
{
    (void)state;
    struct frame_string screen = {"first\n\n> \nlast", 14};
    assert_true(screen_text_shows(screen, "^> "));
    assert_true(screen_text_shows(screen, "last$"));
    assert_true(screen_text_shows(screen, "^$"));
    assert_false(screen_text_shows(screen, "first.*last"));
    assert_false(screen_text_shows(screen, "("));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_have_the_bytes_of_a_terminal),
        cmocka_unit_test(what_is_no_key_is_typed),
        cmocka_unit_test(a_paste_holds_text_only),
        cmocka_unit_test(sequences_are_taken_out),
        cmocka_unit_test(lines_come_out_of_any_pieces),
        cmocka_unit_test(lines_are_bounded_and_end_when_told),
        cmocka_unit_test(a_line_of_the_screen_matches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
