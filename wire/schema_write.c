#include <stdlib.h>
#include <string.h>

#include "schema_scalar.h"
#include "schema_table.h"
#include "wire/json_text.h"

static struct json_object *write_object(const struct schema *schema, const void *value,
                                        unsigned depth);

static struct json_object *write_item(const struct schema_member *member, const void *item,
                                      struct json_object *origin, unsigned depth)
{
    if (member->item == SCHEMA_OBJECT)
        return write_object(member->of, item, depth);
    return schema_scalar_write(member, member->item, item, origin);
}

static struct json_object *write_list(const struct schema_member *member, const schema_list *list,
                                      struct json_object *origin, unsigned depth)
{
    struct json_object *array = json_object_new_array();
    size_t before =
        json_object_is_type(origin, json_type_array) ? json_object_array_length(origin) : 0;
    for (size_t i = 0; i < list->count; i++)
        json_object_array_add(
            array, write_item(member, (const char *)list->items + i * member->item_size,
                              i < before ? json_object_array_get_idx(origin, i) : NULL, depth));
    return array;
}

static struct json_object *write_map(const struct schema_member *member, const schema_list *map,
                                     struct json_object *origin, unsigned depth)
{
    struct json_object *object = json_object_new_object();
    for (size_t i = 0; i < map->count; i++) {
        const void *pair = (const char *)map->items + i * member->item_size;
        bool is_object = member->item == SCHEMA_OBJECT;
        const char *key = is_object ? ((const struct schema_object *)pair)->key
                                    : ((const struct named_string *)pair)->key;
        struct json_object *before = NULL;
        if (json_object_is_type(origin, json_type_object))
            json_object_object_get_ex(origin, key ? key : "", &before);
        const void *item =
            is_object ? pair : (const char *)pair + offsetof(struct named_string, value);
        json_object_object_add(object, key ? key : "", write_item(member, item, before, depth));
    }
    return object;
}

static struct json_object *write_value(const struct schema_member *member, const void *field,
                                       struct json_object *origin, unsigned depth)
{
    switch ((enum schema_kind)member->kind) {
    case SCHEMA_OBJECT:
        return write_object(member->of, field, depth);
    case SCHEMA_LIST:
        return write_list(member, field, origin, depth);
    case SCHEMA_MAP:
        return write_map(member, field, origin, depth);
    default:
        return schema_scalar_write(member, member->kind, field, origin);
    }
}

/* Whether what is in the origin was passed over by the reader, and so is not the caller's to
   remove. */
static bool was_passed_over(const struct schema_member *member, struct json_object *origin)
{
    struct schema_member rows[2] = {*member, {0}};
    rows[0].need &= (unsigned char)~SCHEMA_LENIENT;
    const struct schema alone = {.members = rows, .size = (size_t)member->offset + member->size};
    struct arena arena = {0};
    struct json_object *object = json_object_new_object();
    void *value = calloc(1, alone.size);
    json_object_object_add(object, member->name, json_object_get(origin));
    bool refused = value && schema_read(&alone, object, &arena, value, NULL) != 0;
    json_object_put(object);
    free(value);
    arena_free(&arena);
    return refused;
}

/* Puts the member that the row, or one of those after it with the same name, has a value for.
   `origin` is where the origin has it, NULL when it does not. */
static void put_member(struct json_object *out, const struct schema_member *row, const char *value,
                       struct json_object *const *origin, unsigned depth)
{
    for (;; row++) {
        const void *field = value + row->offset;
        enum presence presence = schema_presence(row, field);
        if (presence != ABSENT) {
            json_object_object_add(out, row->name,
                                   presence == IS_NULL
                                       ? NULL
                                       : write_value(row, field, origin ? *origin : NULL, depth));
            return;
        }
        if (!(row->need & SCHEMA_OR_NEXT))
            break;
    }
    if ((row->need & SCHEMA_NULLISH) == SCHEMA_NULLABLE)
        json_object_object_add(out, row->name, NULL);
    else if ((row->need & SCHEMA_LENIENT) && origin && was_passed_over(row, *origin))
        json_object_object_add(out, row->name, json_object_get(*origin));
}

static void put_tag(struct json_object *out, const struct schema *schema, int tag)
{
    if (tag > 0)
        json_object_object_add(out, schema->tag,
                               json_object_new_string(schema->variants[tag].name));
}

/* The members of the origin, in their order, with the values of now. */
static void put_known_before(struct json_object *out, const struct schema *schema, int tag,
                             const char *value, struct json_object *origin, unsigned depth)
{
    struct json_object *name = NULL;
    int before = 0; /* the tag it had */
    if (schema->tag && json_object_object_get_ex(origin, schema->tag, &name) &&
        json_object_is_type(name, json_type_string))
        before = schema_tag_of(schema, json_object_get_string(name));
    json_object_object_foreach(origin, key, item)
    {
        const struct schema_member *row = schema_row(schema, tag, key);
        if (schema->tag && strcmp(key, schema->tag) == 0)
            put_tag(out, schema, tag);
        else if (row)
            put_member(out, row, value, &item, depth);
        else if (before == tag || !schema_row(schema, before, key))
            json_object_object_add(out, key, json_object_get(item));
    }
}

static struct json_object *write_object(const struct schema *schema, const void *value,
                                        unsigned depth)
{
    const struct schema_object *object = value;
    struct json_object *out = json_object_new_object();
    int tag = schema_tag(schema, value);
    if (depth >= SCHEMA_DEPTH_MAX)
        return out;
    if (object->origin)
        put_known_before(out, schema, tag, value, object->origin, depth + 1);
    if (schema->tag && !json_object_object_get_ex(out, schema->tag, NULL))
        put_tag(out, schema, tag);
    struct schema_rows rows = schema_rows(schema, tag);
    const struct schema_member *row;
    bool alternative = false;
    while ((row = schema_next_row(&rows))) {
        if (!alternative &&
            !(object->origin && json_object_object_get_ex(object->origin, row->name, NULL)))
            put_member(out, row, value, NULL, depth + 1);
        alternative = row->need & SCHEMA_OR_NEXT;
    }
    return out;
}

/* What was written must be something a reader takes. */
static int check(const struct schema *schema, struct json_object *json, struct error *error)
{
    struct arena arena = {0};
    void *value = calloc(1, schema->size);
    int status = value ? schema_read(schema, json, &arena, value, error)
                       : error_set(error, ERROR_MEMORY, "out of memory");
    free(value);
    arena_free(&arena);
    return status;
}

struct json_object *schema_write(const struct schema *schema, const void *value,
                                 struct error *error)
{
    struct json_object *json = write_object(schema, value, 0);
    if (check(schema, json, error) == 0)
        return json;
    json_object_put(json);
    return NULL;
}

int schema_print(const struct schema *schema, const void *value, struct buffer *text,
                 struct error *error)
{
    struct json_object *json = schema_write(schema, value, error);
    if (!json)
        return -1;
    json_text_print(text, json);
    json_object_put(json);
    return 0;
}

void *list_append(struct arena *arena, void *list, size_t size)
{
    schema_list *all = list;
    if (all->count >= all->room) {
        size_t room = all->count < 4 ? 4 : 2 * all->count;
        char *items = arena_allocate(arena, room * size);
        if (!items)
            return NULL;
        if (all->count > 0)
            memcpy(items, all->items, all->count * size);
        all->items = items;
        all->room = room;
    }
    all->presence = PRESENT;
    return memset((char *)all->items + all->count++ * size, 0, size);
}

void list_remove(void *list, size_t index, size_t size)
{
    schema_list *all = list;
    char *item = (char *)all->items + index * size;
    memmove(item, item + size, (all->count - index - 1) * size);
    all->count--;
}
