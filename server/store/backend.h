/* What an engine does for the store. Each connection is used by one thread at a time. */
#ifndef STORE_BACKEND_H
#define STORE_BACKEND_H

#include "store/store.h"

struct store_connection;

enum store_purpose { STORE_WRITES, STORE_READS };

struct store_backend {
    /* The engine behind all connections: migrated and checked. NULL with `error` filled. */
    void *(*open)(const struct store_settings *settings, struct error *error);
    void (*close)(void *engine);

    struct store_connection *(*connect)(void *engine, enum store_purpose purpose,
                                        struct error *error);
    void (*disconnect)(struct store_connection *connection);

    /* Begins a transaction. NULL with `error` filled. It is the connection's. */
    struct store_transaction *(*begin)(struct store_connection *connection, struct error *error);
    /* Durable when it returns 0. -1: nothing of the transaction is kept. */
    int (*commit)(struct store_connection *connection, struct error *error);
    void (*rollback)(struct store_connection *connection);

    /* A part of the transaction that can be undone by itself. undo() returns -1 when the engine has
       given up the whole transaction. */
    int (*savepoint)(struct store_connection *connection, struct error *error);
    int (*keep)(struct store_connection *connection, struct error *error);
    int (*undo)(struct store_connection *connection);

    /* After a commit whose jobs were answered: housekeeping that delays nobody needlessly. */
    void (*tidy)(struct store_connection *connection);
    /* Nothing has come for a while: gives back memory that only speed needs. */
    void (*rest)(struct store_connection *connection);
};

extern const struct store_backend STORE_SQLITE;

#endif
