#include "grid.h"

#include <stdlib.h>
#include <string.h>

#include "wire/utf8.h"

struct grid {
    unsigned columns, rows;
    unsigned capacity;              /* cells of every row; never shrinks */
    struct row **main, **alternate; /* alternate: NULL until it is first shown */
    struct row **shown;             /* one of the two */
    struct row **spare;             /* room for `rows` pointers */
    uint64_t version;
    struct pen pen;
    struct string_table *clusters, *links;
    grid_retire *retire;
    void *context;
};

static unsigned clamp(unsigned value, unsigned most)
{
    return value < 1 ? 1 : value > most ? most : value;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static void free_rows(struct row **rows, unsigned count)
{
    for (unsigned i = 0; rows && i < count; i++)
        free(rows[i]);
    free(rows);
}

static size_t row_size(unsigned capacity)
{
    return sizeof(struct row) + capacity * sizeof(struct cell);
}

static struct row **new_rows(struct grid *grid, unsigned count, unsigned capacity)
{
    struct row **rows = calloc(count, sizeof(struct row *));
    for (unsigned i = 0; rows && i < count; i++) {
        rows[i] = calloc(1, row_size(capacity));
        if (!rows[i]) {
            free_rows(rows, i);
            return NULL;
        }
        rows[i]->version = ++grid->version;
    }
    return rows;
}

struct grid *grid_new(unsigned columns, unsigned rows, grid_retire *retire, void *context,
                      struct error *error)
{
    struct grid *grid = calloc(1, sizeof *grid);
    if (!grid)
        goto failed;
    grid->columns = grid->capacity = clamp(columns, GRID_COLUMNS_MAX);
    grid->rows = clamp(rows, GRID_ROWS_MAX);
    grid->retire = retire;
    grid->context = context;
    grid->main = grid->shown = new_rows(grid, grid->rows, grid->capacity);
    grid->spare = calloc(grid->rows, sizeof(struct row *));
    grid->clusters = string_table_new(GRID_CLUSTERS_MAX, (size_t)128 * 1024);
    grid->links = string_table_new(GRID_LINKS_MAX, (size_t)512 * 1024);
    if (!grid->main || !grid->spare || !grid->clusters || !grid->links)
        goto failed;
    return grid;
failed:
    error_set(error, ERROR_MEMORY, "out of memory for a screen of %ux%u", columns, rows);
    grid_free(grid);
    return NULL;
}

void grid_free(struct grid *grid)
{
    if (!grid)
        return;
    free_rows(grid->main, grid->rows);
    free_rows(grid->alternate, grid->rows);
    free(grid->spare);
    string_table_free(grid->clusters);
    string_table_free(grid->links);
    free(grid);
}

unsigned grid_columns(const struct grid *grid)
{
    return grid->columns;
}

unsigned grid_rows(const struct grid *grid)
{
    return grid->rows;
}

bool grid_is_alternate(const struct grid *grid)
{
    return grid->shown != grid->main;
}

const struct row *grid_row(const struct grid *grid, unsigned index)
{
    return grid->shown[index];
}

const struct row *grid_main_row(const struct grid *grid, unsigned index)
{
    return grid->main[index];
}

struct pen *grid_pen(struct grid *grid)
{
    return &grid->pen;
}

/* Half a wide character cannot stand alone: blanks what an operation that ended at the border left
   of `column` left of one. */
static void mend(struct grid *grid, struct row *row, unsigned column)
{
    struct cell *before = column > 0 && column <= grid->capacity ? &row->cells[column - 1] : NULL;
    struct cell *after = column < grid->capacity ? &row->cells[column] : NULL;
    bool head = before && (before->pen.attributes & ATTRIBUTE_WIDE);
    bool tail = after && after->glyph == GLYPH_TAIL;
    if (head == tail)
        return;
    struct cell *half = head ? before : after;
    half->glyph = GLYPH_BLANK;
    half->pen.attributes &= (uint16_t)~ATTRIBUTE_WIDE;
}

static struct row *change(struct grid *grid, unsigned index)
{
    struct row *row = grid->shown[index];
    row->version = ++grid->version;
    return row;
}

void grid_put(struct grid *grid, unsigned index, unsigned column, uint32_t code_point,
              unsigned width)
{
    if (index >= grid->rows || width < 1 || width > 2 || column + width > grid->columns)
        return;
    struct row *row = change(grid, index);
    row->cells[column] = (struct cell){code_point, grid->pen};
    if (width == 2) {
        row->cells[column].pen.attributes |= ATTRIBUTE_WIDE;
        row->cells[column + 1] = (struct cell){GLYPH_TAIL, grid->pen};
    }
    if (row->used < column + width)
        row->used = (uint16_t)(column + width);
    mend(grid, row, column);
    mend(grid, row, column + width);
}

void grid_put_ascii(struct grid *grid, unsigned index, unsigned column, const char *text,
                    unsigned length)
{
    if (index >= grid->rows || column + length > grid->columns)
        return;
    struct row *row = change(grid, index);
    struct cell *cell = row->cells + column;
    struct cell model = {0, grid->pen};
    for (unsigned i = 0; i < length; i++) {
        model.glyph = (unsigned char)text[i];
        cell[i] = model;
    }
    if (row->used < column + length)
        row->used = (uint16_t)(column + length);
    mend(grid, row, column);
    mend(grid, row, column + length);
}

void grid_set_continues(struct grid *grid, unsigned index)
{
    if (index < grid->rows)
        grid->shown[index]->continues = true;
}

void grid_set_size(struct grid *grid, unsigned index, enum row_size size)
{
    if (index < grid->rows && grid->shown[index]->size != size)
        change(grid, index)->size = (uint8_t)size;
}

/* Marks the numbers that the cells of both screens use and forgets the others. */
static void sweep(struct grid *grid, struct string_table *table, bool links)
{
    bool *used = calloc(string_table_last(table) + 1, sizeof *used);
    if (!used)
        return;
    if (links)
        used[grid->pen.link] = true;
    struct row **screens[] = {grid->main, grid->alternate};
    for (int screen = 0; screen < 2; screen++)
        for (unsigned i = 0; screens[screen] && i < grid->rows; i++)
            for (unsigned column = 0; column < screens[screen][i]->used; column++) {
                const struct cell *cell = &screens[screen][i]->cells[column];
                if (links)
                    used[cell->pen.link] = true;
                else if (cell->glyph & GLYPH_CLUSTER)
                    used[cell->glyph & ~GLYPH_CLUSTER] = true;
            }
    string_table_sweep(table, used);
    free(used);
}

static uint16_t intern(struct grid *grid, struct string_table *table, const char *bytes,
                       size_t length, bool links)
{
    uint16_t number = string_table_add(table, bytes, length);
    if (number)
        return number;
    sweep(grid, table, links);
    return string_table_add(table, bytes, length);
}

void grid_combine(struct grid *grid, unsigned index, unsigned column, uint32_t code_point)
{
    if (index >= grid->rows || column >= grid->shown[index]->used)
        return;
    struct row *row = change(grid, index);
    if (column > 0 && row->cells[column].glyph == GLYPH_TAIL)
        column--;
    struct buffer text = {0};
    char bytes[4];
    grid_append_glyph(grid, &text, row->cells[column].glyph);
    buffer_append(&text, bytes, utf8_encode(code_point, bytes));
    if (!text.failed && text.length <= GRID_CLUSTER_MAX) {
        uint16_t number = intern(grid, grid->clusters, text.data, text.length, false);
        if (number)
            row->cells[column].glyph = GLYPH_CLUSTER | number;
    }
    buffer_free(&text);
}

uint16_t grid_link(struct grid *grid, const char *text, size_t length)
{
    if (length == 0 || length > GRID_LINK_MAX)
        return 0;
    return intern(grid, grid->links, text, length, true);
}

const char *grid_link_text(const struct grid *grid, uint16_t link, size_t *length)
{
    return string_table_get(grid->links, link, length);
}

void grid_append_glyph(const struct grid *grid, struct buffer *buffer, uint32_t glyph)
{
    char bytes[4];
    if (glyph & GLYPH_CLUSTER) {
        size_t length;
        const char *text =
            string_table_get(grid->clusters, (uint16_t)(glyph & ~GLYPH_CLUSTER), &length);
        buffer_append(buffer, text, length);
    } else if (glyph == GLYPH_BLANK) {
        buffer_append_byte(buffer, ' ');
    } else if (glyph != GLYPH_TAIL) {
        buffer_append(buffer, bytes, utf8_encode(glyph, bytes));
    }
}

/* Erased cells keep the background colour and nothing else, as terminals with "bce" do. */
static struct cell blank_cell(const struct grid *grid)
{
    return (struct cell){GLYPH_BLANK, {.background = grid->pen.background}};
}

static void clear_row(struct grid *grid, struct row *row)
{
    memset(row->cells, 0, row->used * sizeof(struct cell));
    row->used = 0;
    row->continues = false;
    row->size = ROW_NORMAL;
    row->version = ++grid->version;
    struct cell blank = blank_cell(grid);
    if (!blank.pen.background)
        return;
    for (unsigned column = 0; column < grid->columns; column++)
        row->cells[column] = blank;
    row->used = (uint16_t)grid->columns;
}

static void erase_part(struct grid *grid, struct row *row, unsigned left, unsigned right,
                       bool selective)
{
    struct cell blank = blank_cell(grid);
    row->version = ++grid->version;
    if (right == grid->columns) {
        row->continues = false;
        right = grid->capacity; /* also what a narrower size hides */
    }
    unsigned end = blank.pen.background ? least(right, grid->columns) : least(right, row->used);
    for (unsigned column = left; column < end; column++)
        if (!selective || !(row->cells[column].pen.attributes & ATTRIBUTE_PROTECTED))
            row->cells[column] = blank;
    for (unsigned column = end; column < right && column < row->used; column++)
        row->cells[column] = (struct cell){0};
    if (blank.pen.background && row->used < end)
        row->used = (uint16_t)end;
    else if (!selective && !blank.pen.background && right >= row->used && left < row->used)
        row->used = (uint16_t)left;
    mend(grid, row, left);
    mend(grid, row, right);
}

void grid_erase(struct grid *grid, struct grid_area area, bool selective)
{
    area.bottom = least(area.bottom, grid->rows);
    area.right = least(area.right, grid->columns);
    if (area.left >= area.right)
        return;
    bool whole = area.left == 0 && area.right == grid->columns && !selective;
    for (unsigned i = area.top; i < area.bottom; i++) {
        uint8_t size = grid->shown[i]->size;
        if (whole)
            clear_row(grid, grid->shown[i]);
        else
            erase_part(grid, grid->shown[i], area.left, area.right, selective);
        grid->shown[i]->size = size;
    }
}

/* Whole rows: the pointers move, the rows that leave are cleared and used again. */
static void scroll_rows(struct grid *grid, unsigned top, unsigned bottom, int up, bool retire)
{
    unsigned height = bottom - top;
    unsigned count = least((unsigned)abs(up), height);
    struct row **rows = grid->shown + top;
    unsigned leaving = up > 0 ? 0 : height - count;
    if (retire && up > 0 && top == 0 && grid->shown == grid->main)
        for (unsigned i = 0; i < count; i++)
            grid->retire(grid, rows[i], grid->context);
    memcpy(grid->spare, rows + leaving, count * sizeof(struct row *));
    if (up > 0) {
        memmove(rows, rows + count, (height - count) * sizeof(struct row *));
        memcpy(rows + height - count, grid->spare, count * sizeof(struct row *));
    } else {
        memmove(rows + count, rows, (height - count) * sizeof(struct row *));
        memcpy(rows, grid->spare, count * sizeof(struct row *));
    }
    for (unsigned i = 0; i < count; i++)
        clear_row(grid, grid->spare[i]);
}

/* Copies the part [left, right) of one row into another. */
static void copy_part(struct grid *grid, unsigned to, unsigned from, unsigned left, unsigned right)
{
    struct row *target = change(grid, to);
    memcpy(target->cells + left, grid->shown[from]->cells + left,
           (right - left) * sizeof(struct cell));
    if (target->used < right)
        target->used = (uint16_t)right;
    mend(grid, target, left);
    mend(grid, target, right);
}

static void scroll_parts(struct grid *grid, struct grid_area area, int up)
{
    unsigned height = area.bottom - area.top;
    unsigned count = least((unsigned)abs(up), height);
    for (unsigned i = 0; i < height - count; i++) {
        if (up > 0)
            copy_part(grid, area.top + i, area.top + i + count, area.left, area.right);
        else
            copy_part(grid, area.bottom - 1 - i, area.bottom - 1 - i - count, area.left,
                      area.right);
    }
    if (up > 0)
        area.top = area.bottom - count;
    else
        area.bottom = area.top + count;
    grid_erase(grid, area, false);
}

static void scroll_columns(struct grid *grid, struct grid_area area, int left)
{
    unsigned width = area.right - area.left;
    unsigned count = least((unsigned)abs(left), width);
    unsigned from = left > 0 ? count : 0, to = left > 0 ? 0 : count;
    unsigned gap = left > 0 ? area.right - count : area.left;
    for (unsigned i = area.top; i < area.bottom; i++) {
        struct row *row = change(grid, i);
        struct cell *cells = row->cells + area.left;
        memmove(cells + to, cells + from, (width - count) * sizeof(struct cell));
        if (row->used < area.right)
            row->used = (uint16_t)area.right;
        row->continues = false;
        mend(grid, row, area.left);
        mend(grid, row, area.right);
        erase_part(grid, row, gap, gap + count, false);
    }
}

void grid_scroll(struct grid *grid, struct grid_area area, int up, int left, bool retire)
{
    area.bottom = least(area.bottom, grid->rows);
    area.right = least(area.right, grid->columns);
    if (area.top >= area.bottom || area.left >= area.right)
        return;
    if (left)
        scroll_columns(grid, area, left);
    if (!up)
        return;
    if (area.left == 0 && area.right == grid->columns)
        scroll_rows(grid, area.top, area.bottom, up, retire);
    else
        scroll_parts(grid, area, up);
}

bool grid_show_alternate(struct grid *grid, bool alternate)
{
    if (alternate && !grid->alternate) {
        grid->alternate = new_rows(grid, grid->rows, grid->capacity);
        if (!grid->alternate)
            return false;
    }
    grid->shown = alternate ? grid->alternate : grid->main;
    return true;
}

static bool widen(struct grid *grid, struct row **rows, unsigned capacity)
{
    for (unsigned i = 0; rows && i < grid->rows; i++) {
        struct row *wider = realloc(rows[i], row_size(capacity));
        if (!wider)
            return false;
        memset(wider->cells + grid->capacity, 0, (capacity - grid->capacity) * sizeof(struct cell));
        rows[i] = wider;
    }
    return true;
}

static bool is_blank(const struct row *row)
{
    return row->used == 0;
}

/* Makes `rows` rows of the old ones: blank ones below `keep` are dropped first, then rows at the
   top, which `retire` hands on. Returns how many went at the top. */
static unsigned fit_rows(struct grid *grid, struct row ***screen, unsigned rows, unsigned keep,
                         struct row **fresh, bool retire)
{
    struct row **old = *screen;
    unsigned count = grid->rows;
    while (count > rows && count - 1 > keep && is_blank(old[count - 1]))
        count--;
    unsigned gone = count > rows ? count - rows : 0;
    for (unsigned i = 0; i < rows && gone + i < count; i++) {
        struct row *unused = fresh[i];
        fresh[i] = old[gone + i];
        old[gone + i] = unused;
        fresh[i]->version = ++grid->version;
    }
    for (unsigned i = 0; retire && i < gone; i++)
        grid->retire(grid, old[i], grid->context);
    free_rows(old, grid->rows);
    *screen = fresh;
    return gone;
}

unsigned grid_resize(struct grid *grid, unsigned columns, unsigned rows, unsigned cursor_row)
{
    columns = clamp(columns, GRID_COLUMNS_MAX);
    rows = clamp(rows, GRID_ROWS_MAX);
    if (columns > grid->capacity) {
        if (!widen(grid, grid->main, columns) || !widen(grid, grid->alternate, columns))
            return 0;
        grid->capacity = columns;
    }
    struct row **main = new_rows(grid, rows, grid->capacity);
    struct row **alternate = grid->alternate ? new_rows(grid, rows, grid->capacity) : NULL;
    struct row **spare = calloc(rows, sizeof(struct row *));
    if (!main || !spare || (grid->alternate && !alternate)) {
        free_rows(main, rows);
        free_rows(alternate, rows);
        free(spare);
        return 0;
    }
    bool shows_alternate = grid_is_alternate(grid);
    free(grid->spare);
    grid->spare = spare;
    grid->columns = columns;
    unsigned gone_alternate = 0;
    if (alternate)
        gone_alternate = fit_rows(grid, &grid->alternate, rows, shows_alternate ? cursor_row : 0,
                                  alternate, false);
    unsigned gone = fit_rows(grid, &grid->main, rows, shows_alternate ? 0 : cursor_row, main, true);
    grid->rows = rows;
    grid->shown = shows_alternate ? grid->alternate : grid->main;
    return shows_alternate ? gone_alternate : gone;
}
