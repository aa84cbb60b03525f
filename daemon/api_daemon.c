/* daemon.status, daemon.stop */
#include <unistd.h>

#include "api_method.h"
#include "os/service_scope.h"

static void status(struct api_call *call)
{
    struct daemon *daemon = call->daemon;
    struct json_object *result = json_object_new_object();
    struct json_object *sessions = json_object_new_object();
    int linger = service_scope_is_lingering();
    json_put_integer(sessions, "running", daemon->sessions.live);
    json_put_integer(sessions, "ended", daemon->sessions.over);
    json_put_string(result, "version", PACKAGE_VERSION);
    json_put_integer(result, "pid", getpid());
    json_put_integer(result, "startedAt", daemon->started_at);
    json_put_string(result, "home", daemon->paths->home);
    json_put_string(result, "socket", daemon->paths->daemon_socket);
    json_put(result, "sessions", sessions);
    json_put_integer(result, "memoryBytes", process_own_memory());
    json_put_string(result, "detachKey", daemon->settings.detach_key);
    json_put(result, "linger", linger < 0 ? NULL : json_object_new_boolean(linger));
    json_put_string_or_null(result, "serviceManager",
                            service_notify_is_systemd(daemon->service) ? "systemd" : NULL);
    json_put_string(result, "database", daemon->paths->database);
    api_answer(call, result);
}

static void stop(struct api_call *call)
{
    daemon_end(call->daemon);
    api_answer(call, NULL);
}

static const struct api_param NONE[] = {API_PARAM_END};

const struct api_method API_DAEMON_METHODS[] = {
    {.name = "daemon.status", .handle = status, .params = NONE},
    {.name = "daemon.stop", .handle = stop, .params = NONE},
    {0},
};
