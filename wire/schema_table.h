/* What reader and writer of tables share: where the members of a struct are, and whether they are
   there. */
#ifndef SCHEMA_TABLE_H
#define SCHEMA_TABLE_H

#include "wire/schema.h"

/* The way to the value that is being looked at: a chain on the stack, put into words only when
   something is wrong. */
struct schema_step {
    const struct schema_step *outer; /* NULL: the first */
    const char *name;                /* of a member; NULL for an item of a list */
    size_t index;                    /* of an item */
};

/* Writes it as "member[1].member" into `text`. A longer one is cut. */
void schema_step_print(const struct schema_step *step, char *text, size_t size);

/* Walks over the rows of an object: those of all variants, then those of the one `tag` names. */
struct schema_rows {
    const struct schema_member *next, *then;
};
struct schema_rows schema_rows(const struct schema *schema, int tag);
const struct schema_member *schema_next_row(struct schema_rows *rows);

/* The first row with this name, or NULL. */
const struct schema_member *schema_row(const struct schema *schema, int tag, const char *name);

/* The index of the name in the table of variants, 0 when it is not there. */
int schema_tag_of(const struct schema *schema, const char *name);

/* The tag in a struct: an index of `variants`; 0 when it is none or there are no variants. */
int schema_tag(const struct schema *schema, const void *value);

/* Index in a list of names, 0 when it is not there. */
int schema_name_index(const char *const *names, const char *name);

/* Bytes of a value that is required or the item of a list. */
size_t schema_kind_size(enum schema_kind kind, const struct schema *of);

/* Whether it lies in a struct maybe_…, and where `presence` is in that. */
bool schema_is_maybe(const struct schema_member *member);
size_t schema_presence_offset(enum schema_kind kind);

/* Whether the member at `field` is there. */
enum presence schema_presence(const struct schema_member *member, const void *field);

/* A list as every LIST_OF(…) lies in memory. */
typedef LIST_OF(void) schema_list;

#endif
