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
#include "random_output.h"
#include "repaint.h"

enum { COLUMNS = 40, ROWS = 12 };

static struct buffer painted(const struct emulator *emulator, uint64_t first_line)
{
    struct buffer bytes = {0};
    const struct repaint repaint = {.keeps_shown = true, .history_first = first_line};
    repaint_append(&bytes, emulator->screen, &repaint);
    assert_false(bytes.failed);
    return bytes;
}

static void assert_same_buffer(const struct buffer *one, const struct buffer *other, unsigned seed,
                               const char *what)
{
    if (one->length == other->length &&
        memcmp(buffer_string(one), buffer_string(other), one->length) == 0)
        return;
    fail_msg("seed %u: %s differs:\n%s\n---\n%s\n", seed, what, buffer_string(one),
             buffer_string(other));
}

static void assert_same(const struct emulator *one, const struct emulator *other, unsigned seed)
{
    struct buffer texts[2] = {{0}, {0}};
    repaint_append_text(&texts[0], one->screen, true);
    repaint_append_text(&texts[1], other->screen, true);
    assert_same_buffer(&texts[0], &texts[1], seed, "the screen");
    const struct grid *grids[] = {screen_grid(one->screen), screen_grid(other->screen)};
    for (unsigned i = 0; i < grid_rows(grids[0]); i++) {
        assert_int_equal(grid_row(grids[0], i)->size, grid_row(grids[1], i)->size);
        assert_int_equal(grid_main_row(grids[0], i)->size, grid_main_row(grids[1], i)->size);
    }
    struct screen_cursor cursor = screen_cursor(one->screen), found = screen_cursor(other->screen);
    if (cursor.row != found.row || cursor.column != found.column ||
        cursor.wrap_pending != found.wrap_pending)
        fail_msg("seed %u: cursor %u,%u,%d became %u,%u,%d", seed, cursor.row, cursor.column,
                 cursor.wrap_pending, found.row, found.column, found.wrap_pending);
    assert_int_equal(grid_is_alternate(screen_grid(one->screen)),
                     grid_is_alternate(screen_grid(other->screen)));
    assert_string_equal(terminal_modes_title(screen_modes(one->screen)),
                        terminal_modes_title(screen_modes(other->screen)));
    for (int mode = 0; mode < PRIVATE_MODE_COUNT; mode++)
        if (mode != MODE_SYNCHRONISED)
            assert_int_equal(
                terminal_modes_is_set(screen_modes(one->screen), (enum private_mode)mode),
                terminal_modes_is_set(screen_modes(other->screen), (enum private_mode)mode));
    buffer_free(&texts[0]);
    buffer_free(&texts[1]);
}

/* Whatever an agent did, a terminal that is painted and the one that saw it all are the same. */
static void paint_of_random_output_gives_the_same_terminal(void **state)
{
    (void)state;
    for (unsigned seed = 0; seed < 1500; seed++) {
        struct emulator agent = emulator_open(COLUMNS, ROWS), user = emulator_open(COLUMNS, ROWS);
        struct buffer output = {0};
        random_output_append(&output, seed, 60, COLUMNS, ROWS);
        emulator_feed(&agent, output.data, output.length);
        /* The user's terminal shows a prompt, and is in the middle of something. */
        emulator_feed_string(&user, "user@host:~$ happyctl attach\r\n\033]2;half a title");
        struct buffer bytes = painted(&agent, history_next(agent.history));
        emulator_feed(&user, bytes.data, bytes.length);
        assert_same(&agent, &user, seed);
        /* The main screen is there too, when the alternate one is left. */
        emulator_feed_string(&agent, "\033[?1047l\033[?6l\033[r");
        emulator_feed_string(&user, "\033[?1047l\033[?6l\033[r");
        struct buffer mains[2] = {{0}, {0}};
        repaint_append_text(&mains[0], agent.screen, true);
        repaint_append_text(&mains[1], user.screen, true);
        assert_same_buffer(&mains[0], &mains[1], seed, "the main screen");
        buffer_free(&mains[0]);
        buffer_free(&mains[1]);
        buffer_free(&bytes);
        buffer_free(&output);
        emulator_close(&agent);
        emulator_close(&user);
    }
}

/* A resynchronised terminal was in any state the agent had been in before. */
static void paint_over_an_older_state_gives_the_same_terminal(void **state)
{
    (void)state;
    for (unsigned seed = 0; seed < 700; seed++) {
        struct emulator agent = emulator_open(COLUMNS, ROWS), user = emulator_open(COLUMNS, ROWS);
        struct buffer output = {0}, bytes = {0};
        random_output_append(&output, seed, 40, COLUMNS, ROWS);
        emulator_feed(&agent, output.data, output.length);
        emulator_feed(&user, output.data, output.length);
        uint64_t lag = history_next(agent.history);
        buffer_clear(&output);
        random_output_append(&output, seed + 100000, 40, COLUMNS, ROWS);
        emulator_feed(&agent, output.data, output.length);
        const struct repaint repaint = {.history_first = lag};
        repaint_append(&bytes, agent.screen, &repaint);
        emulator_feed(&user, bytes.data, bytes.length);
        assert_same(&agent, &user, seed);
        buffer_free(&bytes);
        buffer_free(&output);
        emulator_close(&agent);
        emulator_close(&user);
    }
}

static void history_lines_land_in_the_scrollback(void **state)
{
    (void)state;
    struct emulator agent = emulator_open(COLUMNS, 5), user = emulator_open(COLUMNS, 5);
    emulator_feed_string(&user, "$ prompt\r\n");
    for (int i = 0; i < 20; i++) {
        char line[32];
        snprintf(line, sizeof line, "\033[3%dmline %d\033[m\r\n", i % 8, i);
        emulator_feed_string(&agent, line);
    }
    struct buffer bytes = painted(&agent, 10);
    emulator_feed(&user, bytes.data, bytes.length);
    assert_same(&agent, &user, 0);
    /* What the shell had shown, then lines 10 to 15; 16 and later are on the screen. */
    assert_int_equal(history_next(user.history), 7);
    struct buffer text = {0};
    struct history_line line = history_get(user.history, 0);
    repaint_append_line(&text, &line, true);
    assert_string_equal(buffer_string(&text), "$ prompt");
    buffer_clear(&text);
    line = history_get(user.history, 1);
    repaint_append_line(&text, &line, true);
    assert_string_equal(buffer_string(&text), "\033[32mline 10\033[m");
    buffer_free(&text);
    buffer_free(&bytes);
    emulator_close(&agent);
    emulator_close(&user);
}

static unsigned depth_of(const struct emulator *emulator, bool alternate)
{
    return terminal_modes_keyboard(screen_modes(emulator->screen), alternate)->depth;
}

/* Entries that were on the terminal's keyboard stacks before stay there. */
static void keyboard_entries_of_others_stay(void **state)
{
    (void)state;
    static const struct {
        const char *output;
        unsigned main, alternate; /* entries of the program then */
    } steps[] = {
        {"\033[>1u", 1, 0}, {"\033[>3u\033[>5u", 3, 0},
        {"\033[<2u", 1, 0}, {"\033[?1049h\033[>7u\033[>7u", 1, 2},
        {"\033[<u", 1, 1},  {"\033[<u\033[>1u\033[>1u\033[?1049l", 1, 2},
        {"\033[<9u", 0, 2},
    };
    struct emulator agent = emulator_open(COLUMNS, ROWS), user = emulator_open(COLUMNS, ROWS);
    emulator_feed_string(&user, "\033[>1u\033[>2u\033[?1047h\033[>4u\033[?1047l");
    struct keyboard_entries keyboard = {0};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        emulator_feed_string(&agent, steps[i].output);
        struct buffer bytes = {0};
        const struct repaint repaint = {.keeps_shown = i == 0, .keyboard = &keyboard};
        repaint_append(&bytes, agent.screen, &repaint);
        emulator_feed(&user, bytes.data, bytes.length);
        assert_same(&agent, &user, (unsigned)i);
        bool alternate = grid_is_alternate(screen_grid(agent.screen));
        assert_int_equal(depth_of(&agent, false), steps[i].main);
        assert_int_equal(depth_of(&agent, true), steps[i].alternate);
        assert_int_equal(depth_of(&user, false), 2 + steps[i].main);
        assert_int_equal(depth_of(&user, true), 1 + (alternate ? steps[i].alternate : 0));
        buffer_free(&bytes);
    }
    emulator_close(&agent);
    emulator_close(&user);
}

/* So that the user's terminal copies and reflows it as one. */
static void wrapped_line_stays_one_line(void **state)
{
    (void)state;
    struct emulator agent = emulator_open(10, 3), user = emulator_open(10, 3);
    emulator_feed_string(&agent, "abcdefghijklmnopqrstuvwxy\r\nnext\r\n\r\n");
    struct buffer bytes = painted(&agent, 0);
    emulator_feed(&user, bytes.data, bytes.length);
    uint64_t first = history_next(user.history) - history_next(agent.history);
    assert_int_equal(history_next(agent.history), 3);
    for (uint64_t i = 0; i < 3; i++)
        assert_int_equal(history_get(user.history, first + i).continues, i < 2);
    buffer_free(&bytes);
    emulator_close(&agent);
    emulator_close(&user);
}

static void wrapped_background_colours_its_text_only(void **state)
{
    (void)state;
    static const char *const outputs[] = {"0123456789\033[42mx\r\n\033[m\n",
                                          "0123456789\033[42mx\033[m\r\n\n\n\n"};
    for (int i = 0; i < 2; i++) {
        struct emulator agent = emulator_open(10, 3), user = emulator_open(10, 3);
        emulator_feed_string(&agent, outputs[i]);
        struct buffer bytes = painted(&agent, 0);
        emulator_feed(&user, bytes.data, bytes.length);
        assert_same(&agent, &user, (unsigned)i);
        uint64_t behind = history_next(user.history) - history_next(agent.history);
        for (uint64_t line = 0; line < history_next(agent.history); line++) {
            struct buffer text = {0};
            struct history_line kept = history_get(agent.history, line);
            buffer_append(&text, kept.text, kept.length);
            kept = history_get(user.history, behind + line);
            assert_int_equal(kept.length, text.length);
            assert_memory_equal(kept.text, buffer_string(&text), text.length);
            buffer_free(&text);
        }
        buffer_free(&bytes);
        emulator_close(&agent);
        emulator_close(&user);
    }
}

/* Nor is a line joined that the user's terminal would not wrap there. */
static void line_wrapped_at_a_margin_is_not_joined(void **state)
{
    (void)state;
    struct emulator agent = emulator_open(10, 3), user = emulator_open(10, 3);
    emulator_feed_string(&agent, "\033[?69h\033[1;4sabcdefgh\033[?69l\r\n\nend");
    assert_int_equal(history_next(agent.history), 1);
    struct buffer bytes = painted(&agent, 0);
    emulator_feed(&user, bytes.data, bytes.length);
    assert_same(&agent, &user, 0);
    buffer_free(&bytes);
    emulator_close(&agent);
    emulator_close(&user);
}

static void every_split_gives_the_same_terminal(void **state)
{
    (void)state;
    for (unsigned seed = 0; seed < 300; seed++) {
        struct emulator whole = emulator_open(COLUMNS, ROWS), split = emulator_open(COLUMNS, ROWS);
        struct buffer output = {0};
        random_output_append(&output, seed, 60, COLUMNS, ROWS);
        emulator_feed(&whole, output.data, output.length);
        for (size_t i = 0; i < output.length; i++)
            emulator_feed(&split, output.data + i, 1);
        assert_same(&whole, &split, seed);
        assert_int_equal(history_next(whole.history), history_next(split.history));
        buffer_free(&output);
        emulator_close(&whole);
        emulator_close(&split);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paint_of_random_output_gives_the_same_terminal),
        cmocka_unit_test(paint_over_an_older_state_gives_the_same_terminal),
        cmocka_unit_test(history_lines_land_in_the_scrollback),
        cmocka_unit_test(keyboard_entries_of_others_stay),
        cmocka_unit_test(wrapped_line_stays_one_line),
        cmocka_unit_test(wrapped_background_colours_its_text_only),
        cmocka_unit_test(line_wrapped_at_a_margin_is_not_joined),
        cmocka_unit_test(every_split_gives_the_same_terminal),
    };
    character_width_load();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
