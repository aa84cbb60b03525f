#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/sqlite_connection.h"

/* Makes a file, or the names in a directory, durable. */
static int sync_path(const char *path, int flags)
{
    int descriptor = open(path, flags | O_CLOEXEC);
    if (descriptor < 0)
        return -1;
    int result = fsync(descriptor);
    close(descriptor);
    return result;
}

static int sync_directory_of(const char *path)
{
    char directory[PATH_MAX];
    const char *slash = strrchr(path, '/');
    int length = slash ? (int)(slash - path) : 0;
    snprintf(directory, sizeof directory, "%.*s%s", length, path, slash ? "/" : ".");
    return sync_path(directory, O_RDONLY | O_DIRECTORY);
}

/* VACUUM INTO reads in one transaction, so a server beside it goes on writing. */
static int copy(struct store_connection *connection, const char *partial, struct error *error)
{
    int descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor >= 0)
        close(descriptor);
    char *sql = sqlite3_mprintf("VACUUM INTO %Q", partial);
    if (!sql)
        return error_set(error, ERROR_MEMORY, "out of memory");
    int result = sqlite3_exec(connection->handle, sql, NULL, NULL, NULL);
    sqlite3_free(sql);
    if (result == SQLITE_OK)
        return 0;
    error_set(error, ERROR_DATABASE, "the backup %s cannot be written: %s", partial,
              sqlite3_errmsg(connection->handle));
    return error_fix(error, "make its directory writable and room on its disk");
}

/* The name appears when the copy is whole. link() does not replace a file, as rename() would. */
static int publish(const char *partial, const char *destination, struct error *error)
{
    if (sync_path(partial, O_RDWR) < 0)
        return error_set_errno(error, "the backup %s cannot be written", destination);
    if (link(partial, destination) < 0) {
        error_set_errno(error, "the backup %s cannot be made", destination);
        return errno == EEXIST ? error_fix(error, "name a file that is not there") : -1;
    }
    if (sync_directory_of(destination) < 0)
        return error_set_errno(error, "the backup %s cannot be made durable", destination);
    return 0;
}

int store_backup(const char *path, const char *destination, struct error *error)
{
    char partial[PATH_MAX];
    struct stat status;
    if ((size_t)snprintf(partial, sizeof partial, "%s.%ld.part", destination, (long)getpid()) >=
        sizeof partial)
        return error_set(error, ERROR_INVALID, "the name of the backup is too long");
    if (lstat(destination, &status) == 0) {
        error_set(error, ERROR_EXISTS, "%s exists", destination);
        return error_fix(error, "name a file that is not there");
    }
    struct store_connection *connection = sqlite_connection_open(path, ACCESS_WRITE, error);
    if (!connection)
        return -1;
    unlink(partial);
    int result = copy(connection, partial, error);
    if (result == 0)
        result = publish(partial, destination, error);
    unlink(partial);
    sqlite_connection_close(connection);
    return result;
}

/* Each gives a row for what is wrong; the first of them is told. */
static const char *const CHECKS[] = {
    "SELECT * FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
    "SELECT 'a row of ' || \"table\" || ' belongs to nothing' FROM pragma_foreign_key_check",
    "SELECT 'session ' || s.id || ' has ' || count(m.position) || ' messages up to '"
    " || coalesce(max(m.position) & 4294967295, 0) || ', and counted ' || s.sequence"
    " FROM session s LEFT JOIN message m ON m.position BETWEEN s.number << 32"
    "  AND (s.number << 32) + 4294967295"
    " GROUP BY s.number HAVING count(m.position) <> s.sequence"
    "  OR coalesce(max(m.position) & 4294967295, 0) <> s.sequence",
    "SELECT 'message ' || id || ' belongs to no session' FROM message"
    " WHERE NOT EXISTS (SELECT 1 FROM session WHERE number = position >> 32)",
    "SELECT 'a name of a message in session ' || n.session || ' stands for no message'"
    " FROM message_name n LEFT JOIN message m ON m.position = (n.session << 32) + n.sequence"
    " WHERE m.local_id IS NULL",
    "SELECT 'the latest names of session ' || s.id || ' are not those of its last messages'"
    " FROM session s JOIN message_recent r ON r.session = s.number"
    " WHERE r.first + length(r.hashes) / 8 <> s.sequence + 1",
    "SELECT 'session ' || s.id || ' has messages whose names are not known'"
    " FROM session s LEFT JOIN message_recent r ON r.session = s.number WHERE"
    " (SELECT count(*) FROM message_name n WHERE n.session = s.number) <>"
    " (SELECT count(local_id) FROM message m WHERE m.position BETWEEN s.number << 32"
    "  AND (s.number << 32) + coalesce(r.first, 1) - 1)",
};

static int check(struct store_connection *connection, const char *sql, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(connection->handle, sql, -1, &statement, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_step(statement);
    if (result == SQLITE_ROW) {
        error_set(error, ERROR_DATABASE, "the database %s is damaged: %s", connection->path,
                  (const char *)sqlite3_column_text(statement, 0));
        error_fix(error, "put a backup back, without the damaged one's -wal and -shm files");
    } else if (result != SQLITE_DONE) {
        sqlite_failed(connection, error);
    }
    sqlite3_finalize(statement);
    return result == SQLITE_DONE ? 0 : -1;
}

int store_check(const char *path, struct error *error)
{
    struct store_connection *connection = sqlite_connection_open(path, ACCESS_READ, error);
    if (!connection)
        return -1;
    int result = sqlite_execute(connection, "BEGIN", error);
    for (unsigned i = 0; result == 0 && i < sizeof CHECKS / sizeof *CHECKS; i++)
        result = check(connection, CHECKS[i], error);
    sqlite_connection_close(connection);
    return result;
}
