#include "repaint.h"

#include "character_width.h"
#include "row_text.h"
#include "wire/utf8.h"

/* Leaves whatever sequence the terminal is in: CAN ends most, ST the strings of those that ignore
   CAN there. On a terminal in its ground state neither does anything. */
#define LEAVE_SEQUENCE "\030\033\\"

/* Behind a full row. A space wraps: coloured text would make the terminal fill the new row with its
   background as it scrolls. */
#define JOIN_ROWS " \r"

/* A terminal goes on in the next row by itself only when something is put there. */
static bool shows_something(const struct grid *grid, unsigned main_row)
{
    return row_text_end(grid_main_row(grid, main_row), grid_columns(grid), true) > 0;
}

static void count_columns(const struct sequence *sequence, void *context)
{
    unsigned *columns = context;
    uint32_t code_point;
    size_t length = sequence->kind == SEQUENCE_TEXT ? sequence->length : 0;
    for (size_t offset = 0; offset < length;) {
        offset += utf8_decode(sequence->bytes + offset, length - offset, &code_point);
        int width = character_width(code_point);
        *columns += width > 0 ? (unsigned)width : 0;
    }
}

static bool fills_row(const struct history_line *line, unsigned columns)
{
    struct sequence_scanner scanner = {0};
    unsigned found = 0;
    sequence_scanner_feed(&scanner, line->text, line->length, count_columns, &found);
    sequence_scanner_clear(&scanner);
    return found == columns;
}

/* Lines that wrapped at a margin, or when the screen had another size, do not do it again. */
static bool joins_line(const struct screen *screen, uint64_t number)
{
    const struct history *history = screen_history(screen);
    struct history_line line = history_get(history, number);
    if (!line.continues || !fills_row(&line, grid_columns(screen_grid(screen))))
        return false;
    if (number + 1 == history_next(history))
        return shows_something(screen_grid(screen), 0);
    return history_get(history, number + 1).length > 0;
}

static void append_history(struct buffer *buffer, const struct screen *screen, uint64_t first)
{
    const struct history *history = screen_history(screen);
    if (first < history_first(history))
        first = history_first(history);
    for (; first < history_next(history); first++) {
        struct history_line line = history_get(history, first);
        buffer_append(buffer, line.text, line.length);
        buffer_append_string(buffer, joins_line(screen, first) ? JOIN_ROWS : "\r\n");
    }
}

static void append_size(struct buffer *buffer, const struct row *row)
{
    if (row->size != ROW_NORMAL)
        buffer_append_format(buffer, "\033#%c", row->size);
}

/* The main screen below what was drawn before, from the left edge. The terminal scrolls as the rows
   come, so that they end up where they belong; wrapped rows are joined, so that it knows them as
   one line. */
static void append_main_rows(struct buffer *buffer, const struct screen *screen)
{
    const struct grid *grid = screen_grid(screen);
    unsigned columns = grid_columns(grid), rows = grid_rows(grid);
    for (unsigned i = 0; i < rows; i++) {
        const struct row *row = grid_main_row(grid, i);
        bool joins = row->continues && i + 1 < rows && row->used >= columns &&
                     row->size == ROW_NORMAL && shows_something(grid, i + 1);
        unsigned end = joins ? columns : row_text_end(row, columns, true);
        row_text_append(buffer, grid, row, 0, end, true);
        append_size(buffer, row);
        if (i + 1 < rows)
            buffer_append_string(buffer, joins ? JOIN_ROWS : "\r\n");
    }
}

static void append_alternate_rows(struct buffer *buffer, const struct screen *screen)
{
    const struct grid *grid = screen_grid(screen);
    buffer_append_string(buffer, "\033[2J");
    for (unsigned i = 0; i < grid_rows(grid); i++) {
        const struct row *row = grid_row(grid, i);
        unsigned end = row_text_end(row, grid_columns(grid), true);
        if (end == 0 && row->size == ROW_NORMAL)
            continue;
        buffer_append_format(buffer, "\033[%u;1H", i + 1);
        row_text_append(buffer, grid, row, 0, end, true);
        append_size(buffer, row);
    }
}

static void append_cursor(struct buffer *buffer, const struct screen *screen)
{
    static const struct pen plain;
    const struct grid *grid = screen_grid(screen);
    struct screen_cursor cursor = screen_cursor(screen);
    unsigned row = cursor.row, column = cursor.column;
    if (terminal_modes_is_set(screen_modes(screen), MODE_ORIGIN)) {
        struct terminal_margins margins = terminal_modes_margins(screen_modes(screen));
        buffer_append_string(buffer, "\033[?6h");
        row -= margins.top < row ? margins.top : row;
        column -= margins.left < column ? margins.left : column;
    }
    const struct row *cells = grid_row(grid, cursor.row);
    bool wide = cursor.wrap_pending && column > 0 && cursor.column < cells->used &&
                cells->cells[cursor.column].glyph == GLYPH_TAIL;
    buffer_append_format(buffer, "\033[%u;%uH", row + 1, column + 1 - (wide ? 1 : 0));
    /* Only putting the last character again makes the next one wrap. */
    if (cursor.wrap_pending)
        row_text_append(buffer, grid, cells, cursor.column - (wide ? 1 : 0), cursor.column + 1,
                        true);
    pen_append(buffer, &plain, screen_pen(screen));
    size_t length;
    const char *link = grid_link_text(grid, screen_pen(screen)->link, &length);
    if (length) {
        buffer_append_string(buffer, "\033]8;");
        buffer_append(buffer, link, length);
        buffer_append_string(buffer, "\033\\");
    }
}

void repaint_append(struct buffer *buffer, const struct screen *screen,
                    const struct repaint *repaint)
{
    const struct grid *grid = screen_grid(screen);
    const struct terminal_modes *modes = screen_modes(screen);
    bool alternate = grid_is_alternate(grid);
    struct keyboard_entries none = {0};
    struct keyboard_entries *keyboard = repaint->keyboard ? repaint->keyboard : &none;
    buffer_append_string(buffer, LEAVE_SEQUENCE "\033]8;;\033\\\033[?25l");
    if (!alternate && keyboard->count[1]) {
        buffer_append_format(buffer, "\033[?1047h\033[<%uu", keyboard->count[1]);
        keyboard->count[1] = 0;
    }
    /* Unconditional: the terminal may have been left in either screen, and 1047 moves no cursor. */
    if (repaint->leaves_view || !repaint->keeps_shown)
        buffer_append_string(buffer, "\033[?1047l");
    if (repaint->keeps_shown) {
        buffer_append_string(buffer, "\033[m");
        /* The cursor's row, on which nothing stands yet, becomes the first. */
        for (unsigned i = 1; i < grid_rows(grid); i++)
            buffer_append_string(buffer, "\r\n");
    }
    terminal_modes_append_before(modes, buffer);
    buffer_append_string(buffer, "\033[H\033[J");
    append_history(buffer, screen, repaint->history_first);
    append_main_rows(buffer, screen);
    struct screen_cursor main_cursor = screen_main_cursor(screen);
    buffer_append_format(buffer, "\033[%u;%uH", main_cursor.row + 1, main_cursor.column + 1);
    terminal_modes_append_keyboard(modes, false, &keyboard->count[0], buffer);
    if (alternate) {
        buffer_append_string(buffer, "\033[?1049h");
        append_alternate_rows(buffer, screen);
        terminal_modes_append_keyboard(modes, true, &keyboard->count[1], buffer);
    }
    terminal_modes_append_margins(modes, buffer);
    append_cursor(buffer, screen);
    terminal_modes_append_after(modes, buffer);
    if (terminal_modes_is_set(modes, MODE_CURSOR_VISIBLE))
        buffer_append_string(buffer, "\033[?25h");
}

void repaint_append_text(struct buffer *buffer, const struct screen *screen, bool colours)
{
    const struct grid *grid = screen_grid(screen);
    for (unsigned i = 0; i < grid_rows(grid); i++) {
        const struct row *row = grid_row(grid, i);
        unsigned end = row_text_end(row, grid_columns(grid), colours);
        row_text_append(buffer, grid, row, 0, end, colours);
        buffer_append_byte(buffer, '\n');
    }
}

static void append_plain(const struct sequence *sequence, void *context)
{
    if (sequence->kind == SEQUENCE_TEXT)
        buffer_append(context, sequence->bytes, sequence->length);
}

void repaint_append_line(struct buffer *buffer, const struct history_line *line, bool colours)
{
    if (colours) {
        buffer_append(buffer, line->text, line->length);
        return;
    }
    struct sequence_scanner scanner = {0};
    sequence_scanner_feed(&scanner, line->text, line->length, append_plain, buffer);
    sequence_scanner_clear(&scanner);
}
