/* Running prepared statements: values in, rows out. */
#ifndef STORE_SQLITE_STATEMENT_H
#define STORE_SQLITE_STATEMENT_H

#include "store/sqlite_connection.h"
#include "store/transaction.h"

enum sqlite_kind {
    SQLITE_KIND_INTEGER,
    SQLITE_KIND_TEXT,
    SQLITE_KIND_BYTES,
    SQLITE_KIND_COMPACT,
    SQLITE_KIND_NAME
};

struct sqlite_value {
    enum sqlite_kind kind;
    int64_t integer;
    struct slice slice;
};

/* A slice without data is null in all of them. */
static inline struct sqlite_value integer(int64_t value)
{
    return (struct sqlite_value){.kind = SQLITE_KIND_INTEGER, .integer = value};
}
static inline struct sqlite_value text(struct slice value)
{
    return (struct sqlite_value){.kind = SQLITE_KIND_TEXT, .slice = value};
}
static inline struct sqlite_value bytes(struct slice value)
{
    return (struct sqlite_value){.kind = SQLITE_KIND_BYTES, .slice = value};
}
/* Opaque text, packed when it can be: see compact_text.h. */
static inline struct sqlite_value compact(struct slice value)
{
    return (struct sqlite_value){.kind = SQLITE_KIND_COMPACT, .slice = value};
}
/* A name that is nearly always a UUID, packed likewise. */
static inline struct sqlite_value name(struct slice value)
{
    return (struct sqlite_value){.kind = SQLITE_KIND_NAME, .slice = value};
}

/* The values of a statement's parameters, in their order: all of them. */
struct sqlite_values {
    const struct sqlite_value *values;
    unsigned count;
};
#define VALUES(...)                                                                                \
    ((struct sqlite_values){(const struct sqlite_value[]){__VA_ARGS__},                            \
                            sizeof((const struct sqlite_value[]){__VA_ARGS__}) /                   \
                                sizeof(struct sqlite_value)})
#define NO_VALUES ((struct sqlite_values){NULL, 0})

/* Which statement: its set, and its place in it. */
struct sqlite_which {
    enum sqlite_set set;
    unsigned place;
};

/* Rows of a running statement; one at a time for each statement. */
struct sqlite_rows {
    struct store_connection *connection;
    struct store_arena *arena;
    sqlite3_stmt *statement;
    bool out_of_memory; /* while taking a value out */
};

/* Runs a statement to its end. Returns how many rows it changed, or -1 with `error` filled. */
int sqlite_run(struct store_transaction *tx, struct sqlite_which which, struct sqlite_values values,
               struct error *error);

/* Begins to read. Returns 0, or -1 with `error` filled and nothing to end. */
int sqlite_rows_begin(struct sqlite_rows *rows, struct store_transaction *tx,
                      struct sqlite_which which, struct sqlite_values values, struct error *error);
/* Goes to the next row: 1, 0 when there is none, or -1 with `error` filled (also when memory ran
   out while the last row was taken out). After 0 and -1 the rows have ended. */
int sqlite_rows_next(struct sqlite_rows *rows, struct error *error);
/* Ends reading early. Returns 0, or -1 with `error` filled when memory ran out. */
int sqlite_rows_end(struct sqlite_rows *rows, struct error *error);

/* Begins, and goes to the first row: 1 (sqlite_rows_end() is due), 0 or -1. */
int sqlite_first(struct sqlite_rows *rows, struct store_transaction *tx, struct sqlite_which which,
                 struct sqlite_values values, struct error *error);

/* Values of the row, copied into the job's arena. */
int64_t sqlite_integer(struct sqlite_rows *rows, int column);
struct slice sqlite_text(struct sqlite_rows *rows, int column);
struct slice sqlite_bytes(struct sqlite_rows *rows, int column);
struct slice sqlite_compact(struct sqlite_rows *rows, int column);
struct slice sqlite_name(struct sqlite_rows *rows, int column);

/* A new cuid in the job's arena; never sorts before one that was made earlier. NULL data when
   memory runs out. */
struct slice sqlite_new_id(struct store_transaction *tx);

/* Takes a row's columns out. */
typedef void sqlite_reader(struct sqlite_rows *rows, void *row);

/* The first row: STORE_OK, STORE_NOT_FOUND or -1. */
int sqlite_read_one(struct store_transaction *tx, struct sqlite_which which,
                    struct sqlite_values values, sqlite_reader *read, void *row,
                    struct error *error);

/* At most `limit` rows of `element` bytes each, as an array in the job's arena. The statement is
   given a limit of one more, which tells `has_more`. Returns STORE_OK or -1. */
struct sqlite_list {
    void *rows;
    size_t count;
    bool has_more;
};
int sqlite_read_list(struct store_transaction *tx, struct sqlite_which which,
                     struct sqlite_values values, sqlite_reader *read, size_t element,
                     unsigned limit, struct sqlite_list *list, struct error *error);

/* STORE_OK when a statement changed a row, STORE_NOT_FOUND when none, or -1. */
int sqlite_change(struct store_transaction *tx, struct sqlite_which which,
                  struct sqlite_values values, struct error *error);

static inline unsigned at_most(unsigned limit, unsigned most)
{
    return limit < most ? limit : most;
}

int sqlite_out_of_memory(struct error *error);

#endif
