#include "store/sqlite_statement.h"

#include <string.h>

#include "store/compact_text.h"
#include "wire/base64.h"

static struct store_connection *connection_of(struct store_transaction *tx)
{
    return (struct store_connection *)tx; /* its first member */
}

int sqlite_out_of_memory(struct error *error)
{
    return error_set(error, ERROR_MEMORY, "out of memory");
}

static sqlite3_stmt *prepare(struct store_connection *connection, struct sqlite_which which,
                             struct error *error)
{
    sqlite3_stmt **prepared = &connection->prepared[which.set][which.place];
    if (!*prepared &&
        sqlite3_prepare_v3(connection->handle, SQLITE_SETS[which.set]->sql[which.place], -1,
                           SQLITE_PREPARE_PERSISTENT, prepared, NULL) != SQLITE_OK)
        sqlite_failed(connection, error);
    return *prepared;
}

static int bind_slice(sqlite3_stmt *statement, int place, struct slice value, bool is_text)
{
    if (!value.data)
        return sqlite3_bind_null(statement, place);
    if (is_text)
        return sqlite3_bind_text64(statement, place, value.data, value.length, SQLITE_STATIC,
                                   SQLITE_UTF8);
    return sqlite3_bind_blob64(statement, place, value.data, value.length, SQLITE_STATIC);
}

static int bind_packed(sqlite3_stmt *statement, int place, const struct sqlite_value *value,
                       struct buffer *scratch)
{
    unsigned char uuid[16];
    bool packed = false;
    if (value->slice.data && value->kind == SQLITE_KIND_COMPACT) {
        packed = compact_text_bytes(value->slice, scratch);
    } else if (value->slice.data && compact_uuid_bytes(value->slice, uuid)) {
        buffer_clear(scratch);
        buffer_append(scratch, uuid, sizeof uuid);
        packed = !scratch->failed;
    }
    if (scratch->failed)
        return SQLITE_NOMEM;
    return packed ? bind_slice(statement, place, slice_of(scratch->data, scratch->length), false)
                  : bind_slice(statement, place, value->slice, true);
}

/* What is bound lives until the statement is reset: the caller's, or a scratch buffer. */
static int bind(struct store_connection *connection, sqlite3_stmt *statement,
                struct sqlite_values values, struct error *error)
{
    unsigned packed = 0;
    for (unsigned i = 0; i < values.count; i++) {
        const struct sqlite_value *value = &values.values[i];
        int place = (int)i + 1, result;
        if (value->kind == SQLITE_KIND_INTEGER)
            result = sqlite3_bind_int64(statement, place, value->integer);
        else if (value->kind == SQLITE_KIND_TEXT || value->kind == SQLITE_KIND_BYTES)
            result = bind_slice(statement, place, value->slice, value->kind == SQLITE_KIND_TEXT);
        else
            result = packed < SQLITE_SCRATCH
                         ? bind_packed(statement, place, value, &connection->scratch[packed++])
                         : SQLITE_MISUSE;
        if (result != SQLITE_OK) {
            sqlite3_reset(statement);
            return sqlite_explain(connection->path, result, sqlite3_errstr(result), error);
        }
    }
    return 0;
}

int sqlite_run(struct store_transaction *tx, struct sqlite_which which, struct sqlite_values values,
               struct error *error)
{
    struct store_connection *connection = connection_of(tx);
    sqlite3_stmt *statement = prepare(connection, which, error);
    if (!statement || bind(connection, statement, values, error) < 0)
        return -1;
    int result = sqlite3_step(statement);
    int changed = result == SQLITE_DONE ? sqlite3_changes(connection->handle)
                                        : sqlite_failed(connection, error);
    sqlite3_reset(statement);
    return changed;
}

int sqlite_rows_begin(struct sqlite_rows *rows, struct store_transaction *tx,
                      struct sqlite_which which, struct sqlite_values values, struct error *error)
{
    rows->connection = connection_of(tx);
    rows->arena = tx->arena;
    rows->out_of_memory = false;
    rows->statement = prepare(rows->connection, which, error);
    return rows->statement ? bind(rows->connection, rows->statement, values, error) : -1;
}

int sqlite_rows_end(struct sqlite_rows *rows, struct error *error)
{
    sqlite3_reset(rows->statement);
    return rows->out_of_memory ? sqlite_out_of_memory(error) : 0;
}

int sqlite_rows_next(struct sqlite_rows *rows, struct error *error)
{
    int result = rows->out_of_memory ? SQLITE_DONE : sqlite3_step(rows->statement);
    if (result == SQLITE_ROW)
        return 1;
    if (result != SQLITE_DONE)
        sqlite_failed(rows->connection, error);
    return sqlite_rows_end(rows, error) < 0 || result != SQLITE_DONE ? -1 : 0;
}

int sqlite_first(struct sqlite_rows *rows, struct store_transaction *tx, struct sqlite_which which,
                 struct sqlite_values values, struct error *error)
{
    if (sqlite_rows_begin(rows, tx, which, values, error) < 0)
        return -1;
    return sqlite_rows_next(rows, error);
}

int sqlite_read_one(struct store_transaction *tx, struct sqlite_which which,
                    struct sqlite_values values, sqlite_reader *read, void *row,
                    struct error *error)
{
    struct sqlite_rows rows;
    int result = sqlite_first(&rows, tx, which, values, error);
    if (result <= 0)
        return result < 0 ? -1 : STORE_NOT_FOUND;
    read(&rows, row);
    return sqlite_rows_end(&rows, error) < 0 ? -1 : STORE_OK;
}

int sqlite_read_list(struct store_transaction *tx, struct sqlite_which which,
                     struct sqlite_values values, sqlite_reader *read, size_t element,
                     unsigned limit, struct sqlite_list *list, struct error *error)
{
    struct sqlite_rows rows;
    size_t capacity = 0;
    int result;
    *list = (struct sqlite_list){0};
    if (sqlite_rows_begin(&rows, tx, which, values, error) < 0)
        return -1;
    while ((result = sqlite_rows_next(&rows, error)) > 0) {
        if (list->count == limit) {
            list->has_more = true;
            return sqlite_rows_end(&rows, error) < 0 ? -1 : STORE_OK;
        }
        list->rows = store_arena_grow(tx->arena, list->rows, element, list->count, &capacity);
        if (!list->rows) {
            rows.out_of_memory = true;
            continue;
        }
        memset((char *)list->rows + list->count * element, 0, element);
        read(&rows, (char *)list->rows + list->count++ * element);
    }
    return result < 0 ? -1 : STORE_OK;
}

int sqlite_change(struct store_transaction *tx, struct sqlite_which which,
                  struct sqlite_values values, struct error *error)
{
    int changed = sqlite_run(tx, which, values, error);
    if (changed < 0)
        return -1;
    return changed > 0 ? STORE_OK : STORE_NOT_FOUND;
}

static struct slice copy(struct sqlite_rows *rows, const void *data, size_t length)
{
    struct slice slice = store_arena_copy(rows->arena, data, length);
    if (!slice.data)
        rows->out_of_memory = true;
    return slice;
}

int64_t sqlite_integer(struct sqlite_rows *rows, int column)
{
    return sqlite3_column_int64(rows->statement, column);
}

struct slice sqlite_text(struct sqlite_rows *rows, int column)
{
    return sqlite_bytes(rows, column);
}

struct slice sqlite_bytes(struct sqlite_rows *rows, int column)
{
    if (sqlite3_column_type(rows->statement, column) == SQLITE_NULL)
        return slice_of(NULL, 0);
    const void *data = sqlite3_column_blob(rows->statement, column);
    return copy(rows, data, (size_t)sqlite3_column_bytes(rows->statement, column));
}

struct slice sqlite_compact(struct sqlite_rows *rows, int column)
{
    if (sqlite3_column_type(rows->statement, column) != SQLITE_BLOB)
        return sqlite_bytes(rows, column);
    const void *data = sqlite3_column_blob(rows->statement, column);
    size_t length = (size_t)sqlite3_column_bytes(rows->statement, column);
    struct buffer *scratch = &rows->connection->scratch[0];
    buffer_clear(scratch);
    base64_encode(scratch, data, length);
    if (scratch->failed)
        rows->out_of_memory = true;
    return copy(rows, scratch->data, scratch->length);
}

struct slice sqlite_name(struct sqlite_rows *rows, int column)
{
    if (sqlite3_column_type(rows->statement, column) != SQLITE_BLOB ||
        sqlite3_column_bytes(rows->statement, column) != 16)
        return sqlite_bytes(rows, column);
    char uuid[COMPACT_UUID_LENGTH];
    compact_uuid_text(sqlite3_column_blob(rows->statement, column), uuid);
    return copy(rows, uuid, sizeof uuid);
}

static void take_random(void *context, void *bytes, size_t size)
{
    struct random_stock *stock = context;
    if (size > sizeof stock->bytes - stock->used) {
        random_fill(&RANDOM_SYSTEM, stock->bytes, sizeof stock->bytes);
        stock->used = 0;
    }
    memcpy(bytes, stock->bytes + stock->used, size);
    stock->used += size;
}

struct slice sqlite_new_id(struct store_transaction *tx)
{
    struct store_connection *connection = connection_of(tx);
    const struct random_source random = {take_random, &connection->random};
    char *id = store_arena_allocate(tx->arena, CUID_LENGTH + 1);
    if (!id)
        return slice_of(NULL, 0);
    if (tx->now_ms > connection->last_cuid_ms)
        connection->last_cuid_ms = tx->now_ms;
    cuid_make(&connection->cuid, connection->last_cuid_ms, &random, id);
    return slice_of(id, CUID_LENGTH);
}
