/* session.start, session.list, session.get, session.resume, session.forget */
#include <stdlib.h>
#include <string.h>

#include "api_method.h"
#include "os/clock.h"
#include "session_start.h"

#define DAY_MS       (24ll * 60 * 60 * 1000)
#define COLUMNS_MOST 1000
#define ROWS_MOST    1000

static void on_started(struct session *session, const struct error *error, void *context)
{
    struct api_call *call = context;
    /* The agent runs, and its row, which was written first, makes any later daemon find it. */
    call->stands = session != NULL;
    if (session)
        api_answer(call, session_to_json(session, false));
    else
        api_fail(call, error);
}

static int check_environment(const char **environment, struct error *error)
{
    for (size_t i = 0; environment[i]; i++)
        if (environment[i][0] == '=' || !strchr(environment[i], '=')) {
            error_set(error, ERROR_INVALID, "item %zu of \"environment\" is not KEY=VALUE", i);
            return error_fix(error, "give every variable as KEY=VALUE");
        }
    return 0;
}

/* Which agent, and with which words behind its name. -1 with `error` filled. */
static int choose_agent(struct api_call *call, struct session_wish *wish, const char **words,
                        const char **command, struct error *error)
{
    const char *agent = api_string(call->params, "agent");
    bool has_command = api_value(call->params, "command") != NULL;
    if (!agent && has_command)
        agent = "command";
    if (!agent) {
        error_set(error, ERROR_INVALID, "neither \"agent\" nor \"command\" is given");
        return error_fix(error, "give \"agent\": \"claude\", or \"command\": [program, …]");
    }
    wish->dialect = agent_dialect_find(agent);
    if (!wish->dialect) {
        error_set(error, ERROR_INVALID, "there is no agent \"%.40s\"", agent);
        return error_fix(error, "agent.list names the agents; any other program is started as a "
                                "\"command\"");
    }
    bool is_command = strcmp(agent, "command") == 0;
    if (is_command != has_command || (is_command && !command[0])) {
        error_set(error, ERROR_INVALID, "\"command\" and the agent \"%s\" do not go together",
                  agent);
        return error_fix(error, "give either an agent with \"arguments\", or \"command\" with a "
                                "program and its arguments");
    }
    if (is_command && words[0])
        return error_set(error, ERROR_INVALID, "\"command\" holds the arguments already");
    wish->arguments = is_command ? command : words;
    return 0;
}

static int read_limits(struct api_call *call, struct session_wish *wish,
                       struct resource_limits *limits, struct error *error)
{
    struct json_object *given = api_value(call->params, "limits");
    *limits = call->daemon->settings.limits;
    if (!given)
        return 0;
    wish->limits = limits;
    return resource_limits_read(given, limits, error) ? 0 : -1;
}

static void start(struct api_call *call)
{
    struct error error;
    struct resource_limits limits;
    const char **words = api_strings(call->params, "arguments");
    const char **command = api_strings(call->params, "command");
    const char **environment = api_strings(call->params, "environment");
    struct session_wish wish = {
        .name = api_string(call->params, "name"),
        .directory = api_string(call->params, "directory"),
        .environment = environment,
        .columns = (uint16_t)api_integer(call->params, "columns", 80),
        .rows = (uint16_t)api_integer(call->params, "rows", 24),
        .terminal = api_boolean(call->params, "terminal", true),
    };
    int result =
        words && command && environment ? 0 : error_set(&error, ERROR_MEMORY, "out of memory");
    if (result == 0)
        result = choose_agent(call, &wish, words, command, &error);
    if (result == 0)
        result = check_environment(environment, &error);
    if (result == 0)
        result = read_limits(call, &wish, &limits, &error);
    if (result == 0)
        result = session_start(call->daemon, &wish, on_started, call, &error);
    if (result < 0)
        api_fail(call, &error);
    free(words);
    free(command);
    free(environment);
}

static void list(struct api_call *call)
{
    bool all = api_boolean(call->params, "all", false);
    bool resources = api_boolean(call->params, "resources", false);
    int64_t since = clock_now_ms() - DAY_MS;
    struct json_object *sessions = json_object_new_array();
    struct session *session;
    TAILQ_FOREACH(session, &call->daemon->sessions.list, entry)
    if (all || session_is_live(session) || session->ended_at >= since)
        json_object_array_add(sessions, session_to_json(session, resources));
    struct json_object *result = json_object_new_object();
    json_put(result, "sessions", sessions);
    api_answer(call, result);
}

static void get(struct api_call *call)
{
    api_answer(call, session_to_json(call->session, api_boolean(call->params, "resources", false)));
}

static int check_resumable(const struct session *session, struct error *error)
{
    if (session_is_live(session)) {
        error_set(error, ERROR_EXISTS, "the session %s (%s) runs", session->id, session->name);
        return error_fix(error, "attach to it with \"happyctl attach %s\"", session->id);
    }
    if (!session->dialect->can_resume) {
        error_set(error, ERROR_UNSUPPORTED, "%s cannot resume a session", session->dialect->title);
        return error_fix(error, "start a new one");
    }
    if (!session->native_id) {
        error_set(error, ERROR_UNSUPPORTED, "%s's own id of the session %s was never learnt",
                  session->dialect->title, session->id);
        return error_fix(error, "start a new one; it may have had no prompt yet");
    }
    return 0;
}

static bool is_name_free(struct daemon *daemon, const char *name)
{
    struct error error;
    return session_table_check_name(&daemon->sessions, name, &error) == 0;
}

static void resume(struct api_call *call)
{
    struct error error;
    const struct session *old = call->session;
    const char **environment = api_strings(call->params, "environment");
    const char *none[] = {NULL};
    struct session_wish wish = {
        .dialect = old->dialect,
        .arguments = none,
        .name = is_name_free(call->daemon, old->name) ? old->name : NULL,
        .directory = old->directory,
        .environment = environment,
        .columns = (uint16_t)api_integer(call->params, "columns", old->columns),
        .rows = (uint16_t)api_integer(call->params, "rows", old->rows),
        .terminal = true,
        .resumed = old,
    };
    int result = environment ? 0 : error_set(&error, ERROR_MEMORY, "out of memory");
    if (result == 0)
        result = check_resumable(old, &error);
    if (result == 0)
        result = check_environment(environment, &error);
    if (result == 0)
        result = session_start(call->daemon, &wish, on_started, call, &error);
    if (result < 0)
        api_fail(call, &error);
    free(environment);
}

/* The session leaves the memory once its row is off the disk. */
static void forget(struct api_call *call)
{
    struct error error;
    if (session_is_live(call->session)) {
        error_set(&error, ERROR_EXISTS, "the session %s (%s) runs", call->session->id,
                  call->session->name);
        error_fix(&error, "end it first, with \"happyctl stop %s\"", call->session->id);
        api_fail(call, &error);
        return;
    }
    daemon_forget_session(call->daemon, call->session);
    call->session = NULL;
    api_answer(call, NULL);
}

#define SIZE_PARAMS                                                                                \
    {.name = "columns", .type = API_INTEGER, .least = 1, .most = COLUMNS_MOST},                    \
    {                                                                                              \
        .name = "rows", .type = API_INTEGER, .least = 1, .most = ROWS_MOST                         \
    }

static const struct api_param START[] = {
    {.name = "agent", .type = API_STRING},
    {.name = "command", .type = API_STRINGS},
    {.name = "arguments", .type = API_STRINGS},
    {.name = "name", .type = API_STRING},
    {.name = "directory", .type = API_STRING, .required = true, .most = 4096},
    {.name = "environment", .type = API_STRINGS, .required = true},
    SIZE_PARAMS,
    {.name = "terminal", .type = API_BOOLEAN},
    {.name = "limits", .type = API_OBJECT},
    API_PARAM_END,
};
static const struct api_param LIST[] = {
    {.name = "all", .type = API_BOOLEAN},
    {.name = "resources", .type = API_BOOLEAN},
    API_PARAM_END,
};
static const struct api_param GET[] = {
    {.name = "session", .type = API_STRING},
    {.name = "resources", .type = API_BOOLEAN},
    API_PARAM_END,
};
static const struct api_param RESUME[] = {
    {.name = "session", .type = API_STRING},
    {.name = "environment", .type = API_STRINGS, .required = true},
    SIZE_PARAMS,
    API_PARAM_END,
};
static const struct api_param FORGET[] = {
    {.name = "session", .type = API_STRING, .required = true},
    API_PARAM_END,
};

const struct api_method API_SESSION_METHODS[] = {
    {"session.start", start, API_WRITES, START},
    {"session.list", list, 0, LIST},
    {"session.get", get, API_ANY_SESSION, GET},
    {"session.resume", resume, API_ANY_SESSION | API_WRITES, RESUME},
    {"session.forget", forget, API_ANY_SESSION | API_WRITES, FORGET},
    {0},
};
