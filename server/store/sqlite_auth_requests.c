#include "store/sqlite_sets.h"
#include "store/sqlite_statement.h"

#define STATEMENT(place) ((struct sqlite_which){SET_OF_AUTH_REQUESTS, place})

enum { GET, ADD, FORGET, ANSWER, SWEEP };
static const char *const SQL[] = {
    [GET] = "SELECT id, public_key, supports_v2, response, account, created_at, expires_at"
            " FROM auth_request WHERE kind = ? AND public_key = ? AND expires_at > ?",
    [ADD] = "INSERT INTO auth_request (kind, public_key, id, supports_v2, created_at, expires_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
    [FORGET] = "DELETE FROM auth_request WHERE kind = ? AND public_key = ? AND expires_at <= ?",
    [ANSWER] = "UPDATE auth_request SET response = ?, account = ?, expires_at = ?"
               " WHERE kind = ? AND public_key = ?",
    [SWEEP] = "DELETE FROM auth_request WHERE (kind, public_key) IN"
              " (SELECT kind, public_key FROM auth_request WHERE expires_at <= ? LIMIT ?)",
};
const struct sqlite_statements SQLITE_AUTH_REQUEST_STATEMENTS = {"auth requests", SQL,
                                                                 sizeof SQL / sizeof *SQL};

static void read_request(struct sqlite_rows *rows, void *row)
{
    *(struct auth_request *)row = (struct auth_request){
        .id = sqlite_text(rows, 0),
        .public_key = sqlite_text(rows, 1),
        .supports_v2 = sqlite_integer(rows, 2) != 0,
        .response = sqlite_compact(rows, 3),
        .account = sqlite_text(rows, 4),
        .created_at = sqlite_integer(rows, 5),
        .expires_at = sqlite_integer(rows, 6),
    };
}

static int get(struct store_transaction *tx, enum auth_request_kind kind, struct slice public_key,
               struct auth_request *request, struct error *error)
{
    return sqlite_read_one(tx, STATEMENT(GET),
                           VALUES(integer(kind), text(public_key), integer(tx->now_ms)),
                           read_request, request, error);
}

static int announce(struct store_transaction *tx, enum auth_request_kind kind,
                    struct slice public_key, bool supports_v2, int64_t expires_at,
                    struct auth_request *request, struct error *error)
{
    int found = get(tx, kind, public_key, request, error);
    if (found != STORE_NOT_FOUND)
        return found < 0 ? -1 : STORE_EXISTS;
    struct slice id = sqlite_new_id(tx);
    if (!id.data)
        return sqlite_out_of_memory(error);
    if (sqlite_run(tx, STATEMENT(FORGET),
                   VALUES(integer(kind), text(public_key), integer(tx->now_ms)), error) < 0 ||
        sqlite_run(tx, STATEMENT(ADD),
                   VALUES(integer(kind), text(public_key), text(id), integer(supports_v2),
                          integer(tx->now_ms), integer(expires_at)),
                   error) < 0)
        return -1;
    *request = (struct auth_request){
        .id = id,
        .public_key = public_key,
        .supports_v2 = supports_v2,
        .created_at = tx->now_ms,
        .expires_at = expires_at,
    };
    return STORE_OK;
}

static int answer(struct store_transaction *tx, enum auth_request_kind kind,
                  struct slice public_key, struct slice account, struct slice response,
                  int64_t expires_at, struct error *error)
{
    struct auth_request request;
    int found = get(tx, kind, public_key, &request, error);
    if (found != STORE_OK)
        return found;
    if (request.response.data)
        return STORE_EXISTS;
    if (response.length == 0)
        return STORE_OK;
    return sqlite_change(tx, STATEMENT(ANSWER),
                         VALUES(compact(response), text(account), integer(expires_at),
                                integer(kind), text(public_key)),
                         error);
}

static int sweep(struct store_transaction *tx, unsigned limit, unsigned *removed,
                 struct error *error)
{
    int count =
        sqlite_run(tx, STATEMENT(SWEEP), VALUES(integer(tx->now_ms), integer(limit)), error);
    *removed = count > 0 ? (unsigned)count : 0;
    return count < 0 ? -1 : STORE_OK;
}

const struct auth_request_operations SQLITE_AUTH_REQUEST_OPERATIONS = {
    .announce = announce,
    .get = get,
    .answer = answer,
    .sweep = sweep,
};
