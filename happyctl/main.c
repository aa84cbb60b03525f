/* happyctl: the command line of happyd. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "daemon_client.h"
#include "help.h"
#include "report.h"
#include "wrapper.h"

static int check_operands(const struct invocation *invocation)
{
    const struct command *command = invocation->command;
    size_t count = invocation->arguments.operand_count;
    char fix[128];
    snprintf(fix, sizeof fix, "happyctl %s %s", command->name, command->usage);
    if (count < command->least)
        return report_usage(fix, "%s needs more: %s", command->name, command->usage);
    if (count > command->most)
        return report_usage(fix, "\"%s\" is one word too many",
                            invocation->arguments.operands[command->most]);
    return STATUS_OK;
}

static int run_command(const struct command *command, char **words, bool may_start)
{
    struct invocation invocation = {.command = command};
    struct error error;
    if (arguments_parse(&invocation.arguments, command->options, COMMON_OPTIONS, words, &error) <
        0) {
        if (!error.fix[0])
            error_fix(&error, "happyctl %s --help", command->name);
        report_error(&error);
        return STATUS_USAGE;
    }
    if (arguments_has(&invocation.arguments, "help")) {
        help_command(command, stdout);
        return report_written(STATUS_OK);
    }
    invocation.may_start =
        may_start && !command->passive && !arguments_has(&invocation.arguments, "no-start");
    int status = check_operands(&invocation);
    if (status == STATUS_OK)
        status = command->run(&invocation);
    daemon_client_free(invocation.daemon);
    paths_free(invocation.paths);
    return status;
}

static int refuse_word(const char *word)
{
    const char *closest = word[0] == '-' ? NULL : command_closest(word);
    char fix[96] = "happyctl help lists the commands";
    if (closest)
        snprintf(fix, sizeof fix, "did you mean happyctl %s?", closest);
    return report_usage(fix, "there is no %s \"%s\"", word[0] == '-' ? "option" : "command", word);
}

/* Options in front of the command. Returns the command, or NULL with `*status` set. */
static const struct command *find_command(char ***words, bool *may_start, int *status)
{
    for (; **words && (**words)[0] == '-'; ++*words) {
        if (strcmp(**words, "--no-start") == 0)
            *may_start = false;
        else if (strcmp(**words, "--help") == 0 || strcmp(**words, "-h") == 0)
            return &COMMAND_HELP;
        else if (strcmp(**words, "--version") == 0 || strcmp(**words, "-V") == 0)
            return &COMMAND_VERSION;
        else
            break;
    }
    if (!**words)
        return &COMMAND_HELP;
    const struct command *command = command_find(**words);
    if (!command)
        *status = refuse_word(**words);
    return command;
}

int main(int count, char **words)
{
    (void)count;
    if (!words[0])
        return STATUS_USAGE;
    /* A closed pipe is an error of writing, told by the exit status. */
    signal(SIGPIPE, SIG_IGN);
    const struct wrapper *wrapper = wrapper_find(words[0]);
    if (wrapper)
        return wrapper_run(wrapper, words);
    bool may_start = true;
    int status = STATUS_OK;
    char **rest = words + 1;
    const struct command *command = find_command(&rest, &may_start, &status);
    if (!command)
        return status;
    char *nothing = NULL;
    if (*rest && (*rest)[0] != '-')
        rest++;
    else
        rest = &nothing;
    return run_command(command, rest, may_start);
}
