#include <stdio.h>

#include "attach_session.h"
#include "client_environment.h"
#include "commands.h"
#include "report.h"
#include "start_session.h"
#include "terminal.h"

static const struct option OPTIONS[] = {
    {'d', "detached", NULL, "do not attach; print the new session's id"},
    {0, "json", NULL, "with -d: print the new session as JSON"},
    {0},
};

static struct json_object *make_parameters(const struct arguments *arguments)
{
    struct json_object *params = session_parameters(arguments_operand(arguments));
    json_put(params, "environment", client_environment(arguments, NULL));
    if (terminal_is_there()) {
        uint16_t columns, rows;
        terminal_size(&columns, &rows);
        json_put_integer(params, "columns", columns);
        json_put_integer(params, "rows", rows);
    }
    return params;
}

static int run(struct invocation *invocation)
{
    const struct arguments *arguments = &invocation->arguments;
    bool detached = arguments_has(arguments, "detached");
    if (arguments_has(arguments, "json") && !detached)
        return report_usage("happyctl resume -d --json …", "--json needs --detached");
    if (!detached && !terminal_is_there())
        return attach_needs_terminal("resume it in the background: happyctl resume -d …");
    int status;
    struct json_object *session = invocation_call(
        invocation, "session.resume", make_parameters(arguments), START_TIMEOUT_MS, &status);
    if (!session)
        return status;
    return start_session_finish(invocation, session, detached, arguments_has(arguments, "json"));
}

const struct command COMMAND_RESUME = {
    .name = "resume",
    .usage = "[OPTIONS] [SESSION]",
    .summary = "go on with a session that has ended",
    .details = "Starts a new session that goes on where the old one ended, after a reboot too, by\n"
               "the agent's own resume. happyctl list tells which sessions can be resumed.",
    .example = "happyctl resume claude-1",
    .options = OPTIONS,
    .most = 1,
    .operand = OPERAND_SESSION,
    .run = run,
};
