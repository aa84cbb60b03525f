#include "database.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "database_schema.h"

#define BUSY_TIMEOUT_MS 2000 /* somebody may look at the file with a tool of their own */

struct database {
    sqlite3 *handle;
    char *path;
    bool in_transaction;
};

static int explain(const char *path, int code, const char *detail, struct error *error)
{
    switch (code & 0xff) {
    case SQLITE_FULL:
        error_set(error, ERROR_DATABASE, "the disk that holds %s is full", path);
        return error_fix(error, "make room on it; nothing that was acknowledged is lost");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        error_set(error, ERROR_DATABASE, "the database %s is damaged: %s", path, detail);
        return error_fix(
            error, "put a copy of it back, or move it and its -wal file away; agents that run "
                   "are found again without it");
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        error_set(error, ERROR_DATABASE, "the database %s cannot be written: %s", path, detail);
        return error_fix(error, "make the file and its directory writable for you");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        error_set(error, ERROR_DATABASE, "another program keeps the database %s locked", path);
        return error_fix(error, "end that program");
    case SQLITE_NOMEM:
        return error_set(error, ERROR_MEMORY, "out of memory");
    default:
        return error_set(error, ERROR_DATABASE, "the database %s failed: %s", path, detail);
    }
}

int database_failed(struct database *database, struct error *error)
{
    return explain(database->path, sqlite3_extended_errcode(database->handle),
                   sqlite3_errmsg(database->handle), error);
}

static int execute(struct database *database, const char *sql, struct error *error)
{
    if (sqlite3_exec(database->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
        return database_failed(database, error);
    return 0;
}

static int read_version(struct database *database, int *version, struct error *error)
{
    sqlite3_stmt *statement = database_prepare(database, "PRAGMA user_version", error);
    if (!statement)
        return -1;
    int result = 0;
    if (sqlite3_step(statement) == SQLITE_ROW)
        *version = sqlite3_column_int(statement, 0);
    else
        result = database_failed(database, error);
    sqlite3_finalize(statement);
    return result;
}

/* Each step and its new version number are one transaction: after a crash the next start goes on.
 */
static int migrate(struct database *database, struct error *error)
{
    int version = 0;
    if (read_version(database, &version, error) < 0)
        return -1;
    if (version < 0 || version > DATABASE_VERSION) {
        error_set(error, ERROR_DATABASE,
                  "the database %s has version %d; this happyd knows up to %d", database->path,
                  version, DATABASE_VERSION);
        return error_fix(error, "start the newer happyd that wrote it");
    }
    for (; version < DATABASE_VERSION; version++) {
        char number[64];
        sqlite3_snprintf(sizeof number, number, "PRAGMA user_version = %d", version + 1);
        if (database_begin(database, error) < 0)
            return -1;
        if (execute(database, database_schema_step(version), error) < 0 ||
            execute(database, number, error) < 0) {
            database_rollback(database);
            return -1;
        }
        if (database_commit(database, error) < 0)
            return -1;
    }
    return 0;
}

/* A write that is taken back: a file on a read-only or full file system is told at the start. */
static int check_writable(struct database *database, struct error *error)
{
    if (database_begin(database, error) < 0)
        return -1;
    int result = execute(database, "PRAGMA user_version = 1000000", error);
    database_rollback(database);
    return result;
}

static int configure(struct database *database, struct error *error)
{
    sqlite3_busy_timeout(database->handle, BUSY_TIMEOUT_MS);
    sqlite3_extended_result_codes(database->handle, 1);
    return execute(database,
                   "PRAGMA journal_mode = WAL;"
                   "PRAGMA synchronous = FULL;"
                   "PRAGMA foreign_keys = ON;"
                   "PRAGMA cache_size = -256;"
                   "PRAGMA journal_size_limit = 4194304;"
                   "PRAGMA temp_store = MEMORY",
                   error);
}

struct database *database_open(const char *path, struct error *error)
{
    struct database *database = calloc(1, sizeof *database);
    if (!database || !(database->path = strdup(path))) {
        free(database);
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    mode_t before = umask(0077);
    int result =
        sqlite3_open_v2(path, &database->handle,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    if (result != SQLITE_OK)
        result = database->handle ? database_failed(database, error)
                                  : explain(path, result, sqlite3_errstr(result), error);
    else
        result = configure(database, error);
    umask(before);
    if (result < 0 || migrate(database, error) < 0 || check_writable(database, error) < 0) {
        database_close(database);
        return NULL;
    }
    return database;
}

void database_close(struct database *database)
{
    if (!database)
        return;
    sqlite3_stmt *statement;
    while ((statement = sqlite3_next_stmt(database->handle, NULL)))
        sqlite3_finalize(statement);
    sqlite3_close(database->handle);
    free(database->path);
    free(database);
}

sqlite3_stmt *database_prepare(struct database *database, const char *sql, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v3(database->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement,
                           NULL) != SQLITE_OK)
        database_failed(database, error);
    return statement;
}

int database_begin(struct database *database, struct error *error)
{
    if (database->in_transaction)
        return 0;
    if (execute(database, "BEGIN IMMEDIATE", error) < 0)
        return -1;
    database->in_transaction = true;
    return 0;
}

int database_commit(struct database *database, struct error *error)
{
    if (!database->in_transaction)
        return 0;
    if (execute(database, "COMMIT", error) < 0) {
        database_rollback(database);
        return -1;
    }
    database->in_transaction = false;
    return 0;
}

/* SQLite may have rolled back by itself, for example when the disk is full. */
void database_rollback(struct database *database)
{
    database->in_transaction = false;
    if (!sqlite3_get_autocommit(database->handle))
        sqlite3_exec(database->handle, "ROLLBACK", NULL, NULL, NULL);
}

int database_run(struct database *database, sqlite3_stmt *statement, struct error *error)
{
    int result = sqlite3_step(statement) == SQLITE_DONE ? 0 : database_failed(database, error);
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return result;
}

char *database_text(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text ? strdup(text) : NULL;
}

void database_bind_text(sqlite3_stmt *statement, int parameter, const char *text)
{
    if (text)
        sqlite3_bind_text(statement, parameter, text, -1, SQLITE_STATIC);
    else
        sqlite3_bind_null(statement, parameter);
}
