#include "store/sqlite_sets.h"
#include "store/sqlite_statement.h"

#define STATEMENT(place) ((struct sqlite_which){SET_OF_ATTACHMENTS, place})

enum { SESSION, ADD, SET_STORED, GET, TOTAL, SWEEP };
static const char *const SQL[] = {
    [SESSION] = "SELECT 1 FROM session WHERE id = ? AND account = ?",
    [ADD] = "INSERT INTO attachment (session, name, account, size, stored, created_at)"
            " VALUES (?, ?, ?, ?, 0, ?) ON CONFLICT DO NOTHING",
    [SET_STORED] = "UPDATE attachment SET size = ?, stored = 1"
                   " WHERE session = ? AND name = ? AND account = ?",
    [GET] = "SELECT session, name, size, stored, created_at FROM attachment"
            " WHERE session = ? AND name = ?",
    [TOTAL] = "SELECT coalesce(sum(size), 0) FROM attachment WHERE account = ?",
    [SWEEP] = "DELETE FROM attachment WHERE (session, name) IN"
              " (SELECT session, name FROM attachment WHERE stored = 0 AND created_at < ?"
              "  ORDER BY created_at LIMIT ?)"
              " RETURNING session, name, size, stored, created_at",
};
const struct sqlite_statements SQLITE_ATTACHMENT_STATEMENTS = {"attachments", SQL,
                                                               sizeof SQL / sizeof *SQL};

static void read_attachment(struct sqlite_rows *rows, void *row)
{
    *(struct attachment *)row = (struct attachment){
        .session = sqlite_text(rows, 0),
        .name = sqlite_text(rows, 1),
        .size = sqlite_integer(rows, 2),
        .stored = sqlite_integer(rows, 3) != 0,
        .created_at = sqlite_integer(rows, 4),
    };
}

static void read_number(struct sqlite_rows *rows, void *row)
{
    *(int64_t *)row = sqlite_integer(rows, 0);
}

static int check_session(struct store_transaction *tx, struct slice account, struct slice session,
                         struct error *error)
{
    int64_t one;
    int found = sqlite_read_one(tx, STATEMENT(SESSION), VALUES(text(session), text(account)),
                                read_number, &one, error);
    return found == STORE_NOT_FOUND ? STORE_NO_PARENT : found;
}

static int announce(struct store_transaction *tx, struct slice account, struct slice session,
                    struct slice name_, int64_t size, struct error *error)
{
    int found = check_session(tx, account, session, error);
    if (found != STORE_OK)
        return found;
    int added = sqlite_run(
        tx, STATEMENT(ADD),
        VALUES(text(session), text(name_), text(account), integer(size), integer(tx->now_ms)),
        error);
    if (added < 0)
        return -1;
    return added > 0 ? STORE_OK : STORE_EXISTS;
}

static int set_stored(struct store_transaction *tx, struct slice account, struct slice session,
                      struct slice name_, int64_t size, struct error *error)
{
    return sqlite_change(tx, STATEMENT(SET_STORED),
                         VALUES(integer(size), text(session), text(name_), text(account)), error);
}

static int get(struct store_transaction *tx, struct slice account, struct slice session,
               struct slice name_, struct attachment *attachment, struct error *error)
{
    int found = check_session(tx, account, session, error);
    if (found != STORE_OK)
        return found;
    return sqlite_read_one(tx, STATEMENT(GET), VALUES(text(session), text(name_)), read_attachment,
                           attachment, error);
}

static int total(struct store_transaction *tx, struct slice account, int64_t *size,
                 struct error *error)
{
    return sqlite_read_one(tx, STATEMENT(TOTAL), VALUES(text(account)), read_number, size, error);
}

static int sweep(struct store_transaction *tx, int64_t until, unsigned limit,
                 struct attachment_list *attachments, struct error *error)
{
    struct sqlite_list found;
    limit = at_most(limit, ATTACHMENT_SWEEP_MAX);
    if (sqlite_read_list(tx, STATEMENT(SWEEP), VALUES(integer(until), integer(limit)),
                         read_attachment, sizeof *attachments->rows, limit, &found, error) < 0)
        return -1;
    *attachments = (struct attachment_list){found.rows, found.count};
    return STORE_OK;
}

const struct attachment_operations SQLITE_ATTACHMENT_OPERATIONS = {
    .announce = announce,
    .set_stored = set_stored,
    .get = get,
    .total = total,
    .sweep = sweep,
};
