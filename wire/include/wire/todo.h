/* The to-do list an agent keeps ("Tasks, todos, usage" in the protocol notes). */
#ifndef WIRE_TODO_H
#define WIRE_TODO_H

#include "wire/schema.h"

enum todo_status { TODO_PENDING = 1, TODO_IN_PROGRESS, TODO_COMPLETED };
enum todo_priority { TODO_HIGH = 1, TODO_MEDIUM, TODO_LOW };

struct todo_item {
    struct schema_object object;
    const char *content;
    enum todo_status status;
    enum todo_priority priority; /* optional, as is `id` */
    const char *id;
};

struct todo_list {
    struct schema_object object;
    LIST_OF(struct todo_item) items;
};

/* Reads an array, such as `newTodos` of a result of TodoWrite or `todos` of its call. One bad item
   voids the list. What it allocates belongs to `arena`. Returns 0, or -1 with `error` filled. */
int todo_list_read(struct json_object *array, struct arena *arena, struct todo_list *list,
                   struct error *error);

#endif
