#include "row_text.h"

#include <string.h>

static const struct pen PLAIN;

static bool same_look(const struct pen *a, const struct pen *b)
{
    /* Cells of one stroke of the pen are the same in every bit. */
    if (memcmp(a, b, sizeof *a) == 0)
        return true;
    return a->foreground == b->foreground && a->background == b->background &&
           a->underline == b->underline &&
           ((a->attributes ^ b->attributes) & ATTRIBUTES_VISIBLE) == 0 && a->link == b->link;
}

static void change_look(struct buffer *buffer, const struct grid *grid, const struct pen *from,
                        const struct pen *to)
{
    pen_append(buffer, from, to);
    if (from->link == to->link)
        return;
    size_t length;
    const char *link = grid_link_text(grid, to->link, &length);
    buffer_append_string(buffer, "\033]8;");
    if (length)
        buffer_append(buffer, link, length);
    else
        buffer_append_byte(buffer, ';');
    buffer_append_string(buffer, "\033\\");
}

static void append_glyph(struct buffer *buffer, const struct grid *grid, const struct row *row,
                         unsigned column, unsigned left, unsigned right)
{
    const struct cell *cell = &row->cells[column];
    bool half = (cell->glyph == GLYPH_TAIL && column == left) ||
                ((cell->pen.attributes & ATTRIBUTE_WIDE) && column + 1 == right);
    grid_append_glyph(grid, buffer, half ? GLYPH_BLANK : cell->glyph);
}

/* Appends the ASCII cells from `column` on that look like `look`; returns where they end. */
static unsigned append_ascii(struct buffer *buffer, const struct row *row, unsigned column,
                             unsigned end, const struct pen *look, bool colours)
{
    char run[256];
    size_t length = 0;
    for (; column < end && length < sizeof run; column++) {
        const struct cell *cell = &row->cells[column];
        if (cell->glyph >= 0x80 || (colours && !same_look(look, &cell->pen)))
            break;
        run[length++] = cell->glyph ? (char)cell->glyph : ' ';
    }
    buffer_append(buffer, run, length);
    return column;
}

void row_text_append(struct buffer *buffer, const struct grid *grid, const struct row *row,
                     unsigned left, unsigned right, bool colours)
{
    struct pen look = PLAIN;
    unsigned end = row->used < right ? row->used : right;
    unsigned column = left;
    while (column < end) {
        const struct pen *pen = &row->cells[column].pen;
        if (colours && !same_look(&look, pen)) {
            change_look(buffer, grid, &look, pen);
            look = *pen;
        }
        unsigned next = append_ascii(buffer, row, column, end, &look, colours);
        if (next == column)
            append_glyph(buffer, grid, row, next++, left, right);
        column = next;
    }
    if (colours)
        change_look(buffer, grid, &look, &PLAIN);
    for (; column < right; column++)
        buffer_append_byte(buffer, ' ');
}

unsigned row_text_end(const struct row *row, unsigned right, bool colours)
{
    const unsigned shown =
        ATTRIBUTE_REVERSE | ATTRIBUTE_STRIKE | ATTRIBUTE_OVERLINE | ATTRIBUTE_UNDERLINE;
    unsigned end = row->used < right ? row->used : right;
    while (end > 0) {
        const struct cell *cell = &row->cells[end - 1];
        if (cell->glyph != GLYPH_BLANK && cell->glyph != ' ')
            break;
        if (colours && (cell->pen.background || (cell->pen.attributes & shown)))
            break;
        end--;
    }
    return end;
}
