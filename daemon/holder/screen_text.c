/* Putting characters, without libvterm. */
#include "character_width.h"
#include "screen_private.h"
#include "wire/utf8.h"

/* Where text wraps. */
struct line {
    unsigned limit; /* one behind the last column */
    bool wraps;
};

static struct line begin_line(const struct screen *screen)
{
    struct line line = {grid_columns(screen->grid),
                        terminal_modes_is_set(screen->modes, MODE_WRAP)};
    struct terminal_margins margins = terminal_modes_margins(screen->modes);
    if (margins.right && screen->cursor.column < margins.right)
        line.limit = margins.right;
    return line;
}

unsigned screen_first_column(const struct screen *screen)
{
    unsigned left = terminal_modes_margins(screen->modes).left;
    bool within =
        screen->cursor.column >= left || terminal_modes_is_set(screen->modes, MODE_ORIGIN);
    return within ? left : 0;
}

void screen_line_feed(struct screen *screen)
{
    struct terminal_margins margins = terminal_modes_margins(screen->modes);
    unsigned rows = grid_rows(screen->grid), columns = grid_columns(screen->grid);
    unsigned bottom = margins.bottom ? margins.bottom : rows;
    unsigned right = margins.right ? margins.right : columns;
    struct screen_cursor *cursor = &screen->cursor;
    screen->at_edge = false;
    if (cursor->row + 1 != bottom) {
        cursor->row += cursor->row + 1 < rows ? 1 : 0;
        screen->ahead = true;
    } else if (cursor->column >= margins.left && cursor->column < right) {
        struct grid_area area = {margins.top, bottom, margins.left, right};
        grid_scroll(screen->grid, area, 1, 0, true);
    }
}

static void wrap(struct screen *screen, struct line *line)
{
    unsigned column = screen_first_column(screen);
    grid_set_continues(screen->grid, screen->cursor.row);
    screen->cursor.wrap_pending = false;
    screen_line_feed(screen);
    screen->cursor.column = column;
    screen->ahead = true;
    *line = begin_line(screen);
}

static void advance(struct screen *screen, const struct line *line, unsigned width)
{
    screen->ahead = true;
    screen->cursor.column += width;
    screen->at_edge = screen->cursor.column >= line->limit;
    if (!screen->at_edge)
        return;
    screen->cursor.column = line->limit - 1;
    screen->cursor.wrap_pending = line->wraps;
}

static void put_ascii(struct screen *screen, struct line *line, const char *text, unsigned length)
{
    screen->last_character = (unsigned char)text[length - 1];
    while (length) {
        if (screen->cursor.wrap_pending)
            wrap(screen, line);
        unsigned room = line->limit - screen->cursor.column;
        unsigned count = length < room ? length : room;
        grid_put_ascii(screen->grid, screen->cursor.row, screen->cursor.column, text, count);
        advance(screen, line, count);
        text += count;
        length -= count;
    }
}

static void combine(struct screen *screen, unsigned code_point)
{
    unsigned column = screen->cursor.column;
    if (!screen->at_edge && column-- == 0)
        return;
    grid_combine(screen->grid, screen->cursor.row, column, code_point);
}

void screen_shift_characters(struct screen *screen, unsigned count, bool insert)
{
    struct terminal_margins margins = terminal_modes_margins(screen->modes);
    unsigned column = screen->cursor.column, right = grid_columns(screen->grid);
    if (margins.right && margins.right < right)
        right = margins.right;
    if (column < margins.left || column >= right)
        return;
    struct grid_area area = {screen->cursor.row, screen->cursor.row + 1, column, right};
    count = count ? count : 1;
    grid_scroll(screen->grid, area, 0, insert ? -(int)count : (int)count, false);
}

static void put_character(struct screen *screen, struct line *line, unsigned code_point)
{
    int width = character_width(code_point);
    if (width == 0)
        combine(screen, code_point);
    if (width <= 0)
        return;
    unsigned cells = (unsigned)width;
    if (screen->cursor.wrap_pending)
        wrap(screen, line);
    if (screen->cursor.column + cells > line->limit) {
        if (line->wraps)
            wrap(screen, line);
        else
            screen->cursor.column = line->limit > cells ? line->limit - cells : 0;
        screen->ahead = true;
    }
    if (terminal_modes_insert(screen->modes))
        screen_shift_characters(screen, cells, true);
    grid_put(screen->grid, screen->cursor.row, screen->cursor.column, code_point, cells);
    screen->last_character = code_point;
    advance(screen, line, cells);
}

void screen_put_text(struct screen *screen, const char *bytes, size_t length)
{
    struct line line = begin_line(screen);
    size_t offset = 0;
    while (offset < length) {
        size_t end = offset;
        bool simple =
            !terminal_modes_translates(screen->modes) && !terminal_modes_insert(screen->modes);
        while (simple && end < length && (unsigned char)bytes[end] < 0x80)
            end++;
        if (end > offset) {
            put_ascii(screen, &line, bytes + offset, (unsigned)(end - offset));
            offset = end;
            continue;
        }
        uint32_t code_point;
        offset += utf8_decode(bytes + offset, length - offset, &code_point);
        if (code_point < 0x80)
            code_point = terminal_modes_translate(screen->modes, (unsigned char)code_point);
        put_character(screen, &line, code_point);
    }
}

void screen_repeat_character(struct screen *screen, unsigned count)
{
    unsigned most = grid_columns(screen->grid) * grid_rows(screen->grid);
    if (!screen->last_character)
        return;
    struct line line = begin_line(screen);
    for (unsigned i = 0; i < count && i < most; i++)
        put_character(screen, &line, screen->last_character);
}
