#include "api_method.h"

#include <string.h>

static const struct api_method *const GROUPS[] = {
    API_DAEMON_METHODS, API_AGENT_METHODS,     API_SESSION_METHODS, API_STOP_METHODS,
    API_INPUT_METHODS,  API_SCREEN_METHODS,    API_HISTORY_METHODS, API_TERMINAL_METHODS,
    API_WAIT_METHODS,   API_SUBSCRIBE_METHODS,
};

#define GROUP_COUNT (sizeof GROUPS / sizeof GROUPS[0])

const struct api_method *api_method_find(const char *name)
{
    for (size_t i = 0; i < GROUP_COUNT; i++)
        for (const struct api_method *method = GROUPS[i]; method->name; method++)
            if (strcmp(method->name, name) == 0)
                return method;
    return NULL;
}

static struct json_object *params_to_json(const struct api_param *list)
{
    struct json_object *params = json_object_new_array();
    for (const struct api_param *param = list; param->name; param++) {
        struct json_object *item = json_object_new_object();
        json_put_string(item, "name", param->name);
        json_put_string(item, "type", api_type_name(param->type));
        json_put_bool(item, "required", param->required);
        json_object_array_add(params, item);
    }
    return params;
}

struct json_object *api_methods_to_json(void)
{
    struct json_object *methods = json_object_new_array();
    for (size_t i = 0; i < GROUP_COUNT; i++)
        for (const struct api_method *method = GROUPS[i]; method->name; method++) {
            struct json_object *item = json_object_new_object();
            json_put_string(item, "name", method->name);
            json_put(item, "params", params_to_json(method->params));
            json_object_array_add(methods, item);
        }
    return methods;
}
