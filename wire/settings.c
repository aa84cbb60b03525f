#include "wire/settings.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "wire/json.h"

#define HISTORY_LINES_DEFAULT 10000
#define HISTORY_LINES_MOST    1000000
#define HISTORY_BYTES_DEFAULT (1024 * 1024)
#define HISTORY_BYTES_LEAST   (64 * 1024)
#define HISTORY_BYTES_MOST    (64 * 1024 * 1024) /* what a holder takes: docs/holder-protocol.md */

struct setting {
    const char *name;
    bool (*read)(struct json_object *whole, const char *name, struct settings *settings,
                 struct error *error);
};

struct word {
    const char *text;
    int value;
};

void settings_set_defaults(struct settings *settings)
{
    *settings = (struct settings){.detach_key = "C-\\ d",
                                  .history_lines = HISTORY_LINES_DEFAULT,
                                  .history_bytes = HISTORY_BYTES_DEFAULT,
                                  .scope = SETTINGS_SCOPE_AUTO};
}

/* Looks the member's value up among `words`, which ends with a text of NULL. */
static bool read_word(struct json_object *whole, const char *name, const struct word *words,
                      int *value, struct error *error)
{
    const char *text = NULL;
    if (!json_get_string(whole, name, &text, error))
        return false;
    if (!text)
        return true;
    for (const struct word *word = words; word->text; word++)
        if (strcmp(word->text, text) == 0) {
            *value = word->value;
            return true;
        }
    char known[128] = "";
    for (const struct word *word = words; word->text; word++)
        snprintf(known + strlen(known), sizeof known - strlen(known), "%s%s", *known ? ", " : "",
                 word->text);
    error_set(error, ERROR_INVALID, "\"%s\" is \"%.40s\", which it cannot be", name, text);
    error_fix(error, "it can be one of: %s", known);
    return false;
}

static bool read_detach_key(struct json_object *whole, const char *name, struct settings *settings,
                            struct error *error)
{
    const char *text = NULL;
    if (!json_get_string(whole, name, &text, error))
        return false;
    if (!text)
        return true;
    if (!*text || strlen(text) >= sizeof settings->detach_key) {
        error_set(error, ERROR_INVALID, "\"%s\" must have 1 to %zu characters", name,
                  sizeof settings->detach_key - 1);
        error_fix(error, "give key names separated by a space, such as \"C-\\\\ d\"");
        return false;
    }
    strcpy(settings->detach_key, text);
    return true;
}

static bool read_count(struct json_object *whole, const char *name, int64_t least, int64_t most,
                       uint32_t *count, struct error *error)
{
    int64_t value = *count;
    if (!json_get_integer(whole, name, least, most, &value, error))
        return false;
    *count = (uint32_t)value;
    return true;
}

static bool read_history_lines(struct json_object *whole, const char *name,
                               struct settings *settings, struct error *error)
{
    return read_count(whole, name, 0, HISTORY_LINES_MOST, &settings->history_lines, error);
}

static bool read_history_bytes(struct json_object *whole, const char *name,
                               struct settings *settings, struct error *error)
{
    return read_count(whole, name, HISTORY_BYTES_LEAST, HISTORY_BYTES_MOST,
                      &settings->history_bytes, error);
}

static bool read_log_level(struct json_object *whole, const char *name, struct settings *settings,
                           struct error *error)
{
    static const struct word levels[] = {
        {"error", 3}, {"warning", 4}, {"info", 6}, {"debug", 7}, {NULL, 0}};
    return read_word(whole, name, levels, &settings->log_level, error);
}

static bool read_scope(struct json_object *whole, const char *name, struct settings *settings,
                       struct error *error)
{
    static const struct word scopes[] = {{"auto", SETTINGS_SCOPE_AUTO},
                                         {"always", SETTINGS_SCOPE_ALWAYS},
                                         {"never", SETTINGS_SCOPE_NEVER},
                                         {NULL, 0}};
    int scope = settings->scope;
    if (!read_word(whole, name, scopes, &scope, error))
        return false;
    settings->scope = (enum settings_scope)scope;
    return true;
}

static bool read_limits(struct json_object *whole, const char *name, struct settings *settings,
                        struct error *error)
{
    struct json_object *limits = NULL;
    if (!json_get_object(whole, name, &limits, error))
        return false;
    return !limits || resource_limits_read(limits, &settings->limits, error);
}

static const struct setting SETTINGS[] = {
    {"detachKey", read_detach_key},       {"historyBytes", read_history_bytes},
    {"historyLines", read_history_lines}, {"limits", read_limits},
    {"logLevel", read_log_level},         {"scope", read_scope},
};

#define SETTING_COUNT (sizeof SETTINGS / sizeof SETTINGS[0])

static bool are_all_known(struct json_object *whole, struct error *error)
{
    json_object_object_foreach(whole, key, value)
    {
        (void)value;
        size_t i = 0;
        while (i < SETTING_COUNT && strcmp(SETTINGS[i].name, key) != 0)
            i++;
        if (i < SETTING_COUNT)
            continue;
        error_set(error, ERROR_INVALID, "there is no setting \"%.40s\"", key);
        error_fix(error, "the settings are detachKey, historyBytes, historyLines, limits, logLevel "
                         "and scope");
        return false;
    }
    return true;
}

int settings_parse(const char *text, size_t length, struct settings *settings, struct error *error)
{
    if (length > SETTINGS_SIZE_MAX) {
        error_set(error, ERROR_INVALID, "it is longer than %u bytes", SETTINGS_SIZE_MAX);
        return error_fix(error, "it should hold a JSON object with a few settings");
    }
    struct json_object *whole = json_parse(text, length, error);
    if (!whole)
        return error_fix(error, "write a JSON object, such as {\"historyLines\": 20000}");
    struct settings read;
    settings_set_defaults(&read);
    bool good = json_object_is_type(whole, json_type_object);
    if (!good) {
        error_set(error, ERROR_INVALID, "it is not a JSON object");
        error_fix(error, "write a JSON object, such as {\"historyLines\": 20000}");
    }
    good = good && are_all_known(whole, error);
    for (size_t i = 0; good && i < SETTING_COUNT; i++)
        good = SETTINGS[i].read(whole, SETTINGS[i].name, &read, error);
    json_object_put(whole);
    if (!good)
        return -1;
    *settings = read;
    return 0;
}
