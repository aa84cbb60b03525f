#include "store/sqlite_sets.h"
#include "store/sqlite_statement.h"

#define STATEMENT(place) ((struct sqlite_which){SET_OF_MACHINES, place})

#define SELECT                                                                                     \
    "SELECT id, metadata, metadata_version, daemon_state, daemon_state_version, data_key, active," \
    " active_at, created_at, updated_at FROM machine "

enum {
    GET,
    OWNER,
    ADD,
    LIST,
    METADATA,
    DAEMON_STATE,
    SET_METADATA,
    SET_DAEMON_STATE,
    SET_ACTIVE,
    SWEEP,
    REMOVE
};
static const char *const SQL[] = {
    [GET] = SELECT "WHERE id = ? AND account = ?",
    [OWNER] = "SELECT 1 FROM machine WHERE id = ?",
    [ADD] = "INSERT INTO machine (id, account, metadata_version, daemon_state_version, active,"
            " active_at, created_at, updated_at, data_key, metadata, daemon_state)"
            " VALUES (?1, ?2, 1, ?3, 0, ?4, ?4, ?4, ?5, ?6, ?7)",
    [LIST] = SELECT "WHERE account = ? ORDER BY active_at DESC, rowid DESC LIMIT ?",
    [METADATA] = "SELECT metadata_version, metadata FROM machine WHERE id = ? AND account = ?",
    [DAEMON_STATE] =
        "SELECT daemon_state_version, daemon_state FROM machine WHERE id = ? AND account = ?",
    [SET_METADATA] = "UPDATE machine SET metadata = ?, metadata_version = ?, updated_at = ?"
                     " WHERE id = ?",
    [SET_DAEMON_STATE] = "UPDATE machine SET daemon_state = ?1, daemon_state_version = ?2,"
                         " updated_at = ?3, active = 1, active_at = ?3 WHERE id = ?4",
    [SET_ACTIVE] = "UPDATE machine SET active = ?, active_at = ?, updated_at = ?"
                   " WHERE id = ? AND account = ?",
    [SWEEP] = "UPDATE machine SET active = 0, updated_at = ? WHERE id IN"
              " (SELECT id FROM machine WHERE active = 1 AND active_at <= ?"
              "  ORDER BY active_at LIMIT ?)"
              " RETURNING account, id, active_at",
    [REMOVE] = "DELETE FROM machine WHERE id = ? AND account = ?",
};
const struct sqlite_statements SQLITE_MACHINE_STATEMENTS = {"machines", SQL,
                                                            sizeof SQL / sizeof *SQL};

static void read_machine(struct sqlite_rows *rows, void *row)
{
    *(struct machine *)row = (struct machine){
        .id = sqlite_text(rows, 0),
        .metadata = sqlite_compact(rows, 1),
        .metadata_version = sqlite_integer(rows, 2),
        .daemon_state = sqlite_compact(rows, 3),
        .daemon_state_version = sqlite_integer(rows, 4),
        .data_key = sqlite_bytes(rows, 5),
        .active = sqlite_integer(rows, 6) != 0,
        .active_at = sqlite_integer(rows, 7),
        .created_at = sqlite_integer(rows, 8),
        .updated_at = sqlite_integer(rows, 9),
    };
}

static void read_nothing(struct sqlite_rows *rows, void *row)
{
    (void)rows, (void)row;
}

static int get(struct store_transaction *tx, struct slice account, struct slice id,
               struct machine *machine, struct error *error)
{
    return sqlite_read_one(tx, STATEMENT(GET), VALUES(text(id), text(account)), read_machine,
                           machine, error);
}

static int create(struct store_transaction *tx, struct slice account, struct slice id,
                  struct slice metadata, struct slice daemon_state, struct slice data_key,
                  struct machine *machine, struct error *error)
{
    int found = get(tx, account, id, machine, error);
    if (found != STORE_NOT_FOUND)
        return found < 0 ? -1 : STORE_EXISTS;
    found = sqlite_read_one(tx, STATEMENT(OWNER), VALUES(text(id)), read_nothing, NULL, error);
    if (found != STORE_NOT_FOUND)
        return found < 0 ? -1 : STORE_FOREIGN;
    if (daemon_state.length == 0)
        daemon_state.data = NULL;
    if (sqlite_run(tx, STATEMENT(ADD),
                   VALUES(text(id), text(account), integer(daemon_state.data != NULL),
                          integer(tx->now_ms), bytes(data_key), compact(metadata),
                          compact(daemon_state)),
                   error) < 0)
        return -1;
    return get(tx, account, id, machine, error);
}

static int list(struct store_transaction *tx, struct slice account, unsigned limit,
                struct machine_list *machines, struct error *error)
{
    struct sqlite_list found;
    limit = at_most(limit, MACHINE_LIST_MAX);
    if (sqlite_read_list(tx, STATEMENT(LIST), VALUES(text(account), integer(limit)), read_machine,
                         sizeof *machines->rows, limit, &found, error) < 0)
        return -1;
    *machines = (struct machine_list){found.rows, found.count};
    return STORE_OK;
}

static void read_versioned(struct sqlite_rows *rows, void *row)
{
    *(struct store_versioned *)row = (struct store_versioned){
        .version = sqlite_integer(rows, 0),
        .value = sqlite_compact(rows, 1),
    };
}

static int set_text(struct store_transaction *tx, unsigned get_place, unsigned set_place,
                    struct slice account, struct slice id, struct slice value, int64_t expected,
                    struct store_versioned *current, struct error *error)
{
    int found = sqlite_read_one(tx, STATEMENT(get_place), VALUES(text(id), text(account)),
                                read_versioned, current, error);
    if (found != STORE_OK)
        return found;
    if (current->version != expected)
        return STORE_MISMATCH;
    *current = (struct store_versioned){.value = value, .version = expected + 1};
    return sqlite_change(
        tx, STATEMENT(set_place),
        VALUES(compact(value), integer(expected + 1), integer(tx->now_ms), text(id)), error);
}

static int set_metadata(struct store_transaction *tx, struct slice account, struct slice id,
                        struct slice value, int64_t expected_version,
                        struct store_versioned *metadata, struct error *error)
{
    return set_text(tx, METADATA, SET_METADATA, account, id, value, expected_version, metadata,
                    error);
}

static int set_daemon_state(struct store_transaction *tx, struct slice account, struct slice id,
                            struct slice value, int64_t expected_version,
                            struct store_versioned *daemon_state, struct error *error)
{
    return set_text(tx, DAEMON_STATE, SET_DAEMON_STATE, account, id, value, expected_version,
                    daemon_state, error);
}

static int set_active(struct store_transaction *tx, struct slice account, struct slice id,
                      bool active, int64_t active_at, struct error *error)
{
    return sqlite_change(
        tx, STATEMENT(SET_ACTIVE),
        VALUES(integer(active), integer(active_at), integer(tx->now_ms), text(id), text(account)),
        error);
}

static void read_presence(struct sqlite_rows *rows, void *row)
{
    *(struct presence_change *)row = (struct presence_change){
        .account = sqlite_text(rows, 0),
        .id = sqlite_text(rows, 1),
        .active_at = sqlite_integer(rows, 2),
    };
}

static int sweep(struct store_transaction *tx, int64_t until, unsigned limit,
                 struct presence_list *presences, struct error *error)
{
    struct sqlite_list found;
    limit = at_most(limit, PRESENCE_SWEEP_MAX);
    if (sqlite_read_list(tx, STATEMENT(SWEEP),
                         VALUES(integer(tx->now_ms), integer(until), integer(limit)), read_presence,
                         sizeof *presences->rows, limit, &found, error) < 0)
        return -1;
    *presences = (struct presence_list){found.rows, found.count};
    return STORE_OK;
}

static int remove_machine(struct store_transaction *tx, struct slice account, struct slice id,
                          struct error *error)
{
    return sqlite_change(tx, STATEMENT(REMOVE), VALUES(text(id), text(account)), error);
}

const struct machine_operations SQLITE_MACHINE_OPERATIONS = {
    .create = create,
    .get = get,
    .list = list,
    .set_metadata = set_metadata,
    .set_daemon_state = set_daemon_state,
    .set_active = set_active,
    .sweep = sweep,
    .remove = remove_machine,
};
