#include "commands.h"
#include "report.h"

static int run(struct invocation *invocation)
{
    int status = STATUS_OK;
    for (char **name = invocation->arguments.operands; *name && status == STATUS_OK; name++)
        json_object_put(invocation_call(invocation, "session.forget", session_parameters(*name),
                                        CALL_TIMEOUT_MS, &status));
    return status;
}

const struct command COMMAND_FORGET = {
    .name = "forget",
    .usage = "SESSION…",
    .summary = "remove ended sessions from the list",
    .details = "What the agent itself has stored is not touched.",
    .example = "happyctl forget claude-1",
    .least = 1,
    .most = OPERANDS_ANY,
    .operand = OPERAND_SESSIONS,
    .run = run,
};
