#include "session_store.h"

#include <stdlib.h>
#include <string.h>

#include "daemon.h"
#include "session_record.h"

struct forgotten {
    STAILQ_ENTRY(forgotten) entry;
    char id[SESSION_ID_LENGTH + 1];
};

struct session_store {
    struct database *database;
    struct session_table *table;
    sqlite3_stmt *put, *delete;
    struct session_records *records;
    STAILQ_HEAD(, forgotten) forgotten;
    bool dirty; /* some session of the table is */
};

#define COLUMNS                                                                                    \
    "id, name, agent, directory, command, environment, state, reason, exit_code, created_at, "     \
    "ended_at, last_output_at, columns, rows, terminal, pid, pid_started, holder_pid, "            \
    "holder_started, boot_id, title, native_id, resumed_from, note_sequence, "                     \
    "activity, turn_open"

static const char PUT[] =
    "INSERT INTO session (" COLUMNS ") VALUES "
    "(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23,?24,?25,?"
    "26)"
    " ON CONFLICT (id) DO UPDATE SET name=?2, command=?5, state=?7, reason=?8, exit_code=?9,"
    " ended_at=?11, last_output_at=?12, columns=?13, rows=?14, pid=?16, pid_started=?17,"
    " holder_pid=?18, holder_started=?19, boot_id=?20, title=?21, native_id=?22,"
    " note_sequence=?24, activity=?25, turn_open=?26";

static const char DELETE[] = "DELETE FROM session WHERE id = ?1";
static const char LOAD[] = "SELECT " COLUMNS " FROM session ORDER BY number";

struct session_store *session_store_new(struct database *database, struct session_table *table,
                                        struct error *error)
{
    struct session_store *store = calloc(1, sizeof *store);
    if (!store) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    store->database = database;
    store->table = table;
    STAILQ_INIT(&store->forgotten);
    if (!(store->put = database_prepare(database, PUT, error)) ||
        !(store->delete = database_prepare(database, DELETE, error)) ||
        !(store->records = session_records_new(database, error))) {
        session_store_free(store);
        return NULL;
    }
    return store;
}

static void drop_forgotten(struct session_store *store)
{
    struct forgotten *forgotten;
    while ((forgotten = STAILQ_FIRST(&store->forgotten))) {
        STAILQ_REMOVE_HEAD(&store->forgotten, entry);
        free(forgotten);
    }
}

void session_store_free(struct session_store *store)
{
    if (!store)
        return;
    drop_forgotten(store);
    session_records_free(store->records);
    free(store);
}

static void bind_time(sqlite3_stmt *statement, int parameter, int64_t time)
{
    if (time > 0)
        sqlite3_bind_int64(statement, parameter, time);
    else
        sqlite3_bind_null(statement, parameter);
}

static int put_row(struct session_store *store, const struct session *session, struct error *error)
{
    sqlite3_stmt *row = store->put;
    database_bind_text(row, 1, session->id);
    database_bind_text(row, 2, session->name);
    database_bind_text(row, 3, session->agent);
    database_bind_text(row, 4, session->directory);
    database_bind_text(row, 5, session->command);
    database_bind_text(row, 6, session->places);
    database_bind_text(row, 7, session_state_name(session->state));
    database_bind_text(row, 8, session->reason);
    if (session->exit_code >= 0)
        sqlite3_bind_int(row, 9, session->exit_code);
    sqlite3_bind_int64(row, 10, session->created_at);
    bind_time(row, 11, session->ended_at);
    bind_time(row, 12, session->last_output_at);
    sqlite3_bind_int(row, 13, session->columns);
    sqlite3_bind_int(row, 14, session->rows);
    sqlite3_bind_int(row, 15, session->terminal);
    sqlite3_bind_int64(row, 16, session->pid);
    sqlite3_bind_int64(row, 17, (int64_t)session->pid_started);
    sqlite3_bind_int64(row, 18, session->holder_pid);
    sqlite3_bind_int64(row, 19, (int64_t)session->holder_started);
    database_bind_text(row, 20, session->boot_id);
    database_bind_text(row, 21, session->title);
    database_bind_text(row, 22, session->native_id);
    database_bind_text(row, 23, session->resumed_from);
    sqlite3_bind_int64(row, 24, (int64_t)session->note_sequence);
    database_bind_text(row, 25, session_activity_name(session->activity));
    sqlite3_bind_int(row, 26, session->turn_open);
    return database_run(store->database, row, error);
}

static enum session_state read_state(sqlite3_stmt *row, int column)
{
    const char *name = (const char *)sqlite3_column_text(row, column);
    for (int state = SESSION_STARTING; state <= SESSION_LOST; state++)
        if (name && strcmp(name, session_state_name((enum session_state)state)) == 0)
            return (enum session_state)state;
    return SESSION_LOST;
}

static enum session_activity read_activity(sqlite3_stmt *row, int column)
{
    const char *name = (const char *)sqlite3_column_text(row, column);
    for (int activity = SESSION_BUSY; name && activity <= SESSION_WAITING; activity++)
        if (strcmp(name, session_activity_name((enum session_activity)activity)) == 0)
            return (enum session_activity)activity;
    return SESSION_ACTIVITY_NONE;
}

static struct session *read_row(sqlite3_stmt *row, struct daemon *daemon)
{
    const char *id = (const char *)sqlite3_column_text(row, 0);
    const char *boot_id = (const char *)sqlite3_column_text(row, 19);
    struct session *session =
        session_new(daemon, id ? id : "", database_text(row, 1), database_text(row, 2),
                    database_text(row, 3), database_text(row, 4), database_text(row, 5));
    if (!session)
        return NULL;
    session->state = read_state(row, 6);
    session->reason = database_text(row, 7);
    session->exit_code =
        sqlite3_column_type(row, 8) == SQLITE_NULL ? -1 : sqlite3_column_int(row, 8);
    session->created_at = sqlite3_column_int64(row, 9);
    session->ended_at = sqlite3_column_int64(row, 10);
    session->last_output_at = sqlite3_column_int64(row, 11);
    session->columns = (uint16_t)sqlite3_column_int(row, 12);
    session->rows = (uint16_t)sqlite3_column_int(row, 13);
    session->terminal = sqlite3_column_int(row, 14) != 0;
    session->pid = (pid_t)sqlite3_column_int64(row, 15);
    session->pid_started = (uint64_t)sqlite3_column_int64(row, 16);
    session->holder_pid = (pid_t)sqlite3_column_int64(row, 17);
    session->holder_started = (uint64_t)sqlite3_column_int64(row, 18);
    snprintf(session->boot_id, sizeof session->boot_id, "%s", boot_id ? boot_id : "");
    session->title = database_text(row, 20);
    session->native_id = database_text(row, 21);
    session->resumed_from = database_text(row, 22);
    session->note_sequence = (uint64_t)sqlite3_column_int64(row, 23);
    session->activity = read_activity(row, 24);
    session->turn_open = sqlite3_column_int(row, 25) != 0;
    session->stored = true;
    return session;
}

int session_store_load(struct session_store *store, struct daemon *daemon, struct error *error)
{
    sqlite3_stmt *rows = database_prepare(store->database, LOAD, error);
    if (!rows)
        return -1;
    int step;
    while ((step = sqlite3_step(rows)) == SQLITE_ROW) {
        struct session *session = read_row(rows, daemon);
        if (!session) {
            sqlite3_finalize(rows);
            return error_set(error, ERROR_MEMORY, "out of memory");
        }
        session_table_add(store->table, session);
    }
    int result = step == SQLITE_DONE ? 0 : database_failed(store->database, error);
    sqlite3_finalize(rows);
    return result;
}

void session_store_mark(struct session_store *store, struct session *session)
{
    session->dirty = true;
    store->dirty = true;
}

void session_store_forget(struct session_store *store, const struct session *session)
{
    struct forgotten *forgotten = calloc(1, sizeof *forgotten);
    if (!forgotten)
        return;
    memcpy(forgotten->id, session->id, sizeof forgotten->id);
    STAILQ_INSERT_TAIL(&store->forgotten, forgotten, entry);
}

void session_store_record(struct session_store *store, const struct session *session,
                          struct session_record *record)
{
    session_records_add(store->records, session->id, record);
}

struct session_record *session_store_read_record(struct session_store *store, const char *id,
                                                 struct error *error)
{
    return session_records_read(store->records, id, error);
}

int session_store_read_output(struct session_store *store, const char *id, uint8_t stream,
                              uint64_t *from, uint64_t *end, size_t most, struct buffer *bytes,
                              struct error *error)
{
    return session_records_read_output(store->records, id, stream, from, end, most, bytes, error);
}

static bool has_changes(void *context)
{
    struct session_store *store = context;
    return store->dirty || !STAILQ_EMPTY(&store->forgotten) ||
           session_records_has_changes(store->records);
}

static int save(void *context, struct error *error)
{
    struct session_store *store = context;
    struct session *session;
    TAILQ_FOREACH(session, &store->table->list, entry)
    if (session->dirty && put_row(store, session, error) < 0)
        return -1;
    if (session_records_save(store->records, error) < 0)
        return -1;
    struct forgotten *forgotten;
    STAILQ_FOREACH(forgotten, &store->forgotten, entry)
    {
        database_bind_text(store->delete, 1, forgotten->id);
        if (database_run(store->database, store->delete, error) < 0)
            return -1;
    }
    return 0;
}

static void saved(void *context)
{
    struct session_store *store = context;
    struct session *session;
    TAILQ_FOREACH(session, &store->table->list, entry)
    if (session->dirty) {
        session->dirty = false;
        session->stored = true;
    }
    store->dirty = false;
    session_records_saved(store->records);
    drop_forgotten(store);
}

struct turn_source session_store_source(struct session_store *store)
{
    return (struct turn_source){
        .has_changes = has_changes, .save = save, .saved = saved, .context = store};
}
