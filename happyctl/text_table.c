#include "text_table.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

#define GAP          2u /* spaces between columns */
#define COLUMNS_MAX  16u
#define FLEXIBLE_MIN 8u
#define ELLIPSIS     "\xe2\x80\xa6"

struct row {
    char **cells;
    const char *style;
    char *note;
};

struct text_table {
    const struct text_column *columns;
    size_t column_count;
    struct row *rows;
    size_t row_count;
    bool failed;
};

struct text_table *text_table_new(const struct text_column *columns, size_t count)
{
    struct text_table *table = calloc(1, sizeof *table);
    if (table) {
        table->columns = columns;
        table->column_count = count < COLUMNS_MAX ? count : COLUMNS_MAX;
    }
    return table;
}

static void free_row(const struct text_table *table, struct row *row)
{
    for (size_t i = 0; row->cells && i < table->column_count; i++)
        free(row->cells[i]);
    free(row->cells);
    free(row->note);
}

void text_table_free(struct text_table *table)
{
    if (!table)
        return;
    for (size_t i = 0; i < table->row_count; i++)
        free_row(table, &table->rows[i]);
    free(table->rows);
    free(table);
}

/* A copy in which no control character can move the cursor or break the row. */
static char *clean_copy(const char *text)
{
    char *copy = strdup(text ? text : "-");
    for (char *at = copy; at && *at; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            *at = '?';
    return copy;
}

void text_table_add(struct text_table *table, const char *const *cells, const char *style,
                    const char *note)
{
    struct row *rows = realloc(table->rows, (table->row_count + 1) * sizeof *rows);
    if (!rows) {
        table->failed = true;
        return;
    }
    table->rows = rows;
    struct row *row = &rows[table->row_count++];
    *row = (struct row){.cells = calloc(table->column_count, sizeof(char *)), .style = style};
    for (size_t i = 0; row->cells && i < table->column_count; i++)
        if (!(row->cells[i] = clean_copy(cells[i])))
            table->failed = true;
    if (note)
        row->note = clean_copy(note);
    if (!row->cells || (note && !row->note))
        table->failed = true;
}

static void measure(const struct text_table *table, size_t width, size_t *widths)
{
    size_t total = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        widths[i] = utf8_width(table->columns[i].title);
        for (size_t j = 0; j < table->row_count; j++) {
            size_t cell = utf8_width(table->rows[j].cells[i]);
            widths[i] = cell > widths[i] ? cell : widths[i];
        }
        if (table->columns[i].maximum && widths[i] > table->columns[i].maximum)
            widths[i] = table->columns[i].maximum;
        total += widths[i] + (i ? GAP : 0);
    }
    for (size_t i = 0; i < table->column_count; i++) {
        if (!table->columns[i].flexible || total <= width)
            continue;
        size_t least = utf8_width(table->columns[i].title);
        least = least > FLEXIBLE_MIN ? least : FLEXIBLE_MIN;
        size_t spare = widths[i] > least ? widths[i] - least : 0;
        size_t cut = total - width < spare ? total - width : spare;
        widths[i] -= cut;
        total -= cut;
    }
}

static void put_spaces(size_t count, FILE *file)
{
    while (count--)
        fputc(' ', file);
}

/* The end of a path says more than its beginning. */
static const char *last_columns(const char *text, size_t width)
{
    while (*text && utf8_width(text) > width) {
        text++;
        while (((unsigned char)*text & 0xc0) == 0x80)
            text++;
    }
    return text;
}

static void put_cell(const struct text_column *column, const char *text, size_t width, bool last,
                     FILE *file)
{
    size_t wide = utf8_width(text);
    if (wide > width && width > 1 && column->flexible) {
        text = last_columns(text, width - 1);
        wide = utf8_width(text) + 1;
        fputs(ELLIPSIS, file);
        fputs(text, file);
    } else if (wide > width) {
        size_t length = utf8_fit(text, width ? width - 1 : 0, &wide);
        fprintf(file, "%.*s%s", (int)length, text, width ? ELLIPSIS : "");
        wide += width ? 1 : 0;
    } else {
        put_spaces(column->right ? width - wide : 0, file);
        fputs(text, file);
        wide = column->right ? width : wide;
    }
    if (!last)
        put_spaces(width - wide + GAP, file);
}

/* Columns that begin behind the right edge are left out. */
static void put_row(const struct text_table *table, const size_t *widths, size_t width,
                    const char *const *cells, FILE *file)
{
    size_t used = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        size_t room = width > used ? width - used : 0;
        bool more = i + 1 < table->column_count && used + widths[i] + GAP < width;
        put_cell(&table->columns[i], cells[i], widths[i] < room ? widths[i] : room, !more, file);
        used += widths[i] + GAP;
        if (!more)
            break;
    }
}

int text_table_print(const struct text_table *table, size_t width, bool colours, FILE *file)
{
    size_t widths[COLUMNS_MAX];
    const char *titles[COLUMNS_MAX];
    if (table->failed)
        return -1;
    measure(table, width, widths);
    for (size_t i = 0; i < table->column_count; i++)
        titles[i] = table->columns[i].title;
    fputs(colours ? "\033[1m" : "", file);
    put_row(table, widths, width, titles, file);
    fputs(colours ? "\033[m\n" : "\n", file);
    for (size_t i = 0; i < table->row_count; i++) {
        const struct row *row = &table->rows[i];
        bool styled = colours && row->style;
        if (styled)
            fprintf(file, "\033[%sm", row->style);
        put_row(table, widths, width, (const char *const *)row->cells, file);
        fputs(styled ? "\033[m\n" : "\n", file);
        if (row->note && width > 2)
            fprintf(file, "  %.*s\n", (int)utf8_fit(row->note, width - 2, NULL), row->note);
    }
    return 0;
}

int text_table_print_plain(const struct text_table *table, FILE *file)
{
    if (table->failed)
        return -1;
    for (size_t i = 0; i < table->column_count; i++)
        fprintf(file, "%s%s", i ? "\t" : "", table->columns[i].title);
    fputc('\n', file);
    for (size_t j = 0; j < table->row_count; j++)
        for (size_t i = 0; i < table->column_count; i++)
            fprintf(file, "%s%s%s", i ? "\t" : "", table->rows[j].cells[i],
                    i + 1 == table->column_count ? "\n" : "");
    return 0;
}
