#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "control_sequence.h"
#include "random_output.h"
#include "sequence_scanner.h"

/* Kinds as letters, each followed by its bytes in brackets. */
static void describe(const struct sequence *sequence, void *context)
{
    static const char letters[] = "TCE[OPSpa";
    struct buffer *text = context;
    assert_true(sequence->length > 0);
    buffer_append_format(text, "%c(", letters[sequence->kind]);
    for (size_t i = 0; i < sequence->length; i++) {
        unsigned char byte = (unsigned char)sequence->bytes[i];
        if (byte >= 0x20 && byte < 0x7f)
            buffer_append_byte(text, (char)byte);
        else
            buffer_append_format(text, "<%02x>", byte);
    }
    buffer_append_byte(text, ')');
}

static const char *const EXAMPLES[][2] = {
    {"abc", "T(abc)"},
    {"a\r\nb", "T(a)C(<0d>)C(<0a>)T(b)"},
    {"\033[1;2Hx", "[(<1b>[1;2H)T(x)"},
    {"\033[?25l\033[m", "[(<1b>[?25l)[(<1b>[m)"},
    {"\033c\0337\033(0\033#8", "E(<1b>c)E(<1b>7)E(<1b>(0)E(<1b>#8)"},
    {"\033]2;t\007\033]2;t\033\\", "O(<1b>]2;t<07>)O(<1b>]2;t<1b>\\)"},
    {"\033Pq\007\033\\\033_a\033\\\033^b\033\\\033Xc\033\\",
     "P(<1b>Pq<07><1b>\\)S(<1b>_a<1b>\\)S(<1b>^b<1b>\\)S(<1b>Xc<1b>\\)"},
    /* Cut off: by CAN, by SUB, by another sequence. */
    {"\033[1\030x", "a(<1b>[1<18>)T(x)"},
    {"\033]2;t\032x", "a(<1b>]2;t<1a>)T(x)"},
    {"\033[1\033[2A", "a(<1b>[1)[(<1b>[2A)"},
    {"\033]2;t\033[mx", "a(<1b>]2;t)[(<1b>[m)T(x)"},
    {"\033\033c", "a(<1b>)E(<1b>c)"},
    {"\033P\033\033\\x", "a(<1b>P)E(<1b>\\)T(x)"},
    /* A control character inside a sequence acts before it. */
    {"\033[1\n2H", "C(<0a>)[(<1b>[12H)"},
    {"\033\rc", "C(<0d>)E(<1b>c)"},
    {"\033[1\303\251H", "a(<1b>[1<c3>)T(<a9>H)"},
    /* No 8-bit controls in UTF-8. */
    {"\302\233x", "T(<c2><9b>x)"},
    {"\233x", "T(<9b>x)"},
};

static void sequences_are_told_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof EXAMPLES / sizeof EXAMPLES[0]; i++) {
        struct sequence_scanner scanner = {0};
        struct buffer text = {0};
        sequence_scanner_feed(&scanner, EXAMPLES[i][0], strlen(EXAMPLES[i][0]), describe, &text);
        assert_string_equal(buffer_string(&text), EXAMPLES[i][1]);
        buffer_free(&text);
        sequence_scanner_clear(&scanner);
    }
}

/* All text runs joined, since a cut may part them. */
struct joined {
    struct buffer text;
    bool in_text;
};

static void join(const struct sequence *sequence, void *context)
{
    struct joined *joined = context;
    if (sequence->kind != SEQUENCE_TEXT || !joined->in_text)
        buffer_append_format(&joined->text, "|%d:", sequence->kind);
    buffer_append(&joined->text, sequence->bytes, sequence->length);
    joined->in_text = sequence->kind == SEQUENCE_TEXT;
}

static void cuts_do_not_matter(void **state)
{
    (void)state;
    for (unsigned seed = 0; seed < 50; seed++) {
        struct buffer output = {0};
        random_output_append(&output, seed, 40, 80, 24);
        struct joined whole = {{0}, false};
        struct sequence_scanner scanner = {0};
        sequence_scanner_feed(&scanner, output.data, output.length, join, &whole);
        for (size_t cut = 1; cut < output.length; cut++) {
            struct joined parts = {{0}, false};
            sequence_scanner_clear(&scanner);
            sequence_scanner_feed(&scanner, output.data, cut, join, &parts);
            sequence_scanner_feed(&scanner, output.data + cut, output.length - cut, join, &parts);
            assert_int_equal(parts.text.length, whole.text.length);
            assert_memory_equal(parts.text.data, whole.text.data, whole.text.length);
            buffer_free(&parts.text);
        }
        sequence_scanner_clear(&scanner);
        buffer_free(&whole.text);
        buffer_free(&output);
    }
}

static void count(const struct sequence *sequence, void *context)
{
    size_t *counts = context;
    assert_true(sequence->length <= SEQUENCE_LENGTH_MAX + 2);
    counts[sequence->kind] += sequence->length;
}

/* Long strings are passed on in parts, an endless CSI as malformed; memory stays bounded. */
static void long_sequences_are_not_kept(void **state)
{
    (void)state;
    struct {
        const char *begin, *end;
        enum sequence_kind kind;
    } cases[] = {{"\033]52;c;", "\007", SEQUENCE_STRING_PART},
                 {"\033P", "\033\\", SEQUENCE_STRING_PART},
                 {"\033_G", "\033\\", SEQUENCE_STRING_PART},
                 {"\033[", "m", SEQUENCE_ABORTED}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sequence_scanner scanner = {0};
        size_t counts[SEQUENCE_ABORTED + 1] = {0};
        sequence_scanner_feed(&scanner, cases[i].begin, strlen(cases[i].begin), count, counts);
        for (int n = 0; n < 1000; n++)
            sequence_scanner_feed(&scanner, "000000000000000000000000000000000000000000", 40, count,
                                  counts);
        assert_true(scanner.overlong);
        assert_true(scanner.tail.capacity < 4 * SEQUENCE_LENGTH_MAX);
        sequence_scanner_feed(&scanner, cases[i].end, strlen(cases[i].end), count, counts);
        assert_false(scanner.overlong);
        assert_int_equal(counts[cases[i].kind],
                         strlen(cases[i].begin) + 40000 + strlen(cases[i].end));
        sequence_scanner_feed(&scanner, "x", 1, count, counts);
        assert_int_equal(counts[SEQUENCE_TEXT], 1);
        sequence_scanner_clear(&scanner);
    }
}

static void parse(const struct sequence *sequence, void *context)
{
    assert_true(control_sequence_parse(sequence, context));
}

static void control_sequences_are_parsed(void **state)
{
    (void)state;
    struct sequence_scanner scanner = {0};
    struct control_sequence csi;
    sequence_scanner_feed(&scanner, "\033[>1;;38:2$p", 12, parse, &csi);
    assert_int_equal(control_sequence_key(&csi), CSI_KEY('>', '$', 'p'));
    assert_int_equal(csi.count, 4);
    assert_int_equal(control_sequence_get(&csi, 0, 9), 1);
    assert_int_equal(control_sequence_get(&csi, 1, 9), 9);
    assert_int_equal(control_sequence_get(&csi, 2, 9), 38);
    assert_true(csi.joined[3] && !csi.joined[2]);
    assert_int_equal(control_sequence_get(&csi, 4, 7), 7);
    sequence_scanner_feed(&scanner, "\033[99999999999H", 14, parse, &csi);
    assert_int_equal(control_sequence_get(&csi, 0, 0), CONTROL_SEQUENCE_VALUE_MAX);
    const struct sequence malformed = {SEQUENCE_CSI, "\033[1<H", 5};
    assert_false(control_sequence_parse(&malformed, &csi));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sequences_are_told_apart),
        cmocka_unit_test(cuts_do_not_matter),
        cmocka_unit_test(long_sequences_are_not_kept),
        cmocka_unit_test(control_sequences_are_parsed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
