#include <string.h>

#include "schema_table.h"

#define TABLES_MAX 64

/* Tables refer to each other, also in circles: each is looked at once. */
struct tables {
    const struct schema *seen[TABLES_MAX];
    size_t count;
};

static bool check_table(const struct schema *schema, struct tables *tables, struct error *error);

static size_t wanted_size(const struct schema_member *member)
{
    if (!schema_is_maybe(member))
        return schema_kind_size(member->kind, member->of);
    switch (member->kind) {
    case SCHEMA_BOOL:
        return sizeof(struct maybe_bool);
    case SCHEMA_NUMBER:
        return sizeof(struct maybe_number);
    case SCHEMA_JSON:
    case SCHEMA_RECORD:
        return sizeof(struct maybe_json);
    default:
        return sizeof(struct maybe_integer);
    }
}

static size_t wanted_item_size(const struct schema_member *member)
{
    size_t size = schema_kind_size(member->item, member->of);
    if (member->kind == SCHEMA_LIST || member->item == SCHEMA_OBJECT)
        return size;
    return member->item == SCHEMA_BOOL ? sizeof(struct named_bool) : sizeof(const char *) + size;
}

static const char *fault(const struct schema_member *member)
{
    bool has_items = member->kind == SCHEMA_LIST || member->kind == SCHEMA_MAP;
    enum schema_kind one = has_items ? member->item : member->kind;
    if (one == SCHEMA_OBJECT && !member->of)
        return "has no table";
    if (has_items && (one == SCHEMA_LIST || one == SCHEMA_MAP))
        return "has lists as items";
    if (member->size != wanted_size(member))
        return "is of another type in the struct";
    if (has_items && member->item_size != wanted_item_size(member))
        return "has items of another type in the struct";
    if (one == SCHEMA_ENUM && !member->names)
        return "has no names";
    if (member->kind == SCHEMA_BASE64 && (member->need & SCHEMA_NULLABLE))
        return "cannot be null";
    if ((member->need & SCHEMA_LENIENT) && !(member->need & SCHEMA_OPTIONAL))
        return "must be optional to be lenient";
    if ((member->need & SCHEMA_OR_NEXT) &&
        (!member[1].name || strcmp(member[1].name, member->name) != 0))
        return "has no next row";
    return NULL;
}

static bool check_members(const struct schema *schema, const struct schema_member *members,
                          struct tables *tables, struct error *error)
{
    for (const struct schema_member *row = members; row && row->name; row++) {
        const char *wrong = fault(row);
        if (!wrong && (size_t)row->offset + row->size > schema->size)
            wrong = "lies outside of the struct";
        if (wrong) {
            error_set(error, ERROR_INVALID, "%s %s", row->name, wrong);
            return false;
        }
        if (row->of && !check_table(row->of, tables, error))
            return false;
    }
    return true;
}

static bool check_table(const struct schema *schema, struct tables *tables, struct error *error)
{
    for (size_t i = 0; i < tables->count; i++)
        if (tables->seen[i] == schema)
            return true;
    if (tables->count == TABLES_MAX) {
        error_set(error, ERROR_LIMIT, "more than %d tables", TABLES_MAX);
        return false;
    }
    tables->seen[tables->count++] = schema;
    if (!check_members(schema, schema->members, tables, error))
        return false;
    for (int i = 1; schema->tag && schema->variants[i].name; i++)
        if (!check_members(schema, schema->variants[i].members, tables, error))
            return false;
    return true;
}

bool schema_is_sound(const struct schema *schema, struct error *error)
{
    struct tables tables = {0};
    return check_table(schema, &tables, error);
}
