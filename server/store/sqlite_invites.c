#include "store/sqlite_sets.h"
#include "store/sqlite_statement.h"

#define STATEMENT(place) ((struct sqlite_which){SET_OF_INVITES, place})

enum { ADD, USE, LIST, REMOVE };
static const char *const SQL[] = {
    [ADD] = "INSERT INTO invite (id, hash, note, created_at, expires_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
    [USE] = "UPDATE invite SET used_at = ?1, account = ?2"
            " WHERE hash = ?3 AND used_at = 0 AND expires_at > ?1",
    [LIST] = "SELECT id, note, created_at, expires_at, used_at, account FROM invite"
             " ORDER BY created_at DESC, id DESC LIMIT ?",
    [REMOVE] = "DELETE FROM invite WHERE id = ?",
};
const struct sqlite_statements SQLITE_INVITE_STATEMENTS = {"invites", SQL,
                                                           sizeof SQL / sizeof *SQL};

static void read_invite(struct sqlite_rows *rows, void *row)
{
    *(struct invite *)row = (struct invite){
        .id = sqlite_text(rows, 0),
        .note = sqlite_text(rows, 1),
        .created_at = sqlite_integer(rows, 2),
        .expires_at = sqlite_integer(rows, 3),
        .used_at = sqlite_integer(rows, 4),
        .account = sqlite_text(rows, 5),
    };
}

static int create(struct store_transaction *tx, struct slice hash, struct slice note,
                  int64_t expires_at, struct invite *invite, struct error *error)
{
    *invite = (struct invite){
        .id = sqlite_new_id(tx),
        .note = note,
        .created_at = tx->now_ms,
        .expires_at = expires_at,
    };
    if (!invite->id.data)
        return sqlite_out_of_memory(error);
    int added = sqlite_run(
        tx, STATEMENT(ADD),
        VALUES(text(invite->id), bytes(hash), text(note), integer(tx->now_ms), integer(expires_at)),
        error);
    if (added < 0)
        return -1;
    return added > 0 ? STORE_OK : STORE_EXISTS;
}

static int use(struct store_transaction *tx, struct slice hash, struct slice account,
               struct error *error)
{
    return sqlite_change(tx, STATEMENT(USE),
                         VALUES(integer(tx->now_ms), text(account), bytes(hash)), error);
}

static int list(struct store_transaction *tx, unsigned limit, struct invite_list *invites,
                struct error *error)
{
    struct sqlite_list found;
    limit = at_most(limit, INVITE_LIST_MAX);
    if (sqlite_read_list(tx, STATEMENT(LIST), VALUES(integer(limit)), read_invite,
                         sizeof *invites->rows, limit, &found, error) < 0)
        return -1;
    *invites = (struct invite_list){found.rows, found.count};
    return STORE_OK;
}

static int remove_invite(struct store_transaction *tx, struct slice id, struct error *error)
{
    return sqlite_change(tx, STATEMENT(REMOVE), VALUES(text(id)), error);
}

const struct invite_operations SQLITE_INVITE_OPERATIONS = {
    .create = create,
    .use = use,
    .list = list,
    .remove = remove_invite,
};
