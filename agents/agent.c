#include "agents/agent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialects.h"
#include "native_id.h"
#include "string_list.h"

static const struct agent_dialect *const dialects[] = {
    &claude_dialect, &codex_dialect, &gemini_dialect, &shell_dialect, &command_dialect,
};

const struct agent_dialect *const *agent_dialects(size_t *count)
{
    *count = sizeof dialects / sizeof dialects[0];
    return dialects;
}

const struct agent_dialect *agent_dialect_find(const char *name)
{
    for (size_t i = 0; i < sizeof dialects / sizeof dialects[0]; i++) {
        if (strcmp(dialects[i]->name, name) == 0)
            return dialects[i];
    }
    return NULL;
}

char *agent_dialect_program(const struct agent_dialect *dialect, const char *const *environment,
                            const char *directory)
{
    if (!dialect->program)
        return NULL;
    char *found =
        agent_program_find(dialect->program, agent_environment_get(environment, "PATH"), directory);
    const char *home = agent_environment_get(environment, "HOME");
    for (const char *const *place = dialect->places; !found && home && place && *place; place++) {
        char *path;
        if (asprintf(&path, "%s/%s", home, *place) < 0)
            return NULL;
        found = path[0] == '/' ? agent_program_find(path, NULL, directory) : NULL;
        free(path);
    }
    return found;
}

int agent_prepare(const struct agent_dialect *dialect, const struct agent_request *request,
                  struct agent_launch *launch, struct error *error)
{
    *launch = (struct agent_launch){0};
    if (request->resume && !dialect->can_resume)
        return error_set(error, ERROR_UNSUPPORTED, "%s cannot resume a session", dialect->title);
    if (request->resume && !native_id_is_valid(request->resume))
        return error_set(error, ERROR_INVALID, "\"%.100s\" is not an id that %s gives",
                         request->resume, dialect->title);
    if (dialect->program) {
        launch->program = agent_dialect_program(dialect, request->environment, request->directory);
        if (!launch->program) {
            error_set(error, ERROR_NO_PROGRAM, "%s was not found on your PATH", dialect->program);
            return error_fix(error, "%s", dialect->install);
        }
    }
    if (dialect->prepare(request, launch, error) == 0)
        return 0;
    agent_launch_free(launch);
    return -1;
}

void agent_launch_free(struct agent_launch *launch)
{
    free(launch->program);
    string_array_free(launch->arguments);
    for (char **entry = launch->environment; entry && *entry; entry++)
        explicit_bzero(*entry, strlen(*entry));
    string_array_free(launch->environment);
    free(launch->native_id);
    *launch = (struct agent_launch){0};
}

void agent_read_note(const struct agent_dialect *dialect, const char *bytes, size_t length,
                     struct agent_note *note)
{
    *note = (struct agent_note){.kind = AGENT_NOTE_OTHER};
    if (dialect->read_note)
        dialect->read_note(bytes, length, note);
}

void agent_note_clear(struct agent_note *note)
{
    free(note->native_id);
    *note = (struct agent_note){.kind = AGENT_NOTE_OTHER};
}
