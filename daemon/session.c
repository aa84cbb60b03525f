#include "session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon.h"
#include "event_log.h"
#include "holder_link.h"
#include "os/clock.h"
#include "session_pipes.h"
#include "wire/utf8.h"

static const char *const STATE_NAMES[] = {[SESSION_STARTING] = "starting",
                                          [SESSION_RUNNING] = "running",
                                          [SESSION_ENDED] = "ended",
                                          [SESSION_LOST] = "lost"};
static const char *const ACTIVITY_NAMES[] = {[SESSION_ACTIVITY_NONE] = NULL,
                                             [SESSION_BUSY] = "busy",
                                             [SESSION_IDLE] = "idle",
                                             [SESSION_WAITING] = "waiting"};

const char *session_state_name(enum session_state state)
{
    return STATE_NAMES[state];
}

const char *session_activity_name(enum session_activity activity)
{
    return ACTIVITY_NAMES[activity];
}

struct session *session_new(struct daemon *daemon, const char *id, char *name, char *agent,
                            char *directory, char *command, char *places)
{
    struct session *session = calloc(1, sizeof *session);
    if (!session || !name || !agent || !directory || !command || !places) {
        free(session);
        free(name);
        free(agent);
        free(directory);
        free(command);
        free(places);
        return NULL;
    }
    session->daemon = daemon;
    snprintf(session->id, sizeof session->id, "%s", id);
    session->name = name;
    session->agent = agent;
    session->dialect = agent_dialect_find(agent);
    if (!session->dialect)
        session->dialect = agent_dialect_find("command");
    session->directory = directory;
    session->command = command;
    session->places = places;
    session->state = SESSION_STARTING;
    session->exit_code = -1;
    session->created_at = clock_now_ms();
    session->terminal = true;
    LIST_INIT(&session->observers);
    LIST_INIT(&session->pipe_readers);
    return session;
}

void session_free(struct session *session)
{
    if (!session)
        return;
    if (session->quiet_timer)
        event_free(session->quiet_timer);
    if (session->pipe_timer)
        event_free(session->pipe_timer);
    while (!LIST_EMPTY(&session->pipe_readers))
        session_pipes_remove(LIST_FIRST(&session->pipe_readers));
    holder_link_free(session->link);
    holder_link_free(session->input);
    free(session->name);
    free(session->agent);
    free(session->directory);
    free(session->command);
    free(session->places);
    free(session->reason);
    free(session->title);
    free(session->native_id);
    free(session->resumed_from);
    free(session);
}

bool session_is_live(const struct session *session)
{
    return session->state == SESSION_STARTING || session->state == SESSION_RUNNING;
}

bool session_name_is_valid(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "._-+@";
    size_t length = strlen(name);
    return length >= 1 && length <= SESSION_NAME_MAX && strspn(name, letters) == length &&
           !strchr("._-+@", name[0]);
}

void session_observe(struct session *session, struct session_observer *observer)
{
    observer->told = session->announcements;
    LIST_INSERT_HEAD(&session->observers, observer, entry);
}

void session_unobserve(struct session_observer *observer)
{
    if (observer->entry.le_prev)
        LIST_REMOVE(observer, entry);
    observer->entry.le_prev = NULL;
}

/* An observer may remove itself or others while it is told, so that the walk begins anew each time;
   those that were told are known by the number of the announcement. */
void session_announce(struct session *session, enum session_change change)
{
    uint64_t number = ++session->announcements;
    struct session_observer *observer = LIST_FIRST(&session->observers);
    while (observer) {
        if (observer->told >= number) {
            observer = LIST_NEXT(observer, entry);
            continue;
        }
        observer->told = number;
        observer->changed(session, change, observer->context);
        observer = LIST_FIRST(&session->observers);
    }
}

/* Replaces an owned string. False when nothing changed. */
static bool replace(char **field, const char *value)
{
    if (*field && value && strcmp(*field, value) == 0)
        return false;
    char *copy = value ? strdup(value) : NULL;
    if (value && !copy)
        return false;
    free(*field);
    *field = copy;
    return true;
}

static void mark(struct session *session)
{
    daemon_session_changed(session->daemon, session);
}

void session_set_activity(struct session *session, enum session_activity activity)
{
    if (session->activity == activity)
        return;
    session->activity = activity;
    if (activity != SESSION_ACTIVITY_NONE) {
        struct json_object *data = json_object_new_object();
        json_put_string(data, "activity", ACTIVITY_NAMES[activity]);
        event_log_append(session->daemon->events, session, "activity", data);
        mark(session);
    }
    session_announce(session, SESSION_CHANGED_ACTIVITY);
}

void session_set_terminals(struct session *session, uint16_t terminals)
{
    if (session->terminals == terminals)
        return;
    session->terminals = terminals;
    struct json_object *data = json_object_new_object();
    json_put_integer(data, "terminals", terminals);
    event_log_append(session->daemon->events, session, "terminals", data);
}

void session_set_size(struct session *session, uint16_t columns, uint16_t rows)
{
    if (!session->terminal || (session->columns == columns && session->rows == rows))
        return;
    session->columns = columns;
    session->rows = rows;
    mark(session);
    struct json_object *data = json_object_new_object();
    json_put_integer(data, "columns", columns);
    json_put_integer(data, "rows", rows);
    event_log_append(session->daemon->events, session, "resized", data);
}

void session_set_native_id(struct session *session, const char *native_id)
{
    if (!native_id || !*native_id || !replace(&session->native_id, native_id))
        return;
    mark(session);
    struct json_object *data = json_object_new_object();
    json_put_string(data, "nativeId", native_id);
    event_log_append(session->daemon->events, session, "nativeId", data);
}

void session_set_title(struct session *session, struct frame_string title)
{
    struct buffer text = {0};
    /* An agent may give any bytes, the local API is UTF-8. */
    utf8_repair((struct slice){title.data, title.length}, &text);
    struct frame_string whole = {buffer_string(&text), text.length};
    char *copy = whole.length ? frame_string_copy(whole) : NULL;
    if (replace(&session->title, copy))
        mark(session);
    free(copy);
    buffer_free(&text);
}

void session_set_running(struct session *session, pid_t pid, pid_t holder_pid)
{
    session->pid = pid;
    session->holder_pid = holder_pid;
    session->pid_started = process_start_time(pid);
    session->holder_started = process_start_time(holder_pid);
    process_boot_id(session->boot_id);
    session->state = SESSION_RUNNING;
    mark(session);
    struct json_object *data = json_object_new_object();
    json_put_integer(data, "pid", pid);
    event_log_append(session->daemon->events, session, "started", data);
    session_announce(session, SESSION_CHANGED_STATE);
    session_set_activity(session, SESSION_BUSY);
    daemon_counts_changed(session->daemon);
}

/* The agent is gone, and with it the use of the files that were made for it. */
static void remove_files(const struct session *session)
{
    char *socket = paths_holder_socket(session->daemon->paths, session->id);
    if (socket)
        agent_remove_files(socket);
    free(socket);
}

void session_set_ended(struct session *session, enum session_state state, const char *reason,
                       int exit_code, int64_t at)
{
    session->state = state;
    session->exit_code = exit_code;
    session->ended_at = at > 0 ? at : clock_now_ms();
    replace(&session->reason, reason);
    session->terminals = 0;
    session->turn_open = false;
    session->terminal_active = false;
    if (session->quiet_timer)
        evtimer_del(session->quiet_timer);
    session->activity = SESSION_ACTIVITY_NONE;
    mark(session);
    remove_files(session);
    struct json_object *data = json_object_new_object();
    json_put_string(data, "state", STATE_NAMES[state]);
    json_put_string(data, "reason", reason);
    json_put(data, "exitCode", exit_code >= 0 ? json_object_new_int(exit_code) : NULL);
    event_log_append(session->daemon->events, session, "ended", data);
    session_announce(session, SESSION_CHANGED_STATE);
    daemon_counts_changed(session->daemon);
}

int session_exit_code(const struct frame_exit *exit)
{
    if (exit->kind == FRAME_EXIT_SIGNAL)
        return 128 + (int)(exit->value & 127);
    return exit->kind == FRAME_EXIT_CODE ? (int)(exit->value & 255) : -1;
}

void session_exit_reason(const struct frame_exit *exit, char *text, size_t size)
{
    const char *name =
        exit->kind == FRAME_EXIT_SIGNAL ? process_signal_name((int)exit->value) : NULL;
    if (exit->kind != FRAME_EXIT_SIGNAL)
        snprintf(text, size, "exited with status %u", exit->value);
    else if (name)
        snprintf(text, size, "killed by SIG%s", name);
    else
        snprintf(text, size, "killed by signal %u", exit->value);
}
