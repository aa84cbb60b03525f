/* What is kept within bounds: history, output ring, notes, interned strings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "history.h"
#include "notes.h"
#include "output_ring.h"
#include "string_table.h"
#include "wire/frame.h"

/* A line's text and length follow from its number. */
static struct history_line example_line(uint64_t number, char *text)
{
    size_t length = (size_t)(number * 7919 % 150);
    if (number % 10 == 0)
        length = 0;
    memset(text, 'a' + (char)(number % 26), length);
    return (struct history_line){text, length, number % 3 == 0};
}

static void assert_lines(const struct history *history)
{
    char text[200];
    for (uint64_t i = history_first(history); i < history_next(history); i++) {
        struct history_line expected = example_line(i, text), line = history_get(history, i);
        assert_int_equal(line.length, expected.length);
        assert_int_equal(line.continues, expected.continues);
        assert_memory_equal(line.text, expected.text, line.length);
    }
}

static void history_keeps_the_latest_lines(void **state)
{
    (void)state;
    static const struct {
        unsigned lines;
        size_t bytes;
    } bounds[] = {{1, 1000},      {10, 1000},    {300, 1000},  {1000, 20000},
                  {257, 1 << 20}, {5000, 70000}, {3, 1 << 20}, {100000, 150}};
    for (size_t bound = 0; bound < sizeof bounds / sizeof bounds[0]; bound++) {
        struct history *history = history_new(bounds[bound].lines, bounds[bound].bytes, NULL);
        char text[200];
        for (uint64_t i = 0; i < 6000; i++) {
            struct history_line line = example_line(i, text);
            history_add(history, &line);
            assert_int_equal(history_next(history), i + 1);
            assert_true(history_next(history) - history_first(history) <= bounds[bound].lines);
            if (i % 97 == 0)
                assert_lines(history);
        }
        assert_lines(history);
        /* Room for half of the bytes is never left unused when lines may be kept. */
        if (bounds[bound].lines == 1000)
            assert_true(history_next(history) - history_first(history) > 100);
        history_free(history);
    }
}

static void removed_lines_are_numbered_again(void **state)
{
    (void)state;
    struct history *history = history_new(100, 4000, NULL);
    char text[200];
    for (uint64_t i = 0; i < 500; i++) {
        struct history_line line = example_line(i, text);
        history_add(history, &line);
    }
    for (int round = 0; round < 200; round++) {
        unsigned count = (unsigned)round % 30;
        for (unsigned i = 0; i < count; i++)
            if (!history_remove_last(history))
                break;
        assert_lines(history);
        for (unsigned i = 0; i < count + 3; i++) {
            struct history_line line = example_line(history_next(history), text);
            history_add(history, &line);
        }
        assert_lines(history);
    }
    while (history_remove_last(history))
        continue;
    assert_int_equal(history_first(history), history_next(history));
    struct history_line line = example_line(history_next(history), text);
    history_add(history, &line);
    assert_lines(history);
    history_clear(history);
    assert_int_equal(history_first(history), history_next(history));
    line = example_line(history_next(history), text);
    history_add(history, &line);
    assert_lines(history);
    history_free(history);
}

static void too_long_line_is_counted(void **state)
{
    (void)state;
    struct history *history = history_new(10, 100, NULL);
    char text[200];
    memset(text, 'x', sizeof text);
    struct history_line line = {text, 50, false};
    history_add(history, &line);
    line.length = 101;
    history_add(history, &line);
    assert_int_equal(history_next(history), 2);
    assert_int_equal(history_first(history), 2);
    line.length = 100;
    history_add(history, &line);
    assert_int_equal(history_first(history), 2);
    assert_int_equal(history_get(history, 2).length, 100);
    history_free(history);
}

static void coloured_lines_take_less_than_their_text(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "\033[mplain\033[1mbold\033[m",
        "\033[31mred\033[0;4:3;38;2;1;22;255mcurly\033[m \303\251",
        "\033]8;id=1;http://example.org/;m\033\\link\033]8;;\033\\\033[7mend\033[m",
        "not whole: \033[",
        "\033[1",
        "\033",
        "\033[12",
        "\033[1;2Hx\033[?1mx",
    };
    struct history *history = history_new(10000, 100000, NULL);
    const size_t count = sizeof texts / sizeof texts[0];
    for (unsigned i = 0; i < 5000; i++) {
        struct history_line line = {texts[i % count], strlen(texts[i % count]), i % 3 == 0};
        history_add(history, &line);
    }
    for (uint64_t i = history_first(history); i < history_next(history); i++) {
        struct history_line line = history_get(history, i);
        assert_int_equal(line.length, strlen(texts[i % count]));
        assert_memory_equal(line.text, texts[i % count], line.length);
        assert_int_equal(line.continues, i % 3 == 0);
    }
    history_free(history);
    const char *const colours = "\033[31mab\033[0;38;2;100;200;250mcd\033[m";
    history = history_new(10000, 100000, NULL);
    struct history_line line = {colours, strlen(colours), false};
    for (int i = 0; i < 10000; i++)
        history_add(history, &line);
    assert_true((history_next(history) - history_first(history)) * line.length > 160000);
    history_free(history);
}

static char byte_at(uint64_t offset)
{
    return (char)(offset * 31 % 251);
}

static void ring_keeps_the_latest_bytes(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 10, 5000, 4096, 70000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct output_ring *ring = output_ring_new(sizes[i]);
        char bytes[9000];
        for (size_t length = 1; output_ring_next(ring) < 300000; length = length * 3 % 8999 + 1) {
            uint64_t next = output_ring_next(ring);
            for (size_t n = 0; n < length; n++)
                bytes[n] = byte_at(next + n);
            output_ring_add(ring, bytes, length);
            assert_true(output_ring_next(ring) == next + length);
            uint64_t first = output_ring_first(ring);
            assert_int_equal(output_ring_next(ring) - first,
                             next + length < sizes[i] ? next + length : sizes[i]);
            const char *piece;
            size_t count;
            for (uint64_t at = first; (count = output_ring_get(ring, at, &piece)) > 0; at += count)
                for (size_t n = 0; n < count; n++)
                    assert_int_equal(piece[n], byte_at(at + n));
        }
        output_ring_forget(ring, output_ring_next(ring) - 1);
        assert_int_equal(output_ring_room(ring), sizes[i] - 1);
        output_ring_forget(ring, UINT64_MAX);
        assert_int_equal(output_ring_room(ring), sizes[i]);
        output_ring_free(ring);
    }
}

static unsigned count_frames(const struct notes *notes, uint64_t first)
{
    struct buffer frames = {0};
    notes_append_frames(notes, first, &frames);
    unsigned count = 0;
    size_t offset = 0;
    while (offset < frames.length) {
        uint8_t type;
        struct frame_reader reader;
        long size = frame_parse(frames.data + offset, frames.length - offset, &type, &reader);
        assert_true(size > 0);
        assert_int_equal(type, FRAME_NOTE_IS);
        offset += (size_t)size;
        count++;
    }
    buffer_free(&frames);
    return count;
}

static void notes_wait_for_their_acknowledgement(void **state)
{
    (void)state;
    struct error error;
    struct notes *notes = notes_new();
    for (unsigned i = 1; i <= NOTES_COUNT_MAX; i++)
        assert_int_equal(notes_add(notes, "note", 4, 5, &error), i);
    assert_int_equal(notes_add(notes, "note", 4, 5, &error), 0);
    assert_int_equal(error.code, ERROR_LIMIT);
    assert_int_equal(count_frames(notes, 0), NOTES_COUNT_MAX);
    notes_acknowledge(notes, 100);
    assert_int_equal(count_frames(notes, 0), NOTES_COUNT_MAX - 100);
    assert_int_equal(count_frames(notes, NOTES_COUNT_MAX), 1);
    assert_int_equal(notes_add(notes, "note", 4, 5, &error), NOTES_COUNT_MAX + 1);
    notes_acknowledge(notes, UINT64_MAX);
    assert_int_equal(count_frames(notes, 0), 0);
    static char big[FRAME_NOTE_MAX + 1];
    assert_int_equal(notes_add(notes, big, sizeof big, 5, &error), 0);
    for (unsigned i = 0; i < NOTES_BYTES_MAX / FRAME_NOTE_MAX; i++)
        assert_true(notes_add(notes, big, FRAME_NOTE_MAX, 5, &error) > 0);
    assert_int_equal(notes_add(notes, big, 1, 5, &error), 0);
    notes_free(notes);
}

static void strings_have_stable_numbers(void **state)
{
    (void)state;
    struct string_table *table = string_table_new(300, 2000);
    uint16_t numbers[300];
    char text[16];
    for (unsigned i = 0; i < 300; i++) {
        snprintf(text, sizeof text, "s%u", i);
        numbers[i] = string_table_add(table, text, strlen(text));
        assert_true(numbers[i] > 0);
        assert_int_equal(string_table_add(table, text, strlen(text)), numbers[i]);
    }
    assert_int_equal(string_table_add(table, "new", 3), 0);
    bool used[301] = {false};
    for (unsigned i = 0; i < 300; i += 2)
        used[numbers[i]] = true;
    assert_int_equal(string_table_last(table), 300);
    string_table_sweep(table, used);
    for (unsigned i = 0; i < 300; i++) {
        size_t length;
        const char *kept = string_table_get(table, numbers[i], &length);
        snprintf(text, sizeof text, "s%u", i);
        assert_int_equal(length, i % 2 ? 0 : strlen(text));
        assert_memory_equal(kept, text, length);
    }
    assert_true(string_table_add(table, "new", 3) > 0);
    char big[2001] = "";
    assert_int_equal(string_table_add(table, big, sizeof big), 0);
    size_t length;
    string_table_get(table, 0, &length);
    assert_int_equal(length, 0);
    string_table_get(table, 65535, &length);
    assert_int_equal(length, 0);
    string_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(history_keeps_the_latest_lines),
        cmocka_unit_test(removed_lines_are_numbered_again),
        cmocka_unit_test(too_long_line_is_counted),
        cmocka_unit_test(coloured_lines_take_less_than_their_text),
        cmocka_unit_test(ring_keeps_the_latest_bytes),
        cmocka_unit_test(notes_wait_for_their_acknowledgement),
        cmocka_unit_test(strings_have_stable_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
