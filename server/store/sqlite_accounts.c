#include "store/sqlite_sets.h"
#include "store/sqlite_statement.h"

#define STATEMENT(place) ((struct sqlite_which){SET_OF_ACCOUNTS, place})

#define SELECT                                                                                     \
    "SELECT " SQLITE_ACCOUNT_COLUMNS                                                               \
    " FROM account a LEFT JOIN account_profile p ON p.account = a.id "

enum {
    GET,
    BY_KEY,
    LIST,
    ADD,
    TOUCH,
    TAKE_SEQUENCE,
    SETTINGS,
    SET_SETTINGS,
    NAME_TAKEN,
    SET_PROFILE,
    REMOVE
};
static const char *const SQL[] = {
    [GET] = SELECT "WHERE a.id = ?",
    [BY_KEY] = SELECT "WHERE a.public_key = ?",
    [LIST] = SELECT "WHERE a.id > ? ORDER BY a.id LIMIT ?",
    [ADD] = "INSERT INTO account (id, public_key, created_at, updated_at) VALUES (?1, ?2, ?3, ?3)",
    [TOUCH] = "UPDATE account SET updated_at = ? WHERE id = ?",
    [TAKE_SEQUENCE] = "UPDATE account SET sequence = sequence + ?, updated_at = ? WHERE id = ?"
                      " RETURNING sequence",
    [SETTINGS] = "SELECT s.value, coalesce(s.version, 0) FROM account a"
                 " LEFT JOIN account_settings s ON s.account = a.id WHERE a.id = ?",
    [SET_SETTINGS] = "INSERT INTO account_settings (account, value, version) VALUES (?, ?, ?)"
                     " ON CONFLICT (account) DO UPDATE"
                     " SET value = excluded.value, version = excluded.version",
    [NAME_TAKEN] = "SELECT 1 FROM account_profile WHERE username = ? AND account <> ?",
    [SET_PROFILE] =
        "INSERT INTO account_profile (account, username, first_name, last_name, avatar, github)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (account) DO UPDATE"
        " SET username = excluded.username, first_name = excluded.first_name,"
        " last_name = excluded.last_name, avatar = excluded.avatar, github = excluded.github",
    [REMOVE] = "DELETE FROM account WHERE id = ?",
};
const struct sqlite_statements SQLITE_ACCOUNT_STATEMENTS = {"accounts", SQL,
                                                            sizeof SQL / sizeof *SQL};

void sqlite_read_account(struct sqlite_rows *rows, void *row)
{
    *(struct account *)row = (struct account){
        .id = sqlite_text(rows, 0),
        .public_key = sqlite_text(rows, 1),
        .sequence = sqlite_integer(rows, 2),
        .created_at = sqlite_integer(rows, 3),
        .updated_at = sqlite_integer(rows, 4),
        .username = sqlite_text(rows, 5),
        .first_name = sqlite_text(rows, 6),
        .last_name = sqlite_text(rows, 7),
        .avatar = sqlite_text(rows, 8),
        .github = sqlite_text(rows, 9),
    };
}

static int get(struct store_transaction *tx, struct slice id, struct account *account,
               struct error *error)
{
    return sqlite_read_one(tx, STATEMENT(GET), VALUES(text(id)), sqlite_read_account, account,
                           error);
}

static int log_in(struct store_transaction *tx, struct slice public_key, bool create,
                  struct account *account, struct error *error)
{
    int found = sqlite_read_one(tx, STATEMENT(BY_KEY), VALUES(text(public_key)),
                                sqlite_read_account, account, error);
    if (found < 0 || (found == STORE_NOT_FOUND && !create))
        return found;
    if (found == STORE_OK) {
        account->updated_at = tx->now_ms;
        int touched = sqlite_change(tx, STATEMENT(TOUCH),
                                    VALUES(integer(tx->now_ms), text(account->id)), error);
        return touched < 0 ? -1 : STORE_EXISTS;
    }
    struct slice id = sqlite_new_id(tx);
    if (!id.data)
        return sqlite_out_of_memory(error);
    if (sqlite_run(tx, STATEMENT(ADD), VALUES(text(id), text(public_key), integer(tx->now_ms)),
                   error) < 0)
        return -1;
    return get(tx, id, account, error);
}

static int list(struct store_transaction *tx, struct slice after, unsigned limit,
                struct account_page *page, struct error *error)
{
    struct sqlite_list found;
    limit = at_most(limit, ACCOUNT_PAGE_MAX);
    if (!after.data)
        after = slice_of("", 0);
    if (sqlite_read_list(tx, STATEMENT(LIST), VALUES(text(after), integer(limit + 1)),
                         sqlite_read_account, sizeof *page->rows, limit, &found, error) < 0)
        return -1;
    *page = (struct account_page){found.rows, found.count, found.has_more};
    return STORE_OK;
}

static void read_number(struct sqlite_rows *rows, void *row)
{
    *(int64_t *)row = sqlite_integer(rows, 0);
}

static int take_sequence(struct store_transaction *tx, struct slice id, unsigned count,
                         int64_t *first, struct error *error)
{
    int64_t last = 0;
    int found = sqlite_read_one(tx, STATEMENT(TAKE_SEQUENCE),
                                VALUES(integer(count), integer(tx->now_ms), text(id)), read_number,
                                &last, error);
    *first = last - count + 1;
    return found;
}

static void read_settings(struct sqlite_rows *rows, void *row)
{
    *(struct store_versioned *)row = (struct store_versioned){
        .value = sqlite_compact(rows, 0),
        .version = sqlite_integer(rows, 1),
    };
}

static int settings(struct store_transaction *tx, struct slice id, struct store_versioned *stored,
                    struct error *error)
{
    return sqlite_read_one(tx, STATEMENT(SETTINGS), VALUES(text(id)), read_settings, stored, error);
}

static int set_settings(struct store_transaction *tx, struct slice id, struct slice value,
                        int64_t expected_version, struct store_versioned *current,
                        struct error *error)
{
    int found = settings(tx, id, current, error);
    if (found != STORE_OK)
        return found;
    if (current->version != expected_version)
        return STORE_MISMATCH;
    *current = (struct store_versioned){.value = value, .version = expected_version + 1};
    if (sqlite_run(tx, STATEMENT(SET_SETTINGS),
                   VALUES(text(id), compact(value), integer(current->version)), error) < 0)
        return -1;
    return sqlite_change(tx, STATEMENT(TOUCH), VALUES(integer(tx->now_ms), text(id)), error);
}

static int set_profile(struct store_transaction *tx, struct slice id, const struct account *profile,
                       struct error *error)
{
    int64_t one;
    int found = sqlite_change(tx, STATEMENT(TOUCH), VALUES(integer(tx->now_ms), text(id)), error);
    if (found != STORE_OK)
        return found;
    found = sqlite_read_one(tx, STATEMENT(NAME_TAKEN), VALUES(text(profile->username), text(id)),
                            read_number, &one, error);
    if (found != STORE_NOT_FOUND)
        return found < 0 ? -1 : STORE_FOREIGN;
    return sqlite_change(tx, STATEMENT(SET_PROFILE),
                         VALUES(text(id), text(profile->username), text(profile->first_name),
                                text(profile->last_name), text(profile->avatar),
                                text(profile->github)),
                         error);
}

static int remove_account(struct store_transaction *tx, struct slice id, struct error *error)
{
    return sqlite_change(tx, STATEMENT(REMOVE), VALUES(text(id)), error);
}

const struct account_operations SQLITE_ACCOUNT_OPERATIONS = {
    .log_in = log_in,
    .get = get,
    .list = list,
    .take_sequence = take_sequence,
    .settings = settings,
    .set_settings = set_settings,
    .set_profile = set_profile,
    .remove = remove_account,
};
