#include "client_environment.h"

#include <string.h>

#include "utf8.h"

extern char **environ;

/* They tell a program which window, pane or shell job it is in; the agent is in another. What tells
   which kind of terminal there is (TERM, COLORTERM, TERM_PROGRAM, …) stays. */
static const char *const OF_THIS_WINDOW[] = {
    "TMUX",
    "TMUX_PANE",
    "STY",
    "WINDOW",
    "WINDOWID",
    "LINES",
    "COLUMNS",
    "GPG_TTY",
    "TERM_SESSION_ID",
    "ITERM_SESSION_ID",
    "WEZTERM_PANE",
    "ZELLIJ",
    "_",
    "KITTY_WINDOW_ID",
    "WT_SESSION",
    "ZELLIJ_PANE_ID",
    "SHLVL",
    "OLDPWD",
    "PWD",
};

static bool has_name(const char *entry, const char *name, size_t length)
{
    return strncmp(entry, name, length) == 0 && entry[length] == '=';
}

static bool is_of_this_window(const char *entry)
{
    for (size_t i = 0; i < sizeof OF_THIS_WINDOW / sizeof OF_THIS_WINDOW[0]; i++)
        if (has_name(entry, OF_THIS_WINDOW[i], strlen(OF_THIS_WINDOW[i])))
            return true;
    return false;
}

/* True when a later --env sets the variable of `entry`. */
static bool is_replaced(const struct arguments *arguments, size_t from, const char *entry)
{
    size_t length = strcspn(entry, "=");
    for (size_t i = from; i < arguments->given_count; i++)
        if (strcmp(arguments->given[i].option->name, "env") == 0 &&
            has_name(arguments->given[i].value, entry, length))
            return true;
    return false;
}

static void add(struct json_object *list, const char *entry)
{
    json_object_array_add(list, json_object_new_string(entry));
}

struct json_object *client_environment(const struct arguments *arguments, struct error *error)
{
    struct json_object *list = json_object_new_array();
    for (char **entry = environ; *entry; entry++)
        if ((*entry)[0] != '=' && strchr(*entry, '=') && !is_of_this_window(*entry) &&
            !is_replaced(arguments, 0, *entry) && utf8_is_valid(*entry, strlen(*entry)))
            add(list, *entry);
    for (size_t i = 0; i < arguments->given_count; i++) {
        if (strcmp(arguments->given[i].option->name, "env") != 0)
            continue;
        const char *entry = arguments->given[i].value;
        if (entry[0] == '=' || !strchr(entry, '=') || !utf8_is_valid(entry, strlen(entry))) {
            error_set(error, ERROR_INVALID, "--env %s is not KEY=VALUE in UTF-8", entry);
            json_object_put(list);
            return NULL;
        }
        if (!is_replaced(arguments, i + 1, entry))
            add(list, entry);
    }
    return list;
}
