/* A connection to the store's SQLite database and its prepared statements. */
#ifndef STORE_SQLITE_CONNECTION_H
#define STORE_SQLITE_CONNECTION_H

#include <sqlite3.h>
#include <stdbool.h>

#include "store/backend.h"
#include "store/store.h"
#include "wire/buffer.h"
#include "wire/identifier.h"

#define SQLITE_STORE_VERSION 1 /* of the schema: PRAGMA user_version */

#define SQLITE_STORE_PAGE    4096 /* bytes */
#define SQLITE_STORE_BUSY_MS 5000 /* to wait for commands beside a server, and for it */

/* The statements of one concept. Every statement of the store is in one of them, so that a test can
   look at the plans of all. */
struct sqlite_statements {
    const char *name;
    const char *const *sql;
    unsigned count;
};

enum sqlite_set {
    SET_OF_ACCESS_KEYS,
    SET_OF_ACCOUNTS,
    SET_OF_ARTIFACTS,
    SET_OF_ATTACHMENTS,
    SET_OF_AUTH_REQUESTS,
    SET_OF_FEED,
    SET_OF_INVITES,
    SET_OF_KEY_VALUES,
    SET_OF_MACHINES,
    SET_OF_MESSAGE_NAMES,
    SET_OF_MESSAGES,
    SET_OF_PEOPLE,
    SET_OF_PUSH_TOKENS,
    SET_OF_SERVER_VALUES,
    SET_OF_SESSIONS,
    SET_OF_TRANSACTIONS,
    SET_OF_USAGE,
    SET_OF_VENDOR_TOKENS,
    SET_COUNT
};

extern const struct sqlite_statements *const SQLITE_SETS[SET_COUNT];
extern const struct store_operations SQLITE_OPERATIONS;

#define SQLITE_NAME_KEY_SIZE 16
#define SQLITE_SCRATCH       3 /* packed values in one statement, at most */

/* Random bytes in stock: a system call for each identifier would cost more than its row. */
struct random_stock {
    unsigned char bytes[1024];
    size_t used;
};

struct store_connection {
    struct store_transaction transaction; /* the first: operations get at the rest through it */
    sqlite3 *handle;
    char *path;
    sqlite3_stmt **prepared[SET_COUNT];    /* each made at its first use */
    struct buffer scratch[SQLITE_SCRATCH]; /* for packing and unpacking values */
    struct cuid_source cuid;
    int64_t last_cuid_ms;
    struct random_stock random;
    bool has_name_key;
    unsigned char name_key[SQLITE_NAME_KEY_SIZE]; /* see sqlite_message_names.h */
    struct sqlite_engine *engine;                 /* NULL for a connection that no store uses */
    enum store_purpose purpose;
};

/* ACCESS_CREATE makes the file when it is not there. */
enum sqlite_access { ACCESS_CREATE, ACCESS_WRITE, ACCESS_READ };

/* Opens the file and sets what a connection needs. A file that is made is 0600. NULL with `error`
   filled. */
struct store_connection *
sqlite_connection_open(const char *path, /* ACCESS_CREATE makes the file when it is not there. */
                       enum sqlite_access access, struct error *error);
void sqlite_connection_close(struct store_connection *connection);

/* Statements without parameters and rows. */
int sqlite_execute(struct store_connection *connection, const char *sql, struct error *error);

/* Brings the schema up to SQLITE_STORE_VERSION, each step a transaction of its own. */
int sqlite_migrate(struct store_connection *connection, struct error *error);

/* Fills `error` from the last call that failed on this connection. Returns -1. */
int sqlite_failed(struct store_connection *connection, struct error *error);

/* As sqlite_failed(), for a result code. */
int sqlite_explain(const char *path, int code, const char *detail, struct error *error);

#endif
