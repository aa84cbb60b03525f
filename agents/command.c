#include <signal.h>
#include <string.h>

#include "dialects.h"
#include "environment.h"

static int find_program(const struct agent_request *request, struct agent_launch *launch,
                        struct error *error)
{
    const char *name = request->arguments ? request->arguments[0] : NULL;
    if (!name || !*name) {
        error_set(error, ERROR_INVALID, "no command was given");
        return error_fix(error, "write it behind --: happyctl start -- COMMAND [ARGS…]");
    }
    const char *path = agent_environment_get(request->environment, "PATH");
    launch->program = agent_program_find(name, path, request->directory);
    if (launch->program)
        return 0;
    if (strchr(name, '/'))
        return error_set(error, ERROR_NO_PROGRAM, "%.200s is not a program that you may execute",
                         name);
    return error_set(error, ERROR_NO_PROGRAM, "%.200s was not found on your PATH", name);
}

static int prepare(const struct agent_request *request, struct agent_launch *launch,
                   struct error *error)
{
    if (find_program(request, launch, error) < 0)
        return -1;
    struct string_list arguments = {0}, environment = {0};
    string_list_add_all(&arguments, request->arguments);
    environment_fill(&environment, request);
    return launch_finish(launch, &arguments, &environment, error);
}

static const struct agent_stop_step stop[] = {
    {.signal = SIGTERM, .wait_ms = 2000},
    {.signal = SIGHUP, .wait_ms = 0},
};

const struct agent_dialect command_dialect = {
    .name = "command",
    .title = "a command",
    .activity = AGENT_ACTIVITY_OUTPUT,
    .quiet_ms = 1000,
    .enter_delay_ms = 0,
    .stop = stop,
    .prepare = prepare,
};
