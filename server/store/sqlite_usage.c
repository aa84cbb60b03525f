#include "store/sqlite_sets.h"
#include "store/sqlite_statement.h"

#define STATEMENT(place) ((struct sqlite_which){SET_OF_USAGE, place})

#define SELECT           "SELECT id, data, created_at, updated_at FROM usage_report "

enum { SESSION, GET, ADD, REPLACE, LIST, LIST_SESSION };
static const char *const SQL[] = {
    [SESSION] = "SELECT 1 FROM session WHERE id = ? AND account = ?",
    [GET] = SELECT "WHERE session = ? AND key = ?",
    [ADD] = "INSERT INTO usage_report (id, account, session, key, data, created_at, updated_at)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
    [REPLACE] = "UPDATE usage_report SET data = ?, updated_at = ? WHERE id = ?",
    [LIST] = SELECT "WHERE account = ? AND created_at BETWEEN ? AND ? ORDER BY created_at LIMIT ?",
    [LIST_SESSION] =
        SELECT "WHERE session = ? AND created_at BETWEEN ? AND ? ORDER BY created_at LIMIT ?",
};
const struct sqlite_statements SQLITE_USAGE_STATEMENTS = {"usage", SQL, sizeof SQL / sizeof *SQL};

static void read_report(struct sqlite_rows *rows, void *row)
{
    *(struct usage_row *)row = (struct usage_row){
        .id = sqlite_text(rows, 0),
        .data = sqlite_text(rows, 1),
        .created_at = sqlite_integer(rows, 2),
        .updated_at = sqlite_integer(rows, 3),
    };
}

static void read_nothing(struct sqlite_rows *rows, void *row)
{
    (void)rows, (void)row;
}

static int check_session(struct store_transaction *tx, struct slice account, struct slice session,
                         struct error *error)
{
    int found = sqlite_read_one(tx, STATEMENT(SESSION), VALUES(text(session), text(account)),
                                read_nothing, NULL, error);
    return found == STORE_NOT_FOUND ? STORE_NO_PARENT : found;
}

static int report(struct store_transaction *tx, struct slice account, struct slice session,
                  struct slice key, struct slice data, struct usage_row *stored,
                  struct error *error)
{
    int found = check_session(tx, account, session, error);
    if (found != STORE_OK)
        return found;
    found = sqlite_read_one(tx, STATEMENT(GET), VALUES(text(session), text(key)), read_report,
                            stored, error);
    if (found < 0)
        return -1;
    if (found == STORE_OK) {
        stored->data = data;
        stored->updated_at = tx->now_ms;
        return sqlite_change(tx, STATEMENT(REPLACE),
                             VALUES(text(data), integer(tx->now_ms), text(stored->id)), error);
    }
    *stored = (struct usage_row){
        .id = sqlite_new_id(tx),
        .data = data,
        .created_at = tx->now_ms,
        .updated_at = tx->now_ms,
    };
    if (!stored->id.data)
        return sqlite_out_of_memory(error);
    return sqlite_change(tx, STATEMENT(ADD),
                         VALUES(text(stored->id), text(account), text(session), text(key),
                                text(data), integer(tx->now_ms)),
                         error);
}

static int list(struct store_transaction *tx, struct slice account, struct slice session,
                int64_t from, int64_t to, unsigned limit, struct usage_list *reports,
                struct error *error)
{
    struct sqlite_list found;
    limit = at_most(limit, USAGE_LIST_MAX);
    if (session.data) {
        int result = check_session(tx, account, session, error);
        if (result != STORE_OK)
            return result;
    }
    if (sqlite_read_list(tx, STATEMENT(session.data ? LIST_SESSION : LIST),
                         VALUES(text(session.data ? session : account), integer(from), integer(to),
                                integer(limit)),
                         read_report, sizeof *reports->rows, limit, &found, error) < 0)
        return -1;
    *reports = (struct usage_list){found.rows, found.count};
    return STORE_OK;
}

const struct usage_operations SQLITE_USAGE_OPERATIONS = {
    .report = report,
    .list = list,
};
