#include "wire/agent_state.h"

#include <string.h>

int agent_state_parse(struct slice text, struct agent_state *state, struct error *error)
{
    struct arena arena = {0};
    int status = schema_parse_lenient(&agent_state_schema, text, &arena, state, error);
    state->arena = arena;
    if (status != 0)
        agent_state_free(state);
    return status;
}

int agent_state_print(const struct agent_state *state, struct buffer *text, struct error *error)
{
    return schema_print(&agent_state_schema, state, text, error);
}

void agent_state_free(struct agent_state *state)
{
    arena_free(&state->arena);
    memset(state, 0, sizeof *state);
}

struct agent_request *agent_state_request(struct agent_state *state, const char *id)
{
    for (size_t i = 0; i < state->requests.count; i++)
        if (strcmp(state->requests.items[i].object.key, id) == 0)
            return &state->requests.items[i];
    return NULL;
}

static void forget_request(struct agent_state *state, const char *id)
{
    struct agent_request *request = agent_state_request(state, id);
    if (request)
        list_remove(&state->requests, (size_t)(request - state->requests.items), sizeof *request);
}

static void forget_completed(struct agent_state *state, const char *id)
{
    for (size_t i = 0; i < state->completed_requests.count; i++)
        if (strcmp(state->completed_requests.items[i].object.key, id) == 0) {
            list_remove(&state->completed_requests, i, sizeof *state->completed_requests.items);
            return;
        }
}

struct agent_request *agent_state_open_request(struct agent_state *state, const char *id)
{
    const char *key = arena_string(&state->arena, slice_of_string(id));
    if (!key)
        return NULL;
    forget_request(state, key);
    forget_completed(state, key);
    struct agent_request *request = list_append(&state->arena, &state->requests, sizeof *request);
    if (request)
        request->object.key = key;
    return request;
}

struct completed_request *agent_state_complete_request(struct agent_state *state, const char *id,
                                                       enum request_status status, int64_t now)
{
    const struct agent_request *found = agent_state_request(state, id);
    if (!found)
        return NULL;
    const struct agent_request request = *found;
    forget_completed(state, request.object.key);
    struct completed_request *completed =
        list_append(&state->arena, &state->completed_requests, sizeof *completed);
    if (!completed)
        return NULL;
    *completed = (struct completed_request){.object = request.object,
                                            .tool = request.tool,
                                            .arguments = request.arguments,
                                            .created_at = request.created_at,
                                            .completed_at = some_integer(now),
                                            .status = status,
                                            .tool_use_id = request.tool_use_id};
    forget_request(state, request.object.key);
    return completed;
}
