/* A session as the local API shows it, and the part of its environment that is kept. */
#include <stdlib.h>
#include <string.h>

#include "daemon.h"
#include "os/clock.h"
#include "os/paths.h"
#include "session.h"

static bool ends_with(const char *name, size_t length, const char *suffix)
{
    size_t end = strlen(suffix);
    return length >= end && memcmp(name + length - end, suffix, end) == 0;
}

static bool is_place(const char *variable)
{
    const char *equals = strchr(variable, '=');
    if (!equals)
        return false;
    size_t length = (size_t)(equals - variable);
    return strncmp(variable, "HOME=", 5) == 0 || strncmp(variable, "PATH=", 5) == 0 ||
           strncmp(variable, "XDG_", 4) == 0 || ends_with(variable, length, "_HOME") ||
           ends_with(variable, length, "_CONFIG_DIR");
}

char *session_places(const char *const *environment)
{
    struct json_object *places = json_object_new_array();
    for (size_t i = 0; environment && environment[i]; i++)
        if (is_place(environment[i]))
            json_object_array_add(places, json_object_new_string(environment[i]));
    char *text = strdup(json_line(places));
    json_object_put(places);
    return text;
}

char **session_environment(const struct session *session)
{
    struct json_object *places = json_parse(session->places, strlen(session->places), NULL);
    bool array = json_object_is_type(places, json_type_array);
    size_t count = array ? json_object_array_length(places) : 0;
    char **environment = calloc(count + 1, sizeof *environment);
    for (size_t i = 0; environment && i < count; i++)
        environment[i] = strdup(json_object_get_string(json_object_array_get_idx(places, i)));
    json_object_put(places);
    return environment;
}

void session_environment_free(char **environment)
{
    for (size_t i = 0; environment && environment[i]; i++)
        free(environment[i]);
    free(environment);
}

static void put_time(struct json_object *object, const char *key, int64_t time)
{
    json_put(object, key, time > 0 ? json_object_new_int64(time) : NULL);
}

static void put_pid(struct json_object *object, const char *key, const struct session *session,
                    pid_t pid)
{
    bool known = session_is_live(session) && pid > 0;
    json_put(object, key, known ? json_object_new_int64(pid) : NULL);
}

static void put_resources(struct json_object *object, const struct session *session)
{
    struct process_usage usage = {0};
    if (session->state == SESSION_RUNNING && session->pid > 0)
        process_tree_usage(session->pid, &usage);
    json_put(object, "cpuSeconds", json_object_new_double(usage.cpu_seconds));
    json_put_integer(object, "memoryBytes", usage.memory_bytes);
    json_put_integer(object, "processes", usage.processes);
}

static void put_end(struct json_object *object, const struct session *session)
{
    bool over = !session_is_live(session);
    json_put_string_or_null(object, "reason", session->reason);
    json_put(object, "exitCode",
             over && session->exit_code >= 0 ? json_object_new_int(session->exit_code) : NULL);
    json_put_bool(object, "resumable",
                  over && session->dialect->can_resume && session->native_id != NULL);
}

struct json_object *session_to_json(struct session *session, bool resources)
{
    struct json_object *object = json_object_new_object();
    struct json_object *command = json_parse(session->command, strlen(session->command), NULL);
    char *socket =
        session_is_live(session) ? paths_holder_socket(session->daemon->paths, session->id) : NULL;
    json_put_string(object, "id", session->id);
    json_put_string(object, "name", session->name);
    json_put_string(object, "agent", session->agent);
    json_put_string(object, "directory", session->directory);
    json_put(object, "command", command);
    json_put_string(object, "state", session_state_name(session->state));
    json_put_string_or_null(object, "activity", session_activity_name(session->activity));
    put_end(object, session);
    put_time(object, "createdAt", session->created_at);
    put_time(object, "endedAt", session->ended_at);
    /* While it writes, the holder does not tell every line of it. */
    put_time(object, "lastOutputAt",
             session->terminal_active ? clock_now_ms() : session->last_output_at);
    json_put_integer(object, "terminals", session->terminals);
    json_put_integer(object, "columns", session->columns);
    json_put_integer(object, "rows", session->rows);
    put_pid(object, "pid", session, session->pid);
    put_pid(object, "holderPid", session, session->holder_pid);
    json_put_string_or_null(object, "title", session->title);
    json_put_string_or_null(object, "nativeId", session->native_id);
    json_put_string_or_null(object, "resumedFrom", session->resumed_from);
    json_put_string_or_null(object, "holderSocket", socket);
    if (resources)
        put_resources(object, session);
    free(socket);
    return object;
}
