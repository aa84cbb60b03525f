#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "happyctl/terminal_modes.h"

/* Follows `text` in one piece and byte by byte, which must come to the same. */
static struct terminal_modes after(const char *text)
{
    struct terminal_modes whole = {0}, pieces = {0};
    terminal_modes_follow(&whole, text, strlen(text));
    for (const char *at = text; *at; at++)
        terminal_modes_follow(&pieces, at, 1);
    assert_int_equal(whole.alternate, pieces.alternate);
    assert_int_equal(whole.other_keys, pieces.other_keys);
    assert_int_equal(whole.keyboard_depth[0], pieces.keyboard_depth[0]);
    assert_int_equal(whole.keyboard_depth[1], pieces.keyboard_depth[1]);
    return whole;
}

static void alternate_screen_is_noticed(void **state)
{
    (void)state;
    assert_true(after("\x1b[?1049h").alternate);
    assert_true(after("text\x1b[?1000;1049;25hmore").alternate);
    assert_true(after("\x1b[?47h").alternate);
    assert_false(after("\x1b[?1049h\x1b[?1049l").alternate);
    assert_false(after("\x1b[?1049h\x1b"
                       "c")
                     .alternate);
    assert_false(after("\x1b[1049h").alternate);
    assert_false(after("\x1b[?10490h").alternate);
    assert_false(after("\x1b[?10\x18"
                       "49h")
                     .alternate);
    assert_true(after("\x1b]0;title\x07\x1b[?1049h").alternate);
}

static void keyboard_stacks_are_counted(void **state)
{
    (void)state;
    assert_int_equal(after("\x1b[>1u\x1b[>3u").keyboard_depth[0], 2);
    assert_int_equal(after("\x1b[>1u\x1b[>3u\x1b[<u").keyboard_depth[0], 1);
    assert_int_equal(after("\x1b[>1u\x1b[<9u").keyboard_depth[0], 0);
    assert_int_equal(after("\x1b[>1u\x1b[?1049h\x1b[>1u\x1b[>1u").keyboard_depth[1], 2);
    assert_int_equal(after("\x1b[u\x1b[?u").keyboard_depth[0], 0);
}

static void extended_keys_are_noticed(void **state)
{
    (void)state;
    struct terminal_modes modes = after("plain");
    assert_false(terminal_modes_has_extended_keys(&modes));
    modes = after("\x1b[>1u");
    assert_true(terminal_modes_has_extended_keys(&modes));
    modes = after("\x1b[=5u");
    assert_true(terminal_modes_has_extended_keys(&modes));
    modes = after("\x1b[>4;2m");
    assert_true(terminal_modes_has_extended_keys(&modes));
    modes = after("\x1b[>4;2m\x1b[>4;0m");
    assert_false(terminal_modes_has_extended_keys(&modes));
}

static void restoring_fits_the_situation(void **state)
{
    (void)state;
    char bytes[TERMINAL_MODES_RESTORE_MAX + 1];
    struct terminal_modes modes;
    memset(bytes, 0, sizeof bytes);
    terminal_modes_prepare(&modes, 80, 24, bytes, sizeof bytes);
    memset(bytes, 0, sizeof bytes);
    terminal_modes_restore(&modes, bytes, TERMINAL_MODES_RESTORE_MAX);
    assert_non_null(strstr(bytes, "\x1b[<1u"));
    assert_null(strstr(bytes, "\x1b[?1049l"));
    terminal_modes_follow(&modes, "\x1b[?1049h\x1b[>1u\x1b[>1u", 18);
    memset(bytes, 0, sizeof bytes);
    size_t length = terminal_modes_restore(&modes, bytes, TERMINAL_MODES_RESTORE_MAX);
    const char *inner = strstr(bytes, "\x1b[<2u"), *leave = strstr(bytes, "\x1b[?1049l"),
               *outer = strstr(bytes, "\x1b[<1u");
    assert_true(inner && leave && outer && inner < leave && leave < outer);
    assert_true(length < TERMINAL_MODES_RESTORE_MAX);
}

/* How a holder begins to draw: what was there is scrolled away. */
#define BEGIN                                                                                      \
    "\r\n\r\n\r\n\r\n\r\n\r\n"                                                                     \
    "\x1b[H\x1b[2K"

/* The row, from 1, at which the cursor is left on a terminal of 20x6; 0: below the last. */
static int left_at(const char *text)
{
    char bytes[TERMINAL_MODES_RESTORE_MAX + 1] = {0};
    struct terminal_modes whole, pieces;
    terminal_modes_prepare(&whole, 20, 6, bytes, sizeof bytes);
    terminal_modes_prepare(&pieces, 20, 6, bytes, sizeof bytes);
    terminal_modes_follow(&whole, text, strlen(text));
    for (const char *at = text; *at; at++)
        terminal_modes_follow(&pieces, at, 1);
    assert_int_equal(drawn_area_next_row(&whole.drawn), drawn_area_next_row(&pieces.drawn));
    return drawn_area_next_row(&whole.drawn) + 1;
}

static void cursor_is_left_below_what_was_drawn(void **state)
{
    (void)state;
    assert_int_equal(left_at(BEGIN "hi\r\n"), 2);
    assert_int_equal(left_at(BEGIN "hi"), 2);
    assert_int_equal(left_at(BEGIN "\x1b[1mhi\x1b[m\r\n$ \x1b[1;1H"), 3);
    assert_int_equal(left_at(BEGIN "123456789012345678901234567890\r\n"), 3);
    assert_int_equal(left_at(BEGIN "1\r\n2\r\n3\r\n4\r\n5\r\n6"), 0);
    assert_int_equal(left_at(BEGIN "1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n"), 6);
    assert_int_equal(left_at(BEGIN "1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7\r\n\r\n"), 6);
    assert_int_equal(left_at(BEGIN "1\r\n2\r\n3\x1b[H\x1b[2Jx"), 2);
    assert_int_equal(left_at(BEGIN "1\r\n2\r\n3\x1b[2A\r\x1b[J"), 1);
    assert_int_equal(left_at(BEGIN "\x1b[5;3Hbox\x1b[H"), 6);
    assert_int_equal(left_at(BEGIN "\x1b[2;4rx"), 0);
    assert_int_equal(left_at(BEGIN "a\x1b]0;1\n2\n3\n\x07"
                                   "b"),
                     2);
    assert_int_equal(left_at(BEGIN "a\x1b[?1049h\x1b[5;1Hx\x1b[?1049l"), 2);
    assert_int_equal(left_at("x"), 0);
}

static void endless_sequence_is_forgotten(void **state)
{
    (void)state;
    struct terminal_modes modes = {0};
    for (int i = 0; i < 10000; i++)
        terminal_modes_follow(&modes, i ? "1" : "\x1b[", i ? 1 : 2);
    terminal_modes_follow(&modes, "\x1b[?1049h", 8);
    assert_true(modes.alternate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alternate_screen_is_noticed),
        cmocka_unit_test(keyboard_stacks_are_counted),
        cmocka_unit_test(extended_keys_are_noticed),
        cmocka_unit_test(restoring_fits_the_situation),
        cmocka_unit_test(cursor_is_left_below_what_was_drawn),
        cmocka_unit_test(endless_sequence_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
