#include "string_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Takes `string` over. */
static void add_owned(struct string_list *list, char *string)
{
    if (string && !list->failed && list->count + 2 > list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 16;
        char **items = realloc(list->items, capacity * sizeof *items);
        if (items) {
            list->items = items;
            list->capacity = capacity;
        } else {
            list->failed = true;
        }
    }
    if (!string || list->failed) {
        list->failed = true;
        free(string);
        return;
    }
    list->items[list->count++] = string;
    list->items[list->count] = NULL;
}

void string_list_add(struct string_list *list, const char *string)
{
    add_owned(list, strdup(string));
}

void string_list_add_all(struct string_list *list, const char *const *strings)
{
    for (; strings && *strings; strings++)
        string_list_add(list, *strings);
}

static bool has_name(const char *entry, const char *name, size_t length)
{
    return strncmp(entry, name, length) == 0 && entry[length] == '=';
}

void string_list_unset(struct string_list *list, const char *name)
{
    size_t length = strlen(name), kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (has_name(list->items[i], name, length))
            free(list->items[i]);
        else
            list->items[kept++] = list->items[i];
    }
    list->count = kept;
    if (list->items)
        list->items[kept] = NULL;
}

void string_list_set(struct string_list *list, const char *name, const char *value)
{
    char *entry;
    if (asprintf(&entry, "%s=%s", name, value) < 0)
        entry = NULL;
    string_list_unset(list, name);
    add_owned(list, entry);
}

char **string_list_take(struct string_list *list)
{
    if (list->failed) {
        string_list_free(list);
        return NULL;
    }
    char **items = list->items ? list->items : calloc(1, sizeof *items);
    *list = (struct string_list){0};
    return items;
}

void string_list_free(struct string_list *list)
{
    string_array_free(list->items);
    *list = (struct string_list){0};
}

void string_array_free(char **strings)
{
    for (char **string = strings; string && *string; string++)
        free(*string);
    free(strings);
}
