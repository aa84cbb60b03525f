#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "happyctl/attach_reason.h"
#include "happyctl/log_printer.h"
#include "happyctl/quantity.h"
#include "happyctl/text_table.h"
#include "happyctl/utf8.h"

static const struct text_column COLUMNS[] = {{.title = "NAME", .maximum = 8},
                                             {.title = "N", .right = true},
                                             {.title = "PLACE", .flexible = true}};

/* What the table prints; the caller frees it. `width` 0: plain. */
static char *printed(size_t width, bool colours)
{
    struct text_table *table = text_table_new(COLUMNS, 3);
    text_table_add(table, (const char *[]){"one", "1", "/a"}, NULL, NULL);
    text_table_add(table, (const char *[]){"a-long-name", "12", "/home/dev/projects/thing"}, "2",
                   "a note");
    text_table_add(table, (const char *[]){"t\x1b[2J", NULL, "/\xe6\x97\xa5\xe6\x9c\xac"}, NULL,
                   NULL);
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    if (width)
        assert_int_equal(text_table_print(table, width, colours, file), 0);
    else
        assert_int_equal(text_table_print_plain(table, file), 0);
    fclose(file);
    text_table_free(table);
    return text;
}

static void tables_are_aligned(void **state)
{
    (void)state;
    char *text = printed(80, false);
    assert_string_equal(text, "NAME       N  PLACE\n"
                              "one        1  /a\n"
                              "a-long-\xe2\x80\xa6  12  /home/dev/projects/thing\n"
                              "  a note\n"
                              "t?[2J      -  /\xe6\x97\xa5\xe6\x9c\xac\n");
    free(text);
}

static void tables_fit_the_terminal(void **state)
{
    (void)state;
    for (size_t width = 1; width < 60; width++) {
        char *text = printed(width, false);
        for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
            assert_true(utf8_width(line) <= width);
        free(text);
    }
    char *text = printed(26, false);
    assert_non_null(strstr(text, "a-long-\xe2\x80\xa6  12  \xe2\x80\xa6"
                                 "jects/thing\n"));
    free(text);
}

static void tables_for_programs_are_not_cut(void **state)
{
    (void)state;
    char *text = printed(0, false);
    assert_string_equal(text, "NAME\tN\tPLACE\none\t1\t/a\n"
                              "a-long-name\t12\t/home/dev/projects/thing\n"
                              "t?[2J\t-\t/\xe6\x97\xa5\xe6\x9c\xac\n");
    free(text);
}

static void colours_are_switched_off_again(void **state)
{
    (void)state;
    char *text = printed(80, true);
    assert_non_null(strstr(text, "\033[1mNAME"));
    assert_non_null(
        strstr(text, "\033[2ma-long-\xe2\x80\xa6  12  /home/dev/projects/thing\033[m\n"));
    free(text);
}

static void utf8_is_checked(void **state)
{
    (void)state;
    assert_true(utf8_is_valid("a\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80", 10));
    assert_false(utf8_is_valid("\xff", 1));
    assert_false(utf8_is_valid("\xc3", 1));
    assert_false(utf8_is_valid("\xc0\x80", 2));
    assert_false(utf8_is_valid("\xed\xa0\x80", 3));
    assert_false(utf8_is_valid("\xf4\x90\x80\x80", 4));
    assert_int_equal(utf8_width("a\xc3\xbc\xe6\x97\xa5"), 4);
    assert_int_equal(utf8_width("e\xcc\x81"), 1);
    size_t width;
    assert_int_equal(utf8_fit("\xe6\x97\xa5\xe6\x9c\xac", 3, &width), 3);
    assert_int_equal(width, 2);
}

static void quantities_are_short(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        const char *text;
    } durations[] = {{-1, "-"},        {0, "0s"},          {59999, "59s"},        {60000, "1m"},
                     {3599999, "59m"}, {3900000, "1h05m"}, {86400000 * 3LL, "3d"}};
    static const struct {
        int64_t value;
        const char *text;
    } sizes[] = {{-1, "-"},         {0, "0K"},           {524288, "512K"},     {1048576, "1.0M"},
                 {8912896, "8.5M"}, {104857600, "100M"}, {1288490189, "1.2G"}, {INT64_MAX, "8.0E"}};
    char text[QUANTITY_SIZE];
    for (size_t i = 0; i < sizeof durations / sizeof durations[0]; i++) {
        quantity_duration(durations[i].value, text);
        assert_string_equal(text, durations[i].text);
    }
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        quantity_bytes(sizes[i].value, text);
        assert_string_equal(text, sizes[i].text);
    }
    quantity_cpu(7.9, text);
    assert_string_equal(text, "0:07");
    quantity_cpu(3723, text);
    assert_string_equal(text, "1:02:03");
    quantity_cpu(-1, text);
    assert_string_equal(text, "-");
}

static void ends_are_told(void **state)
{
    (void)state;
    char text[512];
    struct attach_end end = {.reason = ATTACH_EXITED, .value = 3};
    attach_end_describe(&end, "x-1", text, sizeof text);
    assert_string_equal(text, "x-1 ended with exit status 3");
    assert_int_equal(attach_end_status(&end), 3);
    end = (struct attach_end){.reason = ATTACH_KILLED, .value = 9};
    attach_end_describe(&end, "x-1", text, sizeof text);
    assert_string_equal(text, "x-1 was ended by signal 9 (Killed)");
    assert_int_equal(attach_end_status(&end), 137);
    end = (struct attach_end){.reason = ATTACH_SENT, .text = "sent\033 away"};
    attach_end_describe(&end, "x-1", text, sizeof text);
    assert_string_equal(text, "detached from x-1 (sent? away); back with: happyctl attach x-1");
    assert_int_equal(attach_end_status(&end), 0);
    end = (struct attach_end){.reason = ATTACH_LOST};
    assert_int_equal(attach_end_status(&end), 1);
    assert_false(attach_end_goes_on(&end));
    end = (struct attach_end){.reason = ATTACH_HANGUP};
    assert_int_equal(attach_end_status(&end), 129);
    attach_end_describe(&end, "x-1", text, 8);
    assert_string_equal(text, "the ter");
}

/* ---- following a log */

struct round {
    const char *final[4], *screen[6]; /* NULL-terminated */
    const char *expected;             /* what this round adds */
};

static void check_rounds(const struct round *rounds, size_t count)
{
    char *text = NULL;
    size_t size = 0, told = 0;
    struct log_printer printer = {.file = open_memstream(&text, &size)};
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; rounds[i].final[j]; j++) {
            struct history_line line = {.number = printer.final_next, .text = rounds[i].final[j]};
            log_printer_final(&line, &printer);
        }
        for (size_t j = 0; rounds[i].screen[j]; j++) {
            struct history_line line = {.number = printer.final_next + (int64_t)j,
                                        .text = rounds[i].screen[j]};
            log_printer_screen(&line, &printer);
        }
        log_printer_flush(&printer);
        assert_string_equal(text + told, rounds[i].expected);
        told = size;
    }
    fclose(printer.file);
    free(text);
}

static void growing_screen_is_printed_once(void **state)
{
    (void)state;
    static const struct round rounds[] = {
        {{NULL}, {"a", "b", "", "", NULL}, "a\nb\n"},
        {{NULL}, {"a", "b", "c", "", NULL}, "c\n"},
        {{NULL}, {"a", "b", "c", "", "d", NULL}, "\nd\n"},
        {{"a", "b", NULL}, {"c", "", "d", "e", NULL}, "e\n"},
        {{"c", "", "d", NULL}, {"e", NULL}, ""},
        {{"e", "f", NULL}, {NULL}, "f\n"},
    };
    check_rounds(rounds, sizeof rounds / sizeof rounds[0]);
}

static void changed_screen_is_printed_from_the_change_on(void **state)
{
    (void)state;
    static const struct round rounds[] = {
        {{NULL}, {"a", "wait", "z", NULL}, "a\nwait\nz\n"},
        {{NULL}, {"a", "done", "z", NULL}, "done\nz\n"},
        {{"a", "other", NULL}, {"z", NULL}, "other\nz\n"},
    };
    check_rounds(rounds, sizeof rounds / sizeof rounds[0]);
}

static void wrapped_lines_are_joined(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size;
    struct log_printer printer = {.file = open_memstream(&text, &size)};
    log_printer_screen(&(struct history_line){.number = 0, .text = "one "}, &printer);
    log_printer_screen(&(struct history_line){.number = 1, .text = "line", .wrapped = true},
                       &printer);
    log_printer_screen(&(struct history_line){.number = 2, .text = "next"}, &printer);
    log_printer_flush(&printer);
    fclose(printer.file);
    assert_string_equal(text, "one line\nnext\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_aligned),
        cmocka_unit_test(tables_fit_the_terminal),
        cmocka_unit_test(tables_for_programs_are_not_cut),
        cmocka_unit_test(colours_are_switched_off_again),
        cmocka_unit_test(utf8_is_checked),
        cmocka_unit_test(quantities_are_short),
        cmocka_unit_test(ends_are_told),
        cmocka_unit_test(growing_screen_is_printed_once),
        cmocka_unit_test(changed_screen_is_printed_from_the_change_on),
        cmocka_unit_test(wrapped_lines_are_joined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
