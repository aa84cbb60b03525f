#include "commands.h"

#include <string.h>

#include "closest_word.h"

const struct command *const COMMANDS[] = {
    &COMMAND_START,
    &COMMAND_ATTACH,
    &COMMAND_DETACH,
    &COMMAND_LIST,
    &COMMAND_STOP,
    &COMMAND_RESUME,
    &COMMAND_FORGET,
    &COMMAND_SEND,
    &COMMAND_SCREEN,
    &COMMAND_LOG,
    &COMMAND_WAIT,
    &COMMAND_STATUS,
    &COMMAND_DOCTOR,
    &COMMAND_DAEMON,
    &COMMAND_API,
    &COMMAND_VERSION,
    &COMMAND_HELP,
    &COMMAND_COMPLETE,
    NULL,
};

const struct option COMMON_OPTIONS[] = {
    {'h', "help", NULL, "show this help"},
    {0, "no-start", NULL, "do not start happyd when it is not running"},
    {0},
};

const struct command *command_find(const char *name)
{
    for (size_t i = 0; COMMANDS[i]; i++)
        if (strcmp(COMMANDS[i]->name, name) == 0 ||
            (COMMANDS[i]->alias && strcmp(COMMANDS[i]->alias, name) == 0))
            return COMMANDS[i];
    return NULL;
}

const char *command_closest(const char *name)
{
    struct closest_word closest = {.word = name};
    for (size_t i = 0; COMMANDS[i]; i++) {
        if (COMMANDS[i]->hidden)
            continue;
        closest_word_consider(&closest, COMMANDS[i]->name);
        if (COMMANDS[i]->alias)
            closest_word_consider(&closest, COMMANDS[i]->alias);
    }
    return closest.found;
}
