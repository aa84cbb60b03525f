#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "daemon_client.h"
#include "log_printer.h"
#include "report.h"
#include "session.h"

#define QUIET_MS    500 /* silence after which the screen is taken for what will stay */
#define FLOOD_MS    100 /* lines are asked for no more often while the agent writes */
#define BETWEEN_MAX 50
#define LINES_MAX   10000000

static const struct option OPTIONS[] = {
    {'f', "follow", NULL, "go on until the session ends"},
    {'n', "lines", "LINES", "only the last lines"},
    {'c', "colours", NULL, "with colours and attributes"},
    {0},
};

struct follower {
    struct invocation *invocation;
    struct history_request request;
    struct log_printer printer;
    struct daemon_client *events; /* a connection of its own: what comes there only wakes us */
    bool ended;
};

/* Prints what is final and, with `screen`, what is on the screen. */
static int print_new(struct follower *follower, bool screen, struct error *error)
{
    struct history_request request = follower->request;
    struct daemon_client *client = follower->invocation->daemon;
    request.first = follower->printer.final_next;
    if (history_pager_run(client, &request, log_printer_final, &follower->printer, NULL, error) < 0)
        return -1;
    request.first = follower->printer.final_next;
    request.with_screen = true;
    if (screen && history_pager_run(client, &request, log_printer_screen, &follower->printer, NULL,
                                    error) < 0)
        return -1;
    log_printer_flush(&follower->printer);
    return 0;
}

/* 1: something happened; 0: nothing within the time; -1 with `error`. */
static int take_event(struct follower *follower, int timeout_ms, struct error *error)
{
    struct json_rpc_message message;
    const char *type = NULL;
    int got = daemon_client_next(follower->events, timeout_ms, &message, error);
    if (got <= 0)
        return got;
    if (strcmp(message.method, "session.event") == 0 &&
        json_get_string(message.params, "type", &type, NULL) && type && strcmp(type, "ended") == 0)
        follower->ended = true;
    json_rpc_message_clear(&message);
    return 1;
}

static int drain_events(struct follower *follower, int first_timeout_ms, struct error *error)
{
    int any = take_event(follower, first_timeout_ms, error);
    for (int got = any; got > 0;)
        if ((got = take_event(follower, 0, error)) < 0)
            return -1;
    return any;
}

/* Between the end of a holder and what is kept of it, lines cannot be had for a moment. */
static bool is_between(const struct follower *follower, const struct error *error)
{
    return error->code == ERROR_CLOSED && !daemon_client_is_lost(follower->invocation->daemon);
}

static int follow_connected(struct follower *follower, struct error *error)
{
    bool quiet = follower->ended;
    int between = 0;
    for (;;) {
        int got = 0;
        if (!follower->ended)
            got = drain_events(follower, quiet && !between ? CALL_FOREVER : QUIET_MS, error);
        if (got < 0)
            return -1;
        quiet = got == 0;
        bool last = follower->ended;
        int result = print_new(follower, quiet || last, error);
        if (result < 0 && (!is_between(follower, error) || ++between > BETWEEN_MAX))
            return -1;
        if (ferror(stdout) || (result == 0 && last))
            return 0;
        between = result < 0 ? between : 0;
        if (!quiet || between)
            poll(NULL, 0, FLOOD_MS);
    }
}

/* Events of the session, on a new connection; and whether it has ended before that. */
static int subscribe(struct follower *follower, struct error *error)
{
    struct invocation *invocation = follower->invocation;
    follower->events = daemon_client_new(invocation->paths, invocation->may_start, error);
    if (!follower->events)
        return -1;
    struct json_object *params = session_parameters(follower->request.session);
    json_put_bool(params, "output", true);
    struct json_object *answer =
        daemon_client_call(follower->events, "session.subscribe", params, CALL_TIMEOUT_MS, error);
    if (!answer)
        return -1;
    json_object_put(answer);
    struct session session;
    answer =
        daemon_client_call(follower->events, "session.get",
                           session_parameters(follower->request.session), CALL_TIMEOUT_MS, error);
    int result = answer ? session_read(answer, &session, error) : -1;
    if (result == 0)
        follower->ended = !session_is_alive(&session);
    json_object_put(answer);
    return result;
}

/* A daemon that goes away is replaced by the next one; the lines have the same numbers there. */
static int replace_daemon(struct invocation *invocation, struct error *error)
{
    daemon_client_free(invocation->daemon);
    invocation->daemon = daemon_client_new(invocation->paths, invocation->may_start, error);
    return invocation->daemon ? 0 : -1;
}

static int follow(struct follower *follower, struct error *error)
{
    struct invocation *invocation = follower->invocation;
    int between = 0;
    for (;;) {
        int result = subscribe(follower, error);
        bool subscribed = result == 0;
        if (subscribed)
            result = follow_connected(follower, error);
        bool lost = result < 0 && (daemon_client_is_lost(invocation->daemon) ||
                                   (follower->events && daemon_client_is_lost(follower->events)));
        bool again = result < 0 && !lost && !subscribed && is_between(follower, error) &&
                     ++between <= BETWEEN_MAX;
        daemon_client_free(follower->events);
        follower->events = NULL;
        if (again)
            poll(NULL, 0, FLOOD_MS);
        else if (!lost)
            return result;
        else if (replace_daemon(invocation, error) < 0)
            return -1;
    }
}

static int print_log(struct invocation *invocation, const char *id, long long lines,
                     struct error *error)
{
    struct follower follower = {
        .invocation = invocation,
        .request = {.session = id,
                    .colours = arguments_has(&invocation->arguments, "colours"),
                    .first = lines < 0 ? 0 : -lines,
                    .with_screen = true},
        .printer = {.file = stdout},
    };
    if (lines == 0)
        return 0;
    if (!arguments_has(&invocation->arguments, "follow")) {
        int result = history_pager_run(invocation->daemon, &follower.request, log_printer_screen,
                                       &follower.printer, NULL, error);
        log_printer_flush(&follower.printer);
        return result;
    }
    follower.request.with_screen = false;
    if (lines > 0 && history_pager_run(invocation->daemon, &follower.request, log_printer_final,
                                       &follower.printer, NULL, error) < 0)
        return -1;
    return follow(&follower, error);
}

static int run(struct invocation *invocation)
{
    const struct arguments *arguments = &invocation->arguments;
    long long lines = -1;
    struct error error;
    if (arguments_number(arguments, "lines", 0, LINES_MAX, &lines, &error) < 0) {
        report_error(&error);
        return STATUS_USAGE;
    }
    int status;
    char *id = invocation_find_session(invocation, arguments_operand(arguments), &status);
    if (!id)
        return status;
    if (print_log(invocation, id, lines, &error) < 0) {
        status = report_error(&error);
        if (!invocation->daemon || daemon_client_is_lost(invocation->daemon))
            status = STATUS_UNREACHABLE;
    }
    free(id);
    return report_written(status);
}

const struct command COMMAND_LOG = {
    .name = "log",
    .usage = "[OPTIONS] [SESSION]",
    .summary = "print what a session has shown, as text",
    .details = "What has scrolled off its screen, then the screen. With -f, what is still on the\n"
               "screen follows whenever the agent pauses.",
    .example = "happyctl log -n 200 claude-1\n"
               "happyctl log -f claude-1",
    .options = OPTIONS,
    .most = 1,
    .operand = OPERAND_SESSION,
    .run = run,
};
