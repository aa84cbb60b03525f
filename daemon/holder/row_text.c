#include "row_text.h"

static const struct pen PLAIN;

static bool same_look(const struct pen *a, const struct pen *b)
{
    return a->foreground == b->foreground && a->background == b->background &&
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

static void append_cell(struct buffer *buffer, const struct grid *grid, const struct row *row,
                        unsigned column, unsigned left, unsigned right)
{
    const struct cell *cell = &row->cells[column];
    bool half = (cell->glyph == GLYPH_TAIL && column == left) ||
                ((cell->pen.attributes & ATTRIBUTE_WIDE) && column + 1 == right);
    grid_append_glyph(grid, buffer, half ? GLYPH_BLANK : cell->glyph);
}

void row_text_append(struct buffer *buffer, const struct grid *grid, const struct row *row,
                     unsigned left, unsigned right, bool colours)
{
    struct pen look = PLAIN;
    char run[256];
    size_t length = 0;
    for (unsigned column = left; column < right; column++) {
        const struct cell *cell =
            column < row->used ? &row->cells[column] : &(const struct cell){0};
        bool ascii = cell->glyph < 0x80;
        bool other = colours && !same_look(&look, &cell->pen);
        if (length && (!ascii || other || length == sizeof run)) {
            buffer_append(buffer, run, length);
            length = 0;
        }
        if (other) {
            change_look(buffer, grid, &look, &cell->pen);
            look = cell->pen;
        }
        if (ascii)
            run[length++] = cell->glyph ? (char)cell->glyph : ' ';
        else
            append_cell(buffer, grid, row, column, left, right);
    }
    buffer_append(buffer, run, length);
    if (colours)
        change_look(buffer, grid, &look, &PLAIN);
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
