#include "store/sqlite_connection.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/sqlite_sets.h"

const struct sqlite_statements *const SQLITE_SETS[SET_COUNT] = {
    [SET_OF_ACCESS_KEYS] = &SQLITE_ACCESS_KEY_STATEMENTS,
    [SET_OF_ACCOUNTS] = &SQLITE_ACCOUNT_STATEMENTS,
    [SET_OF_ARTIFACTS] = &SQLITE_ARTIFACT_STATEMENTS,
    [SET_OF_ATTACHMENTS] = &SQLITE_ATTACHMENT_STATEMENTS,
    [SET_OF_AUTH_REQUESTS] = &SQLITE_AUTH_REQUEST_STATEMENTS,
    [SET_OF_FEED] = &SQLITE_FEED_STATEMENTS,
    [SET_OF_INVITES] = &SQLITE_INVITE_STATEMENTS,
    [SET_OF_KEY_VALUES] = &SQLITE_KEY_VALUE_STATEMENTS,
    [SET_OF_MACHINES] = &SQLITE_MACHINE_STATEMENTS,
    [SET_OF_MESSAGE_NAMES] = &SQLITE_MESSAGE_NAME_STATEMENTS,
    [SET_OF_MESSAGES] = &SQLITE_MESSAGE_STATEMENTS,
    [SET_OF_PEOPLE] = &SQLITE_PEOPLE_STATEMENTS,
    [SET_OF_PUSH_TOKENS] = &SQLITE_PUSH_TOKEN_STATEMENTS,
    [SET_OF_SERVER_VALUES] = &SQLITE_SERVER_VALUE_STATEMENTS,
    [SET_OF_SESSIONS] = &SQLITE_SESSION_STATEMENTS,
    [SET_OF_TRANSACTIONS] = &SQLITE_TRANSACTION_STATEMENTS,
    [SET_OF_USAGE] = &SQLITE_USAGE_STATEMENTS,
    [SET_OF_VENDOR_TOKENS] = &SQLITE_VENDOR_TOKEN_STATEMENTS,
};

int sqlite_explain(const char *path, int code, const char *detail, struct error *error)
{
    switch (code & 0xff) {
    case SQLITE_FULL:
        error_set(error, ERROR_DATABASE, "there is no room for the database %s", path);
        return error_fix(error, "make room on its disk, or raise its limit; what was "
                                "acknowledged is kept, and writing goes on by itself");
    case SQLITE_NOTADB:
        error_set(error, ERROR_DATABASE, "%s is not a database of happy-server", path);
        return error_fix(error, "name another file, or move this one and its -wal file away");
    case SQLITE_CORRUPT:
        error_set(error, ERROR_DATABASE, "the database %s is damaged: %s", path, detail);
        return error_fix(error, "put a backup back, without the damaged one's -wal and -shm files");
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        error_set(error, ERROR_DATABASE, "the database %s cannot be written: %s", path, detail);
        return error_fix(error, "make the file and its directory writable for this user");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        error_set(error, ERROR_DATABASE, "another program keeps the database %s locked", path);
        return error_fix(error, "end that program");
    case SQLITE_IOERR:
        error_set(error, ERROR_DATABASE, "the disk of the database %s failed: %s", path, detail);
        return error_fix(error, "see whether the disk is full or damaged");
    case SQLITE_NOMEM:
        return error_set(error, ERROR_MEMORY, "out of memory");
    case SQLITE_TOOBIG:
        return error_set(error, ERROR_LIMIT, "a value is too large for the database %s", path);
    default:
        return error_set(error, ERROR_DATABASE, "the database %s failed: %s", path, detail);
    }
}

int sqlite_failed(struct store_connection *connection, struct error *error)
{
    int code = sqlite3_extended_errcode(connection->handle);
    if (code == SQLITE_CONSTRAINT_FOREIGNKEY)
        return error_set(error, ERROR_NOT_FOUND, "what this belongs to is not there");
    return sqlite_explain(connection->path, code, sqlite3_errmsg(connection->handle), error);
}

int sqlite_execute(struct store_connection *connection, const char *sql, struct error *error)
{
    if (sqlite3_exec(connection->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
        return sqlite_failed(connection, error);
    return 0;
}

/* temp_store: savepoints keep what they would undo in memory. The log is checkpointed by a thread
   of its own (sqlite_engine.c), and its file is kept at a size that steady load needs: writing over
   it is cheaper than growing it. */
static int configure(struct store_connection *connection, enum sqlite_access access,
                     struct error *error)
{
    sqlite3_extended_result_codes(connection->handle, 1);
    sqlite3_busy_timeout(connection->handle, SQLITE_STORE_BUSY_MS);
    if (access == ACCESS_CREATE &&
        sqlite_execute(connection, "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL", error) < 0)
        return -1;
    if (access == ACCESS_READ && sqlite_execute(connection, "PRAGMA query_only = ON", error) < 0)
        return -1;
    return sqlite_execute(connection,
                          "PRAGMA synchronous = FULL;"
                          "PRAGMA foreign_keys = ON;"
                          "PRAGMA recursive_triggers = OFF;"
                          "PRAGMA cache_size = -16384;"
                          "PRAGMA wal_autocheckpoint = 0;"
                          "PRAGMA journal_size_limit = 134217728;"
                          "PRAGMA temp_store = MEMORY;"
                          "PRAGMA trusted_schema = OFF",
                          error);
}

static int allocate(struct store_connection *connection, const char *path)
{
    connection->path = strdup(path);
    connection->transaction.op = &SQLITE_OPERATIONS;
    connection->random.used = sizeof connection->random.bytes;
    connection->cuid.host = (uint32_t)getpid();
    for (unsigned i = 0; i < SET_COUNT; i++) {
        connection->prepared[i] = calloc(SQLITE_SETS[i]->count, sizeof(sqlite3_stmt *));
        if (!connection->prepared[i])
            return -1;
    }
    return connection->path ? 0 : -1;
}

/* For its owner only, as the log beside it then is too. SQLite tells why it cannot be made. Only a
   new file is opened here: closing one that is in use would drop this process's locks on it. */
static void make_file(const char *path)
{
    int descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor >= 0)
        close(descriptor);
}

struct store_connection *sqlite_connection_open(const char *path, enum sqlite_access access,
                                                struct error *error)
{
    struct store_connection *connection = calloc(1, sizeof *connection);
    if (!connection || allocate(connection, path) < 0) {
        sqlite_connection_close(connection);
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    if (access == ACCESS_CREATE)
        make_file(path);
    int result =
        sqlite3_open_v2(path, &connection->handle,
                        access == ACCESS_CREATE ? flags | SQLITE_OPEN_CREATE : flags, NULL);
    if (result != SQLITE_OK)
        result = connection->handle ? sqlite_failed(connection, error)
                                    : sqlite_explain(path, result, sqlite3_errstr(result), error);
    else
        result = configure(connection, access, error);
    if (result < 0) {
        sqlite_connection_close(connection);
        return NULL;
    }
    return connection;
}

void sqlite_connection_close(struct store_connection *connection)
{
    if (!connection)
        return;
    for (unsigned i = 0; i < SET_COUNT; i++) {
        for (unsigned j = 0; connection->prepared[i] && j < SQLITE_SETS[i]->count; j++)
            sqlite3_finalize(connection->prepared[i][j]);
        free(connection->prepared[i]);
    }
    for (unsigned i = 0; i < SQLITE_SCRATCH; i++)
        buffer_free(&connection->scratch[i]);
    sqlite3_close(connection->handle);
    free(connection->path);
    free(connection);
}
