/* What reader and writer of tables share: where the members of a struct are, and whether they are
   there. */
#ifndef SCHEMA_TABLE_H
#define SCHEMA_TABLE_H

#include "wire/schema.h"

/* Ways to the value that is being looked at, for messages. Longer ones are cut. */
struct schema_path {
    char text[160];
    size_t length;
};

/* Add a step and return what schema_path_leave() wants. */
size_t schema_path_enter(struct schema_path *path, const char *name);
size_t schema_path_enter_item(struct schema_path *path, size_t index);
void schema_path_leave(struct schema_path *path, size_t length);

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
