#include "wire/rpc_payload.h"

#include <string.h>

#include "wire/json_text.h"

const struct schema rpc_nothing_schema = {.size = sizeof(struct rpc_nothing)};

const struct rpc_method rpc_methods[] = {
    {"spawn-happy-session", RPC_MACHINE, &rpc_spawn_params_schema, &rpc_spawn_result_schema},
    {"resume-happy-session", RPC_MACHINE, &rpc_resume_params_schema, &rpc_spawn_result_schema},
    {"stop-session", RPC_MACHINE, &rpc_stop_params_schema, &rpc_message_result_schema},
    {"stop-daemon", RPC_MACHINE, &rpc_nothing_schema, &rpc_message_result_schema},
    {"claude-fork-session", RPC_MACHINE, &rpc_fork_params_schema, &rpc_fork_result_schema},
    {"claude-duplicate-session", RPC_MACHINE, &rpc_fork_params_schema, &rpc_fork_result_schema},
    {"claude-list-rewind-points", RPC_MACHINE, &rpc_fork_params_schema, &rpc_points_result_schema},
    {"codex-fork-thread", RPC_MACHINE, &rpc_fork_params_schema, &rpc_fork_result_schema},
    {"codex-duplicate-thread", RPC_MACHINE, &rpc_fork_params_schema, &rpc_fork_result_schema},
    {"codex-list-rewind-points", RPC_MACHINE, &rpc_fork_params_schema, &rpc_points_result_schema},
    {"bash", RPC_ANYWHERE, &rpc_bash_params_schema, &rpc_command_result_schema},
    {"readFile", RPC_ANYWHERE, &rpc_path_params_schema, &rpc_read_result_schema},
    {"writeFile", RPC_ANYWHERE, &rpc_write_params_schema, &rpc_write_result_schema},
    {"listDirectory", RPC_ANYWHERE, &rpc_path_params_schema, &rpc_list_result_schema},
    {"getDirectoryTree", RPC_ANYWHERE, &rpc_path_params_schema, &rpc_tree_result_schema},
    {"ripgrep", RPC_ANYWHERE, &rpc_program_params_schema, &rpc_command_result_schema},
    {"difftastic", RPC_ANYWHERE, &rpc_program_params_schema, &rpc_command_result_schema},
    {"permission", RPC_SESSION, &rpc_permission_params_schema, &rpc_nothing_schema},
    {"abort", RPC_SESSION, &rpc_abort_params_schema, &rpc_nothing_schema},
    {"switch", RPC_SESSION, &rpc_switch_params_schema, &rpc_nothing_schema},
    {"killSession", RPC_SESSION, &rpc_nothing_schema, &rpc_message_result_schema},
    {"goal-action", RPC_SESSION, &rpc_goal_params_schema, &rpc_ok_result_schema},
    {"communication", RPC_SESSION, &rpc_communication_params_schema, &rpc_nothing_schema},
    {"openclaw-retry-pairing", RPC_SESSION, &rpc_nothing_schema, &rpc_nothing_schema},
    {0}};

const struct rpc_method *rpc_method(const char *name, enum rpc_scope scope)
{
    for (const struct rpc_method *method = rpc_methods; method->name; method++)
        if ((method->scope & scope) && strcmp(method->name, name) == 0)
            return method;
    return NULL;
}

bool rpc_method_split(struct slice method, struct slice *scope, struct slice *name)
{
    const char *colon = method.length ? memchr(method.data, ':', method.length) : NULL;
    if (!colon)
        return false;
    *scope = slice_of(method.data, (size_t)(colon - method.data));
    *name = slice_of(colon + 1, method.length - scope->length - 1);
    return scope->length > 0 && name->length > 0;
}

/* Reads the text; `json` is NULL for empty text and null. */
static int read_text(struct slice text, struct json_object **json, struct error *error)
{
    *json = NULL;
    return text.length == 0 ? 0 : json_text_parse_lenient(text, json, error);
}

int rpc_params_parse(const struct schema *schema, struct slice text, struct arena *arena,
                     void *params, struct error *error)
{
    struct json_object *json;
    memset(params, 0, schema->size);
    if (read_text(text, &json, error) != 0)
        return -1;
    if (!json_object_is_type(json, json_type_object)) {
        json_object_put(json);
        json = json_object_new_object();
    }
    int status = schema_read(schema, json, arena, params, error);
    json_object_put(json);
    return status;
}

/* The message of a result that says nothing but that the handler failed, or NULL. */
static const char *failure_of(struct json_object *json)
{
    struct json_object *message = NULL;
    if (!json_object_is_type(json, json_type_object) ||
        !json_object_object_get_ex(json, "error", &message) ||
        !json_object_is_type(message, json_type_string) ||
        json_object_object_get_ex(json, "type", NULL) ||
        json_object_object_get_ex(json, "success", NULL))
        return NULL;
    return json_object_get_string(message);
}

int rpc_result_parse(const struct schema *schema, struct slice text, struct arena *arena,
                     void *result, struct error *error)
{
    struct json_object *json;
    memset(result, 0, schema->size);
    if (read_text(text, &json, error) != 0)
        return -1;
    if (!json)
        return 0;
    const char *failure = failure_of(json);
    int status = failure ? error_set(error, ERROR_REFUSED, "%s", failure)
                         : schema_read(schema, json, arena, result, error);
    json_object_put(json);
    return status;
}

void rpc_print_error(struct buffer *text, const char *message)
{
    buffer_append_string(text, "{\"error\":");
    json_text_print_string(text, slice_of_string(message));
    buffer_append_byte(text, '}');
}
