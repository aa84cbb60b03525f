#include <stdio.h>

#include "commands.h"
#include "report.h"

static const struct option OPTIONS[] = {
    {'c', "colours", NULL, "with colours and attributes"},
    {0, "json", NULL, "with size, cursor and title, as JSON"},
    {0},
};

static int run(struct invocation *invocation)
{
    const struct arguments *arguments = &invocation->arguments;
    struct json_object *params = session_parameters(arguments_operand(arguments));
    json_put_bool(params, "colours", arguments_has(arguments, "colours"));
    int status;
    struct json_object *screen =
        invocation_call(invocation, "session.screen", params, CALL_TIMEOUT_MS, &status);
    if (!screen)
        return status;
    if (arguments_has(arguments, "json"))
        return print_json(screen);
    const char *text = "";
    json_get_string(screen, "text", &text, NULL);
    fputs(text, stdout);
    json_object_put(screen);
    return report_written(STATUS_OK);
}

const struct command COMMAND_SCREEN = {
    .name = "screen",
    .usage = "[OPTIONS] [SESSION]",
    .summary = "print what a session shows now",
    .example = "happyctl screen claude-1",
    .options = OPTIONS,
    .most = 1,
    .operand = OPERAND_SESSION,
    .run = run,
};
