#include "store/sqlite_sets.h"
#include "store/sqlite_statement.h"

#define STATEMENT(place) ((struct sqlite_which){SET_OF_SESSIONS, place})

#define SELECT                                                                                     \
    "SELECT s.id, s.sequence, t.metadata, t.metadata_version, t.agent_state,"                      \
    " t.agent_state_version, t.data_key, s.active, s.active_at, s.created_at, s.updated_at"        \
    " FROM session s CROSS JOIN session_text t ON t.session = s.number "

enum {
    GET,
    BY_TAG,
    ADD,
    ADD_TEXT,
    LIST_RECENT,
    LIST_ACTIVE,
    PAGE_FIRST,
    PAGE_NEXT,
    METADATA,
    AGENT_STATE,
    SET_METADATA,
    SET_AGENT_STATE,
    TOUCH,
    SET_ACTIVE,
    SWEEP,
    REMOVE
};
/* "+" keeps the planner from an index that would make it sort. */
static const char *const SQL[] = {
    [GET] = SELECT "WHERE s.id = ? AND s.account = ?",
    [BY_TAG] = SELECT "WHERE s.account = ? AND s.tag = ?",
    [ADD] = "INSERT INTO session (id, account, tag, active, active_at, created_at, updated_at)"
            " VALUES (?1, ?2, ?3, 1, ?4, ?4, ?4)",
    [ADD_TEXT] = "INSERT INTO session_text (session, metadata_version, agent_state_version,"
                 " data_key, metadata) VALUES (last_insert_rowid(), 0, 0, ?, ?)",
    [LIST_RECENT] = SELECT "WHERE s.account = ? ORDER BY s.updated_at DESC, s.number DESC LIMIT ?",
    [LIST_ACTIVE] = SELECT "WHERE s.account = ? AND s.active = 1 AND s.active_at > ?"
                           " ORDER BY s.active_at DESC, s.number DESC LIMIT ?",
    [PAGE_FIRST] = SELECT "WHERE s.account = ? AND +s.updated_at > ? ORDER BY s.id DESC LIMIT ?",
    [PAGE_NEXT] = SELECT "WHERE s.account = ? AND +s.updated_at > ? AND s.id < ?"
                         " ORDER BY s.id DESC LIMIT ?",
    [METADATA] = "SELECT s.number, t.metadata_version, t.metadata"
                 " FROM session s CROSS JOIN session_text t ON t.session = s.number"
                 " WHERE s.id = ? AND s.account = ?",
    [AGENT_STATE] = "SELECT s.number, t.agent_state_version, t.agent_state"
                    " FROM session s CROSS JOIN session_text t ON t.session = s.number"
                    " WHERE s.id = ? AND s.account = ?",
    [SET_METADATA] = "UPDATE session_text SET metadata = ?, metadata_version = ? WHERE session = ?",
    [SET_AGENT_STATE] =
        "UPDATE session_text SET agent_state = ?, agent_state_version = ? WHERE session = ?",
    [TOUCH] = "UPDATE session SET updated_at = ? WHERE number = ?",
    [SET_ACTIVE] = "UPDATE session SET active = ?, active_at = ?, updated_at = ?"
                   " WHERE id = ? AND account = ?",
    [SWEEP] = "UPDATE session SET active = 0, updated_at = ? WHERE number IN"
              " (SELECT number FROM session WHERE active = 1 AND active_at <= ?"
              "  ORDER BY active_at LIMIT ?)"
              " RETURNING account, id, active_at",
    [REMOVE] = "DELETE FROM session WHERE id = ? AND account = ?",
};
const struct sqlite_statements SQLITE_SESSION_STATEMENTS = {"sessions", SQL,
                                                            sizeof SQL / sizeof *SQL};

static void read_session(struct sqlite_rows *rows, void *row)
{
    *(struct session *)row = (struct session){
        .id = sqlite_text(rows, 0),
        .last_message = sqlite_integer(rows, 1),
        .metadata = sqlite_compact(rows, 2),
        .metadata_version = sqlite_integer(rows, 3),
        .agent_state = sqlite_compact(rows, 4),
        .agent_state_version = sqlite_integer(rows, 5),
        .data_key = sqlite_bytes(rows, 6),
        .active = sqlite_integer(rows, 7) != 0,
        .active_at = sqlite_integer(rows, 8),
        .created_at = sqlite_integer(rows, 9),
        .updated_at = sqlite_integer(rows, 10),
    };
}

static int get(struct store_transaction *tx, struct slice account, struct slice id,
               struct session *session, struct error *error)
{
    return sqlite_read_one(tx, STATEMENT(GET), VALUES(text(id), text(account)), read_session,
                           session, error);
}

static int create(struct store_transaction *tx, struct slice account, struct slice tag,
                  struct slice metadata, struct slice data_key, struct session *session,
                  struct error *error)
{
    int found = sqlite_read_one(tx, STATEMENT(BY_TAG), VALUES(text(account), text(tag)),
                                read_session, session, error);
    if (found != STORE_NOT_FOUND)
        return found < 0 ? -1 : STORE_EXISTS;
    struct slice id = sqlite_new_id(tx);
    if (!id.data)
        return sqlite_out_of_memory(error);
    if (sqlite_run(tx, STATEMENT(ADD),
                   VALUES(text(id), text(account), text(tag), integer(tx->now_ms)), error) < 0 ||
        sqlite_run(tx, STATEMENT(ADD_TEXT), VALUES(bytes(data_key), compact(metadata)), error) < 0)
        return -1;
    return get(tx, account, id, session, error);
}

static int read_list(struct store_transaction *tx, unsigned place, struct sqlite_values values,
                     unsigned limit, struct session_list *list, struct error *error)
{
    struct sqlite_list found;
    if (sqlite_read_list(tx, STATEMENT(place), values, read_session, sizeof *list->rows, limit,
                         &found, error) < 0)
        return -1;
    *list = (struct session_list){found.rows, found.count, found.has_more};
    return STORE_OK;
}

static int list_recent(struct store_transaction *tx, struct slice account, unsigned limit,
                       struct session_list *list, struct error *error)
{
    limit = at_most(limit, SESSION_LIST_MAX);
    return read_list(tx, LIST_RECENT, VALUES(text(account), integer(limit + 1)), limit, list,
                     error);
}

static int list_active(struct store_transaction *tx, struct slice account, int64_t since,
                       unsigned limit, struct session_list *list, struct error *error)
{
    limit = at_most(limit, SESSION_LIST_MAX);
    return read_list(tx, LIST_ACTIVE, VALUES(text(account), integer(since), integer(limit + 1)),
                     limit, list, error);
}

static int page(struct store_transaction *tx, struct slice account, struct slice before,
                int64_t changed_since, unsigned limit, struct session_list *list,
                struct error *error)
{
    limit = at_most(limit, SESSION_LIST_MAX);
    if (!before.data)
        return read_list(tx, PAGE_FIRST,
                         VALUES(text(account), integer(changed_since), integer(limit + 1)), limit,
                         list, error);
    return read_list(
        tx, PAGE_NEXT,
        VALUES(text(account), integer(changed_since), text(before), integer(limit + 1)), limit,
        list, error);
}

struct stored {
    int64_t number;
    struct store_versioned current;
};

static void read_stored(struct sqlite_rows *rows, void *row)
{
    *(struct stored *)row = (struct stored){
        .number = sqlite_integer(rows, 0),
        .current = {.version = sqlite_integer(rows, 1), .value = sqlite_compact(rows, 2)},
    };
}

static int set_text(struct store_transaction *tx, unsigned get_place, unsigned set_place,
                    struct slice account, struct slice id, struct slice value, int64_t expected,
                    struct store_versioned *current, struct error *error)
{
    struct stored stored;
    int found = sqlite_read_one(tx, STATEMENT(get_place), VALUES(text(id), text(account)),
                                read_stored, &stored, error);
    if (found != STORE_OK)
        return found;
    *current = stored.current;
    if (current->version != expected)
        return STORE_MISMATCH;
    *current = (struct store_versioned){.value = value, .version = expected + 1};
    if (sqlite_run(tx, STATEMENT(set_place),
                   VALUES(compact(value), integer(expected + 1), integer(stored.number)),
                   error) < 0)
        return -1;
    return sqlite_change(tx, STATEMENT(TOUCH), VALUES(integer(tx->now_ms), integer(stored.number)),
                         error);
}

static int set_metadata(struct store_transaction *tx, struct slice account, struct slice id,
                        struct slice value, int64_t expected_version,
                        struct store_versioned *metadata, struct error *error)
{
    return set_text(tx, METADATA, SET_METADATA, account, id, value, expected_version, metadata,
                    error);
}

static int set_agent_state(struct store_transaction *tx, struct slice account, struct slice id,
                           struct slice value, int64_t expected_version,
                           struct store_versioned *agent_state, struct error *error)
{
    return set_text(tx, AGENT_STATE, SET_AGENT_STATE, account, id, value, expected_version,
                    agent_state, error);
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
                 struct presence_list *list, struct error *error)
{
    struct sqlite_list found;
    limit = at_most(limit, PRESENCE_SWEEP_MAX);
    if (sqlite_read_list(tx, STATEMENT(SWEEP),
                         VALUES(integer(tx->now_ms), integer(until), integer(limit)), read_presence,
                         sizeof *list->rows, limit, &found, error) < 0)
        return -1;
    *list = (struct presence_list){found.rows, found.count};
    return STORE_OK;
}

static int remove_session(struct store_transaction *tx, struct slice account, struct slice id,
                          struct error *error)
{
    return sqlite_change(tx, STATEMENT(REMOVE), VALUES(text(id), text(account)), error);
}

const struct session_operations SQLITE_SESSION_OPERATIONS = {
    .create = create,
    .get = get,
    .list_recent = list_recent,
    .list_active = list_active,
    .page = page,
    .set_metadata = set_metadata,
    .set_agent_state = set_agent_state,
    .set_active = set_active,
    .sweep = sweep,
    .remove = remove_session,
};
