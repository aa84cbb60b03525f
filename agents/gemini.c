#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "dialects.h"
#include "environment.h"
#include "gemini_chats.h"
#include "native_id.h"
#include "package.h"

/* From `gemini --help` of 0.61. */
static const struct argument_option options[] = {
    {"--accept-raw-output-risk", 0, ARGUMENT_FLAG, ARGUMENT_ONCE},
    {"--acp", 0, ARGUMENT_FLAG, ARGUMENT_SESSION},
    {"--admin-policy", 0, ARGUMENT_LIST, ARGUMENT_KEPT},
    {"--allowed-mcp-server-names", 0, ARGUMENT_LIST, ARGUMENT_KEPT},
    {"--allowed-tools", 0, ARGUMENT_LIST, ARGUMENT_KEPT},
    {"--approval-mode", 0, ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--debug", 'd', ARGUMENT_FLAG, ARGUMENT_KEPT},
    {"--delete-session", 0, ARGUMENT_VALUE, ARGUMENT_SESSION},
    {"--experimental-acp", 0, ARGUMENT_FLAG, ARGUMENT_SESSION},
    {"--extensions", 'e', ARGUMENT_LIST, ARGUMENT_KEPT},
    {"--help", 'h', ARGUMENT_FLAG, ARGUMENT_SESSION},
    {"--include-directories", 0, ARGUMENT_LIST, ARGUMENT_KEPT},
    {"--list-extensions", 'l', ARGUMENT_FLAG, ARGUMENT_SESSION},
    {"--list-sessions", 0, ARGUMENT_FLAG, ARGUMENT_SESSION},
    {"--model", 'm', ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--output-format", 'o', ARGUMENT_VALUE, ARGUMENT_ONCE},
    {"--policy", 0, ARGUMENT_LIST, ARGUMENT_KEPT},
    {"--prompt", 'p', ARGUMENT_VALUE, ARGUMENT_ONCE},
    {"--prompt-interactive", 'i', ARGUMENT_VALUE, ARGUMENT_ONCE},
    {"--raw-output", 0, ARGUMENT_FLAG, ARGUMENT_ONCE},
    {"--resume", 'r', ARGUMENT_OPTIONAL, ARGUMENT_SESSION},
    {"--sandbox", 's', ARGUMENT_FLAG, ARGUMENT_KEPT},
    {"--screen-reader", 0, ARGUMENT_FLAG, ARGUMENT_KEPT},
    {"--session-file", 0, ARGUMENT_VALUE, ARGUMENT_SESSION},
    {"--session-id", 0, ARGUMENT_VALUE, ARGUMENT_SESSION},
    {"--skip-trust", 0, ARGUMENT_FLAG, ARGUMENT_KEPT},
    {"--version", 'v', ARGUMENT_FLAG, ARGUMENT_SESSION},
    {"--worktree", 'w', ARGUMENT_OPTIONAL, ARGUMENT_KEPT},
    {"--yolo", 'y', ARGUMENT_FLAG, ARGUMENT_KEPT},
    {.name = NULL},
};

static const char *const commands[] = {
    "mcp", "extensions", "extension", "skills", "skill", "hooks", "hook", "gemma", NULL,
};

static bool may_choose_id(const struct agent_request *request)
{
    return !arguments_use(request->arguments, options, ARGUMENT_SESSION) &&
           !argument_is_one_of(arguments_first_word(request->arguments, options), commands);
}

/* Adds the options that choose the session, and notes its id. A session that was never prompted has
   no chat to resume: it is begun under its old id. --session-id came with 0.42. */
static void add_session(struct string_list *list, const struct agent_request *request,
                        struct agent_launch *launch)
{
    bool has_option = package_is_at_least(launch->program, "@google/gemini-cli", 0, 42);
    if (request->resume)
        launch->native_id = strdup(request->resume);
    else if (has_option && may_choose_id(request))
        launch->native_id = native_id_new();
    if (!launch->native_id)
        return;
    bool resume = request->resume &&
                  (!has_option || gemini_chat_exists(request->environment, request->resume));
    string_list_add(list, resume ? "--resume" : "--session-id");
    string_list_add(list, launch->native_id);
}

static int prepare(const struct agent_request *request, struct agent_launch *launch,
                   struct error *error)
{
    struct string_list arguments = {0}, environment = {0};
    string_list_add(&arguments, "gemini");
    add_session(&arguments, request, launch);
    if (request->resume)
        arguments_add_kept(&arguments, request->arguments, options);
    else
        string_list_add_all(&arguments, request->arguments);
    environment_fill(&environment, request);
    /* Else it starts itself a second time with a larger heap, and the outer process ignores
       SIGTERM. */
    if (!agent_environment_get(request->environment, "GEMINI_CLI_NO_RELAUNCH"))
        string_list_set(&environment, "GEMINI_CLI_NO_RELAUNCH", "true");
    return launch_finish(launch, &arguments, &environment, error);
}

const struct agent_dialect gemini_dialect = {
    .name = "gemini",
    .title = "Gemini CLI",
    .program = "gemini",
    .install = "npm install -g @google/gemini-cli",
    .activity = AGENT_ACTIVITY_OUTPUT,
    .quiet_ms = 1500,
    .enter_delay_ms = 500,
    .ready = "^ *> +Type your message",
    .question = "^[│ ]*● [0-9]+\\. ",
    .stop = stop_by_sigterm,
    .prepare = prepare,
    .find_native_id = gemini_find_native_id,
    .can_resume = true,
};
