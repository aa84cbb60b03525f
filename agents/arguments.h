/* Walking through a command line that a person wrote for an agent. An option that the table does
   not know keeps the word behind it: it may be its value. */
#ifndef AGENTS_ARGUMENTS_H
#define AGENTS_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "string_list.h"

enum argument_values {
    ARGUMENT_FLAG,     /* none */
    ARGUMENT_VALUE,    /* one: --name=VALUE, or the next argument whatever it looks like */
    ARGUMENT_OPTIONAL, /* one, unless the next argument begins with '-' */
    ARGUMENT_LIST,     /* all arguments up to one that begins with '-' */
};

enum argument_use {
    ARGUMENT_KEPT,    /* holds for every run */
    ARGUMENT_SESSION, /* chooses the conversation: a resumed session has chosen already */
    ARGUMENT_ONCE,    /* holds for this run only: a prompt, print mode */
};

struct argument_option {
    const char *name; /* "--resume" */
    char letter;      /* 'r'; NUL for none */
    enum argument_values values;
    enum argument_use use;
};

struct argument {
    const struct argument_option *option; /* NULL for a word and for an unknown option */
    bool word;           /* no option and no option's value; "--" with all behind it is one word */
    size_t first, count; /* the arguments it consists of */
};

/* Steps to the next argument; `at` begins zero-initialised. False at the end. `options` ends with
   an entry without a name. */
bool argument_next(const char *const *arguments, const struct argument_option *options,
                   struct argument *at);

/* The value of an option, attached or in the next argument; NULL when it has none. */
const char *argument_value(const char *const *arguments, const struct argument *argument);

/* True when an option of that use is given. */
bool arguments_use(const char *const *arguments, const struct argument_option *options,
                   enum argument_use use);

/* The first word in front of any "--"; NULL when there is none. */
const char *arguments_first_word(const char *const *arguments,
                                 const struct argument_option *options);

/* Adds what still holds when the session is resumed: neither words nor options of another use than
   ARGUMENT_KEPT. */
void arguments_add_kept(struct string_list *list, const char *const *arguments,
                        const struct argument_option *options);

/* True when `word` (which may be NULL) is in the NULL-terminated `list`. */
bool argument_is_one_of(const char *word, const char *const *list);

#endif
