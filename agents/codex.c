#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "codex_rollout.h"
#include "dialects.h"
#include "environment.h"
#include "package.h"

/* From `codex --help` of 0.169. */
static const struct argument_option options[] = {
    {"--add-dir", 0, ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--all", 0, ARGUMENT_FLAG, ARGUMENT_SESSION},
    {"--approve-for-me", 0, ARGUMENT_FLAG, ARGUMENT_KEPT},
    {"--ask-for-approval", 'a', ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--cd", 'C', ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--config", 'c', ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--dangerously-bypass-approvals-and-sandbox", 0, ARGUMENT_FLAG, ARGUMENT_KEPT},
    {"--dangerously-bypass-hook-trust", 0, ARGUMENT_FLAG, ARGUMENT_KEPT},
    {"--disable", 0, ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--enable", 0, ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--help", 'h', ARGUMENT_FLAG, ARGUMENT_ONCE},
    {"--image", 'i', ARGUMENT_LIST, ARGUMENT_ONCE},
    {"--include-non-interactive", 0, ARGUMENT_FLAG, ARGUMENT_SESSION},
    {"--last", 0, ARGUMENT_FLAG, ARGUMENT_SESSION},
    {"--local-provider", 0, ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--model", 'm', ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--no-alt-screen", 0, ARGUMENT_FLAG, ARGUMENT_KEPT},
    {"--no-daemon", 0, ARGUMENT_FLAG, ARGUMENT_KEPT},
    {"--oss", 0, ARGUMENT_FLAG, ARGUMENT_KEPT},
    {"--profile", 'p', ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--remote", 0, ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--remote-auth-token-env", 0, ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--sandbox", 's', ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--search", 0, ARGUMENT_FLAG, ARGUMENT_KEPT},
    {"--strict-config", 0, ARGUMENT_FLAG, ARGUMENT_KEPT},
    {"--version", 'V', ARGUMENT_FLAG, ARGUMENT_ONCE},
    {"--worktree", 0, ARGUMENT_FLAG, ARGUMENT_ONCE},
    {.name = NULL},
};

/* Commands that are not the terminal program; "resume" and "fork" are. */
static const char *const commands[] = {
    "agents",         "exec",       "e",           "review",
    "login",          "logout",     "mcp",         "mcp-server",
    "plugin",         "app-server", "app",         "remote-control",
    "completion",     "update",     "doctor",      "sandbox",
    "debug",          "apply",      "a",           "queue",
    "archive",        "delete",     "unarchive",   "migrate-rollouts",
    "migrate-nfs-db", "cloud",      "exec-server", "features",
    "help",           NULL,
};

static const struct argument_option own_server[] = {
    {"--no-daemon", 0, ARGUMENT_FLAG, ARGUMENT_SESSION},
    {"--remote", 0, ARGUMENT_VALUE, ARGUMENT_SESSION},
    {"--help", 'h', ARGUMENT_FLAG, ARGUMENT_SESSION},
    {"--version", 'V', ARGUMENT_FLAG, ARGUMENT_SESSION},
    {.name = NULL},
};

/* Without this the terminal program hands the conversation to a shared background server, which
   goes on when the session is stopped and is not the holder's child. Older versions have no such
   server and refuse the option, but none refuses a setting that it does not know. */
static void add_no_daemon(struct string_list *list, const struct agent_request *request,
                          const char *program)
{
    if (arguments_use(request->arguments, own_server, ARGUMENT_SESSION) ||
        argument_is_one_of(arguments_first_word(request->arguments, options), commands))
        return;
    if (package_is_at_least(program, "@openai/codex", 0, 169)) {
        string_list_add(list, "--no-daemon");
    } else {
        string_list_add(list, "-c");
        string_list_add(list, "features.daemon_auto_start=false");
    }
}

static int prepare(const struct agent_request *request, struct agent_launch *launch,
                   struct error *error)
{
    struct string_list arguments = {0}, environment = {0};
    string_list_add(&arguments, "codex");
    add_no_daemon(&arguments, request, launch->program);
    if (request->resume) {
        arguments_add_kept(&arguments, request->arguments, options);
        string_list_add(&arguments, "resume");
        string_list_add(&arguments, request->resume);
        launch->native_id = strdup(request->resume);
    } else {
        string_list_add_all(&arguments, request->arguments);
    }
    environment_fill(&environment, request);
    return launch_finish(launch, &arguments, &environment, error);
}

/* On SIGTERM it dies without writing its session file out or restoring the terminal. Ctrl-C takes
   back what is typed or running, and leaves when there is neither. */
static const struct agent_stop_step stop[] = {
    {.keys = "\x03", .wait_ms = 1000}, {.keys = "\x03", .wait_ms = 1000},
    {.keys = "\x03", .wait_ms = 2000}, {.signal = SIGTERM, .wait_ms = 2000},
    {.signal = SIGHUP, .wait_ms = 0},
};

const struct agent_dialect codex_dialect = {
    .name = "codex",
    .title = "Codex",
    .program = "codex",
    .install = "npm install -g @openai/codex",
    .activity = AGENT_ACTIVITY_OUTPUT,
    .quiet_ms = 1500,
    .enter_delay_ms = 300,
    .ready = "^› *$",
    /* Old prompts stand behind the same sign, so that a number alone does not tell a question. */
    .question = "^› [0-9]+\\. .*\\(([a-z]|esc)\\)$|^ *Press [Ee]nter to (confirm|continue|retry)",
    .stop = stop,
    .prepare = prepare,
    .find_native_id = codex_find_native_id,
    .can_resume = true,
};
