/* The command line of one command, read by a table of options. Pure. */
#ifndef HAPPYCTL_ARGUMENTS_H
#define HAPPYCTL_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "wire/error.h"

struct option {
    char letter;       /* 0: has none */
    const char *name;  /* without "--"; NULL ends a table */
    const char *value; /* what help calls its value; NULL: it has none */
    const char *help;
};

#define ARGUMENTS_GIVEN_MAX 64 /* options on one command line */

struct arguments {
    struct {
        const struct option *option;
        const char *value; /* NULL when the option has none */
    } given[ARGUMENTS_GIVEN_MAX];
    size_t given_count;
    char **operands; /* NULL-terminated */
    size_t operand_count;
    size_t separator; /* number of operands that stood before "--"; operand_count without one */
    bool has_separator;
};

/* Reads `words` (NULL-terminated, without the command's name) by `options`, then by `common`
   options. Options and operands may be mixed; all behind "--" are operands. Words are borrowed, and
   the array is rearranged. -1 with `error` filled (ERROR_INVALID, naming the closest option). */
int arguments_parse(struct arguments *arguments, const struct option *options,
                    const struct option *common, char **words, struct error *error);

bool arguments_has(const struct arguments *arguments, const char *name);

/* The value given last, or NULL. */
const char *arguments_value(const struct arguments *arguments, const char *name);

/* The first operand, or NULL. */
const char *arguments_operand(const struct arguments *arguments);

/* Reads the value of `name` as a whole number. Leaves `*number` alone when it was not given. -1
   with `error` filled when it is no number from `least` to `most`. */
int arguments_number(const struct arguments *arguments, const char *name, long long least,
                     long long most, long long *number, struct error *error);

#endif
