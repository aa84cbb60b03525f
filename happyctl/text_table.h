/* Rows of text in columns: aligned and cut to the terminal's width, or separated by tabs for
   programs. */
#ifndef HAPPYCTL_TEXT_TABLE_H
#define HAPPYCTL_TEXT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct text_column {
    const char *title;
    bool right;     /* aligned to the right */
    bool flexible;  /* shrinks first when the terminal is too narrow, and keeps its end */
    size_t maximum; /* columns at the most; 0: as wide as needed */
};

struct text_table;

/* `columns` is borrowed. NULL when memory runs out. */
struct text_table *text_table_new(const struct text_column *columns, size_t count);
void text_table_free(struct text_table *table);

/* Adds a row of `count` cells, which are copied (NULL shows as "-"). `style` is the SGR parameters
   of the whole row ("2" for faint), borrowed; NULL for none. `note` follows on a line of its own,
   only for people; NULL for none. */
void text_table_add(struct text_table *table, const char *const *cells, const char *style,
                    const char *note);

/* Aligned, at most `width` wide, with colours if wanted. -1 when memory ran out before. */
int text_table_print(const struct text_table *table, size_t width, bool colours, FILE *file);

/* Tabs between the cells, nothing cut. */
int text_table_print_plain(const struct text_table *table, FILE *file);

#endif
