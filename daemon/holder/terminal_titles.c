#include "terminal_titles.h"

#include <stdlib.h>
#include <string.h>

static void set_title(char **title, const char *text, size_t length)
{
    char *copy = strndup(text, length < TERMINAL_TITLE_MAX ? length : TERMINAL_TITLE_MAX);
    if (!copy)
        return;
    free(*title);
    *title = copy;
    /* It may not bring control characters with it when it is written to a terminal again. */
    for (char *at = copy; *at; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            *at = ' ';
}

void terminal_titles_note(struct terminal_titles *titles, unsigned command, const char *text,
                          size_t length)
{
    if (command == 0 || command == 2)
        set_title(&titles->title, text, length);
    if (command == 0 || command == 1)
        set_title(&titles->icon, text, length);
}

void terminal_titles_note_stack(struct terminal_titles *titles, unsigned operation)
{
    if (operation == 22) {
        char *copy = strdup(terminal_titles_get(titles));
        if (!copy)
            return;
        if (titles->depth == TERMINAL_TITLE_STACK_MAX) {
            free(titles->stack[0]);
            memmove(titles->stack, titles->stack + 1,
                    (TERMINAL_TITLE_STACK_MAX - 1) * sizeof titles->stack[0]);
            titles->depth--;
        }
        titles->stack[titles->depth++] = copy;
    } else if (operation == 23 && titles->depth) {
        free(titles->title);
        titles->title = titles->stack[--titles->depth];
    }
}

void terminal_titles_forget_stack(struct terminal_titles *titles)
{
    while (titles->depth)
        free(titles->stack[--titles->depth]);
}

const char *terminal_titles_get(const struct terminal_titles *titles)
{
    return titles->title ? titles->title : "";
}

void terminal_titles_append(const struct terminal_titles *titles, struct buffer *buffer)
{
    if (titles->icon && titles->title && strcmp(titles->icon, titles->title) == 0) {
        buffer_append_format(buffer, "\033]0;%s\033\\", titles->title);
        return;
    }
    if (titles->icon)
        buffer_append_format(buffer, "\033]1;%s\033\\", titles->icon);
    if (titles->title)
        buffer_append_format(buffer, "\033]2;%s\033\\", titles->title);
}

void terminal_titles_clear(struct terminal_titles *titles)
{
    terminal_titles_forget_stack(titles);
    free(titles->title);
    free(titles->icon);
    *titles = (struct terminal_titles){0};
}
