#include "attach_session.h"
#include "commands.h"
#include "report.h"
#include "terminal.h"

static const struct option OPTIONS[] = {
    {'r', "read-only", NULL, "watch only: nothing typed reaches the agent"},
    {0, "take-size", NULL, "give the agent this terminal's size at once"},
    {0, "history", "LINES", "lines of history to show first (default 1000)"},
    {0},
};

static int run(struct invocation *invocation)
{
    const struct arguments *arguments = &invocation->arguments;
    long long lines = ATTACH_HISTORY_LINES;
    struct error error;
    if (arguments_number(arguments, "history", 0, 1000000, &lines, &error) < 0) {
        report_error(&error);
        return STATUS_USAGE;
    }
    if (!terminal_is_there())
        return attach_needs_terminal("happyctl screen and happyctl log work without one");
    int status;
    struct json_object *session =
        invocation_call(invocation, "session.get", session_parameters(arguments_operand(arguments)),
                        CALL_TIMEOUT_MS, &status);
    if (!session)
        return status;
    struct attach_request request = {
        .history_lines = (uint32_t)lines,
        .read_only = arguments_has(arguments, "read-only"),
        .take_size = arguments_has(arguments, "take-size"),
    };
    status = attach_session(invocation, session, &request);
    json_object_put(session);
    return status;
}

const struct command COMMAND_ATTACH = {
    .name = "attach",
    .alias = "a",
    .usage = "[OPTIONS] [SESSION]",
    .summary = "show a running session on this terminal",
    .details = "SESSION is a name, an id or the start of an id; by default the latest session.\n"
               "Detach with Ctrl-\\ d, or by closing the terminal. Several terminals may be\n"
               "attached; the size follows the one that typed last.",
    .example = "happyctl attach\n"
               "happyctl attach -r claude-1",
    .options = OPTIONS,
    .most = 1,
    .operand = OPERAND_SESSION,
    .run = run,
};
