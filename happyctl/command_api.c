#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "report.h"

static int run(struct invocation *invocation)
{
    char **operands = invocation->arguments.operands;
    struct json_object *params = NULL;
    struct error error;
    if (operands[1] && !(params = json_parse(operands[1], strlen(operands[1]), &error))) {
        error_fix(&error,
                  "PARAMS is a JSON object: happyctl api session.get '{\"session\":\"x\"}'");
        report_error(&error);
        return STATUS_USAGE;
    }
    int status;
    struct json_object *result =
        invocation_call(invocation, operands[0], params, CALL_FOREVER, &status);
    return result ? print_json(result) : status;
}

const struct command COMMAND_API = {
    .name = "api",
    .usage = "METHOD [PARAMS]",
    .summary = "call a method of happyd's local API",
    .details = "PARAMS is a JSON object. The result is printed as JSON. The methods are described\n"
               "in docs/local-api.md.",
    .example = "happyctl api session.list '{\"all\":true}'",
    .least = 1,
    .most = 2,
    .run = run,
};
