#include "commands.h"
#include "help.h"
#include "report.h"

static int run(struct invocation *invocation)
{
    const char *name = arguments_operand(&invocation->arguments);
    const struct command *command = name ? command_find(name) : NULL;
    if (name && !command)
        return report_usage("happyctl help lists the commands", "there is no command \"%s\"", name);
    if (command)
        help_command(command, stdout);
    else
        help_overview(stdout);
    return report_written(STATUS_OK);
}

const struct command COMMAND_HELP = {
    .name = "help",
    .usage = "[COMMAND]",
    .summary = "show the overview, or the help of a command",
    .example = "happyctl help start",
    .most = 1,
    .minor = true,
    .operand = OPERAND_COMMAND,
    .run = run,
};
