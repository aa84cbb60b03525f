#include "store_fixture.h"

#include <unistd.h>

char fixture_directory[64];
char fixture_path[96];
struct store_transaction *tx;
const struct store_operations *op;
struct error error;

static struct store_arena arena;
static struct store_connection *connection;
static int64_t now;

int fixture_directory_setup(void **state)
{
    (void)state;
    strcpy(fixture_directory, "/tmp/happy-store-XXXXXX");
    if (!mkdtemp(fixture_directory))
        return -1;
    snprintf(fixture_path, sizeof fixture_path, "%s/server.db", fixture_directory);
    return 0;
}

int fixture_directory_teardown(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", fixture_directory);
    return system(command);
}

static void begin(void)
{
    tx = STORE_SQLITE.begin(connection, &error);
    if (!tx)
        fail_msg("%s", error.message);
    tx->arena = &arena;
    tx->now_ms = now;
    op = tx->op;
}

int fixture_setup(void **state)
{
    if (fixture_directory_setup(state) < 0)
        return -1;
    connection = sqlite_connection_open(fixture_path, ACCESS_CREATE, &error);
    if (!connection || sqlite_migrate(connection, &error) < 0) {
        fprintf(stderr, "%s\n", error.message);
        return -1;
    }
    now = FIXTURE_TIME;
    begin();
    return 0;
}

int fixture_teardown(void **state)
{
    STORE_SQLITE.rollback(connection);
    sqlite_connection_close(connection);
    store_arena_free(&arena);
    return fixture_directory_teardown(state);
}

void fixture_step(int64_t ms)
{
    if (STORE_SQLITE.commit(connection, &error) < 0)
        fail_msg("%s", error.message);
    now += ms;
    begin();
}

void fixture_undo(void)
{
    STORE_SQLITE.rollback(connection);
    begin();
}

int64_t fixture_query(const char *sql)
{
    sqlite3 *handle;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open(fixture_path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &statement, NULL), SQLITE_OK);
    int64_t value = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
    sqlite3_close(handle);
    return value;
}

struct slice fixture_account(const char *key)
{
    struct account account;
    assert_outcome(op->accounts->log_in(tx, S(key), true, &account, &error), STORE_OK);
    return account.id;
}

struct slice fixture_session(struct slice account, const char *tag)
{
    struct session session;
    assert_outcome(op->sessions->create(tx, account, S(tag), S("meta"), NONE, &session, &error),
                   STORE_OK);
    return session.id;
}

void fixture_machine(struct slice account, const char *id)
{
    struct machine machine;
    assert_outcome(
        op->machines->create(tx, account, S(id), S("meta"), NONE, NONE, &machine, &error),
        STORE_OK);
}
