#include "view.h"

#include <stdlib.h>
#include <string.h>

#include "row_text.h"

struct view {
    unsigned columns, rows;
    unsigned top, left; /* of the part that is shown, in the screen */
    bool begun;
    unsigned cursor_row, cursor_column;
    bool cursor_visible;
    uint64_t *versions;        /* of the rows that were drawn; 0: draw it */
    struct buffer input_modes; /* as sent last: only changes are sent */
};

struct view *view_new(unsigned columns, unsigned rows)
{
    struct view *view = calloc(1, sizeof *view);
    if (!view)
        return NULL;
    view->columns = columns < 1 ? 1 : columns > GRID_COLUMNS_MAX ? GRID_COLUMNS_MAX : columns;
    view->rows = rows < 1 ? 1 : rows > GRID_ROWS_MAX ? GRID_ROWS_MAX : rows;
    view->versions = calloc(view->rows, sizeof *view->versions);
    if (!view->versions) {
        free(view);
        return NULL;
    }
    return view;
}

void view_free(struct view *view)
{
    if (!view)
        return;
    free(view->versions);
    buffer_free(&view->input_modes);
    free(view);
}

/* The first row or column to show so that `cursor` is among the `shown` of `all`; stays where it is
   when it can. */
static unsigned follow(unsigned first, unsigned cursor, unsigned shown, unsigned all)
{
    if (all <= shown)
        return 0;
    if (cursor < first)
        first = cursor;
    else if (cursor >= first + shown)
        first = cursor - shown + 1;
    return first + shown > all ? all - shown : first;
}

static void forget_drawn(struct view *view)
{
    memset(view->versions, 0, view->rows * sizeof *view->versions);
}

static void append_row(struct view *view, struct buffer *buffer, const struct grid *grid,
                       unsigned index)
{
    const struct row *row = grid_row(grid, view->top + index);
    unsigned right = view->left + view->columns;
    unsigned end = row_text_end(row, right < grid_columns(grid) ? right : grid_columns(grid), true);
    buffer_append_format(buffer, "\033[%u;1H", index + 1);
    if (end > view->left)
        row_text_append(buffer, grid, row, view->left, end, true);
    if (end < right)
        buffer_append_string(buffer, "\033[K");
    view->versions[index] = row->version;
}

/* What decides which bytes the keys send. The mouse is left off: its places would be wrong. */
static void append_input_modes(struct view *view, struct buffer *buffer,
                               const struct screen *screen, unsigned *entries)
{
    bool alternate = grid_is_alternate(screen_grid(screen));
    unsigned none = 0;
    static const enum private_mode modes[] = {MODE_CURSOR_KEYS, MODE_KEYPAD, MODE_BRACKETED_PASTE};
    struct buffer now = {0};
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++)
        buffer_append_format(&now, "\033[?%u%c", terminal_modes_number(modes[i]),
                             terminal_modes_is_set(screen_modes(screen), modes[i]) ? 'h' : 'l');
    terminal_modes_append_keyboard(screen_modes(screen), alternate, &none, &now);
    const char *title = terminal_modes_title(screen_modes(screen));
    if (title[0])
        buffer_append_format(&now, "\033]2;%s\033\\", title);
    if (now.length != view->input_modes.length ||
        memcmp(buffer_string(&now), buffer_string(&view->input_modes), now.length) != 0) {
        if (*entries)
            buffer_append_format(buffer, "\033[<%uu", *entries);
        *entries = none;
        buffer_append(buffer, buffer_string(&now), now.length);
        buffer_free(&view->input_modes);
        view->input_modes = now;
    } else {
        buffer_free(&now);
    }
}

static void append_cursor(struct view *view, struct buffer *buffer, const struct screen *screen,
                          bool drew)
{
    struct screen_cursor cursor = screen_cursor(screen);
    unsigned row = cursor.row - view->top, column = cursor.column - view->left;
    bool visible = terminal_modes_is_set(screen_modes(screen), MODE_CURSOR_VISIBLE);
    if (drew || row != view->cursor_row || column != view->cursor_column)
        buffer_append_format(buffer, "\033[%u;%uH", row + 1, column + 1);
    if (drew ? visible : visible != view->cursor_visible)
        buffer_append_string(buffer, visible ? "\033[?25h" : "\033[?25l");
    view->cursor_row = row;
    view->cursor_column = column;
    view->cursor_visible = visible;
}

void view_append(struct view *view, struct buffer *buffer, const struct screen *screen,
                 unsigned *entries)
{
    const struct grid *grid = screen_grid(screen);
    struct screen_cursor cursor = screen_cursor(screen);
    unsigned top = follow(view->top, cursor.row, view->rows, grid_rows(grid));
    unsigned left = follow(view->left, cursor.column, view->columns, grid_columns(grid));
    bool drew = false;
    if (!view->begun) {
        buffer_append_string(buffer, "\030\033\\\033]8;;\033\\\033[?25l\033[?1049h");
        terminal_modes_append_before(screen_modes(screen), buffer);
        buffer_append_string(buffer, "\033[?9l\033[?1000l\033[?1002l\033[?1003l\033[?1004l"
                                     "\033[?7l\033[2J");
        view->begun = drew = true;
    }
    if (top != view->top || left != view->left)
        forget_drawn(view);
    view->top = top;
    view->left = left;
    for (unsigned i = 0; i < view->rows && view->top + i < grid_rows(grid); i++) {
        if (view->versions[i] == grid_row(grid, view->top + i)->version)
            continue;
        if (!drew)
            buffer_append_string(buffer, "\033[?25l");
        drew = true;
        append_row(view, buffer, grid, i);
    }
    append_input_modes(view, buffer, screen, entries);
    append_cursor(view, buffer, screen, drew);
}
