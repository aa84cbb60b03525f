#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "character_width.h"
#include "emulator.h"
#include "random_output.h"
#include "row_text.h"
#include "view.h"

/* The look of a part of a row, as it comes out of a terminal of that width. */
static void append_part(struct buffer *buffer, const struct grid *grid, unsigned index,
                        unsigned left, unsigned columns)
{
    struct emulator line = emulator_open(columns, 1);
    struct buffer bytes = {0};
    unsigned right = left + columns < grid_columns(grid) ? left + columns : grid_columns(grid);
    emulator_feed_string(&line, "\033[?7l");
    row_text_append(&bytes, grid, grid_row(grid, index), left, right, true);
    emulator_feed(&line, buffer_string(&bytes), bytes.length);
    char *text = emulator_text(&line, true);
    buffer_append_string(buffer, text);
    free(text);
    buffer_free(&bytes);
    emulator_close(&line);
}

/* A terminal of any size that is drawn step by step shows a part of the agent's screen. */
static void every_row_is_a_part_of_the_screen(void **state)
{
    (void)state;
    static const struct {
        unsigned columns, rows;
    } sizes[] = {{20, 6}, {60, 20}, {1, 1}, {41, 5}, {39, 30}};
    for (unsigned seed = 0; seed < 200; seed++) {
        unsigned columns = sizes[seed % 5].columns, rows = sizes[seed % 5].rows;
        struct emulator agent = emulator_open(40, 12);
        struct emulator stepped = emulator_open(columns, rows);
        struct view *view = view_new(columns, rows);
        struct buffer output = {0}, bytes = {0};
        unsigned entries = 0;
        for (unsigned step = 0; step < 5; step++) {
            buffer_clear(&output);
            buffer_clear(&bytes);
            random_output_append(&output, seed * 5 + step, 20, 40, 12);
            emulator_feed(&agent, output.data, output.length);
            view_append(view, &bytes, agent.screen, &entries);
            emulator_feed(&stepped, buffer_string(&bytes), bytes.length);
        }
        buffer_clear(&bytes);
        view_append(view, &bytes, agent.screen, &entries);
        assert_int_equal(bytes.length, 0);
        struct screen_cursor cursor = screen_cursor(stepped.screen);
        assert_true(cursor.row < rows && cursor.column < columns);
        const struct grid *grid = screen_grid(stepped.screen), *whole = screen_grid(agent.screen);
        struct screen_cursor at = screen_cursor(agent.screen);
        unsigned top = at.row - cursor.row, left = at.column - cursor.column;
        for (unsigned i = 0; i < rows; i++) {
            struct buffer found = {0}, expected = {0};
            append_part(&found, grid, i, 0, columns);
            if (top + i < grid_rows(whole))
                append_part(&expected, whole, top + i, left, columns);
            assert_string_equal(buffer_string(&found), buffer_string(&expected));
            buffer_free(&found);
            buffer_free(&expected);
        }
        view_free(view);
        buffer_free(&output);
        buffer_free(&bytes);
        emulator_close(&agent);
        emulator_close(&stepped);
    }
}

static void only_changes_are_drawn(void **state)
{
    (void)state;
    struct emulator agent = emulator_open(40, 12);
    struct view *view = view_new(30, 12);
    struct buffer bytes = {0};
    unsigned entries = 0;
    emulator_feed_string(&agent, "one\r\ntwo\r\nthree");
    view_append(view, &bytes, agent.screen, &entries);
    assert_non_null(strstr(bytes.data, "one"));
    buffer_clear(&bytes);
    emulator_feed_string(&agent, "\033[2;1HTWO");
    view_append(view, &bytes, agent.screen, &entries);
    assert_non_null(strstr(bytes.data, "TWO"));
    assert_null(strstr(bytes.data, "one"));
    assert_null(strstr(bytes.data, "three"));
    buffer_clear(&bytes);
    emulator_feed_string(&agent, "\033[?25l");
    view_append(view, &bytes, agent.screen, &entries);
    assert_string_equal(buffer_string(&bytes), "\033[?25l");
    view_free(view);
    buffer_free(&bytes);
    emulator_close(&agent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_a_part_of_the_screen),
        cmocka_unit_test(only_changes_are_drawn),
    };
    character_width_load();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
