/* The database file of a running store: its lock, its migration, and the checkpoints of its log.

   In WAL mode what is committed is appended to a log; a checkpoint copies it into the database.
   Done by the writer that would delay all who wait for their commit, so another thread does it
   beside the writer. The log begins anew only when a checkpoint has reached its end while nobody
   writes: for that last short stretch, and no more, the writer does it itself. */
#ifndef STORE_SQLITE_ENGINE_H
#define STORE_SQLITE_ENGINE_H

#include "store/backend.h"
#include "store/sqlite_connection.h"

/* See struct store_backend. */
void *sqlite_engine_open(const struct store_settings *settings, struct error *error);
void sqlite_engine_close(void *engine);
struct store_connection *sqlite_engine_connect(void *engine, enum store_purpose purpose,
                                               struct error *error);
void sqlite_engine_tidy(struct store_connection *connection);
void sqlite_engine_rest(struct store_connection *connection);

#endif
