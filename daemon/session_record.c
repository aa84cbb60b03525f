#include "session_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A record that is to be written. */
struct unsaved {
    STAILQ_ENTRY(unsaved) entry;
    char id[SESSION_ID_LENGTH + 1];
    struct session_record *record;
};

struct session_records {
    struct database *database;
    sqlite3_stmt *put, *put_output, *get, *get_output, *trim;
    STAILQ_HEAD(, unsaved) unsaved;
};

static const char PUT[] =
    "INSERT OR REPLACE INTO record (session, first, next, lines, columns, rows,"
    " cursor_column, cursor_row, cursor_visible, alternate, screen, screen_first)"
    " SELECT ?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12"
    " WHERE EXISTS (SELECT 1 FROM session WHERE id = ?1)";
static const char PUT_OUTPUT[] =
    "INSERT OR REPLACE INTO output (session, stream, first, bytes) SELECT ?1,?2,?3,?4"
    " WHERE EXISTS (SELECT 1 FROM session WHERE id = ?1)";
static const char GET[] =
    "SELECT first, next, lines, columns, rows, cursor_column, cursor_row,"
    " cursor_visible, alternate, screen, screen_first FROM record WHERE session = ?1";
static const char GET_OUTPUT[] =
    "SELECT first, first + length(bytes), substr(bytes, max(0, ?3 - first) + 1, ?4)"
    " FROM output WHERE session = ?1 AND stream = ?2";
/* Rows of the sessions before the first one (from the newest) with which the sum is too large. */
static const char TRIM[] =
    "DELETE FROM record WHERE session IN (SELECT id FROM (SELECT s.id AS id,"
    " sum(length(r.lines) + length(r.screen)) OVER (ORDER BY s.number DESC) AS total"
    " FROM record r JOIN session s ON s.id = r.session) WHERE total > ?1)";

struct session_records *session_records_new(struct database *database, struct error *error)
{
    struct session_records *records = calloc(1, sizeof *records);
    if (!records) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    records->database = database;
    STAILQ_INIT(&records->unsaved);
    if (!(records->put = database_prepare(database, PUT, error)) ||
        !(records->put_output = database_prepare(database, PUT_OUTPUT, error)) ||
        !(records->get = database_prepare(database, GET, error)) ||
        !(records->get_output = database_prepare(database, GET_OUTPUT, error)) ||
        !(records->trim = database_prepare(database, TRIM, error))) {
        session_records_free(records);
        return NULL;
    }
    return records;
}

void session_record_free(struct session_record *record)
{
    if (!record)
        return;
    buffer_free(&record->lines);
    buffer_free(&record->screen);
    buffer_free(&record->output[0].bytes);
    buffer_free(&record->output[1].bytes);
    free(record);
}

void session_records_saved(struct session_records *records)
{
    struct unsaved *unsaved;
    while ((unsaved = STAILQ_FIRST(&records->unsaved))) {
        STAILQ_REMOVE_HEAD(&records->unsaved, entry);
        session_record_free(unsaved->record);
        free(unsaved);
    }
}

void session_records_free(struct session_records *records)
{
    if (!records)
        return;
    session_records_saved(records);
    free(records);
}

void session_records_add(struct session_records *records, const char *id,
                         struct session_record *record)
{
    struct unsaved *unsaved = calloc(1, sizeof *unsaved);
    if (!unsaved) {
        session_record_free(record);
        return;
    }
    snprintf(unsaved->id, sizeof unsaved->id, "%s", id);
    unsaved->record = record;
    STAILQ_INSERT_TAIL(&records->unsaved, unsaved, entry);
}

bool session_records_has_changes(const struct session_records *records)
{
    return !STAILQ_EMPTY(&records->unsaved);
}

static void bind_buffer(sqlite3_stmt *statement, int parameter, const struct buffer *buffer)
{
    sqlite3_bind_blob64(statement, parameter, buffer_string(buffer), buffer->length, SQLITE_STATIC);
}

static int put_record(struct session_records *records, const struct unsaved *unsaved,
                      struct error *error)
{
    const struct session_record *record = unsaved->record;
    sqlite3_stmt *row = records->put;
    database_bind_text(row, 1, unsaved->id);
    sqlite3_bind_int64(row, 2, (int64_t)record->first);
    sqlite3_bind_int64(row, 3, (int64_t)record->next);
    bind_buffer(row, 4, &record->lines);
    sqlite3_bind_int(row, 5, record->columns);
    sqlite3_bind_int(row, 6, record->rows);
    sqlite3_bind_int(row, 7, record->cursor_column);
    sqlite3_bind_int(row, 8, record->cursor_row);
    sqlite3_bind_int(row, 9, record->cursor_visible);
    sqlite3_bind_int(row, 10, record->alternate);
    bind_buffer(row, 11, &record->screen);
    sqlite3_bind_int64(row, 12, (int64_t)record->screen_first);
    if (database_run(records->database, row, error) < 0)
        return -1;
    for (int i = 0; i < 2; i++) {
        database_bind_text(records->put_output, 1, unsaved->id);
        sqlite3_bind_int(records->put_output, 2, i == 0 ? FRAME_STREAM_OUTPUT : FRAME_STREAM_ERROR);
        sqlite3_bind_int64(records->put_output, 3, (int64_t)record->output[i].first);
        bind_buffer(records->put_output, 4, &record->output[i].bytes);
        if (database_run(records->database, records->put_output, error) < 0)
            return -1;
    }
    return 0;
}

int session_records_save(struct session_records *records, struct error *error)
{
    struct unsaved *unsaved;
    STAILQ_FOREACH(unsaved, &records->unsaved, entry)
    if (put_record(records, unsaved, error) < 0)
        return -1;
    if (STAILQ_EMPTY(&records->unsaved))
        return 0;
    sqlite3_bind_int64(records->trim, 1, RECORD_TOTAL_MAX);
    return database_run(records->database, records->trim, error);
}

static void read_blob(sqlite3_stmt *row, int column, struct buffer *buffer)
{
    const void *bytes = sqlite3_column_blob(row, column);
    buffer_append(buffer, bytes ? bytes : "", (size_t)sqlite3_column_bytes(row, column));
}

static struct session_record *read_record(sqlite3_stmt *row)
{
    struct session_record *record = calloc(1, sizeof *record);
    if (!record)
        return NULL;
    record->first = (uint64_t)sqlite3_column_int64(row, 0);
    record->next = (uint64_t)sqlite3_column_int64(row, 1);
    read_blob(row, 2, &record->lines);
    record->columns = (uint16_t)sqlite3_column_int(row, 3);
    record->rows = (uint16_t)sqlite3_column_int(row, 4);
    record->cursor_column = (uint16_t)sqlite3_column_int(row, 5);
    record->cursor_row = (uint16_t)sqlite3_column_int(row, 6);
    record->cursor_visible = (uint8_t)sqlite3_column_int(row, 7);
    record->alternate = (uint8_t)sqlite3_column_int(row, 8);
    read_blob(row, 9, &record->screen);
    record->screen_first = (uint64_t)sqlite3_column_int64(row, 10);
    return record;
}

struct session_record *session_records_read(struct session_records *records, const char *id,
                                            struct error *error)
{
    struct session_record *record = NULL;
    database_bind_text(records->get, 1, id);
    int step = sqlite3_step(records->get);
    if (step == SQLITE_ROW) {
        record = read_record(records->get);
        if (!record)
            error_set(error, ERROR_MEMORY, "out of memory");
    } else if (step == SQLITE_DONE) {
        error_set(error, ERROR_NOT_FOUND, "nothing was kept of the session %s", id);
    } else {
        database_failed(records->database, error);
    }
    sqlite3_reset(records->get);
    return record;
}

int session_records_read_output(struct session_records *records, const char *id, uint8_t stream,
                                uint64_t *from, uint64_t *end, size_t most, struct buffer *bytes,
                                struct error *error)
{
    sqlite3_stmt *row = records->get_output;
    *end = 0;
    database_bind_text(row, 1, id);
    sqlite3_bind_int(row, 2, stream);
    sqlite3_bind_int64(row, 3, (int64_t)*from);
    sqlite3_bind_int64(row, 4, (int64_t)most);
    int step = sqlite3_step(row);
    int result = 0;
    if (step == SQLITE_ROW) {
        uint64_t first = (uint64_t)sqlite3_column_int64(row, 0);
        *end = (uint64_t)sqlite3_column_int64(row, 1);
        if (*from < first)
            *from = first;
        read_blob(row, 2, bytes);
    } else if (step != SQLITE_DONE) {
        result = database_failed(records->database, error);
    }
    sqlite3_reset(row);
    return result;
}
