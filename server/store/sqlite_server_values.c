#include "store/sqlite_sets.h"
#include "store/sqlite_statement.h"

#define STATEMENT(place) ((struct sqlite_which){SET_OF_SERVER_VALUES, place})

enum { GET, SET, REMOVE };
static const char *const SQL[] = {
    [GET] = "SELECT value FROM server_value WHERE name = ?",
    [SET] = ("INSERT INTO server_value (name, value) VALUES (?, ?)"
             " ON CONFLICT (name) DO UPDATE SET value = excluded.value"),
    [REMOVE] = "DELETE FROM server_value WHERE name = ?",
};
const struct sqlite_statements SQLITE_SERVER_VALUE_STATEMENTS = {"server values", SQL,
                                                                 sizeof SQL / sizeof *SQL};

static void read_value(struct sqlite_rows *rows, void *row)
{
    *(struct slice *)row = sqlite_compact(rows, 0);
}

static int get(struct store_transaction *tx, struct slice key, struct slice *value,
               struct error *error)
{
    return sqlite_read_one(tx, STATEMENT(GET), VALUES(text(key)), read_value, value, error);
}

static int set(struct store_transaction *tx, struct slice key, struct slice value,
               struct error *error)
{
    int changed = value.data
                      ? sqlite_run(tx, STATEMENT(SET), VALUES(text(key), compact(value)), error)
                      : sqlite_run(tx, STATEMENT(REMOVE), VALUES(text(key)), error);
    return changed < 0 ? -1 : STORE_OK;
}

const struct server_value_operations SQLITE_SERVER_VALUE_OPERATIONS = {
    .get = get,
    .set = set,
};
