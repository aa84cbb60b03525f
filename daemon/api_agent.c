/* agent.list */
#include <stdlib.h>

#include "agents/agent.h"
#include "api_method.h"

static struct json_object *agent_to_json(const struct agent_dialect *dialect,
                                         const char *const *environment)
{
    struct json_object *item = json_object_new_object();
    char *path = agent_dialect_program(dialect, environment, "/");
    json_put_string(item, "name", dialect->name);
    json_put_string(item, "title", dialect->title);
    json_put_string_or_null(item, "program", dialect->program);
    json_put_string_or_null(item, "path", path);
    json_put_string_or_null(item, "install", dialect->install);
    free(path);
    return item;
}

static char *variable(const char *name, const char *value)
{
    char *text = NULL;
    return value && asprintf(&text, "%s=%s", name, value) >= 0 ? text : NULL;
}

static void list(struct api_call *call)
{
    const char *given = api_string(call->params, "path");
    char *path = variable("PATH", given ? given : getenv("PATH"));
    char *home = variable("HOME", getenv("HOME"));
    const char *environment[3] = {0};
    size_t used = 0, count;
    if (path)
        environment[used++] = path;
    if (home)
        environment[used] = home;
    const struct agent_dialect *const *dialects = agent_dialects(&count);
    struct json_object *agents = json_object_new_array();
    for (size_t i = 0; i < count; i++)
        json_object_array_add(agents, agent_to_json(dialects[i], environment));
    struct json_object *result = json_object_new_object();
    json_put(result, "agents", agents);
    free(path);
    free(home);
    api_answer(call, result);
}

static const struct api_param LIST[] = {
    {.name = "path", .type = API_STRING, .most = 65536},
    API_PARAM_END,
};

const struct api_method API_AGENT_METHODS[] = {
    {.name = "agent.list", .handle = list, .params = LIST},
    {0},
};
