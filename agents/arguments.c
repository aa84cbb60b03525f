#include "arguments.h"

#include <string.h>

static const struct argument_option *find_option(const char *argument,
                                                 const struct argument_option *options)
{
    for (; options->name; options++) {
        size_t length = strlen(options->name);
        if (strncmp(argument, options->name, length) == 0 &&
            (argument[length] == '\0' || argument[length] == '='))
            return options;
        if (options->letter && argument[1] == options->letter)
            return options;
    }
    return NULL;
}

static bool has_attached_value(const char *argument)
{
    return argument[1] == '-' ? strchr(argument, '=') != NULL : argument[2] != '\0';
}

static bool is_bare(const char *argument)
{
    return argument && argument[0] != '-';
}

static size_t count_values(const char *const *next, enum argument_values values)
{
    size_t count = 0;
    switch (values) {
    case ARGUMENT_FLAG:
        return 0;
    case ARGUMENT_VALUE:
        return *next ? 1 : 0;
    case ARGUMENT_OPTIONAL:
        return is_bare(*next) ? 1 : 0;
    case ARGUMENT_LIST:
        while (is_bare(next[count]))
            count++;
        return count;
    }
    return 0;
}

bool argument_next(const char *const *arguments, const struct argument_option *options,
                   struct argument *at)
{
    *at = (struct argument){.first = at->first + at->count};
    const char *argument = arguments[at->first];
    if (!argument)
        return false;
    at->count = 1;
    if (strcmp(argument, "--") == 0) {
        at->word = true;
        while (arguments[at->first + at->count])
            at->count++;
        return true;
    }
    if (argument[0] != '-' || argument[1] == '\0') {
        at->word = true;
        return true;
    }
    at->option = find_option(argument, options);
    if (!has_attached_value(argument))
        at->count += count_values(arguments + at->first + 1,
                                  at->option ? at->option->values : ARGUMENT_OPTIONAL);
    return true;
}

const char *argument_value(const char *const *arguments, const struct argument *argument)
{
    const char *option = arguments[argument->first];
    if (argument->count > 1)
        return arguments[argument->first + 1];
    if (!has_attached_value(option))
        return NULL;
    return option[1] == '-' ? strchr(option, '=') + 1 : option + 2;
}

bool arguments_use(const char *const *arguments, const struct argument_option *options,
                   enum argument_use use)
{
    struct argument at = {0};
    while (argument_next(arguments, options, &at)) {
        if (at.option && at.option->use == use)
            return true;
    }
    return false;
}

const char *arguments_first_word(const char *const *arguments,
                                 const struct argument_option *options)
{
    struct argument at = {0};
    while (argument_next(arguments, options, &at)) {
        if (at.word)
            return strcmp(arguments[at.first], "--") == 0 ? NULL : arguments[at.first];
    }
    return NULL;
}

void arguments_add_kept(struct string_list *list, const char *const *arguments,
                        const struct argument_option *options)
{
    struct argument at = {0};
    while (argument_next(arguments, options, &at)) {
        if (at.word || (at.option && at.option->use != ARGUMENT_KEPT))
            continue;
        for (size_t i = 0; i < at.count; i++)
            string_list_add(list, arguments[at.first + i]);
    }
}

bool argument_is_one_of(const char *word, const char *const *list)
{
    for (; word && *list; list++) {
        if (strcmp(word, *list) == 0)
            return true;
    }
    return false;
}
