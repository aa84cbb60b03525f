#include "store/sqlite_sets.h"
#include "store/sqlite_statement.h"

#define STATEMENT(place) ((struct sqlite_which){SET_OF_ACCESS_KEYS, place})

enum { PARENTS, GET, ADD, UPDATE };
static const char *const SQL[] = {
    [PARENTS] = "SELECT 1 FROM session s CROSS JOIN machine m"
                " WHERE s.id = ?1 AND s.account = ?3 AND m.id = ?2 AND m.account = ?3",
    [GET] = "SELECT data, version, created_at, updated_at FROM access_key"
            " WHERE session = ? AND machine = ?",
    [ADD] = "INSERT INTO access_key (session, machine, version, created_at, updated_at, data)"
            " VALUES (?1, ?2, 1, ?3, ?3, ?4)",
    [UPDATE] = "UPDATE access_key SET data = ?, version = ?, updated_at = ?"
               " WHERE session = ? AND machine = ?",
};
const struct sqlite_statements SQLITE_ACCESS_KEY_STATEMENTS = {"access keys", SQL,
                                                               sizeof SQL / sizeof *SQL};

static void read_key(struct sqlite_rows *rows, void *row)
{
    *(struct access_key *)row = (struct access_key){
        .data = sqlite_compact(rows, 0),
        .version = sqlite_integer(rows, 1),
        .created_at = sqlite_integer(rows, 2),
        .updated_at = sqlite_integer(rows, 3),
    };
}

static void read_nothing(struct sqlite_rows *rows, void *row)
{
    (void)rows, (void)row;
}

static int get(struct store_transaction *tx, struct slice account, struct slice session,
               struct slice machine, struct access_key *key, struct error *error)
{
    int parents =
        sqlite_read_one(tx, STATEMENT(PARENTS), VALUES(text(session), text(machine), text(account)),
                        read_nothing, NULL, error);
    if (parents != STORE_OK)
        return parents < 0 ? -1 : STORE_NO_PARENT;
    return sqlite_read_one(tx, STATEMENT(GET), VALUES(text(session), text(machine)), read_key, key,
                           error);
}

static int create(struct store_transaction *tx, struct slice account, struct slice session,
                  struct slice machine, struct slice data, struct access_key *key,
                  struct error *error)
{
    int found = get(tx, account, session, machine, key, error);
    if (found != STORE_NOT_FOUND)
        return found == STORE_OK ? STORE_EXISTS : found;
    *key = (struct access_key){
        .data = data, .version = 1, .created_at = tx->now_ms, .updated_at = tx->now_ms};
    return sqlite_change(tx, STATEMENT(ADD),
                         VALUES(text(session), text(machine), integer(tx->now_ms), compact(data)),
                         error);
}

static int update(struct store_transaction *tx, struct slice account, struct slice session,
                  struct slice machine, struct slice data, int64_t expected_version,
                  struct store_versioned *current, struct error *error)
{
    struct access_key key;
    int found = get(tx, account, session, machine, &key, error);
    if (found != STORE_OK)
        return found < 0 ? -1 : STORE_NOT_FOUND;
    *current = (struct store_versioned){.value = key.data, .version = key.version};
    if (key.version != expected_version)
        return STORE_MISMATCH;
    *current = (struct store_versioned){.value = data, .version = expected_version + 1};
    return sqlite_change(tx, STATEMENT(UPDATE),
                         VALUES(compact(data), integer(expected_version + 1), integer(tx->now_ms),
                                text(session), text(machine)),
                         error);
}

const struct access_key_operations SQLITE_ACCESS_KEY_OPERATIONS = {
    .get = get,
    .create = create,
    .update = update,
};
