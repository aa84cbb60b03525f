/* The table of all commands. */
#ifndef HAPPYCTL_COMMANDS_H
#define HAPPYCTL_COMMANDS_H

#include "command.h"

extern const struct command COMMAND_START, COMMAND_ATTACH, COMMAND_DETACH, COMMAND_LIST,
    COMMAND_STOP, COMMAND_SEND, COMMAND_SCREEN, COMMAND_LOG, COMMAND_WAIT, COMMAND_RESUME,
    COMMAND_FORGET, COMMAND_STATUS, COMMAND_DOCTOR, COMMAND_DAEMON, COMMAND_API, COMMAND_VERSION,
    COMMAND_HELP, COMMAND_COMPLETE;

/* In the order of the overview; NULL-terminated. */
extern const struct command *const COMMANDS[];

/* Options that every command has. */
extern const struct option COMMON_OPTIONS[];

/* By name or alias; NULL when there is none. */
const struct command *command_find(const char *name);

/* The name that was probably meant, or NULL. */
const char *command_closest(const char *name);

#endif
