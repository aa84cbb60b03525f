#include <signal.h>

#include "dialects.h"

const struct agent_stop_step stop_by_sigterm[] = {
    {.signal = SIGTERM, .wait_ms = 4000},
    {.signal = SIGHUP, .wait_ms = 0},
};

int launch_finish(struct agent_launch *launch, struct string_list *arguments,
                  struct string_list *environment, struct error *error)
{
    launch->arguments = string_list_take(arguments);
    launch->environment = string_list_take(environment);
    if (!launch->arguments || !launch->environment)
        return error_set(error, ERROR_MEMORY, "out of memory");
    return 0;
}
