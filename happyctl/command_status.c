#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "os/clock.h"
#include "quantity.h"
#include "report.h"

static const struct option OPTIONS[] = {
    {0, "json", NULL, "as JSON"},
    {0},
};

static void print_word(const char *title, const char *text)
{
    printf("%-12s %s\n", title, text ? text : "-");
}

static void print_status(struct json_object *answer)
{
    const char *version = "?", *home = NULL, *socket = NULL, *database = NULL, *key = NULL,
               *manager = NULL;
    int64_t pid = 0, started = 0, memory = -1, running = 0, ended = 0;
    bool linger = false;
    struct json_object *sessions = NULL;
    json_get_string(answer, "version", &version, NULL);
    json_get_string(answer, "home", &home, NULL);
    json_get_string(answer, "socket", &socket, NULL);
    json_get_string(answer, "database", &database, NULL);
    json_get_string(answer, "detachKey", &key, NULL);
    json_get_string(answer, "serviceManager", &manager, NULL);
    json_get_integer(answer, "pid", 0, INT64_MAX, &pid, NULL);
    json_get_integer(answer, "startedAt", 0, INT64_MAX, &started, NULL);
    json_get_integer(answer, "memoryBytes", 0, INT64_MAX, &memory, NULL);
    json_get_bool(answer, "linger", &linger, NULL);
    json_get_object(answer, "sessions", &sessions, NULL);
    json_get_integer(sessions, "running", 0, INT64_MAX, &running, NULL);
    json_get_integer(sessions, "ended", 0, INT64_MAX, &ended, NULL);
    char age[QUANTITY_SIZE], size[QUANTITY_SIZE];
    quantity_duration(clock_now_ms() - started, age);
    quantity_bytes(memory, size);
    printf("%-12s %s, process %" PRId64 ", up %s, %s of memory\n", "happyd", version, pid, age,
           size);
    printf("%-12s %s\n", "happyctl", PACKAGE_VERSION);
    printf("%-12s %" PRId64 " running, %" PRId64 " ended\n", "sessions", running, ended);
    print_word("home", home);
    print_word("socket", socket);
    print_word("database", database);
    print_word("detach key", key);
    print_word("started by", manager ? manager : "happyctl or a shell");
    if (manager)
        print_word("lingering", linger ? "yes" : "no: agents end when you log out");
    if (strcmp(version, PACKAGE_VERSION) != 0)
        report_warning("happyd is version %s, happyctl is %s; happyctl daemon restart brings them "
                       "together, agents go on",
                       version, PACKAGE_VERSION);
}

static int run(struct invocation *invocation)
{
    int status;
    struct json_object *answer =
        invocation_call(invocation, "daemon.status", NULL, CALL_TIMEOUT_MS, &status);
    if (!answer)
        return status;
    if (arguments_has(&invocation->arguments, "json"))
        return print_json(answer);
    print_status(answer);
    json_object_put(answer);
    return report_written(STATUS_OK);
}

const struct command COMMAND_STATUS = {
    .name = "status",
    .usage = "[OPTIONS]",
    .summary = "show how happyd is doing",
    .example = "happyctl status",
    .options = OPTIONS,
    .passive = true,
    .run = run,
};
