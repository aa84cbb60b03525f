#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agents/agent.h"
#include "attach_session.h"
#include "closest_word.h"
#include "commands.h"
#include "report.h"
#include "start_session.h"
#include "terminal.h"

static const struct option OPTIONS[] = {
    {'d', "detached", NULL, "do not attach; print the session's id"},
    {'n', "name", "NAME", "name of the session (default: the agent's, with a number)"},
    {'C', "directory", "DIR", "working directory (default: the current one)"},
    {0, "env", "KEY=VALUE", "set an environment variable; may be given again"},
    {0, "size", "COLSxROWS", "size of its terminal (default: this terminal's)"},
    {0, "json", NULL, "with -d: print the session as JSON"},
    {0},
};

static int refuse_agent(const char *word)
{
    char fix[128];
    struct closest_word closest = {.word = word};
    size_t count;
    const struct agent_dialect *const *dialects = agent_dialects(&count);
    for (size_t i = 0; i < count; i++)
        closest_word_consider(&closest, dialects[i]->name);
    if (closest.found)
        snprintf(fix, sizeof fix, "did you mean %s?", closest.found);
    else
        snprintf(fix, sizeof fix, "a command goes behind --: happyctl start -- %.80s", word);
    return report_usage(fix, "there is no agent \"%s\"", word);
}

/* `start AGENT [-- ARGS…]` or `start -- COMMAND [ARGS…]`. */
static int read_agent(const struct arguments *arguments, struct start_request *request)
{
    char **operands = arguments->operands;
    if (arguments->separator > 1)
        return report_usage("happyctl start AGENT -- ARGUMENTS",
                            "\"%s\" is one word too many; the agent's own arguments go behind --",
                            operands[1]);
    if (arguments->separator == 1) {
        if (!agent_dialect_find(operands[0]) || strcmp(operands[0], "command") == 0)
            return refuse_agent(operands[0]);
        request->agent = operands[0];
        request->words = operands + 1;
        return STATUS_OK;
    }
    if (!arguments->operand_count)
        return report_usage(
            "happyctl start claude|codex|gemini|shell, or: happyctl start -- COMMAND",
            "start what?");
    request->agent = "command";
    request->words = operands;
    return STATUS_OK;
}

static int read_size(const struct arguments *arguments, struct start_request *request)
{
    const char *text = arguments_value(arguments, "size");
    if (!text)
        return STATUS_OK;
    unsigned columns, rows;
    int end = 0;
    if (sscanf(text, "%5ux%5u%n", &columns, &rows, &end) != 2 || text[end] || columns < 1 ||
        columns > 1000 || rows < 1 || rows > 1000)
        return report_usage("--size 120x40", "\"%s\" is no size; both numbers are from 1 to 1000",
                            text);
    request->columns = (uint16_t)columns;
    request->rows = (uint16_t)rows;
    return STATUS_OK;
}

static int run(struct invocation *invocation)
{
    const struct arguments *arguments = &invocation->arguments;
    struct start_request request = {
        .name = arguments_value(arguments, "name"),
        .directory = arguments_value(arguments, "directory"),
        .detached = arguments_has(arguments, "detached"),
        .json = arguments_has(arguments, "json"),
    };
    int status = read_agent(arguments, &request);
    if (status == STATUS_OK)
        status = read_size(arguments, &request);
    if (status != STATUS_OK)
        return status;
    if (request.json && !request.detached)
        return report_usage("happyctl start -d --json …", "--json needs --detached");
    if (!request.detached && !terminal_is_there())
        return attach_needs_terminal("start it in the background: happyctl start -d …");
    return start_session(invocation, &request);
}

const struct command COMMAND_START = {
    .name = "start",
    .alias = "new",
    .usage = "[OPTIONS] AGENT [-- ARGUMENTS…]",
    .summary = "start an agent and attach to it",
    .details =
        "AGENT is claude, codex, gemini or shell; or -- and any command. The agent gets the\n"
        "environment of this shell. It goes on when the terminal is closed. In the foreground\n"
        "the exit status is the agent's, or 0 after detaching.",
    .example = "happyctl start claude\n"
               "happyctl start -d -n tests -C ~/project codex -- --model gpt-5\n"
               "happyctl start -- make -j4 check",
    .options = OPTIONS,
    .most = OPERANDS_ANY,
    .operand = OPERAND_AGENT,
    .run = run,
};
