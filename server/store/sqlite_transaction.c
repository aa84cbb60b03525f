#include "store/sqlite_engine.h"
#include "store/sqlite_sets.h"
#include "store/sqlite_statement.h"

#define STATEMENT(place) ((struct sqlite_which){SET_OF_TRANSACTIONS, place})

enum { BEGIN_WRITING, BEGIN_READING, COMMIT, ROLLBACK, SAVEPOINT, KEEP, UNDO };
static const char *const SQL[] = {
    [BEGIN_WRITING] = "BEGIN IMMEDIATE",
    [BEGIN_READING] = "BEGIN",
    [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",
    [SAVEPOINT] = "SAVEPOINT job",
    [KEEP] = "RELEASE job",
    [UNDO] = "ROLLBACK TO job",
};
const struct sqlite_statements SQLITE_TRANSACTION_STATEMENTS = {"transactions", SQL,
                                                                sizeof SQL / sizeof *SQL};

static int run(struct store_connection *connection, unsigned place, struct error *error)
{
    return sqlite_run(&connection->transaction, STATEMENT(place), NO_VALUES, error) < 0 ? -1 : 0;
}

/* SQLite gives up a transaction by itself when, for example, the disk is full. */
static bool is_open(struct store_connection *connection)
{
    return !sqlite3_get_autocommit(connection->handle);
}

static void rollback(struct store_connection *connection)
{
    if (is_open(connection))
        run(connection, ROLLBACK, NULL);
}

static struct store_transaction *begin(struct store_connection *connection, struct error *error)
{
    bool reading = connection->purpose == STORE_READS;
    if (run(connection, reading ? BEGIN_READING : BEGIN_WRITING, error) < 0)
        return NULL;
    return &connection->transaction;
}

static int commit(struct store_connection *connection, struct error *error)
{
    if (run(connection, COMMIT, error) == 0)
        return 0;
    rollback(connection);
    return -1;
}

static int savepoint(struct store_connection *connection, struct error *error)
{
    return run(connection, SAVEPOINT, error);
}

static int keep(struct store_connection *connection, struct error *error)
{
    return run(connection, KEEP, error);
}

static int undo(struct store_connection *connection)
{
    if (!is_open(connection) || run(connection, UNDO, NULL) < 0)
        return -1;
    return run(connection, KEEP, NULL);
}

static void rest(struct store_connection *connection)
{
    sqlite_engine_rest(connection);
    for (unsigned i = 0; i < SQLITE_SCRATCH; i++)
        buffer_free(&connection->scratch[i]);
}

const struct store_backend STORE_SQLITE = {
    .open = sqlite_engine_open,
    .close = sqlite_engine_close,
    .connect = sqlite_engine_connect,
    .disconnect = sqlite_connection_close,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .savepoint = savepoint,
    .keep = keep,
    .undo = undo,
    .tidy = sqlite_engine_tidy,
    .rest = rest,
};
