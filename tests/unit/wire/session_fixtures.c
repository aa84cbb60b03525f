#include "session_fixtures.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/json_text.h"

static struct json_object *load(const char *path)
{
    struct buffer text = {0};
    struct error error = {0};
    char part[8192];
    struct json_object *json;
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("%s cannot be opened", path);
    for (size_t length; (length = fread(part, 1, sizeof part, file)) > 0;)
        buffer_append(&text, part, length);
    fclose(file);
    if (json_text_parse(slice_of(text.data, text.length), &json, &error) != 0)
        fail_msg("%s: %s", path, error.message);
    buffer_free(&text);
    return json;
}

void fixtures_visit(const char *folder, void (*visit)(const char *name, struct json_object *root))
{
    char directory[512], path[1024];
    const char *source = getenv("HAPPY_SOURCE_DIR");
    int visited = 0;
    snprintf(directory, sizeof directory, "%s/tests/vectors/session/%s", source ? source : "..",
             folder);
    DIR *files = opendir(directory);
    if (!files)
        fail_msg("%s cannot be opened: set HAPPY_SOURCE_DIR", directory);
    for (struct dirent *file; (file = readdir(files));) {
        if (file->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", directory, file->d_name);
        struct json_object *root = load(path);
        visit(file->d_name, root);
        json_object_put(root);
        visited++;
    }
    closedir(files);
    assert_true(visited > 0);
}

struct json_object *fixture_member(struct json_object *object, const char *name)
{
    struct json_object *member = NULL;
    json_object_object_get_ex(object, name, &member);
    return member;
}

char *fixture_text(struct json_object *json)
{
    struct buffer text = {0};
    json_text_print(&text, json);
    return buffer_take(&text);
}

size_t fixture_differences(struct json_object *left, struct json_object *right)
{
    size_t count = 0;
    enum json_type type = json_object_get_type(left);
    if (type != json_object_get_type(right))
        return 1;
    if (type == json_type_array) {
        size_t length = json_object_array_length(left);
        if (length != json_object_array_length(right))
            return 1;
        for (size_t i = 0; i < length; i++)
            count += fixture_differences(json_object_array_get_idx(left, i),
                                         json_object_array_get_idx(right, i));
        return count;
    }
    if (type != json_type_object)
        return !json_object_equal(left, right);
    json_object_object_foreach(left, key, value)
    {
        struct json_object *other = NULL;
        count +=
            json_object_object_get_ex(right, key, &other) ? fixture_differences(value, other) : 1;
    }
    json_object_object_foreach(right, other_key, other_value)
    {
        (void)other_value;
        count += !json_object_object_get_ex(left, other_key, NULL);
    }
    return count;
}

static bool change_object(const struct schema *schema, char *value, size_t *left);

/* Every LIST_OF(…) lies in memory like this. */
struct any_list {
    char *items;
    size_t count;
};

/* Whether this was the one to change. */
static bool change_text(const struct schema_member *row, const char **text, size_t *left)
{
    if (!is_text(*text) || *text == row->text_default || row->names || (*left)-- > 0)
        return false;
    *text = strcmp(*text, "changed") == 0 ? "again" : "changed";
    return true;
}

static bool change_number(const struct schema_member *row, void *field, size_t *left)
{
    enum presence presence = PRESENT;
    bool maybe = row->need & SCHEMA_NULLISH;
    if (row->kind == SCHEMA_BOOL) {
        bool *flag = field; /* what maybe_bool begins with */
        presence = maybe ? ((struct maybe_bool *)field)->presence : PRESENT;
        if (presence != PRESENT || (*left)-- > 0)
            return false;
        *flag = !*flag;
        return true;
    }
    if (maybe)
        presence = row->kind == SCHEMA_NUMBER ? ((struct maybe_number *)field)->presence
                                              : ((struct maybe_integer *)field)->presence;
    if (presence != PRESENT || (*left)-- > 0)
        return false;
    if (row->kind == SCHEMA_NUMBER)
        *(double *)field = *(double *)field == 7 ? 8 : 7;
    else
        *(int64_t *)field = *(int64_t *)field == 7 ? 8 : 7;
    return true;
}

static bool change_items(const struct schema_member *row, struct any_list *list, size_t *left)
{
    for (size_t i = 0; i < list->count; i++) {
        char *item = list->items + i * row->item_size;
        if (row->item == SCHEMA_OBJECT && change_object(row->of, item, left))
            return true;
        if (row->item == SCHEMA_STRING &&
            change_text(row, (void *)(item + (row->kind == SCHEMA_MAP ? sizeof(char *) : 0)), left))
            return true;
    }
    return false;
}

static bool change_row(const struct schema_member *row, char *value, size_t *left)
{
    void *field = value + row->offset;
    switch (row->kind) {
    case SCHEMA_STRING:
        return change_text(row, field, left);
    case SCHEMA_BOOL:
    case SCHEMA_INTEGER:
    case SCHEMA_NUMBER:
    case SCHEMA_TIME:
        return change_number(row, field, left);
    case SCHEMA_OBJECT:
        return ((struct schema_object *)field)->presence == PRESENT &&
               change_object(row->of, field, left);
    case SCHEMA_LIST:
    case SCHEMA_MAP:
        return change_items(row, field, left);
    default:
        return false;
    }
}

static bool change_object(const struct schema *schema, char *value, size_t *left)
{
    for (const struct schema_member *row = schema->members; row && row->name; row++)
        if (change_row(row, value, left))
            return true;
    if (!schema->tag)
        return false;
    int tag;
    memcpy(&tag, value + schema->tag_offset, sizeof tag);
    for (const struct schema_member *row = schema->variants[tag].members; row && row->name; row++)
        if (change_row(row, value, left))
            return true;
    return false;
}

bool fixture_change(const struct schema *schema, void *value, size_t index)
{
    return change_object(schema, value, &index);
}
