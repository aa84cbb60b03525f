#include "store/sqlite_sets.h"
#include "store/sqlite_statement.h"

#define STATEMENT(place) ((struct sqlite_which){SET_OF_PUSH_TOKENS, place})

enum { TOUCH, ADD, LIST, REMOVE };
static const char *const SQL[] = {
    [TOUCH] = "UPDATE push_token SET updated_at = ? WHERE account = ? AND token = ?",
    [ADD] = "INSERT INTO push_token (id, account, token, created_at, updated_at)"
            " VALUES (?1, ?2, ?3, ?4, ?4)",
    [LIST] = "SELECT id, token, created_at, updated_at FROM push_token WHERE account = ?"
             " ORDER BY created_at DESC, id DESC LIMIT ?",
    [REMOVE] = "DELETE FROM push_token WHERE account = ? AND token = ?",
};
const struct sqlite_statements SQLITE_PUSH_TOKEN_STATEMENTS = {"push tokens", SQL,
                                                               sizeof SQL / sizeof *SQL};

static void read_token(struct sqlite_rows *rows, void *row)
{
    *(struct push_token *)row = (struct push_token){
        .id = sqlite_text(rows, 0),
        .token = sqlite_text(rows, 1),
        .created_at = sqlite_integer(rows, 2),
        .updated_at = sqlite_integer(rows, 3),
    };
}

static int add(struct store_transaction *tx, struct slice account, struct slice token,
               struct error *error)
{
    int found = sqlite_change(tx, STATEMENT(TOUCH),
                              VALUES(integer(tx->now_ms), text(account), text(token)), error);
    if (found != STORE_NOT_FOUND)
        return found < 0 ? -1 : STORE_EXISTS;
    struct slice id = sqlite_new_id(tx);
    if (!id.data)
        return sqlite_out_of_memory(error);
    return sqlite_change(tx, STATEMENT(ADD),
                         VALUES(text(id), text(account), text(token), integer(tx->now_ms)), error);
}

static int list(struct store_transaction *tx, struct slice account, unsigned limit,
                struct push_token_list *tokens, struct error *error)
{
    struct sqlite_list found;
    limit = at_most(limit, PUSH_TOKEN_LIST_MAX);
    if (sqlite_read_list(tx, STATEMENT(LIST), VALUES(text(account), integer(limit)), read_token,
                         sizeof *tokens->rows, limit, &found, error) < 0)
        return -1;
    *tokens = (struct push_token_list){found.rows, found.count};
    return STORE_OK;
}

static int remove_token(struct store_transaction *tx, struct slice account, struct slice token,
                        struct error *error)
{
    return sqlite_change(tx, STATEMENT(REMOVE), VALUES(text(account), text(token)), error);
}

const struct push_token_operations SQLITE_PUSH_TOKEN_OPERATIONS = {
    .add = add,
    .list = list,
    .remove = remove_token,
};
