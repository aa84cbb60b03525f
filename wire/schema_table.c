#include "schema_table.h"

#include <stdio.h>
#include <string.h>

const char json_null_string[] = "";

static size_t enter(struct schema_path *path, const char *step)
{
    size_t before = path->length;
    size_t room = sizeof path->text - path->length;
    int length = snprintf(path->text + path->length, room, "%s", step);
    path->length += (size_t)length < room ? (size_t)length : room - 1;
    return before;
}

size_t schema_path_enter(struct schema_path *path, const char *name)
{
    char step[48];
    snprintf(step, sizeof step, "%s%.40s", path->length ? "." : "", name);
    for (char *at = step; *at; at++)
        if ((unsigned char)*at < 0x20 || (unsigned char)*at >= 0x7f)
            *at = '?';
    return enter(path, step);
}

size_t schema_path_enter_item(struct schema_path *path, size_t index)
{
    char step[32];
    snprintf(step, sizeof step, "[%zu]", index);
    return enter(path, step);
}

void schema_path_leave(struct schema_path *path, size_t length)
{
    path->length = length;
    path->text[length] = '\0';
}

struct schema_rows schema_rows(const struct schema *schema, int tag)
{
    const struct schema_member *own = tag > 0 ? schema->variants[tag].members : NULL;
    return (struct schema_rows){schema->members ? schema->members : own,
                                schema->members ? own : NULL};
}

const struct schema_member *schema_next_row(struct schema_rows *rows)
{
    if (rows->next && !rows->next->name) {
        rows->next = rows->then;
        rows->then = NULL;
    }
    return rows->next && rows->next->name ? rows->next++ : NULL;
}

const struct schema_member *schema_row(const struct schema *schema, int tag, const char *name)
{
    struct schema_rows rows = schema_rows(schema, tag);
    const struct schema_member *row;
    while ((row = schema_next_row(&rows)))
        if (strcmp(row->name, name) == 0)
            break;
    return row;
}

int schema_tag_of(const struct schema *schema, const char *name)
{
    for (int i = 1; schema->variants[i].name; i++)
        if (strcmp(schema->variants[i].name, name) == 0)
            return i;
    return 0;
}

int schema_tag(const struct schema *schema, const void *value)
{
    if (!schema->variants)
        return 0;
    int tag;
    memcpy(&tag, (const char *)value + schema->tag_offset, sizeof tag);
    for (int i = 1; schema->variants[i].name; i++)
        if (i == tag)
            return tag;
    return 0;
}

int schema_name_index(const char *const *names, const char *name)
{
    for (int i = 1; names[i]; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return 0;
}

size_t schema_kind_size(enum schema_kind kind, const struct schema *of)
{
    static const size_t sizes[] = {
        [SCHEMA_STRING] = sizeof(const char *),
        [SCHEMA_BOOL] = sizeof(bool),
        [SCHEMA_INTEGER] = sizeof(int64_t),
        [SCHEMA_NUMBER] = sizeof(double),
        [SCHEMA_TIME] = sizeof(int64_t),
        [SCHEMA_ENUM] = sizeof(int),
        [SCHEMA_JSON] = sizeof(struct json_object *),
        [SCHEMA_RECORD] = sizeof(struct json_object *),
        [SCHEMA_BASE64] = sizeof(struct slice),
        [SCHEMA_LIST] = sizeof(schema_list),
        [SCHEMA_MAP] = sizeof(schema_list),
    };
    return kind == SCHEMA_OBJECT ? of->size : sizes[kind];
}

bool schema_is_maybe(const struct schema_member *member)
{
    switch ((enum schema_kind)member->kind) {
    case SCHEMA_BOOL:
    case SCHEMA_INTEGER:
    case SCHEMA_NUMBER:
    case SCHEMA_TIME:
    case SCHEMA_JSON:
    case SCHEMA_RECORD:
        return (member->need & SCHEMA_NULLISH) != 0;
    default:
        return false;
    }
}

size_t schema_presence_offset(enum schema_kind kind)
{
    switch (kind) {
    case SCHEMA_BOOL:
        return offsetof(struct maybe_bool, presence);
    case SCHEMA_NUMBER:
        return offsetof(struct maybe_number, presence);
    case SCHEMA_JSON:
    case SCHEMA_RECORD:
        return offsetof(struct maybe_json, presence);
    case SCHEMA_OBJECT:
        return offsetof(struct schema_object, presence);
    case SCHEMA_LIST:
    case SCHEMA_MAP:
        return offsetof(schema_list, presence);
    default:
        return offsetof(struct maybe_integer, presence);
    }
}

static enum presence string_presence(const struct schema_member *member, const void *field)
{
    const char *string;
    memcpy(&string, field, sizeof string);
    if (string == json_null_string)
        return IS_NULL;
    return string && string != member->text_default ? PRESENT : ABSENT;
}

static enum presence enum_presence(const void *field)
{
    int value;
    memcpy(&value, field, sizeof value);
    return value == 0 ? ABSENT : value == SCHEMA_ENUM_NULL ? IS_NULL : PRESENT;
}

enum presence schema_presence(const struct schema_member *member, const void *field)
{
    enum schema_kind kind = member->kind;
    if (kind == SCHEMA_STRING)
        return string_presence(member, field);
    if (kind == SCHEMA_ENUM)
        return enum_presence(field);
    if (kind == SCHEMA_BASE64)
        return ((const struct slice *)field)->data ? PRESENT : ABSENT;
    bool container = kind == SCHEMA_OBJECT || kind == SCHEMA_LIST || kind == SCHEMA_MAP;
    if (!container && !schema_is_maybe(member))
        return PRESENT;
    enum presence presence;
    memcpy(&presence, (const char *)field + schema_presence_offset(kind), sizeof presence);
    /* A caller who fills in a list, or a struct that must be there, need not say so. */
    if (presence == ABSENT && container &&
        ((member->need & (SCHEMA_OPTIONAL | SCHEMA_OR_NEXT)) == 0 ||
         (kind != SCHEMA_OBJECT && ((const schema_list *)field)->count > 0)))
        return PRESENT;
    return presence;
}
