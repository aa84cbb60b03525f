#include "event_log.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "daemon.h"
#include "os/clock.h"
#include "session.h"

#define TRIM_EVERY 100 /* events of a session between two clean-ups */

/* An event that is not on the disk yet. */
struct unsaved_event {
    STAILQ_ENTRY(unsaved_event) entry;
    int64_t sequence, at;
    char session[SESSION_ID_LENGTH + 1];
    const char *type;
    char *data;
    bool trim; /* the oldest ones of its session may have to go */
};

struct event_log {
    struct database *database;
    sqlite3_stmt *put, *read_one, *read_all, *oldest, *oldest_kept, *trim;
    STAILQ_HEAD(unsaved_list, unsaved_event) unsaved;
    size_t unsaved_count, unsaved_bytes;
    bool stuck; /* they could not be written */
    int64_t next, last;
    const struct event_log_listener *listener;
    void *context;
};

static const char PUT[] =
    "INSERT INTO event (sequence, session, at, type, data) SELECT ?1,?2,?3,?4,?5"
    " WHERE EXISTS (SELECT 1 FROM session WHERE id = ?2)";
static const char OLDEST[] = "SELECT min(sequence), count(*) FROM event WHERE session = ?1";
static const char READ_ONE[] = "SELECT sequence, session, at, type, data FROM event"
                               " WHERE session = ?1 AND sequence > ?2 ORDER BY sequence LIMIT ?3";
static const char READ_ALL[] = "SELECT sequence, session, at, type, data FROM event"
                               " WHERE sequence > ?2 ORDER BY sequence LIMIT ?3";
static const char OLDEST_KEPT[] =
    "SELECT sequence FROM event WHERE session = ?1 ORDER BY sequence DESC LIMIT 1 OFFSET ?2";
static const char TRIM[] = "DELETE FROM event WHERE session = ?1 AND sequence <= ?2";
static const char LAST[] = "SELECT seq FROM sqlite_sequence WHERE name = 'event'";

static int read_last(struct event_log *log, struct error *error)
{
    sqlite3_stmt *statement = database_prepare(log->database, LAST, error);
    if (!statement)
        return -1;
    int step = sqlite3_step(statement);
    if (step == SQLITE_ROW)
        log->last = sqlite3_column_int64(statement, 0);
    int result =
        step == SQLITE_ROW || step == SQLITE_DONE ? 0 : database_failed(log->database, error);
    sqlite3_finalize(statement);
    log->next = log->last + 1;
    return result;
}

struct event_log *event_log_new(struct database *database, struct error *error)
{
    struct event_log *log = calloc(1, sizeof *log);
    if (!log) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    log->database = database;
    STAILQ_INIT(&log->unsaved);
    if (!(log->put = database_prepare(database, PUT, error)) ||
        !(log->read_one = database_prepare(database, READ_ONE, error)) ||
        !(log->read_all = database_prepare(database, READ_ALL, error)) ||
        !(log->oldest = database_prepare(database, OLDEST, error)) ||
        !(log->oldest_kept = database_prepare(database, OLDEST_KEPT, error)) ||
        !(log->trim = database_prepare(database, TRIM, error)) || read_last(log, error) < 0) {
        event_log_free(log);
        return NULL;
    }
    return log;
}

static void add(struct event_log *log, struct unsaved_event *event)
{
    STAILQ_INSERT_TAIL(&log->unsaved, event, entry);
    log->unsaved_count++;
    log->unsaved_bytes += strlen(event->data);
}

static void drop(struct event_log *log, struct unsaved_event *event)
{
    STAILQ_REMOVE(&log->unsaved, event, unsaved_event, entry);
    log->unsaved_count--;
    log->unsaved_bytes -= strlen(event->data);
    free(event->data);
    free(event);
}

void event_log_free(struct event_log *log)
{
    if (!log)
        return;
    while (!STAILQ_EMPTY(&log->unsaved))
        drop(log, STAILQ_FIRST(&log->unsaved));
    free(log);
}

void event_log_listen(struct event_log *log, const struct event_log_listener *listener,
                      void *context)
{
    log->listener = listener;
    log->context = context;
}

bool event_log_is_full(const struct event_log *log)
{
    return log->stuck && (log->unsaved_count >= EVENTS_WAITING_MAX ||
                          log->unsaved_bytes >= EVENTS_WAITING_BYTES_MAX);
}

/* Makes place for a newer event of the same session and type. */
static void drop_former(struct event_log *log, struct unsaved_event *newer)
{
    struct unsaved_event *event, *former = NULL;
    STAILQ_FOREACH(event, &log->unsaved, entry)
    if (strcmp(event->type, newer->type) == 0 && strcmp(event->session, newer->session) == 0)
        former = event;
    if (!former)
        return;
    newer->trim |= former->trim;
    drop(log, former);
}

/* When memory runs out the event is lost, and the session goes on. */
void event_log_append(struct event_log *log, struct session *session, const char *type,
                      struct json_object *data)
{
    struct unsaved_event *event = calloc(1, sizeof *event);
    char *text = event ? strdup(data ? json_line(data) : "{}") : NULL;
    json_object_put(data);
    if (!text) {
        free(event);
        return;
    }
    *event = (struct unsaved_event){
        .sequence = log->next++, .at = clock_now_ms(), .type = type, .data = text};
    event->trim = ++session->events_logged % TRIM_EVERY == 0;
    memcpy(event->session, session->id, sizeof event->session);
    if (event_log_is_full(log))
        drop_former(log, event);
    add(log, event);
}

int64_t event_log_last(const struct event_log *log)
{
    return log->last;
}

static bool has_changes(void *context)
{
    return !STAILQ_EMPTY(&((struct event_log *)context)->unsaved);
}

static int trim(struct event_log *log, const char *session, struct error *error)
{
    sqlite3_stmt *row = log->oldest_kept;
    int64_t forgotten = 0;
    database_bind_text(row, 1, session);
    sqlite3_bind_int(row, 2, EVENTS_KEPT_MAX);
    int step = sqlite3_step(row);
    if (step == SQLITE_ROW)
        forgotten = sqlite3_column_int64(row, 0);
    int result =
        step == SQLITE_ROW || step == SQLITE_DONE ? 0 : database_failed(log->database, error);
    sqlite3_reset(row);
    if (result < 0 || forgotten == 0)
        return result;
    database_bind_text(log->trim, 1, session);
    sqlite3_bind_int64(log->trim, 2, forgotten);
    return database_run(log->database, log->trim, error);
}

static int save(void *context, struct error *error)
{
    struct event_log *log = context;
    struct unsaved_event *event;
    STAILQ_FOREACH(event, &log->unsaved, entry)
    {
        sqlite3_bind_int64(log->put, 1, event->sequence);
        database_bind_text(log->put, 2, event->session);
        sqlite3_bind_int64(log->put, 3, event->at);
        database_bind_text(log->put, 4, event->type);
        database_bind_text(log->put, 5, event->data);
        if (database_run(log->database, log->put, error) < 0)
            return -1;
        if (event->trim && trim(log, event->session, error) < 0)
            return -1;
    }
    return 0;
}

static void saved(void *context)
{
    struct event_log *log = context;
    struct unsaved_event *event;
    log->stuck = false;
    while ((event = STAILQ_FIRST(&log->unsaved))) {
        log->last = event->sequence;
        struct logged_event logged = {event->sequence, event->at, event->session, event->type,
                                      event->data};
        if (log->listener)
            log->listener->logged(&logged, log->context);
        drop(log, event);
    }
}

static void failed(void *context)
{
    ((struct event_log *)context)->stuck = true;
}

struct turn_source event_log_source(struct event_log *log)
{
    return (struct turn_source){
        .has_changes = has_changes, .save = save, .saved = saved, .failed = failed, .context = log};
}

bool event_log_has_missed(struct event_log *log, const char *session, int64_t after)
{
    database_bind_text(log->oldest, 1, session);
    bool missed = sqlite3_step(log->oldest) == SQLITE_ROW &&
                  sqlite3_column_int(log->oldest, 1) >= EVENTS_KEPT_MAX &&
                  sqlite3_column_int64(log->oldest, 0) > after + 1;
    sqlite3_reset(log->oldest);
    return missed;
}

int event_log_read(struct event_log *log, const char *session, int64_t after, int most,
                   bool (*each)(const struct logged_event *event, void *context), void *context,
                   struct error *error)
{
    sqlite3_stmt *rows = session ? log->read_one : log->read_all;
    if (session)
        database_bind_text(rows, 1, session);
    sqlite3_bind_int64(rows, 2, after);
    sqlite3_bind_int(rows, 3, most);
    int step;
    while ((step = sqlite3_step(rows)) == SQLITE_ROW) {
        struct logged_event event = {sqlite3_column_int64(rows, 0), sqlite3_column_int64(rows, 2),
                                     (const char *)sqlite3_column_text(rows, 1),
                                     (const char *)sqlite3_column_text(rows, 3),
                                     (const char *)sqlite3_column_text(rows, 4)};
        if (!each(&event, context)) {
            step = SQLITE_DONE;
            break;
        }
    }
    int result = step == SQLITE_DONE ? 0 : database_failed(log->database, error);
    sqlite3_reset(rows);
    return result;
}
