#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "daemon_client.h"
#include "report.h"

int invocation_find_paths(struct invocation *invocation)
{
    struct error error;
    if (!invocation->paths && !(invocation->paths = paths_new(&error)))
        return report_error(&error);
    return STATUS_OK;
}

int invocation_connect(struct invocation *invocation)
{
    if (invocation->daemon)
        return STATUS_OK;
    int status = invocation_find_paths(invocation);
    if (status != STATUS_OK)
        return status;
    struct error error;
    invocation->daemon = daemon_client_new(invocation->paths, invocation->may_start, &error);
    if (invocation->daemon)
        return STATUS_OK;
    report_error(&error);
    return STATUS_UNREACHABLE;
}

/* Methods that may be asked again when happyd ended before it answered: they change nothing. */
static const char *const REPEATABLE[] = {
    "agent.list",   "daemon.status",  "session.get",  "session.history",
    "session.list", "session.screen", "session.wait", NULL,
};

#define REPEATS_MAX 5

static bool is_repeatable(const char *method)
{
    for (size_t i = 0; REPEATABLE[i]; i++)
        if (strcmp(REPEATABLE[i], method) == 0)
            return true;
    return false;
}

/* As invocation_call(), which says how. */
static struct json_object *call(struct invocation *invocation, const char *method,
                                struct json_object *params, int timeout_ms, bool may_repeat,
                                int *status)
{
    struct json_object *result = NULL;
    struct error error;
    for (int repeats = 0; !result; repeats++) {
        *status = invocation_connect(invocation);
        if (*status != STATUS_OK)
            break;
        struct daemon_client *daemon = invocation->daemon;
        result = daemon_client_call(daemon, method, json_object_get(params), timeout_ms, &error);
        if (!result &&
            (repeats == REPEATS_MAX || !may_repeat || !daemon_client_has_ended(daemon))) {
            *status = report_error(&error);
            if (daemon_client_is_lost(daemon))
                *status = STATUS_UNREACHABLE;
            break;
        }
        if (!result) {
            daemon_client_free(daemon);
            invocation->daemon = NULL;
        }
    }
    json_object_put(params);
    return result;
}

/* A happyd that is being killed still takes connections for a moment, and ends them unread. What
   changes nothing is asked again; before the rest, something harmless is asked once. */
struct json_object *invocation_call(struct invocation *invocation, const char *method,
                                    struct json_object *params, int timeout_ms, int *status)
{
    bool repeatable = is_repeatable(method);
    if (!repeatable && !invocation->daemon) {
        struct json_object *greeting =
            call(invocation, "daemon.status", NULL, CALL_TIMEOUT_MS, invocation->may_start, status);
        if (!greeting) {
            json_object_put(params);
            return NULL;
        }
        json_object_put(greeting);
    }
    return call(invocation, method, params, timeout_ms, repeatable && invocation->may_start,
                status);
}

struct json_object *session_parameters(const char *name)
{
    struct json_object *params = json_object_new_object();
    json_put_string(params, "session", name);
    return params;
}

char *invocation_find_session(struct invocation *invocation, const char *name, int *status)
{
    struct json_object *session = invocation_call(
        invocation, "session.get", session_parameters(name), CALL_TIMEOUT_MS, status);
    const char *id = NULL;
    if (session)
        json_get_string(session, "id", &id, NULL);
    char *copy = id ? strdup(id) : NULL;
    if (!copy && *status == STATUS_OK)
        *status = STATUS_FAILURE;
    json_object_put(session);
    return copy;
}

int print_json(struct json_object *value)
{
    int flags = isatty(STDOUT_FILENO) ? JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED
                                      : JSON_C_TO_STRING_PLAIN;
    puts(json_object_to_json_string_ext(value, flags | JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(value);
    return report_written(STATUS_OK);
}
