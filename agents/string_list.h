/* A growing, NULL-terminated list of owned strings, as execve(2) wants it. Zero-initialised, it is
   empty and valid. */
#ifndef AGENTS_STRING_LIST_H
#define AGENTS_STRING_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct string_list {
    char **items;
    size_t count, capacity;
    bool failed; /* an addition ran out of memory: it and all after it are missing */
};

/* Adds a copy. */
void string_list_add(struct string_list *list, const char *string);

/* Adds copies of a NULL-terminated array; NULL adds nothing. */
void string_list_add_all(struct string_list *list, const char *const *strings);

/* Adds "name=value" in place of the entry of that name, or at the end. */
void string_list_set(struct string_list *list, const char *name, const char *value);

/* Removes the "name=…" entries. */
void string_list_unset(struct string_list *list, const char *name);

/* Hands the array over: NULL-terminated, to be freed with string_array_free(). NULL when an
   addition failed or memory runs out. The list is empty afterwards. */
char **string_list_take(struct string_list *list);

void string_list_free(struct string_list *list);
void string_array_free(char **strings);

#endif
