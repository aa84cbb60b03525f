#include <stdio.h>

#include "commands.h"
#include "report.h"

static int run(struct invocation *invocation)
{
    (void)invocation;
    puts("happyctl " PACKAGE_VERSION);
    return report_written(STATUS_OK);
}

const struct command COMMAND_VERSION = {
    .name = "version",
    .usage = "",
    .summary = "print the version of happyctl",
    .details = "The version of the happyd that runs is in happyctl status.",
    .example = "happyctl version",
    .minor = true,
    .run = run,
};
