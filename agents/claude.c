#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arguments.h"
#include "claude_note.h"
#include "claude_settings.h"
#include "claude_transcript.h"
#include "dialects.h"
#include "environment.h"

/* From `claude --help` of 2.1.197 and 2.1.330; commands of their own (mcp, plugin …) accept
   --settings in front of them. */
static const struct argument_option options[] = {
    {"--add-dir", 0, ARGUMENT_LIST, ARGUMENT_KEPT},
    {"--agent", 0, ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--agents", 0, ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--allow-dangerously-skip-permissions", 0, ARGUMENT_FLAG, ARGUMENT_KEPT},
    {"--allowedTools", 0, ARGUMENT_LIST, ARGUMENT_KEPT},
    {"--allowed-tools", 0, ARGUMENT_LIST, ARGUMENT_KEPT},
    {"--append-system-prompt", 0, ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--bare", 0, ARGUMENT_FLAG, ARGUMENT_KEPT},
    {"--betas", 0, ARGUMENT_LIST, ARGUMENT_KEPT},
    {"--brief", 0, ARGUMENT_FLAG, ARGUMENT_KEPT},
    {"--chrome", 0, ARGUMENT_FLAG, ARGUMENT_KEPT},
    {"--continue", 'c', ARGUMENT_FLAG, ARGUMENT_SESSION},
    {"--dangerously-skip-permissions", 0, ARGUMENT_FLAG, ARGUMENT_KEPT},
    {"--debug", 'd', ARGUMENT_OPTIONAL, ARGUMENT_KEPT},
    {"--debug-file", 0, ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--disable-slash-commands", 0, ARGUMENT_FLAG, ARGUMENT_KEPT},
    {"--disallowedTools", 0, ARGUMENT_LIST, ARGUMENT_KEPT},
    {"--disallowed-tools", 0, ARGUMENT_LIST, ARGUMENT_KEPT},
    {"--effort", 0, ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--fallback-model", 0, ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--file", 0, ARGUMENT_LIST, ARGUMENT_ONCE},
    {"--fork-session", 0, ARGUMENT_FLAG, ARGUMENT_SESSION},
    {"--from-pr", 0, ARGUMENT_OPTIONAL, ARGUMENT_SESSION},
    {"--ide", 0, ARGUMENT_FLAG, ARGUMENT_KEPT},
    {"--include-hook-events", 0, ARGUMENT_FLAG, ARGUMENT_ONCE},
    {"--include-partial-messages", 0, ARGUMENT_FLAG, ARGUMENT_ONCE},
    {"--input-format", 0, ARGUMENT_VALUE, ARGUMENT_ONCE},
    {"--json-schema", 0, ARGUMENT_VALUE, ARGUMENT_ONCE},
    {"--max-budget-usd", 0, ARGUMENT_VALUE, ARGUMENT_ONCE},
    {"--mcp-config", 0, ARGUMENT_LIST, ARGUMENT_KEPT},
    {"--model", 0, ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--name", 'n', ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--no-chrome", 0, ARGUMENT_FLAG, ARGUMENT_KEPT},
    {"--no-session-persistence", 0, ARGUMENT_FLAG, ARGUMENT_ONCE},
    {"--output-format", 0, ARGUMENT_VALUE, ARGUMENT_ONCE},
    {"--permission-mode", 0, ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--permission-prompt-tool", 0, ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--plugin-dir", 0, ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--plugin-url", 0, ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--print", 'p', ARGUMENT_FLAG, ARGUMENT_ONCE},
    {"--prompt-suggestions", 0, ARGUMENT_OPTIONAL, ARGUMENT_KEPT},
    {"--remote-control", 0, ARGUMENT_OPTIONAL, ARGUMENT_KEPT},
    {"--replay-user-messages", 0, ARGUMENT_FLAG, ARGUMENT_ONCE},
    {"--resume", 'r', ARGUMENT_OPTIONAL, ARGUMENT_SESSION},
    {"--safe-mode", 0, ARGUMENT_FLAG, ARGUMENT_KEPT},
    {"--session-id", 0, ARGUMENT_VALUE, ARGUMENT_SESSION},
    {"--setting-sources", 0, ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--settings", 0, ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--strict-mcp-config", 0, ARGUMENT_FLAG, ARGUMENT_KEPT},
    {"--system-prompt", 0, ARGUMENT_VALUE, ARGUMENT_KEPT},
    {"--tmux", 0, ARGUMENT_FLAG, ARGUMENT_KEPT},
    {"--tools", 0, ARGUMENT_LIST, ARGUMENT_KEPT},
    {"--verbose", 0, ARGUMENT_FLAG, ARGUMENT_KEPT},
    {"--worktree", 'w', ARGUMENT_OPTIONAL, ARGUMENT_KEPT},
    {.name = NULL},
};

/* Claude Code sets these for the processes it starts. A session that was begun from inside one
   must not take itself for its child. */
static const char *const nested[] = {
    "CLAUDECODE",
    "CLAUDE_CODE_CHILD_NOTES_DIR",
    "CLAUDE_CODE_CHILD_SESSION",
    "CLAUDE_CODE_ENTRYPOINT",
    "CLAUDE_CODE_MESSAGING_SOCKET",
    "CLAUDE_CODE_MESSAGING_TOKEN",
    "CLAUDE_CODE_SESSION_ATTENDED",
    "CLAUDE_CODE_SESSION_ID",
    "CLAUDE_EFFORT",
    "CLAUDE_ENV_FILE",
    "CLAUDE_PID",
    "CLAUDE_PROJECT_DIR",
};

static bool is_settings(const struct argument *argument)
{
    return argument->option && strcmp(argument->option->name, "--settings") == 0;
}

/* The person's --settings; the last one counts, as for Claude Code itself. */
static const char *find_settings(const char *const *arguments)
{
    const char *value = NULL;
    struct argument at = {0};
    while (argument_next(arguments, options, &at)) {
        if (is_settings(&at))
            value = argument_value(arguments, &at);
    }
    return value;
}

/* What to give to --settings: our hooks, or the name of a file with the person's settings and our
   hooks. NULL when the person's cannot be read: then Claude Code is left to say so. */
static char *make_settings(const struct agent_request *request, const char *theirs,
                           struct error *error)
{
    if (!theirs)
        return claude_settings_make(NULL, request->hook_program, error);
    char *text = claude_settings_read(theirs, request->directory, error);
    char *merged = text ? claude_settings_make(text, request->hook_program, error) : NULL;
    char *path = merged ? claude_settings_path(request->holder_socket) : NULL;
    if (path && claude_settings_write(path, merged, error) < 0) {
        free(path);
        path = NULL;
    }
    free(merged);
    free(text);
    return path;
}

static void add_arguments(struct string_list *list, const struct agent_request *request,
                          bool without_settings)
{
    struct argument at = {0};
    while (argument_next(request->arguments, options, &at)) {
        if (request->resume && (at.word || (at.option && at.option->use != ARGUMENT_KEPT)))
            continue;
        if (without_settings && is_settings(&at))
            continue;
        for (size_t i = 0; i < at.count; i++)
            string_list_add(list, request->arguments[at.first + i]);
    }
}

static int prepare(const struct agent_request *request, struct agent_launch *launch,
                   struct error *error)
{
    struct string_list arguments = {0}, environment = {0};
    bool hooks = request->hook_program && request->holder_socket;
    char *settings =
        hooks ? make_settings(request, find_settings(request->arguments), error) : NULL;
    string_list_add(&arguments, "claude");
    if (settings) {
        string_list_add(&arguments, "--settings");
        string_list_add(&arguments, settings);
    }
    if (request->resume) {
        bool prompted = claude_transcript_exists(request->environment, request->resume);
        string_list_add(&arguments, prompted ? "--resume" : "--session-id");
        string_list_add(&arguments, request->resume);
        launch->native_id = strdup(request->resume);
    }
    add_arguments(&arguments, request, settings != NULL);
    free(settings);
    environment_fill(&environment, request);
    if (agent_environment_get(request->environment, "CLAUDECODE")) {
        for (size_t i = 0; i < sizeof nested / sizeof nested[0]; i++)
            string_list_unset(&environment, nested[i]);
    }
    return launch_finish(launch, &arguments, &environment, error);
}

void agent_remove_files(const char *holder_socket)
{
    char *path = claude_settings_path(holder_socket);
    if (path)
        unlink(path);
    free(path);
}

static const char *const places[] = {".local/bin/claude", ".claude/local/claude", NULL};

const struct agent_dialect claude_dialect = {
    .name = "claude",
    .title = "Claude Code",
    .program = "claude",
    .install = "npm install -g @anthropic-ai/claude-code",
    .places = places,
    .activity = AGENT_ACTIVITY_NOTES,
    .quiet_ms = 2000,
    .enter_delay_ms = 300,
    /* A no-break space stands behind the sign, and the cursor on the first letter of a suggestion.
     */
    .ready = "^❯[ \xc2\xa0]*[^ \xc2\xa0]?[ \xc2\xa0]*$",
    .question = "^ +❯ [0-9]+\\. ",
    /* It runs the SessionEnd hook; typed keys could land in a question. */
    .stop = stop_by_sigterm,
    .prepare = prepare,
    .read_note = claude_read_note,
    .is_interrupted = claude_transcript_is_interrupted,
    .can_resume = true,
};
