#include "wire/todo.h"

static const char *const status_names[] = {
    "", [TODO_PENDING] = "pending", [TODO_IN_PROGRESS] = "in_progress",
    [TODO_COMPLETED] = "completed", NULL};
static const char *const priority_names[] = {
    "", [TODO_HIGH] = "high", [TODO_MEDIUM] = "medium", [TODO_LOW] = "low", NULL};

static const struct schema_member item_members[] = {
    {"content", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct todo_item, content)},
    {"status", SCHEMA_ENUM, SCHEMA_REQUIRED, SCHEMA_AT(struct todo_item, status),
     .names = status_names},
    {"priority", SCHEMA_ENUM, SCHEMA_OPTIONAL, SCHEMA_AT(struct todo_item, priority),
     .names = priority_names},
    {"id", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct todo_item, id)},
    {0}};
static const struct schema item_schema = {.size = sizeof(struct todo_item),
                                          .members = item_members};

static const struct schema_member list_members[] = {
    {"todos", SCHEMA_LIST, SCHEMA_REQUIRED, SCHEMA_AT(struct todo_list, items),
     SCHEMA_ITEMS(struct todo_list, items), .item = SCHEMA_OBJECT, .of = &item_schema},
    {0}};
static const struct schema list_schema = {.size = sizeof(struct todo_list),
                                          .members = list_members};

int todo_list_read(struct json_object *array, struct arena *arena, struct todo_list *list,
                   struct error *error)
{
    struct json_object *whole = json_object_new_object();
    json_object_object_add(whole, "todos", json_object_get(array));
    int status = schema_read(&list_schema, whole, arena, list, error);
    json_object_put(whole);
    return status;
}
