#include "api_params.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const TYPE_NAMES[] = {[API_STRING] = "string",
                                         [API_BOOLEAN] = "boolean",
                                         [API_INTEGER] = "integer",
                                         [API_STRINGS] = "strings",
                                         [API_OBJECT] = "object"};

const char *api_type_name(enum api_type type)
{
    return TYPE_NAMES[type];
}

static bool check_string(const struct api_param *param, struct json_object *params,
                         struct error *error)
{
    const char *text = NULL;
    if (!json_get_string(params, param->name, &text, error))
        return false;
    if (param->most > 0 && (int64_t)strlen(text) > param->most) {
        error_set(error, ERROR_INVALID, "\"%s\" is longer than %lld bytes", param->name,
                  (long long)param->most);
        return false;
    }
    for (size_t i = 0; param->words && param->words[i]; i++)
        if (strcmp(param->words[i], text) == 0)
            return true;
    if (!param->words)
        return true;
    char known[128] = "";
    for (size_t i = 0; param->words[i]; i++)
        snprintf(known + strlen(known), sizeof known - strlen(known), "%s\"%s\"", i ? ", " : "",
                 param->words[i]);
    error_set(error, ERROR_INVALID, "\"%s\" cannot be \"%.40s\"", param->name, text);
    error_fix(error, "it can be %s", known);
    return false;
}

static bool check_strings(const struct api_param *param, struct json_object *params,
                          struct error *error)
{
    struct json_object *array = NULL;
    if (!json_get_array(params, param->name, &array, error))
        return false;
    for (size_t i = 0; i < json_object_array_length(array); i++) {
        struct json_object *item = json_object_array_get_idx(array, i);
        if (json_object_is_type(item, json_type_string) &&
            strlen(json_object_get_string(item)) == (size_t)json_object_get_string_len(item))
            continue;
        error_set(error, ERROR_INVALID, "\"%s\" must hold strings without NUL; item %zu is none",
                  param->name, i);
        return false;
    }
    return true;
}

static bool check_value(const struct api_param *param, struct json_object *params,
                        struct error *error)
{
    bool boolean;
    int64_t integer;
    struct json_object *object;
    switch (param->type) {
    case API_STRING:
        return check_string(param, params, error);
    case API_BOOLEAN:
        return json_get_bool(params, param->name, &boolean, error);
    case API_INTEGER:
        return json_get_integer(params, param->name, param->least, param->most, &integer, error);
    case API_STRINGS:
        return check_strings(param, params, error);
    case API_OBJECT:
        return json_get_object(params, param->name, &object, error);
    }
    return false;
}

static int refuse_unknown(const struct api_param *list, const char *key, struct error *error)
{
    char known[200] = "";
    for (const struct api_param *param = list; param->name; param++)
        snprintf(known + strlen(known), sizeof known - strlen(known), "%s%s", *known ? ", " : "",
                 param->name);
    error_set(error, ERROR_INVALID, "there is no parameter \"%.80s\"", key);
    return *known ? error_fix(error, "the parameters are %s", known)
                  : error_fix(error, "this method has no parameters");
}

int api_params_check(const struct api_param *list, struct json_object *params, struct error *error)
{
    if (params && !json_object_is_type(params, json_type_object)) {
        error_set(error, ERROR_INVALID, "\"params\" must be an object");
        return error_fix(error, "give the parameters by name");
    }
    if (params) {
        json_object_object_foreach(params, key, value)
        {
            (void)value;
            const struct api_param *param = list;
            while (param->name && strcmp(param->name, key) != 0)
                param++;
            if (!param->name)
                return refuse_unknown(list, key, error);
        }
    }
    for (const struct api_param *param = list; param->name; param++) {
        bool there = api_value(params, param->name) != NULL;
        if (!there && param->required) {
            error_set(error, ERROR_INVALID, "the parameter \"%s\" is missing", param->name);
            return error_fix(error, "give \"%s\", %s %s", param->name,
                             param->type == API_INTEGER || param->type == API_OBJECT ? "an" : "a",
                             param->type == API_STRINGS ? "list of strings"
                                                        : TYPE_NAMES[param->type]);
        }
        if (there && !check_value(param, params, error))
            return -1;
    }
    return 0;
}

struct json_object *api_value(struct json_object *params, const char *name)
{
    struct json_object *value = NULL;
    if (params)
        json_object_object_get_ex(params, name, &value);
    return value;
}

const char *api_string(struct json_object *params, const char *name)
{
    struct json_object *value = api_value(params, name);
    return value ? json_object_get_string(value) : NULL;
}

bool api_boolean(struct json_object *params, const char *name, bool otherwise)
{
    struct json_object *value = api_value(params, name);
    return value ? json_object_get_boolean(value) : otherwise;
}

int64_t api_integer(struct json_object *params, const char *name, int64_t otherwise)
{
    struct json_object *value = api_value(params, name);
    return value ? json_object_get_int64(value) : otherwise;
}

const char **api_strings(struct json_object *params, const char *name)
{
    struct json_object *array = api_value(params, name);
    size_t count = array ? json_object_array_length(array) : 0;
    const char **strings = calloc(count + 1, sizeof *strings);
    for (size_t i = 0; strings && i < count; i++)
        strings[i] = json_object_get_string(json_object_array_get_idx(array, i));
    return strings;
}

void api_strings_wipe(struct json_object *params, const char *name)
{
    struct json_object *array = api_value(params, name);
    if (!json_object_is_type(array, json_type_array))
        return;
    for (size_t i = 0; i < json_object_array_length(array); i++) {
        struct json_object *item = json_object_array_get_idx(array, i);
        if (json_object_is_type(item, json_type_string))
            explicit_bzero((char *)(uintptr_t)json_object_get_string(item),
                           (size_t)json_object_get_string_len(item));
    }
}
