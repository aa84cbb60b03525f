#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "report.h"
#include "session.h"

static int print_sessions(struct invocation *invocation)
{
    int status;
    struct json_object *sessions = NULL, *answer = invocation_call(invocation, "session.list", NULL,
                                                                   CALL_TIMEOUT_MS, &status);
    if (!answer)
        return status;
    struct error error;
    json_get_array(answer, "sessions", &sessions, NULL);
    for (size_t i = 0; sessions && i < json_object_array_length(sessions); i++) {
        struct session session;
        if (session_read(json_object_array_get_idx(sessions, i), &session, &error) == 0)
            printf("%s\t%s in %s\n", session.name, session_state_word(&session), session.directory);
    }
    json_object_put(answer);
    return STATUS_OK;
}

static int print_agents(struct invocation *invocation)
{
    (void)invocation;
    puts("claude\tClaude Code\ncodex\tCodex\ngemini\tGemini\nshell\tyour shell");
    return STATUS_OK;
}

static int print_commands(struct invocation *invocation)
{
    (void)invocation;
    for (size_t i = 0; COMMANDS[i]; i++)
        if (!COMMANDS[i]->hidden)
            printf("%s\t%s\n", COMMANDS[i]->name, COMMANDS[i]->summary);
    return STATUS_OK;
}

static void print_option_table(const struct option *option)
{
    for (; option && option->name; option++) {
        printf("--%s\t%s\n", option->name, option->help);
        if (option->letter)
            printf("-%c\t%s\n", option->letter, option->help);
    }
}

static int print_options(struct invocation *invocation)
{
    const char *name = invocation->arguments.operands[1];
    const struct command *command = name ? command_find(name) : NULL;
    print_option_table(command ? command->options : NULL);
    print_option_table(COMMON_OPTIONS);
    return STATUS_OK;
}

static int print_actions(struct invocation *invocation)
{
    (void)invocation;
    puts(
        "start\tstart happyd\nstop\tend happyd; agents go on\nrestart\tend and start it\n"
        "logs\tshow its log\ninstall\tstart it at log-in\nuninstall\tno longer start it at log-in");
    return STATUS_OK;
}

static const struct {
    int (*print)(struct invocation *invocation);
    size_t most; /* operands that are completed */
} OPERANDS[] = {
    [OPERAND_OTHER] = {NULL, 0},
    [OPERAND_SESSION] = {print_sessions, 1},
    [OPERAND_SESSIONS] = {print_sessions, OPERANDS_ANY},
    [OPERAND_AGENT] = {print_agents, 1},
    [OPERAND_COMMAND] = {print_commands, 1},
    [OPERAND_ACTION] = {print_actions, 1},
};

/* `operands COMMAND N`: what may stand behind N others. */
static int print_operands(struct invocation *invocation)
{
    char **words = invocation->arguments.operands;
    const struct command *command = words[1] ? command_find(words[1]) : NULL;
    size_t before = command && words[2] ? strtoul(words[2], NULL, 10) : 0;
    if (!command || before >= OPERANDS[command->operand].most)
        return STATUS_OK;
    return OPERANDS[command->operand].print(invocation);
}

static const struct {
    const char *what;
    int (*print)(struct invocation *invocation);
} LISTS[] = {
    {"sessions", print_sessions}, {"agents", print_agents},     {"commands", print_commands},
    {"options", print_options},   {"operands", print_operands},
};

static int run(struct invocation *invocation)
{
    const char *what = invocation->arguments.operands[0];
    for (size_t i = 0; i < sizeof LISTS / sizeof LISTS[0]; i++)
        if (strcmp(LISTS[i].what, what) == 0)
            return report_written(LISTS[i].print(invocation));
    return report_usage(NULL, "there is no list of \"%s\"", what);
}

const struct command COMMAND_COMPLETE = {
    .name = "complete",
    .usage = "sessions|agents|commands|options|operands [COMMAND [N]]",
    .summary = "what the shells' completions offer: word, tab, description",
    .example = "happyctl complete sessions",
    .least = 1,
    .most = 3,
    .hidden = true,
    .passive = true,
    .run = run,
};
