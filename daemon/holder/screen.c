#include "screen.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "character_width.h"
#include "row_text.h"
#include "screen_private.h"
#include "wire/utf8.h"

/* Origin mode counts from the margins. */
static void make_relative(const struct screen *screen, unsigned *row, unsigned *column)
{
    if (!terminal_modes_is_set(screen->modes, MODE_ORIGIN))
        return;
    struct terminal_margins margins = terminal_modes_margins(screen->modes);
    *row -= *row >= margins.top ? margins.top : *row;
    *column -= *column >= margins.left ? margins.left : *column;
}

char *screen_put_number(char *at, unsigned number)
{
    char digits[10];
    int count = 0;
    do
        digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    while (count)
        *at++ = digits[--count];
    return at;
}

void screen_catch_up(struct screen *screen)
{
    if (!screen->ahead)
        return;
    unsigned row = screen->cursor.row, column = screen->cursor.column;
    make_relative(screen, &row, &column);
    char bytes[32] = "\033[";
    char *end = screen_put_number(bytes + 2, row + 1);
    *end++ = ';';
    end = screen_put_number(end, column + 1);
    *end++ = 'H';
    vterm_input_write(screen->vterm, bytes, (size_t)(end - bytes));
    screen->ahead = false;
}

void screen_write(struct screen *screen, const char *bytes, size_t length)
{
    VTermPos position;
    screen_catch_up(screen);
    screen->at_edge = false;
    vterm_input_write(screen->vterm, bytes, length);
    vterm_state_get_cursorpos(screen->state, &position);
    screen->cursor.row = (unsigned)position.row;
    screen->cursor.column = (unsigned)position.col;
}

void screen_write_string(struct screen *screen, const char *string)
{
    screen_write(screen, string, strlen(string));
}

void screen_write_format(struct screen *screen, const char *format, ...)
{
    char bytes[64];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(bytes, sizeof bytes, format, arguments);
    va_end(arguments);
    if (length > 0 && (size_t)length < sizeof bytes)
        screen_write(screen, bytes, (size_t)length);
}

static struct grid_area area_of(VTermRect rect)
{
    return (struct grid_area){(unsigned)(rect.start_row < 0 ? 0 : rect.start_row),
                              (unsigned)(rect.end_row < 0 ? 0 : rect.end_row),
                              (unsigned)(rect.start_col < 0 ? 0 : rect.start_col),
                              (unsigned)(rect.end_col < 0 ? 0 : rect.end_col)};
}

static int on_scroll(VTermRect rect, int downward, int rightward, void *context)
{
    struct screen *screen = context;
    grid_scroll(screen->grid, area_of(rect), downward, rightward, screen->keeps_retired);
    return 1;
}

static int on_erase(VTermRect rect, int selective, void *context)
{
    struct screen *screen = context;
    grid_erase(screen->grid, area_of(rect), selective != 0);
    return 1;
}

/* Only DECALN puts characters from inside libvterm. */
static int on_glyph(VTermGlyphInfo *info, VTermPos position, void *context)
{
    struct screen *screen = context;
    if (position.row >= 0 && position.col >= 0)
        grid_put(screen->grid, (unsigned)position.row, (unsigned)position.col, info->chars[0], 1);
    return 1;
}

static const VTermStateCallbacks CALLBACKS = {
    .putglyph = on_glyph, .scrollrect = on_scroll, .erase = on_erase};

/* Answers are given by terminal_query.c, which knows more of the terminal. */
static void ignore_answer(const char *bytes, size_t length, void *context)
{
    (void)bytes;
    (void)length;
    (void)context;
}

static void keep_row(const struct grid *grid, const struct row *row, void *context)
{
    struct screen *screen = context;
    struct buffer *text = &screen->scratch;
    buffer_clear(text);
    unsigned end = row->continues ? row->used : row_text_end(row, row->used, true);
    row_text_append(text, grid, row, 0, end, true);
    if (text->failed)
        buffer_clear(text);
    struct history_line line = {buffer_string(text), text->length, row->continues};
    history_add(screen->history, &line);
}

struct screen *screen_new(unsigned columns, unsigned rows, struct history *history,
                          struct error *error)
{
    struct screen *screen = calloc(1, sizeof *screen);
    if (!screen) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    screen->history = history;
    screen->keeps_retired = true;
    screen->grid = grid_new(columns, rows, keep_row, screen, error);
    if (!screen->grid)
        goto failed;
    screen->modes = terminal_modes_new(grid_columns(screen->grid), grid_rows(screen->grid));
    if (!screen->modes)
        goto failed;
    /* libvterm 0.3.3 never makes its table of rows longer: it is made for the greatest size. */
    screen->vterm = vterm_new(GRID_ROWS_MAX, (int)grid_columns(screen->grid));
    if (!screen->vterm)
        goto failed;
    vterm_set_utf8(screen->vterm, 1);
    vterm_output_set_callback(screen->vterm, ignore_answer, NULL);
    screen->state = vterm_obtain_state(screen->vterm);
    vterm_set_size(screen->vterm, (int)grid_rows(screen->grid), (int)grid_columns(screen->grid));
    vterm_state_set_callbacks(screen->state, &CALLBACKS, screen);
    vterm_state_reset(screen->state, 1);
    return screen;
failed:
    error_set(error, ERROR_MEMORY, "out of memory for a screen");
    screen_free(screen);
    return NULL;
}

void screen_free(struct screen *screen)
{
    if (!screen)
        return;
    if (screen->vterm)
        vterm_free(screen->vterm);
    grid_free(screen->grid);
    terminal_modes_free(screen->modes);
    buffer_free(&screen->scratch);
    free(screen);
}

struct screen_cursor screen_cursor(const struct screen *screen)
{
    return screen->cursor;
}

struct screen_cursor screen_main_cursor(const struct screen *screen)
{
    if (!grid_is_alternate(screen->grid))
        return screen_cursor(screen);
    return screen->saved[0].cursor;
}

const struct grid *screen_grid(const struct screen *screen)
{
    return screen->grid;
}

const struct terminal_modes *screen_modes(const struct screen *screen)
{
    return screen->modes;
}

const struct history *screen_history(const struct screen *screen)
{
    return screen->history;
}

const struct pen *screen_pen(const struct screen *screen)
{
    return grid_pen(screen->grid);
}

void screen_move_cursor(struct screen *screen, unsigned row, unsigned column)
{
    make_relative(screen, &row, &column);
    screen_write_format(screen, "\033[%u;%uH", row + 1, column + 1);
}

/* A line of the history on its way back to the top row. */
struct recalled {
    struct screen *screen;
    unsigned column;
    bool measures; /* only counts the columns */
};

static void recall_sequence(const struct sequence *sequence, void *context)
{
    struct recalled *recalled = context;
    struct control_sequence csi;
    if (sequence->kind == SEQUENCE_OSC)
        screen_set_link(recalled->screen, sequence);
    else if (sequence->kind == SEQUENCE_CSI && control_sequence_parse(sequence, &csi))
        pen_apply(grid_pen(recalled->screen->grid), &csi);
    for (size_t offset = 0; sequence->kind == SEQUENCE_TEXT && offset < sequence->length;) {
        uint32_t code_point;
        offset += utf8_decode(sequence->bytes + offset, sequence->length - offset, &code_point);
        int width = character_width(code_point);
        if (width > 0 && !recalled->measures)
            grid_put(recalled->screen->grid, 0, recalled->column, code_point, (unsigned)width);
        else if (width == 0 && recalled->column && !recalled->measures)
            grid_combine(recalled->screen->grid, 0, recalled->column - 1, code_point);
        recalled->column += width > 0 ? (unsigned)width : 0;
    }
}

/* Takes the newest line of the history back as the top row. False when there is none, or when it is
   too long for the row and would be cut. */
static bool recall_line(struct screen *screen)
{
    uint64_t next = history_next(screen->history);
    if (history_first(screen->history) == next)
        return false;
    struct history_line line = history_get(screen->history, next - 1);
    struct sequence_scanner scanner = {0};
    struct recalled recalled = {screen, 0, true};
    struct pen pen = *grid_pen(screen->grid);
    *grid_pen(screen->grid) = (struct pen){0};
    sequence_scanner_feed(&scanner, line.text, line.length, recall_sequence, &recalled);
    bool fits = recalled.column <= grid_columns(screen->grid);
    if (fits) {
        struct grid_area all = {0, grid_rows(screen->grid), 0, grid_columns(screen->grid)};
        recalled = (struct recalled){screen, 0, false};
        grid_scroll(screen->grid, all, -1, 0, false);
        sequence_scanner_feed(&scanner, line.text, line.length, recall_sequence, &recalled);
        if (line.continues)
            grid_set_continues(screen->grid, 0);
        history_remove_last(screen->history);
    }
    sequence_scanner_clear(&scanner);
    *grid_pen(screen->grid) = pen;
    return fits;
}

void screen_resize(struct screen *screen, unsigned columns, unsigned rows)
{
    struct screen_cursor cursor = screen_cursor(screen);
    unsigned before = grid_rows(screen->grid);
    /* libvterm 0.1.4 would keep margins that lie outside of the new size. */
    screen_write_string(screen, "\033[r\033[s");
    unsigned gone = grid_resize(screen->grid, columns, rows, cursor.row);
    cursor.row -= gone < cursor.row ? gone : cursor.row;
    terminal_modes_note_size(screen->modes, grid_columns(screen->grid), grid_rows(screen->grid));
    screen_catch_up(screen);
    vterm_set_size(screen->vterm, (int)grid_rows(screen->grid), (int)grid_columns(screen->grid));
    if (!grid_is_alternate(screen->grid))
        for (; before < grid_rows(screen->grid) && recall_line(screen); before++)
            cursor.row++;
    if (screen->cursor.wrap_pending && cursor.column + 1 < grid_columns(screen->grid))
        cursor.column++;
    screen->cursor.wrap_pending = false;
    screen_move_cursor(screen, cursor.row, cursor.column);
}
