#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "daemon_client.h"
#include "deadline.h"
#include "report.h"

static const struct option OPTIONS[] = {
    {0, "idle", NULL, "until the agent is idle or asks a question"},
    {0, "exit", NULL, "until the session has ended"},
    {0, "text", "REGEX", "until a line of its screen or output matches"},
    {0, "timeout", "SECONDS", "give up after that time, with status 124"},
    {0, "json", NULL, "print the answer as JSON"},
    {0},
};

static const char *const GOALS[] = {"idle", "exit", "text"};

/* Which of GOALS was given; NULL, after telling, when it is not exactly one. */
static const char *read_goal(const struct arguments *arguments)
{
    const char *goal = NULL;
    int count = 0;
    for (size_t i = 0; i < sizeof GOALS / sizeof GOALS[0]; i++)
        if (arguments_has(arguments, GOALS[i])) {
            goal = GOALS[i];
            count++;
        }
    if (count == 1)
        return goal;
    report_usage("happyctl wait --idle",
                 count ? "only one of --idle, --exit and --text can be waited for"
                       : "wait for what?");
    return NULL;
}

/* NULL with `error` filled. When happyd goes away meanwhile, the next one is asked. */
static struct json_object *wait_for(struct invocation *invocation, const char *id, const char *goal,
                                    int64_t deadline, struct error *error)
{
    for (;;) {
        struct json_object *params = session_parameters(id);
        json_put_string(params, "for", goal);
        json_put_string(params, "pattern", arguments_value(&invocation->arguments, "text"));
        int left = deadline_left(deadline);
        if (left >= 0)
            json_put_integer(params, "timeoutMs", left > 0 ? left : 1);
        struct json_object *answer =
            daemon_client_call(invocation->daemon, "session.wait", params, CALL_FOREVER, error);
        if (answer || !daemon_client_is_lost(invocation->daemon))
            return answer;
        daemon_client_free(invocation->daemon);
        invocation->daemon = daemon_client_new(invocation->paths, invocation->may_start, error);
        if (!invocation->daemon)
            return NULL;
    }
}

static int run(struct invocation *invocation)
{
    const struct arguments *arguments = &invocation->arguments;
    struct error error;
    long long seconds = -1;
    const char *goal = read_goal(arguments);
    if (!goal)
        return STATUS_USAGE;
    if (arguments_number(arguments, "timeout", 0, INT_MAX / 1000, &seconds, &error) < 0) {
        report_error(&error);
        return STATUS_USAGE;
    }
    int64_t deadline = deadline_after(seconds < 0 ? -1 : (int)seconds * 1000);
    int status;
    char *id = invocation_find_session(invocation, arguments_operand(arguments), &status);
    if (!id)
        return status;
    struct json_object *answer = wait_for(invocation, id, goal, deadline, &error);
    free(id);
    if (!answer) {
        status = report_error(&error);
        return invocation->daemon ? status : STATUS_UNREACHABLE;
    }
    if (arguments_has(arguments, "json"))
        return print_json(answer);
    const char *match = NULL;
    json_get_string(answer, "match", &match, NULL);
    if (match)
        puts(match);
    json_object_put(answer);
    return report_written(STATUS_OK);
}

const struct command COMMAND_WAIT = {
    .name = "wait",
    .usage = "--idle|--exit|--text REGEX [OPTIONS] [SESSION]",
    .summary = "wait until a session is idle, ends or says something",
    .details = "REGEX is a POSIX extended regular expression; the line that matches is printed.",
    .example = "happyctl wait --idle --timeout 600 claude-1 && happyctl screen claude-1",
    .options = OPTIONS,
    .most = 1,
    .operand = OPERAND_SESSION,
    .run = run,
};
