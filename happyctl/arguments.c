#include "arguments.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "closest_word.h"

static const struct option *find_letter(const struct option *options, char letter)
{
    for (; options && options->name; options++)
        if (options->letter == letter)
            return options;
    return NULL;
}

static const struct option *find_name(const struct option *options, const char *name, size_t length)
{
    for (; options && options->name; options++)
        if (strncmp(options->name, name, length) == 0 && !options->name[length])
            return options;
    return NULL;
}

static int refuse_name(const struct option *options, const struct option *common, const char *name,
                       size_t length, struct error *error)
{
    char word[64];
    struct closest_word closest = {.word = word};
    length = length < sizeof word - 1 ? length : sizeof word - 1;
    memcpy(word, name, length);
    word[length] = '\0';
    error_set(error, ERROR_INVALID, "there is no option --%s", word);
    const struct option *tables[] = {options, common};
    for (size_t i = 0; i < 2; i++)
        for (const struct option *option = tables[i]; option && option->name; option++)
            closest_word_consider(&closest, option->name);
    if (closest.found)
        error_fix(error, "did you mean --%s?", closest.found);
    return -1;
}

static int add(struct arguments *arguments, const struct option *option, const char *value,
               struct error *error)
{
    if (arguments->given_count == ARGUMENTS_GIVEN_MAX)
        return error_set(error, ERROR_LIMIT, "more than %d options", ARGUMENTS_GIVEN_MAX);
    arguments->given[arguments->given_count].option = option;
    arguments->given[arguments->given_count++].value = value;
    return 0;
}

static int missing_value(const struct option *option, struct error *error)
{
    error_set(error, ERROR_INVALID, "--%s needs a value", option->name);
    return error_fix(error, "--%s %s: %s", option->name, option->value, option->help);
}

/* `--name`, `--name value` or `--name=value`. Returns how many words were used, or -1. */
static int read_long(struct arguments *arguments, const struct option *options,
                     const struct option *common, char **words, struct error *error)
{
    const char *name = words[0] + 2;
    size_t length = strcspn(name, "=");
    const char *value = name[length] == '=' ? name + length + 1 : NULL;
    const struct option *option = find_name(options, name, length);
    if (!option)
        option = find_name(common, name, length);
    if (!option)
        return refuse_name(options, common, name, length, error);
    if (!option->value && value)
        return error_set(error, ERROR_INVALID, "--%s takes no value", option->name);
    bool separate = option->value && !value;
    if (separate && !(value = words[1]))
        return missing_value(option, error);
    return add(arguments, option, value, error) < 0 ? -1 : separate ? 2 : 1;
}

/* `-a`, `-ab`, `-n value` or `-nvalue`. Returns how many words were used, or -1. */
static int read_letters(struct arguments *arguments, const struct option *options,
                        const struct option *common, char **words, struct error *error)
{
    for (const char *letter = words[0] + 1; *letter; letter++) {
        const struct option *option = find_letter(options, *letter);
        if (!option)
            option = find_letter(common, *letter);
        if (!option)
            return error_set(error, ERROR_INVALID, "there is no option -%c", *letter);
        if (!option->value) {
            if (add(arguments, option, NULL, error) < 0)
                return -1;
            continue;
        }
        const char *value = letter[1] ? letter + 1 : words[1];
        if (!value)
            return missing_value(option, error);
        if (add(arguments, option, value, error) < 0)
            return -1;
        return letter[1] ? 1 : 2;
    }
    return 1;
}

int arguments_parse(struct arguments *arguments, const struct option *options,
                    const struct option *common, char **words, struct error *error)
{
    *arguments = (struct arguments){.operands = words};
    char **kept = words;
    while (*words) {
        const char *word = *words;
        if (strcmp(word, "--") == 0) {
            arguments->has_separator = true;
            words++;
            break;
        }
        if (word[0] != '-' || !word[1]) { /* "-" alone is an operand: standard input */
            *kept++ = *words++;
            continue;
        }
        int used = word[1] == '-' ? read_long(arguments, options, common, words, error)
                                  : read_letters(arguments, options, common, words, error);
        if (used < 0)
            return -1;
        words += used;
    }
    arguments->separator = (size_t)(kept - arguments->operands);
    while (*words)
        *kept++ = *words++;
    *kept = NULL;
    arguments->operand_count = (size_t)(kept - arguments->operands);
    return 0;
}

bool arguments_has(const struct arguments *arguments, const char *name)
{
    for (size_t i = 0; i < arguments->given_count; i++)
        if (strcmp(arguments->given[i].option->name, name) == 0)
            return true;
    return false;
}

const char *arguments_value(const struct arguments *arguments, const char *name)
{
    const char *value = NULL;
    for (size_t i = 0; i < arguments->given_count; i++)
        if (strcmp(arguments->given[i].option->name, name) == 0)
            value = arguments->given[i].value;
    return value;
}

const char *arguments_operand(const struct arguments *arguments)
{
    return arguments->operand_count ? arguments->operands[0] : NULL;
}

int arguments_number(const struct arguments *arguments, const char *name, long long least,
                     long long most, long long *number, struct error *error)
{
    const char *value = arguments_value(arguments, name);
    if (!value)
        return 0;
    char *end;
    errno = 0;
    long long result = strtoll(value, &end, 10);
    if (errno || end == value || *end || result < least || result > most)
        return error_set(error, ERROR_INVALID,
                         "--%s must be a whole number from %lld to %lld, not \"%s\"", name, least,
                         most, value);
    *number = result;
    return 0;
}
