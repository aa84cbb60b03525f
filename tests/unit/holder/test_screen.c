#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "character_width.h"
#include "emulator.h"
#include "terminal_query.h"

/* What is written to a screen of 10×4, what it then shows, where the cursor is. */
static const struct {
    const char *output, *shown;
    unsigned row, column;
} SCREENS[] = {
    {"", "", 0, 0},
    {"abc", "abc|", 0, 3},
    {"abc\r\ndef", "abc|def|", 1, 3},
    {"abc\ndef", "abc|   def|", 1, 6},
    /* Wrapping: only the character behind the last column goes to the next row. */
    {"0123456789", "0123456789|", 0, 9},
    {"0123456789a", "0123456789|a|", 1, 1},
    {"0123456789\r\nb", "0123456789|b|", 1, 1},
    {"0123456789\bx", "01234567x9|", 0, 9},
    {"012345678\346\274\242", "012345678|\346\274\242|", 1, 2},
    {"\033[?7l0123456789abc", "012345678c|", 0, 9},
    /* The cursor never leaves the screen, whatever the numbers. */
    {"\033[99;99Hx", "|||         x|", 3, 9},
    {"\033[99999999999999999999;99999999999999999999Hx", "|||         x|", 3, 9},
    {"\033[0;0Hx", "x|", 0, 1},
    {"abc\033[2147483647D\033[4294967295Bx", "abc|||x|", 3, 1},
    {"\033[3;3r\033[99;1rx", "x|", 0, 1},
    /* Erasing. */
    {"abcdef\033[3D\033[K", "abc|", 0, 3},
    {"abcdef\033[3D\033[1K", "    ef|", 0, 3},
    {"abcdef\033[2X\033[4D\033[2X", "ab  ef|", 0, 2},
    {"abc\r\ndef\033[2J", "", 1, 3},
    {"abc\r\ndef\033[1;2H\033[J", "a|", 0, 1},
    {"\033[1\"qkept\033[0\"q gone\033[2K", "", 0, 9},
    {"\033[1\"qkept\033[0\"q gone\033[?2K", "kept|", 0, 9},
    /* Inserting and deleting, wide characters cut. */
    {"abcdef\033[1;3H\033[2@", "ab  cdef|", 0, 2},
    {"abcdef\033[1;3H\033[2P", "abef|", 0, 2},
    {"a\346\274\242b\033[1;2H\033[P", "a b|", 0, 1},
    {"\346\274\242\345\255\227\033[1;2Hx", " x\345\255\227|", 0, 2},
    {"\033[4habc\033[1;1Hx", "xabc|", 0, 1},
    {"1\r\n2\r\n3\033[2;1H\033[L", "1||2|3|", 1, 0},
    {"1\r\n2\r\n3\033[1;1H\033[M", "2|3|", 0, 0},
    /* Margins: scrolling, and movements that stop there. */
    {"1\r\n2\r\n3\r\n4\033[2;3r\033[3;1H\nx", "1|3|x|4|", 2, 1},
    {"1\r\n2\r\n3\r\n4\033[2;3r\033[2;1H\033M", "1||2|4|", 1, 0},
    {"1\r\n2\r\n3\r\n4\033[2;3r\033[4;1H\n\n\033[1;1H\n\nx", "1|2|x|4|", 2, 1},
    {"1\r\n2\r\n3\r\n4\033[?69h\033[1;3s\033[4;2Hx\033[4;9H\ny\033[4;2H\nz", "2|3|4x| z      y|", 3,
     2},
    {"\033[?6h\033[2;3ra\nb\nc\033[?6ld", "d| b|  c|", 0, 1},
    {"\033[2;3r\033[3;1H\033[9Ax", "|x|", 1, 1},
    {"\033[2;3r\033[1;1H\033[9Bx", "||x|", 2, 1},
    {"\033[2;3r\033[?6h\033[1;1Hx", "|x|", 1, 1},
    {"\033[?69h\033[3;5s\033[1;3Habcd", "  abc|  d|", 1, 3},
    /* The side margins hold the cursor from within: tabs, BS, CUF and CUB. */
    {"\033[?69h\033[3;5s\033[1;4H\tx\b\b\by", "  y x|", 0, 3},
    {"\033[?69h\033[3;5s\033[?6h\t\tx\033[9Dy", "  y x|", 0, 3},
    {"\033[?69h\033[3;5s\033[1;4H\033[9Cx\033[2Iy", "    y|", 0, 4},
    {"\033[?69h\033[3;5s\033[1;2H\by\033[1;7H\033[9Cx", "y        x|", 0, 9},
    /* What returns the carriage does so to the left margin: LF in newline mode, NEL, CNL. */
    {"\033[?69h\033[3;5s\033[20h\033[1;4Ha\nb\033Ec\033[Ed", "   a|  b|  c|  d|", 3, 3},
    /* Tab stops, and those of one's own. */
    {"a\tb", "a       b|", 0, 9},
    {"\033[3g\033[4G\033H\r\tx", "   x|", 0, 4},
    /* Combining characters, also one that comes alone or first. */
    {"e\314\201x", "e\314\201x|", 0, 2},
    {"\314\201x", "x|", 0, 1},
    {"012345678e\314\201", "012345678e\314\201|", 0, 9},
    /* Line drawing, with a shift and for one character. */
    {"\033(0lqk\033(Bq", "\342\224\214\342\224\200\342\224\220q|", 0, 4},
    {"\033)0\016q\017q", "\342\224\200q|", 0, 2},
    {"\033*0\033Nqq", "\342\224\200q|", 0, 2},
    /* Repetition is bounded, and nothing to repeat is nothing. */
    {"\033[5bx\033[3b", "xxxx|", 0, 4},
    /* Saved cursors are one for each screen. */
    {"ab\0337\033[?1049h\033[3;3Hx\0337\033[?1049l\033[1;5H\0338y", "aby|", 0, 3},
    {"ab\033[s\033[3;3H\033[uy", "aby|", 0, 3},
    {"main\033[?1049hother\033[?1049l!", "main!|", 0, 5},
    {"main\033[?47hother", "    other|", 0, 9},
    {"main\033[?1047hother\033[?1047l\033[?47h", "", 0, 9},
    /* Modes in one sequence act one by one. */
    {"main\033[?1;1049;25h\033[Hx", "x|", 0, 1},
    /* Strings are never shown. */
    {"a\033_Gi=1;AAAA\033\\b\033Pq#0\033\\c\033^x\033\\d\033X y\033\\e", "abcde|", 0, 5},
    {"a\033]2;title\007b\033]2;title\033\\c", "abc|", 0, 3},
    /* Broken UTF-8 and C1 characters. */
    {"a\377b", "a\357\277\275b|", 0, 3},
    {"a\302\205b", "ab|", 0, 2},
    {"\355\240\200", "\357\277\275\357\277\275\357\277\275|", 0, 3},
    /* More parameters than libvterm has room for. */
    {"\033[;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;1mx", "x|", 0, 1},
    {"\033[38m\033[38;5m\033[38;2;1mx", "x|", 0, 1},
    {"x\033#8\033[2J\033[Hy", "y|", 0, 1},
    {"abc\033[!pd", "abcd|", 0, 4},
    {"abc\033[?1049hx\033cd", "d|", 0, 1},
};

static void output_is_shown_as_expected(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof SCREENS / sizeof SCREENS[0]; i++) {
        struct emulator emulator = emulator_open(10, 4);
        emulator_feed_string(&emulator, SCREENS[i].output);
        char *text = emulator_text(&emulator, false);
        struct screen_cursor cursor = screen_cursor(emulator.screen);
        if (strcmp(text, SCREENS[i].shown) != 0 || cursor.row != SCREENS[i].row ||
            cursor.column != SCREENS[i].column)
            fail_msg("%zu: \"%s\" at %u,%u instead of \"%s\" at %u,%u", i, text, cursor.row,
                     cursor.column, SCREENS[i].shown, SCREENS[i].row, SCREENS[i].column);
        free(text);
        emulator_close(&emulator);
    }
}

/* SGR in, the same look out. */
static const char *const LOOKS[][2] = {
    {"\033[1mx", "\033[1mx\033[m|"},
    {"\033[1;2;3;4;5;7;8;9;53mx", "\033[1;2;3;5;7;8;9;53;4mx\033[m|"},
    {"\033[1;22;3;23;4;24;5;25;7;27;8;28;9;29;53;55mx", "x|"},
    {"\033[21mx\033[4:3my\033[4:0mz", "\033[21mx\033[0;4:3my\033[mz|"},
    {"\033[31;42mx\033[91;102my\033[39;49mz", "\033[31;42mx\033[0;91;102my\033[mz|"},
    {"\033[38;5;200;48;5;7mx", "\033[38;5;200;47mx\033[m|"},
    {"\033[38;2;1;2;3;48;2;4;5;6mx", "\033[38;2;1;2;3;48;2;4;5;6mx\033[m|"},
    {"\033[38:2:1:2:3mx\033[m\033[38:2::1:2:3my", "\033[38;2;1;2;3mxy\033[m|"},
    {"\033[38:5:200;1mx", "\033[1;38;5;200mx\033[m|"},
    /* Underline colours are written so that they cannot be mistaken for something else. */
    {"\033[58;5;1mx\033[58:2::1:5:7my\033[59mz", "\033[58:5:1mx\033[0;58:2::1:5:7my\033[mz|"},
    {"\033[4;31;58;2;1;2;3mx\033[0my", "\033[4;31;58:2::1:2:3mx\033[my|"},
    {"\033]8;id=a;http://x/\033\\l\033]8;;\033\\x", "\033]8;id=a;http://x/\033\\l\033]8;;\033\\x|"},
    {"\033[44m\033[K", "\033[44m          \033[m|"},
};

static void looks_are_kept(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof LOOKS / sizeof LOOKS[0]; i++) {
        struct emulator emulator = emulator_open(10, 4);
        emulator_feed_string(&emulator, LOOKS[i][0]);
        char *text = emulator_text(&emulator, true);
        assert_string_equal(text, LOOKS[i][1]);
        free(text);
        emulator_close(&emulator);
    }
}

static void row_sizes_are_kept(void **state)
{
    (void)state;
    static const struct {
        const char *output;
        unsigned char sizes[4];
    } cases[] = {
        {"\033#3top\r\n\033#4top\r\n\033#6wide\r\nplain", {'3', '4', '6', 0}},
        {"\033#6wide\033#5", {0, 0, 0, 0}},
        {"\033#6wide\033[2K\r\n\033#6x\033[K", {'6', '6', 0, 0}},
        {"\033[3;1H\033#6x\033[4;1H\n\n", {'6', 0, 0, 0}},
        {"\033#6\r\n\033#6\r\n\033#6\033[2;2H\033[J", {'6', '6', 0, 0}},
        {"\033#6\r\n\033#6\r\n\033#6\033[2;2H\033[1J", {0, '6', '6', 0}},
        {"\033#6\r\n\033#6\033[2J", {0, 0, 0, 0}},
        {"\033#6\033[?1049h", {0, 0, 0, 0}},
        {"\033#6\033[?1049h\033#6\033[?1049l", {'6', 0, 0, 0}},
        {"\033#6\033c", {0, 0, 0, 0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct emulator emulator = emulator_open(10, 4);
        emulator_feed_string(&emulator, cases[i].output);
        for (unsigned row = 0; row < 4; row++)
            assert_int_equal(grid_row(screen_grid(emulator.screen), row)->size,
                             cases[i].sizes[row]);
        emulator_close(&emulator);
    }
}

static void scrolled_lines_are_history(void **state)
{
    (void)state;
    struct emulator emulator = emulator_open(10, 3);
    /* Five lines, of which three leave; not those that are deleted or on the other screen. */
    emulator_feed_string(&emulator, "1\r\n2\r\n3\r\n4\r\n5\r\n");
    assert_int_equal(history_next(emulator.history), 3);
    emulator_feed_string(&emulator, "\033[1;1H\033[M\033[2;3r\033[3;1H\n\n\033[r");
    emulator_feed_string(&emulator, "\033[?1049h\n\n\n\n\n\n\033[?1049l");
    assert_int_equal(history_next(emulator.history), 3);
    emulator_feed_string(&emulator, "\033[2S");
    assert_int_equal(history_next(emulator.history), 5);
    emulator_feed_string(&emulator, "\033[3J");
    assert_int_equal(history_first(emulator.history), 5);
    emulator_close(&emulator);
}

static void sizes_change_without_loss(void **state)
{
    (void)state;
    struct emulator emulator = emulator_open(10, 5);
    emulator_feed_string(&emulator, "first\r\n\033[1msecond\033[m\r\nthird and\r\nfourth\r\nfifth");
    char *before = emulator_text(&emulator, true);
    screen_resize(emulator.screen, 4, 2);
    char *text = emulator_text(&emulator, false);
    assert_string_equal(text, "four|fift|");
    free(text);
    assert_int_equal(history_next(emulator.history), 3);
    screen_resize(emulator.screen, 10, 5);
    text = emulator_text(&emulator, true);
    assert_string_equal(text, before);
    assert_int_equal(history_next(emulator.history), 0);
    free(text);
    free(before);
    /* Margins, cursor and tab stops of every size stay within it. */
    for (unsigned size = 1; size < 30; size++) {
        emulator_feed_string(&emulator,
                             "\033[2;20r\033[?69h\033[2;20s\033[99;99Hx\t\n\033M\033[LyZ");
        screen_resize(emulator.screen, 31 - size, size);
        emulator_feed_string(&emulator, "\033[99;99H\346\274\242\n\033[?6h\033[99;99Hx\033[?6l");
        struct screen_cursor cursor = screen_cursor(emulator.screen);
        assert_true(cursor.row < size && cursor.column < 31 - size);
    }
    emulator_close(&emulator);
}

static void blank_rows_go_before_lines_do(void **state)
{
    (void)state;
    struct emulator emulator = emulator_open(10, 10);
    emulator_feed_string(&emulator, "one\r\ntwo");
    screen_resize(emulator.screen, 10, 2);
    char *text = emulator_text(&emulator, false);
    assert_string_equal(text, "one|two|");
    assert_int_equal(history_next(emulator.history), 0);
    free(text);
    emulator_close(&emulator);
}

/* Hyperlinks and combined characters are interned: what is not shown any more makes room. */
static void interned_strings_are_bounded(void **state)
{
    (void)state;
    struct emulator emulator = emulator_open(10, 4);
    char output[64];
    for (unsigned i = 0; i < 30000; i++) {
        snprintf(output, sizeof output, "\033]8;;http://example.org/%u\033\\a%s\033]8;;\033\\\r\n",
                 i, "\314\201");
        emulator_feed_string(&emulator, output);
        snprintf(output, sizeof output, "%c%c%c%c", 'a' + i % 26, 0xcc, 0x80 + i % 48, 0);
        emulator_feed_string(&emulator, output);
    }
    emulator_feed_string(&emulator, "\033[H\033]8;;http://last/\033\\x");
    char *text = emulator_text(&emulator, true);
    assert_non_null(strstr(text, "http://last/"));
    free(text);
    emulator_close(&emulator);
}

static void endless_combining_characters_are_bounded(void **state)
{
    (void)state;
    struct emulator emulator = emulator_open(10, 4);
    emulator_feed_string(&emulator, "a");
    for (int i = 0; i < 100000; i++)
        emulator_feed_string(&emulator, "\314\201");
    char *text = emulator_text(&emulator, false);
    assert_true(strlen(text) <= GRID_CLUSTER_MAX + 1);
    free(text);
    emulator_close(&emulator);
}

static const char *const ANSWERS[][2] = {
    {"\033[c", "\033[?62;22c"},
    {"\033[0c", "\033[?62;22c"},
    {"\033[>c", "\033[>1;10;0c"},
    {"\033[=c", "\033P!|00000000\033\\"},
    {"\033[5n", "\033[0n"},
    {"\033[2;3H\033[6n", "\033[2;3R"},
    {"\033[2;3H\033[?6n", "\033[?2;3R"},
    {"\033[?2004h\033[?2004$p", "\033[?2004;1$y"},
    {"\033[?2004$p", "\033[?2004;2$y"},
    {"\033[?12345$p", "\033[?12345;0$y"},
    {"\033[?1049h\033[?1049$p", "\033[?1049;1$y"},
    {"\033[4h\033[4$p", "\033[4;1$y"},
    {"\033[>q", "\033P>|" PACKAGE_NAME " " PACKAGE_VERSION "\033\\"},
    {"\033[?u", "\033[?0u"},
    {"\033[>5u\033[?u", "\033[?5u"},
    {"\033[>5u\033[<u\033[?u", "\033[?0u"},
    {"\033[18t", "\033[8;4;10t"},
    {"\033[14t", ""},
    {"\033]10;?\007", "\033]10;rgb:e0e0/e0e0/e0e0\007"},
    {"\033]11;?\033\\", "\033]11;rgb:1010/1010/1010\033\\"},
    {"\033]11;#123456\007\033]11;?\033\\", "\033]11;#123456\033\\"},
    {"\033]4;1;?\033\\", ""},
    {"\033[1;31m\033P$qm\033\\", "\033P1$r0;1;31m\033\\"},
    {"\033[2;3r\033P$qr\033\\", "\033P1$r2;3r\033\\"},
    {"\033[3 q\033P$q q\033\\", "\033P1$r3 q\033\\"},
    {"\033P$qx\033\\", "\033P0$r\033\\"},
    {"\033P+q544e\033\\", "\033P0+r\033\\"},
    {"\033Z", "\033[?62;22c"},
};

struct asked {
    struct emulator emulator;
    struct buffer answer;
};

static void ask(const struct sequence *sequence, void *context)
{
    struct asked *asked = context;
    struct control_sequence parsed;
    bool csi = sequence->kind == SEQUENCE_CSI && control_sequence_parse(sequence, &parsed);
    if (!terminal_query_answer(asked->emulator.screen, sequence, csi ? &parsed : NULL,
                               &asked->answer))
        screen_feed(asked->emulator.screen, sequence, csi ? &parsed : NULL);
}

static void questions_are_answered(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ANSWERS / sizeof ANSWERS[0]; i++) {
        struct asked asked = {.emulator = emulator_open(10, 4)};
        sequence_scanner_feed(&asked.emulator.scanner, ANSWERS[i][0], strlen(ANSWERS[i][0]), ask,
                              &asked);
        assert_string_equal(buffer_string(&asked.answer), ANSWERS[i][1]);
        buffer_free(&asked.answer);
        emulator_close(&asked.emulator);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_is_shown_as_expected),
        cmocka_unit_test(looks_are_kept),
        cmocka_unit_test(row_sizes_are_kept),
        cmocka_unit_test(scrolled_lines_are_history),
        cmocka_unit_test(sizes_change_without_loss),
        cmocka_unit_test(blank_rows_go_before_lines_do),
        cmocka_unit_test(interned_strings_are_bounded),
        cmocka_unit_test(endless_combining_characters_are_bounded),
        cmocka_unit_test(questions_are_answered),
    };
    character_width_load();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
