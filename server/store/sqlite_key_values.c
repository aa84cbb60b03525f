#include "store/sqlite_sets.h"
#include "store/sqlite_statement.h"

#define STATEMENT(place) ((struct sqlite_which){SET_OF_KEY_VALUES, place})

enum { GET, LIST, STORED, SET };
static const char *const SQL[] = {
    [GET] = "SELECT key, value, version FROM key_value"
            " WHERE account = ? AND key = ? AND value IS NOT NULL",
    [LIST] = "SELECT key, value, version FROM key_value"
             " WHERE account = ? AND key >= ? AND key < ? AND value IS NOT NULL"
             " ORDER BY key LIMIT ?",
    [STORED] = "SELECT value, version FROM key_value WHERE account = ? AND key = ?",
    [SET] = "INSERT INTO key_value (account, key, version, created_at, updated_at, value)"
            " VALUES (?1, ?2, ?3, ?4, ?4, ?5) ON CONFLICT (account, key) DO UPDATE"
            " SET version = excluded.version, updated_at = excluded.updated_at,"
            " value = excluded.value",
};
const struct sqlite_statements SQLITE_KEY_VALUE_STATEMENTS = {"key values", SQL,
                                                              sizeof SQL / sizeof *SQL};

static void read_value(struct sqlite_rows *rows, void *row)
{
    *(struct key_value *)row = (struct key_value){
        .key = sqlite_text(rows, 0),
        .value = sqlite_bytes(rows, 1),
        .version = sqlite_integer(rows, 2),
    };
}

static int get(struct store_transaction *tx, struct slice account, struct slice key,
               struct key_value *value, struct error *error)
{
    return sqlite_read_one(tx, STATEMENT(GET), VALUES(text(account), text(key)), read_value, value,
                           error);
}

/* The least that is above all texts with `prefix`: its last byte plus one (UTF-8 has none that is
   255), or, above all texts, a blob. */
static int end_of(struct store_transaction *tx, struct slice prefix, struct sqlite_value *end,
                  struct error *error)
{
    *end = bytes(slice_of("", 0));
    if (prefix.length == 0)
        return 0;
    struct slice next = store_arena_copy(tx->arena, prefix.data, prefix.length);
    if (!next.data)
        return sqlite_out_of_memory(error);
    ((unsigned char *)next.data)[next.length - 1]++;
    *end = text(next);
    return 0;
}

static int list(struct store_transaction *tx, struct slice account, struct slice prefix,
                unsigned limit, struct key_value_list *values, struct error *error)
{
    struct sqlite_list found;
    struct sqlite_value end;
    limit = at_most(limit, KEY_VALUE_LIST_MAX);
    if (!prefix.data)
        prefix = slice_of("", 0);
    if (end_of(tx, prefix, &end, error) < 0 ||
        sqlite_read_list(tx, STATEMENT(LIST),
                         VALUES(text(account), text(prefix), end, integer(limit)), read_value,
                         sizeof *values->rows, limit, &found, error) < 0)
        return -1;
    *values = (struct key_value_list){found.rows, found.count};
    return STORE_OK;
}

static bool is_listed(const struct key_value_list *values, struct slice key)
{
    for (size_t i = 0; i < values->count; i++)
        if (values->rows[i].key.length == key.length &&
            memcmp(values->rows[i].key.data, key.data, key.length) == 0)
            return true;
    return false;
}

static int get_many(struct store_transaction *tx, struct slice account, const struct slice *keys,
                    size_t count, struct key_value_list *values, struct error *error)
{
    if (count > KEY_VALUE_READ_MAX)
        return error_set(error, ERROR_LIMIT, "%zu keys at once are more than %u", count,
                         KEY_VALUE_READ_MAX);
    *values = (struct key_value_list){
        .rows = store_arena_allocate(tx->arena, (count + 1) * sizeof *values->rows)};
    if (!values->rows)
        return sqlite_out_of_memory(error);
    for (size_t i = 0; i < count; i++) {
        if (is_listed(values, keys[i]))
            continue;
        int found = get(tx, account, keys[i], &values->rows[values->count], error);
        if (found < 0)
            return -1;
        values->count += found == STORE_OK;
    }
    return STORE_OK;
}

static void read_stored(struct sqlite_rows *rows, void *row)
{
    *(struct store_versioned *)row = (struct store_versioned){
        .value = sqlite_bytes(rows, 0),
        .version = sqlite_integer(rows, 1),
    };
}

static int compare(struct store_transaction *tx, struct slice account,
                   struct key_value_change *change, struct error *error)
{
    int found = sqlite_read_one(tx, STATEMENT(STORED), VALUES(text(account), text(change->key)),
                                read_stored, &change->current, error);
    if (found == STORE_NOT_FOUND)
        change->current = (struct store_versioned){.version = KEY_VALUE_UNWRITTEN};
    change->mismatch = change->current.version != change->version;
    return found < 0 ? -1 : 0;
}

static int write_change(struct store_transaction *tx, struct slice account,
                        struct key_value_change *change, struct error *error)
{
    struct slice value = change->value;
    if (value.length == 0)
        value.data = NULL;
    change->current = (struct store_versioned){.value = value, .version = change->version + 1};
    return sqlite_run(tx, STATEMENT(SET),
                      VALUES(text(account), text(change->key), integer(change->current.version),
                             integer(tx->now_ms), bytes(value)),
                      error);
}

static int mutate(struct store_transaction *tx, struct slice account,
                  struct key_value_change *changes, size_t count, struct error *error)
{
    bool differs = false;
    if (count > KEY_VALUE_MUTATE_MAX)
        return error_set(error, ERROR_LIMIT, "%zu changes at once are more than %u", count,
                         KEY_VALUE_MUTATE_MAX);
    for (size_t i = 0; i < count; i++) {
        if (compare(tx, account, &changes[i], error) < 0)
            return -1;
        differs |= changes[i].mismatch;
    }
    if (differs)
        return STORE_MISMATCH;
    for (size_t i = 0; i < count; i++)
        if (write_change(tx, account, &changes[i], error) < 0)
            return -1;
    return STORE_OK;
}

const struct key_value_operations SQLITE_KEY_VALUE_OPERATIONS = {
    .get = get,
    .list = list,
    .get_many = get_many,
    .mutate = mutate,
};
