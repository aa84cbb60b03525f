/* The settings file of the daemon, happyd.json in the Happy home: one JSON object, every member of
   it optional. docs/local-api.md lists the members. */
#ifndef WIRE_SETTINGS_H
#define WIRE_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "wire/error.h"
#include "wire/resource_limits.h"

#define SETTINGS_SIZE_MAX       65536u /* bytes of the file */
#define SETTINGS_DETACH_KEY_MAX 32u

enum settings_scope {
    SETTINGS_SCOPE_AUTO,   /* a systemd scope for each agent when the daemon runs under systemd */
    SETTINGS_SCOPE_ALWAYS, /* whenever the user's service manager can be reached */
    SETTINGS_SCOPE_NEVER,
};

struct settings {
    char detach_key[SETTINGS_DETACH_KEY_MAX]; /* "C-\\ d": key names, separated by a space */
    uint32_t history_lines, history_bytes;    /* what a holder keeps at the most */
    int log_level;                            /* syslog number: 3, 4, 6 or 7; 0: not given */
    enum settings_scope scope;
    struct resource_limits limits;
};

/* What holds without a file. */
void settings_set_defaults(struct settings *settings);

/* Reads the text of the file over the defaults. -1, with `error` filled (ERROR_INVALID, naming the
   member and the fix) and `settings` untouched, when anything in it is wrong. */
int settings_parse(const char *text, size_t length, struct settings *settings, struct error *error);

#endif
