#include "commands.h"
#include "doctor.h"
#include "report.h"

static const struct option OPTIONS[] = {
    {0, "json", NULL, "as JSON"},
    {0},
};

static int run(struct invocation *invocation)
{
    int status = invocation_find_paths(invocation);
    if (status != STATUS_OK)
        return status;
    struct doctor doctor = {.paths = invocation->paths};
    return report_written(doctor_run(&doctor, arguments_has(&invocation->arguments, "json"))
                              ? STATUS_OK
                              : STATUS_FAILURE);
}

const struct command COMMAND_DOCTOR = {
    .name = "doctor",
    .usage = "[OPTIONS]",
    .summary = "check that everything is in order, and say how to mend it",
    .details = "The exit status is 1 when something does not work.",
    .example = "happyctl doctor",
    .options = OPTIONS,
    .passive = true,
    .run = run,
};
