#include <stdlib.h>
#include <string.h>

#include "schema_scalar.h"
#include "schema_table.h"
#include "wire/json_text.h"

struct reader {
    struct arena *arena;
    struct error *error;
    const struct schema_step *step;
    unsigned depth; /* objects around this one */
};

static int read_object(struct reader *reader, const struct schema *schema, struct json_object *json,
                       void *value);

/* Puts the way to the value before what is wrong with it. */
static int fail(struct reader *reader, const struct error *wrong)
{
    char path[160];
    if (!reader->error)
        return -1;
    schema_step_print(reader->step, path, sizeof path);
    return error_set(reader->error, wrong->code, "%s%s%s", *path ? path : "the value",
                     *path ? ": " : " ", wrong->message);
}

static int fail_with(struct reader *reader, enum error_code code, const char *message)
{
    struct error wrong;
    if (!reader->error)
        return -1;
    error_set(&wrong, code, "%s", message);
    return fail(reader, &wrong);
}

static int read_scalar(struct reader *reader, const struct schema_member *member,
                       enum schema_kind kind, struct json_object *json, void *field)
{
    struct error wrong;
    if (schema_scalar_read(member, kind, json, reader->arena, field,
                           reader->error ? &wrong : NULL) == 0)
        return 0;
    return fail(reader, &wrong);
}

static int read_item(struct reader *reader, const struct schema_member *member,
                     struct json_object *json, void *item)
{
    if (member->item == SCHEMA_OBJECT)
        return read_object(reader, member->of, json, item);
    return read_scalar(reader, member, member->item, json, item);
}

static int make_room(struct reader *reader, const struct schema_member *member, size_t count,
                     schema_list *list)
{
    struct error wrong = {0};
    size_t most = member->length_most ? member->length_most : SCHEMA_COUNT_MAX;
    if (count > most)
        error_set(&wrong, ERROR_LIMIT, "must have at most %zu items, not %zu", most, count);
    else if (count < member->length_least)
        error_set(&wrong, ERROR_INVALID, "must have at least %zu items", member->length_least);
    else if (count > 0 && !(list->items = arena_allocate(reader->arena, count * member->item_size)))
        error_set(&wrong, ERROR_MEMORY, "out of memory");
    else
        return 0;
    return fail(reader, &wrong);
}

static int read_list(struct reader *reader, const struct schema_member *member,
                     struct json_object *json, schema_list *list)
{
    if (!json_object_is_type(json, json_type_array))
        return fail_with(reader, ERROR_INVALID, "must be an array");
    size_t count = json_object_array_length(json);
    if (make_room(reader, member, count, list) != 0)
        return -1;
    struct schema_step step = {.outer = reader->step};
    int status = 0;
    reader->step = &step;
    for (; step.index < count && status == 0; step.index++)
        status = read_item(reader, member, json_object_array_get_idx(json, step.index),
                           (char *)list->items + step.index * member->item_size);
    reader->step = step.outer;
    list->count = list->room = count;
    return status;
}

/* An item of a map: its key, and its value behind it or, for objects, around it. */
static int read_pair(struct reader *reader, const struct schema_member *member, const char *key,
                     struct json_object *json, void *pair)
{
    if (member->item == SCHEMA_OBJECT) {
        if (read_object(reader, member->of, json, pair) != 0)
            return -1;
        ((struct schema_object *)pair)->key = key;
        return 0;
    }
    ((struct named_string *)pair)->key = key;
    return read_scalar(reader, member, member->item, json,
                       (char *)pair + offsetof(struct named_string, value));
}

static int read_map(struct reader *reader, const struct schema_member *member,
                    struct json_object *json, schema_list *map)
{
    if (!json_object_is_type(json, json_type_object))
        return fail_with(reader, ERROR_INVALID, "must be an object");
    size_t count = (size_t)json_object_object_length(json), i = 0;
    if (make_room(reader, member, count, map) != 0)
        return -1;
    struct schema_step step = {.outer = reader->step};
    int status = 0;
    reader->step = &step;
    json_object_object_foreach(json, key, item)
    {
        step.name = key;
        if (status == 0)
            status =
                read_pair(reader, member, key, item, (char *)map->items + i++ * member->item_size);
    }
    reader->step = step.outer;
    map->count = map->room = count;
    return status;
}

static void set_presence(const struct schema_member *member, void *field, enum presence presence)
{
    enum schema_kind kind = member->kind;
    if (schema_is_maybe(member) || kind == SCHEMA_OBJECT || kind == SCHEMA_LIST ||
        kind == SCHEMA_MAP)
        memcpy((char *)field + schema_presence_offset(kind), &presence, sizeof presence);
}

/* What a member is when it is absent or null. */
static void set_default(const struct schema_member *member, void *field, enum presence presence)
{
    const int null_name = SCHEMA_ENUM_NULL;
    const char *text = presence == IS_NULL ? json_null_string : member->text_default;
    memset(field, 0, member->size);
    switch ((enum schema_kind)member->kind) {
    case SCHEMA_STRING:
        memcpy(field, &text, sizeof text);
        break;
    case SCHEMA_BOOL:
        *(bool *)field = member->number_default != 0;
        break;
    case SCHEMA_INTEGER:
    case SCHEMA_TIME:
        *(int64_t *)field = (int64_t)member->number_default;
        break;
    case SCHEMA_NUMBER:
        *(double *)field = member->number_default;
        break;
    case SCHEMA_ENUM:
        if (presence == IS_NULL)
            memcpy(field, &null_name, sizeof null_name);
        break;
    default:
        break;
    }
    set_presence(member, field, presence);
}

/* A value that is there and, unless it is raw JSON that must be there, not null. */
static int read_value(struct reader *reader, const struct schema_member *member,
                      struct json_object *json, void *field)
{
    int status;
    switch ((enum schema_kind)member->kind) {
    case SCHEMA_OBJECT:
        status = read_object(reader, member->of, json, field);
        break;
    case SCHEMA_LIST:
        status = read_list(reader, member, json, field);
        break;
    case SCHEMA_MAP:
        status = read_map(reader, member, json, field);
        break;
    default:
        status = read_scalar(reader, member, member->kind, json, field);
        break;
    }
    if (status == 0)
        set_presence(member, field, PRESENT);
    return status;
}

/* Whether null is a value to this member, not its absence. */
static bool takes_null(const struct schema_member *member)
{
    return (member->need & SCHEMA_NULLABLE) ||
           (member->kind == SCHEMA_JSON && !schema_is_maybe(member));
}

/* Reads what the object has under the name of this row; a name may have several rows. */
static int read_row(struct reader *reader, const struct schema_member *member,
                    struct json_object *json, char *value)
{
    struct error *error = reader->error;
    for (;; member++) {
        void *field = value + member->offset;
        bool last = !(member->need & SCHEMA_OR_NEXT);
        bool lenient = member->need & SCHEMA_LENIENT;
        if (!json && takes_null(member)) {
            set_default(member, field, IS_NULL);
            return 0;
        }
        reader->error = last && !lenient ? error : NULL;
        set_default(member, field, ABSENT);
        int status = json || member->kind == SCHEMA_JSON /* null is one of its values */
                         ? read_value(reader, member, json, field)
                         : fail_with(reader, ERROR_INVALID, "must not be null");
        reader->error = error;
        if (status == 0)
            return 0;
        if (last && !lenient)
            return -1;
        set_default(member, field, ABSENT);
        if (last)
            return 0;
    }
}

/* Nothing is there under the name of this row, or of the following ones with the same name. */
static int miss_row(struct reader *reader, const struct schema_member *member, char *value)
{
    for (;; member++) {
        set_default(member, value + member->offset, ABSENT);
        if (!(member->need & SCHEMA_OPTIONAL) && !(member->need & SCHEMA_OR_NEXT))
            return fail_with(reader, ERROR_INVALID, "is missing");
        if (!(member->need & SCHEMA_OR_NEXT))
            return 0;
    }
}

static int read_member(struct reader *reader, const struct schema_member *member,
                       struct json_object *object, char *value)
{
    struct json_object *json = NULL;
    const struct schema_step step = {.outer = reader->step, .name = member->name};
    reader->step = &step;
    int status = json_object_object_get_ex(object, member->name, &json)
                     ? read_row(reader, member, json, value)
                     : miss_row(reader, member, value);
    reader->step = step.outer;
    return status;
}

static int fail_at(struct reader *reader, const char *name, enum error_code code,
                   const char *message)
{
    const struct schema_step step = {.outer = reader->step, .name = name};
    reader->step = &step;
    fail_with(reader, code, message);
    reader->step = step.outer;
    return -1;
}

static int read_tag(struct reader *reader, const struct schema *schema, struct json_object *object,
                    char *value, int *tag)
{
    struct json_object *json = NULL;
    if (!json_object_object_get_ex(object, schema->tag, &json))
        return fail_at(reader, schema->tag, ERROR_INVALID, "is missing");
    if (!json_object_is_type(json, json_type_string))
        return fail_at(reader, schema->tag, ERROR_INVALID, "must be a string");
    const char *name = json_object_get_string(json);
    *tag = schema_tag_of(schema, name);
    if (*tag == 0 || strlen(name) != (size_t)json_object_get_string_len(json))
        return fail_at(reader, schema->tag, ERROR_UNSUPPORTED, "is not a name known here");
    memcpy(value + schema->tag_offset, tag, sizeof *tag);
    return 0;
}

static int refuse_unknown(struct reader *reader, const struct schema *schema, int tag,
                          struct json_object *object)
{
    json_object_object_foreach(object, key, item)
    {
        (void)item;
        if (!schema_row(schema, tag, key) && !(schema->tag && strcmp(schema->tag, key) == 0))
            return fail_at(reader, key, ERROR_INVALID, "is not known here");
    }
    return 0;
}

static int read_members(struct reader *reader, const struct schema *schema,
                        struct json_object *json, char *value)
{
    int tag = 0;
    const struct schema_member *row;
    if (schema->tag && read_tag(reader, schema, json, value, &tag) != 0)
        return -1;
    struct schema_rows rows = schema_rows(schema, tag);
    bool alternative = false; /* a further row of a name that was read */
    while ((row = schema_next_row(&rows))) {
        if (!alternative && read_member(reader, row, json, value) != 0)
            return -1;
        alternative = row->need & SCHEMA_OR_NEXT;
    }
    if (schema->closed && refuse_unknown(reader, schema, tag, json) != 0)
        return -1;
    struct error wrong;
    if (!schema->check || schema->check(value, &wrong) == 0)
        return 0;
    return reader->step ? fail(reader, &wrong)
                        : error_set(reader->error, wrong.code, "%s", wrong.message);
}

static int read_object(struct reader *reader, const struct schema *schema, struct json_object *json,
                       void *value)
{
    memset(value, 0, schema->size);
    if (!json_object_is_type(json, json_type_object))
        return fail_with(reader, ERROR_INVALID, "must be an object");
    if (reader->depth >= SCHEMA_DEPTH_MAX)
        return fail_with(reader, ERROR_LIMIT, "is too deep");
    struct schema_object *object = value;
    object->origin = json;
    object->presence = PRESENT;
    reader->depth++;
    int status = read_members(reader, schema, json, value);
    reader->depth--;
    return status;
}

int schema_read(const struct schema *schema, struct json_object *json, struct arena *arena,
                void *value, struct error *error)
{
    struct reader reader = {.arena = arena, .error = error};
    memset(value, 0, schema->size);
    if (json && !arena_keep(arena, json_object_get(json)))
        return error_set(error, ERROR_MEMORY, "out of memory");
    if (read_object(&reader, schema, json, value) == 0)
        return 0;
    memset(value, 0, schema->size);
    return -1;
}

static int parse(const struct schema *schema, struct slice text, bool lenient, struct arena *arena,
                 void *value, struct error *error)
{
    struct json_object *json;
    memset(value, 0, schema->size);
    if ((lenient ? json_text_parse_lenient(text, &json, error)
                 : json_text_parse(text, &json, error)) != 0)
        return -1;
    int status = schema_read(schema, json, arena, value, error);
    json_object_put(json);
    return status;
}

int schema_parse(const struct schema *schema, struct slice text, struct arena *arena, void *value,
                 struct error *error)
{
    return parse(schema, text, false, arena, value, error);
}

int schema_parse_lenient(const struct schema *schema, struct slice text, struct arena *arena,
                         void *value, struct error *error)
{
    return parse(schema, text, true, arena, value, error);
}
