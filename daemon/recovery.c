#include "recovery.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon.h"
#include "holder_link.h"
#include "os/clock.h"
#include "os/log.h"
#include "os/unix_socket.h"
#include "session_activity.h"
#include "session_end.h"
#include "session_link.h"
#include "session_pipes.h"
#include "wire/utf8.h"

#define PATIENCE_MS 2000 /* a holder may just be coming up */
#define GREETING_MS 300  /* a holder that is there and does not answer holds nobody up longer */
#define RETRY_MS    25
#define SUFFIX      ".sock"

struct session_recovery {
    int64_t deadline;
    struct event *retry;
    bool counted; /* the daemon's start waits for it */
};

static void look(struct session *session);

static void stop_counting(struct daemon *daemon, struct session_recovery *recovery)
{
    if (!recovery->counted)
        return;
    recovery->counted = false;
    daemon->recovering--;
    daemon_recovered(daemon);
}

void recovery_cancel(struct session *session)
{
    struct session_recovery *recovery = session->recovery;
    if (!recovery)
        return;
    session->recovery = NULL;
    if (recovery->retry)
        event_free(recovery->retry);
    stop_counting(session->daemon, recovery);
    free(recovery);
}

static void give_up(struct session *session)
{
    char boot_id[PROCESS_BOOT_ID_SIZE];
    process_boot_id(boot_id);
    bool restarted = strcmp(boot_id, session->boot_id) != 0;
    bool started = session->pid > 0;
    bool hidden = !restarted && process_is_alive(session->holder_pid, session->holder_started);
    /* A process id of another boot means nothing: nobody is killed then. An agent whose holder is
       there but not reachable (no descriptor free, its socket's directory gone) goes on: a later
       start finds it again. */
    if (restarted || hidden)
        session->pid = 0;
    session_end_lost(session, restarted ? "the machine was restarted"
                              : hidden  ? "its holder cannot be reached"
                              : started ? "its holder was killed"
                                        : "the daemon ended while it started");
    recovery_cancel(session);
}

static void on_retry(evutil_socket_t descriptor, short what, void *context)
{
    (void)descriptor, (void)what;
    struct session *session = context;
    if (!session->link) {
        look(session);
        return;
    }
    log_warning("session %s: its holder does not answer yet", session->id);
    stop_counting(session->daemon, session->recovery);
}

static void start_timer(struct session *session, int milliseconds)
{
    struct session_recovery *recovery = session->recovery;
    struct timeval time = {0, milliseconds * 1000};
    if (!recovery->retry)
        recovery->retry = evtimer_new(session->daemon->base, on_retry, session);
    if (recovery->retry)
        evtimer_add(recovery->retry, &time);
}

static void look_later(struct session *session)
{
    if (clock_monotonic_ms() >= session->recovery->deadline)
        give_up(session);
    else
        start_timer(session, RETRY_MS);
}

/* Nobody answers on the socket: a holder known to be dead is not waited for. */
static bool is_hopeless(const struct session *session)
{
    char boot_id[PROCESS_BOOT_ID_SIZE];
    process_boot_id(boot_id);
    return strcmp(boot_id, session->boot_id) != 0 ||
           (session->holder_pid > 0 &&
            !process_is_alive(session->holder_pid, session->holder_started));
}

static void look(struct session *session)
{
    char *path = paths_holder_socket(session->daemon->paths, session->id);
    struct error error;
    int descriptor = path ? unix_socket_connect(path, &error) : -1;
    if (descriptor >= 0 && session_link_open(session, descriptor) == 0) {
        start_timer(session, GREETING_MS);
        free(path);
        return;
    }
    if (!is_hopeless(session)) {
        look_later(session);
    } else {
        if (path)
            unlink(path);
        give_up(session);
    }
    free(path);
}

static void begin(struct session *session, bool counted)
{
    struct session_recovery *recovery = calloc(1, sizeof *recovery);
    if (!recovery)
        return;
    recovery->deadline = clock_monotonic_ms() + PATIENCE_MS;
    recovery->counted = counted;
    session->recovery = recovery;
    session->daemon->recovering += counted;
    look(session);
}

void recovery_look_again(struct session *session)
{
    if (session->recovery)
        look_later(session);
    else
        begin(session, false);
}

/* Of a holder without a row: what can still be known is asked of the system. */
static void learn_of_process(struct session *session, pid_t pid)
{
    char **arguments = process_arguments(pid);
    char *directory = process_directory(pid);
    struct json_object *command = json_object_new_array();
    for (size_t i = 0; arguments && arguments[i]; i++) {
        const char *slash = strrchr(arguments[i], '/');
        const struct agent_dialect *dialect =
            i < 2 ? agent_dialect_find(slash ? slash + 1 : arguments[i]) : NULL;
        if (dialect && dialect->program) {
            char *agent = strdup(dialect->name);
            if (agent) {
                free(session->agent);
                session->agent = agent;
                session->dialect = dialect;
            }
        }
        struct buffer repaired = {0};
        utf8_repair(slice_of_string(arguments[i]), &repaired);
        json_object_array_add(command, json_object_new_string(buffer_string(&repaired)));
        buffer_free(&repaired);
    }
    char *text = strdup(json_line(command));
    json_object_put(command);
    if (text) {
        free(session->command);
        session->command = text;
    }
    if (directory) {
        free(session->directory);
        session->directory = directory;
    }
    process_arguments_free(arguments);
}

static void on_status(const struct frame_status *status, const struct error *error, void *context)
{
    struct session *session = context;
    if (error) {
        if (error->code == ERROR_TIMEOUT)
            holder_link_get_status(session->link, on_status, session);
        return; /* else the connection is over, and is made again */
    }
    session->modes = status->modes;
    session->last_output_at = status->last_output_at;
    if (session->state == SESSION_STARTING) {
        if (strcmp(session->command, "[]") == 0)
            learn_of_process(session, (pid_t)status->agent_pid);
        session_set_running(session, (pid_t)status->agent_pid, (pid_t)status->holder_pid);
    } else if (session->pid_started == 0) {
        session->pid_started = process_start_time(session->pid);
        daemon_session_changed(session->daemon, session);
    }
    session_set_title(session, status->title);
    session_set_size(session, status->columns, status->rows);
    session_set_terminals(session, status->terminals);
    if (status->exit.kind != FRAME_EXIT_NONE)
        session_end_begin(session, &status->exit);
    else
        session_activity_output(session, status->active != 0);
    session_pipes_follow(session);
    recovery_cancel(session);
}

/* A holder that has not got its START yet has no agent: it ends by itself. */
void recovery_greeted(struct session *session, const struct frame_welcome *welcome)
{
    if (welcome->agent_pid == 0 || !session->link)
        return;
    holder_link_get_status(session->link, on_status, session);
}

/* A session for a holder that has no row: somebody moved the database away. */
static void adopt(struct daemon *daemon, const char *id, int descriptor)
{
    char *name = NULL;
    if (asprintf(&name, "found-%s", id) < 0)
        name = NULL;
    struct session *session =
        session_new(daemon, id, name, strdup("command"), strdup("/"), strdup("[]"), strdup("[]"));
    if (!session) {
        close(descriptor);
        return;
    }
    process_boot_id(session->boot_id);
    session_table_add(&daemon->sessions, session);
    session->recovery = calloc(1, sizeof *session->recovery);
    if (!session->recovery || session_link_open(session, descriptor) < 0) {
        daemon_forget_session(daemon, session);
        return;
    }
    session->recovery->deadline = clock_monotonic_ms() + PATIENCE_MS;
    session->recovery->counted = true;
    daemon->recovering++;
    start_timer(session, GREETING_MS);
    log_warning("a holder without a session was found, and taken in as \"%s\"", session->name);
}

/* The session is over, and its holder is there: either it was not told that its record is on the
   disk, or the session was taken for lost too early. */
static void take_up(struct session *session, int descriptor)
{
    if (session->state == SESSION_LOST) {
        session->state = SESSION_STARTING;
        session->ended_at = 0;
        free(session->reason);
        session->reason = NULL;
        log_warning("session %s, which was lost, is found again", session->id);
        close(descriptor);
    } else {
        session_link_open(session, descriptor);
    }
}

static bool is_session_id(const char *name, size_t length)
{
    return length == SESSION_ID_LENGTH &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789") >= length;
}

static void look_for_strays(struct daemon *daemon)
{
    DIR *directory = opendir(daemon->paths->holders);
    struct dirent *item;
    while (directory && (item = readdir(directory))) {
        const char *suffix = strrchr(item->d_name, '.');
        if (!suffix || strcmp(suffix, SUFFIX) != 0 ||
            !is_session_id(item->d_name, (size_t)(suffix - item->d_name)))
            continue;
        char id[SESSION_ID_LENGTH + 1] = "";
        memcpy(id, item->d_name, SESSION_ID_LENGTH);
        struct session *session = session_table_find(&daemon->sessions, id);
        if (session && session_is_live(session))
            continue;
        char *path = paths_holder_socket(daemon->paths, id);
        struct error error;
        int descriptor = path ? unix_socket_connect(path, &error) : -1;
        if (descriptor < 0 && path && error.code == ERROR_CLOSED)
            unlink(path);
        else if (descriptor >= 0 && session)
            take_up(session, descriptor);
        else if (descriptor >= 0)
            adopt(daemon, id, descriptor);
        free(path);
    }
    if (directory)
        closedir(directory);
}

void recovery_begin(struct daemon *daemon)
{
    struct session *session;
    look_for_strays(daemon);
    TAILQ_FOREACH(session, &daemon->sessions.list, entry)
    if (session_is_live(session) && !session->recovery)
        begin(session, session->state == SESSION_RUNNING);
    session_table_count(&daemon->sessions);
}
