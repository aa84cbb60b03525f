#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "closest_word.h"
#include "commands.h"
#include "daemon_client.h"
#include "report.h"
#include "service_manager.h"

static const struct option OPTIONS[] = {
    {'f', "follow", NULL, "logs: go on as lines are written"},
    {'n', "lines", "LINES", "logs: the last lines (default 200)"},
    {'q', "quiet", NULL, "say nothing when it went well"},
    {0},
};

static void say(const struct invocation *invocation, const char *sentence)
{
    if (!arguments_has(&invocation->arguments, "quiet"))
        puts(sentence);
}

/* Connects to a running happyd. NULL when none runs; `*status` is set when that cannot be told. */
static struct daemon_client *connect_running(struct invocation *invocation, int *status)
{
    struct error error;
    *status = invocation_find_paths(invocation);
    if (*status != STATUS_OK)
        return NULL;
    struct daemon_client *client = daemon_client_new(invocation->paths, false, &error);
    if (!client && error.code != ERROR_CLOSED) {
        report_error(&error);
        *status = STATUS_UNREACHABLE;
    }
    return client;
}

static int start(struct invocation *invocation)
{
    int status;
    struct daemon_client *running = connect_running(invocation, &status);
    if (status != STATUS_OK)
        return status;
    invocation->daemon = running;
    status = invocation_connect(invocation);
    if (status == STATUS_OK)
        say(invocation, running ? "happyd is running already" : "happyd is running");
    return status;
}

/* Waits until the old process has closed its connection, so that a new one can take its place. */
static int stop_running(struct daemon_client *client, struct error *error)
{
    struct json_object *answer =
        daemon_client_call(client, "daemon.stop", NULL, CALL_TIMEOUT_MS, error);
    if (!answer)
        return -1;
    json_object_put(answer);
    struct json_rpc_message message;
    int got;
    while ((got = daemon_client_next(client, CALL_TIMEOUT_MS, &message, error)) > 0)
        json_rpc_message_clear(&message);
    return got < 0 ? 0 : error_set(error, ERROR_TIMEOUT, "happyd does not end");
}

static int stop_with(struct invocation *invocation, bool *was_running)
{
    int status;
    struct error error;
    struct daemon_client *client = connect_running(invocation, &status);
    *was_running = client;
    if (client && stop_running(client, &error) < 0)
        status = report_error(&error);
    daemon_client_free(client);
    return status;
}

static int stop(struct invocation *invocation)
{
    bool was_running;
    int status = stop_with(invocation, &was_running);
    if (status == STATUS_OK)
        say(invocation, was_running ? "happyd has ended; agents go on" : "happyd is not running");
    return status;
}

static int restart(struct invocation *invocation)
{
    bool was_running;
    int status = stop_with(invocation, &was_running);
    if (status == STATUS_OK)
        status = invocation_connect(invocation);
    if (status == STATUS_OK)
        say(invocation,
            was_running ? "happyd has been restarted; agents went on" : "happyd is running");
    return status;
}

static int logs(struct invocation *invocation)
{
    const struct arguments *arguments = &invocation->arguments;
    long long lines = 200;
    struct error error;
    int status = invocation_find_paths(invocation);
    if (status != STATUS_OK)
        return status;
    if (arguments_number(arguments, "lines", 0, 10000000, &lines, &error) < 0) {
        report_error(&error);
        return STATUS_USAGE;
    }
    const struct service_manager *manager = service_manager();
    bool follow = arguments_has(arguments, "follow");
    char count[24];
    snprintf(count, sizeof count, "%lld", lines);
    if (manager->logs_to_journal && manager->is_enabled(invocation->paths))
        execlp("journalctl", "journalctl", "--user", "-u", "happyd", "-n", count,
               follow ? "-f" : "--no-pager", (char *)NULL);
    else if (access(invocation->paths->log, R_OK) == 0)
        execlp("tail", "tail", "-n", count, follow ? "-F" : "--", invocation->paths->log,
               (char *)NULL);
    error_set_errno(&error, "cannot show the log %s", invocation->paths->log);
    error_fix(&error, "there is one once happyd has run: happyctl daemon start");
    return report_error(&error);
}

static int install(struct invocation *invocation)
{
    const struct service_manager *manager = service_manager();
    bool quiet = arguments_has(&invocation->arguments, "quiet"), was_running;
    struct error error;
    if (manager->check(&error) < 0)
        return report_error(&error);
    /* The running one, started by hand, would hold the lock against the service. */
    int status = stop_with(invocation, &was_running);
    if (status == STATUS_OK && manager->install(invocation->paths, quiet, &error) < 0)
        status = report_error(&error);
    return status;
}

static int uninstall(struct invocation *invocation)
{
    const struct service_manager *manager = service_manager();
    struct error error;
    if (manager->check(&error) < 0 ||
        manager->uninstall(arguments_has(&invocation->arguments, "quiet"), &error) < 0)
        return report_error(&error);
    return STATUS_OK;
}

static const struct {
    const char *name;
    int (*run)(struct invocation *invocation);
} ACTIONS[] = {
    {"start", start}, {"stop", stop},       {"restart", restart},
    {"logs", logs},   {"install", install}, {"uninstall", uninstall},
};

static int run(struct invocation *invocation)
{
    const char *word = invocation->arguments.operands[0];
    struct closest_word closest = {.word = word};
    for (size_t i = 0; i < sizeof ACTIONS / sizeof ACTIONS[0]; i++) {
        if (strcmp(ACTIONS[i].name, word) == 0)
            return report_written(ACTIONS[i].run(invocation));
        closest_word_consider(&closest, ACTIONS[i].name);
    }
    char fix[128];
    snprintf(fix, sizeof fix, "happyctl daemon %s",
             closest.found ? closest.found : "start|stop|restart|logs|install|uninstall");
    return report_usage(fix, "happyd cannot be asked to \"%s\"", word);
}

const struct command COMMAND_DAEMON = {
    .name = "daemon",
    .usage = "[OPTIONS] start|stop|restart|logs|install|uninstall",
    .summary = "control happyd itself; agents go on meanwhile",
    .details = "install gives happyd into the care of your service manager (systemd or launchd),\n"
               "which then starts it when you log in; uninstall takes it back.",
    .example = "happyctl daemon install\n"
               "happyctl daemon logs -f",
    .options = OPTIONS,
    .least = 1,
    .most = 1,
    .operand = OPERAND_ACTION,
    .run = run,
};
