#include "wrapper.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agents/agent.h"
#include "daemon_client.h"
#include "report.h"
#include "start_session.h"
#include "terminal.h"

extern char **environ;

#define NOT_FOUND 127 /* as a shell would say */

struct wrapper {
    const char *name;                   /* of the link */
    const char *agent;                  /* also the program */
    const char *const *direct_options;  /* with one of these the agent asks and shows nothing */
    const char *const *direct_commands; /* first words that are not prompts */
};

static const char *const CLAUDE_OPTIONS[] = {"-p", "--print", "-v", "--version",
                                             "-h", "--help",  NULL};
static const char *const CLAUDE_COMMANDS[] = {"agents",
                                              "auth",
                                              "auto-mode",
                                              "config",
                                              "doctor",
                                              "install",
                                              "mcp",
                                              "migrate-installer",
                                              "plugin",
                                              "plugins",
                                              "remote-control",
                                              "setup-token",
                                              "update",
                                              "upgrade",
                                              NULL};
static const char *const CODEX_OPTIONS[] = {"-h", "--help", "-V", "--version", NULL};
static const char *const CODEX_COMMANDS[] = {"a",
                                             "app",
                                             "app-server",
                                             "apply",
                                             "cloud",
                                             "completion",
                                             "debug",
                                             "e",
                                             "exec",
                                             "exec-server",
                                             "features",
                                             "help",
                                             "login",
                                             "logout",
                                             "mcp",
                                             "mcp-server",
                                             "review",
                                             "plugin",
                                             "sandbox",
                                             "update",
                                             "execpolicy",
                                             "responses-api-proxy",
                                             "stdio-to-uds",
                                             NULL};
static const char *const GEMINI_OPTIONS[] = {"-p",
                                             "--prompt",
                                             "-h",
                                             "--help",
                                             "-v",
                                             "--version",
                                             "-l",
                                             "--list-extensions",
                                             "--list-sessions",
                                             "--delete-session",
                                             "--acp",
                                             "--experimental-acp",
                                             NULL};
static const char *const GEMINI_COMMANDS[] = {"extensions", "extension", "hooks", "hook",
                                              "mcp",        "skills",    "skill", NULL};

static const struct wrapper WRAPPERS[] = {
    {"happy-claude", "claude", CLAUDE_OPTIONS, CLAUDE_COMMANDS},
    {"happy-codex", "codex", CODEX_OPTIONS, CODEX_COMMANDS},
    {"happy-gemini", "gemini", GEMINI_OPTIONS, GEMINI_COMMANDS},
};

const struct wrapper *wrapper_find(const char *called)
{
    const char *slash = strrchr(called, '/');
    const char *name = slash ? slash + 1 : called;
    for (size_t i = 0; i < sizeof WRAPPERS / sizeof WRAPPERS[0]; i++)
        if (strcmp(WRAPPERS[i].name, name) == 0)
            return &WRAPPERS[i];
    return NULL;
}

static bool is_one_of(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(*list, word) == 0)
            return true;
    return false;
}

static bool needs_no_session(const struct wrapper *wrapper, char **words)
{
    if (words[1] && is_one_of(words[1], wrapper->direct_commands))
        return true;
    for (char **word = words + 1; *word && strcmp(*word, "--") != 0; word++)
        if (is_one_of(*word, wrapper->direct_options))
            return true;
    return false;
}

/* Becomes the agent's program. Returns only when it cannot. */
static int run_directly(const struct wrapper *wrapper, char **words)
{
    const struct agent_dialect *dialect = agent_dialect_find(wrapper->agent);
    char *program =
        dialect ? agent_dialect_program(dialect, (const char *const *)environ, ".") : NULL;
    struct error error;
    if (!program) {
        error_set(&error, ERROR_NO_PROGRAM, "%s is not installed", wrapper->agent);
        if (dialect && dialect->install)
            error_fix(&error, "%s", dialect->install);
        report_error(&error);
        return NOT_FOUND;
    }
    signal(SIGPIPE, SIG_DFL);
    words[0] = (char *)wrapper->agent;
    execv(program, words);
    int status = errno == ENOENT ? NOT_FOUND : NOT_FOUND - 1;
    error_set_errno(&error, "cannot run %s", program);
    report_error(&error);
    free(program);
    return status;
}

int wrapper_run(const struct wrapper *wrapper, char **words)
{
    if (!terminal_is_there() || needs_no_session(wrapper, words))
        return run_directly(wrapper, words);
    struct invocation invocation = {.may_start = true};
    struct start_request request = {.agent = wrapper->agent, .words = words + 1};
    /* Whoever typed `claude` wants Claude, with or without happyd. */
    if (invocation_connect(&invocation) != STATUS_OK) {
        report_warning("running %s without happyd", wrapper->agent);
        return run_directly(wrapper, words);
    }
    int status = start_session(&invocation, &request);
    daemon_client_free(invocation.daemon);
    paths_free(invocation.paths);
    return status;
}
