#include "session.h"

#include <string.h>

static void read_cpu(struct json_object *object, struct session *session)
{
    struct json_object *value;
    if (json_object_object_get_ex(object, "cpuSeconds", &value) && value)
        session->cpu_seconds = json_object_get_double(value);
}

int session_read(struct json_object *object, struct session *session, struct error *error)
{
    *session = (struct session){.created_at = -1,
                                .ended_at = -1,
                                .last_output_at = -1,
                                .exit_code = -1,
                                .terminals = -1,
                                .columns = -1,
                                .rows = -1,
                                .memory_bytes = -1,
                                .cpu_seconds = -1};
    const struct {
        const char *key;
        const char **field;
        bool needed;
    } strings[] = {
        {"id", &session->id, true},
        {"name", &session->name, true},
        {"agent", &session->agent, true},
        {"directory", &session->directory, true},
        {"state", &session->state, true},
        {"activity", &session->activity, false},
        {"reason", &session->reason, false},
        {"title", &session->title, false},
        {"holderSocket", &session->holder_socket, false},
    };
    const struct {
        const char *key;
        int64_t *field;
    } numbers[] = {
        {"createdAt", &session->created_at},
        {"endedAt", &session->ended_at},
        {"lastOutputAt", &session->last_output_at},
        {"exitCode", &session->exit_code},
        {"terminals", &session->terminals},
        {"columns", &session->columns},
        {"rows", &session->rows},
        {"memoryBytes", &session->memory_bytes},
    };
    if (!json_object_is_type(object, json_type_object))
        return error_set(error, ERROR_INVALID, "happyd did not answer with a session");
    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++) {
        if (!json_get_string(object, strings[i].key, strings[i].field, error))
            return -1;
        if (strings[i].needed && !*strings[i].field)
            return error_set(error, ERROR_INVALID, "happyd sent a session without \"%s\"",
                             strings[i].key);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (!json_get_integer(object, numbers[i].key, INT64_MIN, INT64_MAX, numbers[i].field,
                              error))
            return -1;
    read_cpu(object, session);
    return json_get_bool(object, "resumable", &session->resumable, error) ? 0 : -1;
}

bool session_is_alive(const struct session *session)
{
    return strcmp(session->state, "running") == 0 || strcmp(session->state, "starting") == 0;
}

const char *session_state_word(const struct session *session)
{
    bool running = strcmp(session->state, "running") == 0;
    return running && session->activity ? session->activity : session->state;
}
