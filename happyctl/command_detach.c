#include <inttypes.h>
#include <stdio.h>

#include "commands.h"
#include "report.h"

static const struct option OPTIONS[] = {
    {'q', "quiet", NULL, "say nothing"},
    {0},
};

static int run(struct invocation *invocation)
{
    int status;
    struct json_object *answer = invocation_call(
        invocation, "session.detach", session_parameters(arguments_operand(&invocation->arguments)),
        CALL_TIMEOUT_MS, &status);
    if (!answer)
        return status;
    int64_t count = 0;
    json_get_integer(answer, "detached", 0, INT64_MAX, &count, NULL);
    json_object_put(answer);
    if (!arguments_has(&invocation->arguments, "quiet"))
        printf("%" PRId64 " terminal%s detached\n", count, count == 1 ? "" : "s");
    return report_written(STATUS_OK);
}

const struct command COMMAND_DETACH = {
    .name = "detach",
    .usage = "[OPTIONS] SESSION",
    .summary = "send all terminals of a session away",
    .details = "The agent goes on.",
    .example = "happyctl detach claude-1",
    .options = OPTIONS,
    .least = 1,
    .most = 1,
    .operand = OPERAND_SESSION,
    .run = run,
};
