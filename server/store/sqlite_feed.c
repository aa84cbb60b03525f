#include "store/sqlite_sets.h"
#include "store/sqlite_statement.h"

#define STATEMENT(place) ((struct sqlite_which){SET_OF_FEED, place})

enum { TAKE_COUNTER, FORGET, ADD, LIST };
static const char *const SQL[] = {
    [TAKE_COUNTER] = "UPDATE account SET feed_counter = feed_counter + 1, updated_at = ?"
                     " WHERE id = ? RETURNING feed_counter",
    [FORGET] = "DELETE FROM feed_item WHERE account = ? AND repeat_key = ?",
    [ADD] = "INSERT INTO feed_item (account, counter, id, repeat_key, body, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
    [LIST] = "SELECT id, body, repeat_key, counter, created_at FROM feed_item"
             " WHERE account = ? AND counter < ? AND counter > ? ORDER BY counter DESC LIMIT ?",
};
const struct sqlite_statements SQLITE_FEED_STATEMENTS = {"feed", SQL, sizeof SQL / sizeof *SQL};

static void read_item(struct sqlite_rows *rows, void *row)
{
    *(struct feed_item *)row = (struct feed_item){
        .id = sqlite_text(rows, 0),
        .body = sqlite_text(rows, 1),
        .repeat_key = sqlite_text(rows, 2),
        .counter = sqlite_integer(rows, 3),
        .created_at = sqlite_integer(rows, 4),
    };
}

static void read_counter(struct sqlite_rows *rows, void *row)
{
    *(int64_t *)row = sqlite_integer(rows, 0);
}

static int post(struct store_transaction *tx, struct slice account, struct slice repeat_key,
                struct slice body, struct feed_item *item, struct error *error)
{
    int64_t counter = 0;
    int found =
        sqlite_read_one(tx, STATEMENT(TAKE_COUNTER), VALUES(integer(tx->now_ms), text(account)),
                        read_counter, &counter, error);
    if (found != STORE_OK)
        return found;
    *item = (struct feed_item){
        .id = sqlite_new_id(tx),
        .body = body,
        .repeat_key = repeat_key,
        .counter = counter,
        .created_at = tx->now_ms,
    };
    if (!item->id.data)
        return sqlite_out_of_memory(error);
    if (sqlite_run(tx, STATEMENT(FORGET), VALUES(text(account), text(repeat_key)), error) < 0)
        return -1;
    return sqlite_change(tx, STATEMENT(ADD),
                         VALUES(text(account), integer(counter), text(item->id), text(repeat_key),
                                text(body), integer(tx->now_ms)),
                         error);
}

static int list(struct store_transaction *tx, struct slice account, int64_t before, int64_t after,
                unsigned limit, struct feed_list *items, struct error *error)
{
    struct sqlite_list found;
    limit = at_most(limit, FEED_LIST_MAX);
    if (sqlite_read_list(tx, STATEMENT(LIST),
                         VALUES(text(account), integer(before), integer(after), integer(limit + 1)),
                         read_item, sizeof *items->rows, limit, &found, error) < 0)
        return -1;
    *items = (struct feed_list){found.rows, found.count, found.has_more};
    return STORE_OK;
}

const struct feed_operations SQLITE_FEED_OPERATIONS = {
    .post = post,
    .list = list,
};
