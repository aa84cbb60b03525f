#include "store/sqlite_sets.h"
#include "store/sqlite_statement.h"

#define STATEMENT(place) ((struct sqlite_which){SET_OF_VENDOR_TOKENS, place})

#define VENDORS_MAX      1000u

enum { SET, GET, LIST, REMOVE };
static const char *const SQL[] = {
    [SET] = "INSERT INTO vendor_token (account, vendor, sealed, created_at, updated_at)"
            " VALUES (?1, ?2, ?3, ?4, ?4) ON CONFLICT (account, vendor) DO UPDATE"
            " SET sealed = excluded.sealed, updated_at = excluded.updated_at",
    [GET] = "SELECT vendor, sealed, created_at, updated_at FROM vendor_token"
            " WHERE account = ? AND vendor = ?",
    [LIST] = "SELECT vendor, sealed, created_at, updated_at FROM vendor_token WHERE account = ?"
             " ORDER BY vendor LIMIT ?",
    [REMOVE] = "DELETE FROM vendor_token WHERE account = ? AND vendor = ?",
};
const struct sqlite_statements SQLITE_VENDOR_TOKEN_STATEMENTS = {"vendor tokens", SQL,
                                                                 sizeof SQL / sizeof *SQL};

static void read_token(struct sqlite_rows *rows, void *row)
{
    *(struct vendor_token *)row = (struct vendor_token){
        .vendor = sqlite_text(rows, 0),
        .sealed = sqlite_bytes(rows, 1),
        .created_at = sqlite_integer(rows, 2),
        .updated_at = sqlite_integer(rows, 3),
    };
}

static int set(struct store_transaction *tx, struct slice account, struct slice vendor,
               struct slice sealed, struct error *error)
{
    return sqlite_change(tx, STATEMENT(SET),
                         VALUES(text(account), text(vendor), bytes(sealed), integer(tx->now_ms)),
                         error);
}

static int get(struct store_transaction *tx, struct slice account, struct slice vendor,
               struct vendor_token *token, struct error *error)
{
    return sqlite_read_one(tx, STATEMENT(GET), VALUES(text(account), text(vendor)), read_token,
                           token, error);
}

static int list(struct store_transaction *tx, struct slice account,
                struct vendor_token_list *tokens, struct error *error)
{
    struct sqlite_list found;
    if (sqlite_read_list(tx, STATEMENT(LIST), VALUES(text(account), integer(VENDORS_MAX)),
                         read_token, sizeof *tokens->rows, VENDORS_MAX, &found, error) < 0)
        return -1;
    *tokens = (struct vendor_token_list){found.rows, found.count};
    return STORE_OK;
}

static int remove_token(struct store_transaction *tx, struct slice account, struct slice vendor,
                        struct error *error)
{
    return sqlite_change(tx, STATEMENT(REMOVE), VALUES(text(account), text(vendor)), error);
}

const struct vendor_token_operations SQLITE_VENDOR_TOKEN_OPERATIONS = {
    .set = set,
    .get = get,
    .list = list,
    .remove = remove_token,
};
