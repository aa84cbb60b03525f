#include <stdio.h>

#include "commands.h"
#include "report.h"
#include "session.h"

#define STOP_TIMEOUT_MS 10000

static const struct option OPTIONS[] = {
    {'f', "force", NULL, "kill its whole process tree at once"},
    {0, "timeout", "SECONDS", "how long it may take to end (default 10)"},
    {0, "json", NULL, "print the ended session as JSON"},
    {'q', "quiet", NULL, "say nothing"},
    {0},
};

static int stop(struct invocation *invocation, const char *name, long long seconds)
{
    const struct arguments *arguments = &invocation->arguments;
    struct json_object *params = session_parameters(name);
    json_put_bool(params, "force", arguments_has(arguments, "force"));
    json_put_integer(params, "timeoutMs", seconds * 1000);
    int status;
    struct json_object *answer = invocation_call(invocation, "session.stop", params,
                                                 (int)seconds * 1000 + CALL_TIMEOUT_MS, &status);
    if (!answer)
        return status;
    if (arguments_has(arguments, "json"))
        return print_json(answer);
    struct session session;
    struct error error;
    if (session_read(answer, &session, &error) < 0)
        status = report_error(&error);
    else if (!arguments_has(arguments, "quiet"))
        printf("%s ended: %s\n", session.name, session.reason ? session.reason : session.state);
    json_object_put(answer);
    return report_written(status);
}

/* Without a name, the only running session is meant; of several, none. */
static int stop_the_only(struct invocation *invocation, long long seconds)
{
    int status;
    struct json_object *sessions = NULL, *answer = invocation_call(invocation, "session.list", NULL,
                                                                   CALL_TIMEOUT_MS, &status);
    if (!answer)
        return status;
    const char *only = NULL;
    size_t running = 0;
    struct error error;
    json_get_array(answer, "sessions", &sessions, NULL);
    for (size_t i = 0; sessions && i < json_object_array_length(sessions); i++) {
        struct session session;
        if (session_read(json_object_array_get_idx(sessions, i), &session, &error) == 0 &&
            session_is_alive(&session)) {
            only = session.id;
            running++;
        }
    }
    if (running == 1) {
        status = stop(invocation, only, seconds);
    } else {
        error_set(&error, ERROR_NOT_FOUND,
                  running ? "%zu sessions run; which is to stop?" : "no session runs", running);
        if (running)
            error_fix(&error, "happyctl stop NAME; happyctl list shows the names");
        status = report_error(&error);
    }
    json_object_put(answer);
    return status;
}

static int run(struct invocation *invocation)
{
    const struct arguments *arguments = &invocation->arguments;
    long long seconds = STOP_TIMEOUT_MS / 1000;
    struct error error;
    if (arguments_number(arguments, "timeout", 1, 86400, &seconds, &error) < 0) {
        report_error(&error);
        return STATUS_USAGE;
    }
    if (!arguments->operand_count)
        return stop_the_only(invocation, seconds);
    int worst = STATUS_OK;
    for (char **name = arguments->operands; *name; name++) {
        int status = stop(invocation, *name, seconds);
        worst = status > worst ? status : worst;
    }
    return worst;
}

const struct command COMMAND_STOP = {
    .name = "stop",
    .alias = "kill",
    .usage = "[OPTIONS] [SESSION…]",
    .summary = "end a session",
    .details = "The agent is asked to end in its own way, then by SIGTERM. Without SESSION, the\n"
               "only running one is meant.",
    .example = "happyctl stop claude-1\n"
               "happyctl stop --force claude-1",
    .options = OPTIONS,
    .most = OPERANDS_ANY,
    .operand = OPERAND_SESSIONS,
    .run = run,
};
