#include "session_start.h"

#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon.h"
#include "holder_link.h"
#include "holder_spawn.h"
#include "os/log.h"
#include "os/service_scope.h"
#include "session_link.h"

#define HOLDER_SECONDS 15 /* to come up; making a scope may take five of them */

/* What is known between the wish and the running agent. The environment is in memory only. */
struct session_start {
    struct agent_launch launch;
    struct resource_limits limits;
    bool scope;
    pid_t holder; /* 0 until START was sent */
    uint64_t holder_started;
    struct event *deadline;
    session_started *started;
    void *context;
};

static void free_start(struct session *session)
{
    struct session_start *start = session->start;
    if (!start)
        return;
    agent_launch_free(&start->launch);
    if (start->deadline)
        event_free(start->deadline);
    free(start);
    session->start = NULL;
}

static int check_directory(const char *directory, struct error *error)
{
    struct stat status;
    if (directory[0] != '/') {
        error_set(error, ERROR_INVALID, "\"directory\" must be an absolute path, not \"%.200s\"",
                  directory);
        return error_fix(error, "give the whole path, from / on");
    }
    if (stat(directory, &status) < 0)
        return error_set_errno(error, "cannot start in the directory %.300s", directory);
    if (!S_ISDIR(status.st_mode))
        return error_set(error, ERROR_INVALID, "%.300s is not a directory", directory);
    return 0;
}

static bool wants_scope(const struct daemon *daemon)
{
    bool asked = daemon->settings.scope == SETTINGS_SCOPE_ALWAYS ||
                 (daemon->settings.scope == SETTINGS_SCOPE_AUTO &&
                  service_notify_is_systemd(daemon->service));
    return asked && service_scope_is_available();
}

/* Limits need a control group. Somebody who asks for them now must hear that there is none; those
   of the settings file are for whenever there is one. */
static int choose_limits(struct daemon *daemon, const struct session_wish *wish,
                         struct session_start *start, struct error *error)
{
    start->limits = wish->limits ? *wish->limits : daemon->settings.limits;
    start->scope = wants_scope(daemon);
    if (start->scope || resource_limits_are_empty(&start->limits))
        return 0;
    if (wish->limits) {
        error_set(error, ERROR_UNSUPPORTED, "limits need systemd, which does not run this happyd");
        return error_fix(error,
                         "run happyd as a user service (\"happyctl daemon install\"), or set "
                         "\"scope\" to \"always\" in happyd.json");
    }
    if (!daemon->warned_of_limits)
        log_warning("the limits in %s have no effect: happyd does not run under systemd",
                    daemon->paths->settings);
    daemon->warned_of_limits = true;
    return 0;
}

static int prepare_launch(struct daemon *daemon, const struct session_wish *wish, const char *id,
                          struct agent_launch *launch, struct error *error)
{
    char *hook = holder_spawn_program("happy-hook");
    char *socket = paths_holder_socket(daemon->paths, id);
    struct agent_request request = {
        .session = id,
        .directory = wish->directory,
        .environment = wish->environment,
        .arguments = wish->arguments,
        .resume = wish->resumed ? wish->resumed->native_id : NULL,
        .hook_program = hook,
        .holder_socket = socket,
        .terminal = wish->terminal,
    };
    int result = hook && socket ? agent_prepare(wish->dialect, &request, launch, error)
                                : error_set(error, ERROR_MEMORY, "out of memory");
    free(hook);
    free(socket);
    return result;
}

static char *command_text(const struct agent_launch *launch)
{
    struct json_object *command = json_object_new_array();
    json_object_array_add(command, json_object_new_string(launch->program));
    for (size_t i = 1; launch->arguments[0] && launch->arguments[i]; i++)
        json_object_array_add(command, json_object_new_string(launch->arguments[i]));
    char *text = strdup(json_line(command));
    json_object_put(command);
    return text;
}

static struct session *make_session(struct daemon *daemon, const struct session_wish *wish,
                                    const char *id, const struct agent_launch *launch)
{
    char *name = wish->name ? strdup(wish->name)
                            : session_table_new_name(&daemon->sessions, wish->dialect->name);
    struct session *session =
        session_new(daemon, id, name, strdup(wish->dialect->name), strdup(wish->directory),
                    command_text(launch), session_places(wish->environment));
    if (!session)
        return NULL;
    session->columns = wish->columns;
    session->rows = wish->rows;
    session->terminal = wish->terminal;
    session->resumed_from = wish->resumed ? strdup(wish->resumed->id) : NULL;
    session->native_id = launch->native_id ? strdup(launch->native_id) : NULL;
    process_boot_id(session->boot_id);
    return session;
}

static void on_deadline(evutil_socket_t descriptor, short what, void *context)
{
    (void)descriptor, (void)what;
    struct error error;
    error_set(&error, ERROR_TIMEOUT, "the session's holder did not start in time");
    session_start_failed(context, &error);
}

static void spawn_holder(struct session *session)
{
    struct daemon *daemon = session->daemon;
    struct error error;
    char description[128];
    char *log = NULL;
    if (!getenv("JOURNAL_STREAM") && asprintf(&log, "%s/logs/holder.log", daemon->paths->home) < 0)
        log = NULL;
    snprintf(description, sizeof description, "Happy session %s (%s)", session->name,
             session->agent);
    struct holder_spawn spawn = {.session = session->id,
                                 .description = description,
                                 .log = log,
                                 .scope = session->start->scope,
                                 .limits = &session->start->limits,
                                 .core = &daemon->core,
                                 .files = &daemon->files,
                                 .umask = daemon->umask};
    int descriptor = holder_spawn(&spawn, &error);
    free(log);
    if (descriptor >= 0 && session_link_open(session, descriptor) < 0)
        descriptor = error_set(&error, ERROR_MEMORY, "out of memory");
    if (descriptor < 0) {
        session_start_failed(session, &error);
        return;
    }
    session->start->deadline = evtimer_new(daemon->base, on_deadline, session);
    struct timeval time = {HOLDER_SECONDS, 0};
    if (session->start->deadline)
        evtimer_add(session->start->deadline, &time);
}

struct row_wait {
    struct daemon *daemon;
    char id[SESSION_ID_LENGTH + 1];
};

static void on_row(const struct error *failure, void *context)
{
    struct row_wait *wait = context;
    struct session *session = session_table_find(&wait->daemon->sessions, wait->id);
    free(wait);
    if (!session || !session->start)
        return;
    if (failure)
        session_start_failed(session, failure);
    else
        spawn_holder(session);
}

/* A holder without a row would be a stray after a crash, so the row comes first. */
static int spawn_when_stored(struct daemon *daemon, struct session *session, struct error *error)
{
    struct row_wait *wait = calloc(1, sizeof *wait);
    if (!wait)
        return error_set(error, ERROR_MEMORY, "out of memory");
    wait->daemon = daemon;
    memcpy(wait->id, session->id, sizeof wait->id);
    daemon_session_changed(daemon, session);
    turn_after(daemon->turn, on_row, wait);
    return 0;
}

static int check_wish(struct daemon *daemon, const struct session_wish *wish, struct error *error)
{
    if (daemon->sessions.live >= SESSION_RUNNING_MAX) {
        error_set(error, ERROR_LIMIT, "%d sessions run, which is the most", SESSION_RUNNING_MAX);
        return error_fix(error, "end one with \"happyctl stop\"");
    }
    if (wish->name && !session_name_is_valid(wish->name)) {
        error_set(error, ERROR_INVALID, "\"%.80s\" cannot be a name", wish->name);
        return error_fix(error, "use up to 64 letters, digits and . _ - + @, the first a letter or "
                                "a digit");
    }
    if (wish->name && session_table_check_name(&daemon->sessions, wish->name, error) < 0)
        return -1;
    return check_directory(wish->directory, error);
}

int session_start(struct daemon *daemon, const struct session_wish *wish, session_started *started,
                  void *context, struct error *error)
{
    char id[SESSION_ID_LENGTH + 1];
    if (check_wish(daemon, wish, error) < 0)
        return -1;
    struct session_start *start = calloc(1, sizeof *start);
    if (!start)
        return error_set(error, ERROR_MEMORY, "out of memory");
    session_table_new_id(&daemon->sessions, id);
    if (choose_limits(daemon, wish, start, error) < 0 ||
        prepare_launch(daemon, wish, id, &start->launch, error) < 0) {
        free(start);
        return -1;
    }
    struct session *session = make_session(daemon, wish, id, &start->launch);
    if (!session) {
        agent_launch_free(&start->launch);
        free(start);
        return error_set(error, ERROR_MEMORY, "out of memory");
    }
    start->started = started;
    start->context = context;
    session->start = start;
    session_table_add(&daemon->sessions, session);
    if (spawn_when_stored(daemon, session, error) < 0) {
        free_start(session);
        daemon_forget_session(daemon, session);
        return -1;
    }
    return 0;
}

void session_start_abandon(struct session *session, const void *context)
{
    if (session->start && session->start->context == context)
        session->start->started = NULL;
}

static size_t count_strings(char *const *strings)
{
    size_t count = 0;
    while (strings && strings[count])
        count++;
    return count;
}

static void fill_strings(struct frame_string *strings, char *const *from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        strings[i] = (struct frame_string){from[i], strlen(from[i])};
}

/* START is one frame, so that all of it must fit: most of it is the environment. */
static int put_start(struct session *session, struct buffer *frame, struct error *error)
{
    struct agent_launch *launch = &session->start->launch;
    const struct settings *settings = &session->daemon->settings;
    size_t arguments = count_strings(launch->arguments);
    size_t environment = count_strings(launch->environment);
    struct frame_string *strings = calloc(1 + arguments + environment, sizeof *strings);
    char *socket = paths_holder_socket(session->daemon->paths, session->id);
    size_t size = 2 * PATH_MAX; /* of the frame, more or less */
    int result = 0;
    if (!strings || !socket) {
        result = error_set(error, ERROR_MEMORY, "out of memory");
        goto out;
    }
    strings[0] = (struct frame_string){launch->program, strlen(launch->program)};
    fill_strings(strings + 1, launch->arguments, arguments);
    fill_strings(strings + 1 + arguments, launch->environment, environment);
    struct frame_start start = {
        .socket_path = {socket, strlen(socket)},
        .directory = {session->directory, strlen(session->directory)},
        .terminal = session->terminal,
        .columns = session->columns,
        .rows = session->rows,
        .history_lines = settings->history_lines,
        .history_bytes = settings->history_bytes,
        .quiet_ms = session->dialect->quiet_ms > 0 ? (uint32_t)session->dialect->quiet_ms : 1000,
        .arguments = strings,
        .argument_count = 1 + arguments,
        .environment = strings + 1 + arguments,
        .environment_count = environment,
    };
    for (size_t i = 0; i < 1 + arguments + environment; i++)
        size += strings[i].length + sizeof(uint32_t);
    buffer_reserve(frame, size);
    if (1 + arguments <= FRAME_START_STRINGS_MAX && environment <= FRAME_START_STRINGS_MAX)
        frame_put_start(frame, &start);
    if (frame->failed || frame->length == 0) {
        result = error_set(error, ERROR_LIMIT,
                           "arguments and environment are larger than 1 MiB or 8,192 entries");
        error_fix(error, "start the agent with a smaller environment");
    }
out:
    free(strings);
    free(socket);
    return result;
}

void session_start_greeted(struct session *session, struct holder_link *link)
{
    struct buffer frame = {0};
    struct error error;
    if (put_start(session, &frame, &error) < 0) {
        buffer_free(&frame);
        session_start_failed(session, &error);
        return;
    }
    session->start->holder = holder_link_peer_pid(link);
    session->start->holder_started = process_start_time(session->start->holder);
    holder_link_send(link, &frame);
}

void session_start_done(struct session *session, pid_t pid)
{
    session_started *started = session->start->started;
    void *context = session->start->context;
    free_start(session);
    session_set_running(session, pid, holder_link_peer_pid(session->link));
    log_info("session %s (%s) runs as process %ld", session->id, session->name, (long)pid);
    if (started)
        started(session, NULL, context);
}

/* A holder that was told START may run the agent all the same, or do so later, and nobody would
   know of it; one that was not told ends by itself when its connection does. */
static void end_holder(const struct session *session)
{
    const struct session_start *start = session->start;
    char *socket = paths_holder_socket(session->daemon->paths, session->id);
    if (start->holder > 0 && start->holder_started > 0) {
        process_tree_kill(start->holder, start->holder_started, SIGKILL);
        if (socket)
            unlink(socket);
    }
    if (socket)
        agent_remove_files(socket);
    free(socket);
}

void session_start_failed(struct session *session, const struct error *error)
{
    session_started *started = session->start->started;
    void *context = session->start->context;
    struct error copy = *error; /* it may belong to the link that is freed now */
    end_holder(session);
    free_start(session);
    log_warning("session %s (%s) did not start: %s", session->id, session->name, copy.message);
    daemon_forget_session(session->daemon, session);
    if (started)
        started(NULL, &copy, context);
}
