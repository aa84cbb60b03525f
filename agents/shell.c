#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "dialects.h"
#include "environment.h"

static int prepare(const struct agent_request *request, struct agent_launch *launch,
                   struct error *error)
{
    const char *shell = agent_environment_get(request->environment, "SHELL");
    if (shell && shell[0] == '/')
        launch->program = agent_program_find(shell, NULL, request->directory);
    if (!launch->program)
        launch->program = strdup("/bin/sh");
    if (!launch->program)
        return error_set(error, ERROR_MEMORY, "out of memory");
    struct string_list arguments = {0}, environment = {0};
    string_list_add(&arguments, strrchr(launch->program, '/') + 1);
    string_list_add_all(&arguments, request->arguments);
    environment_fill(&environment, request);
    return launch_finish(launch, &arguments, &environment, error);
}

/* Interactive shells ignore SIGTERM; SIGHUP ends them, and they pass it on to their jobs. */
static const struct agent_stop_step stop[] = {
    {.signal = SIGHUP, .wait_ms = 2000},
    {.signal = SIGTERM, .wait_ms = 0},
};

const struct agent_dialect shell_dialect = {
    .name = "shell",
    .title = "your shell",
    .activity = AGENT_ACTIVITY_OUTPUT,
    .quiet_ms = 1000,
    .enter_delay_ms = 0,
    .stop = stop,
    .prepare = prepare,
};
