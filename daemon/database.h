/* The daemon's SQLite database: one file in the Happy home, in WAL mode with synchronous=FULL. The
   writes of one turn of the event loop are one transaction; see turn.h. */
#ifndef DAEMON_DATABASE_H
#define DAEMON_DATABASE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "wire/error.h"

#define DATABASE_VERSION 1 /* of the schema: PRAGMA user_version */

struct database;

/* Opens it, makes it (0600) when it is not there, and brings an older schema up to date. NULL with
   `error` filled, naming the file and what to do, when it is damaged, of a newer version, cannot be
   written or has no room; nothing in it is changed then. */
struct database *database_open(const char *path, struct error *error);
void database_close(struct database *database);

/* Prepared once, used many times; finalised by database_close(). NULL with `error` filled. */
sqlite3_stmt *database_prepare(struct database *database, const char *sql, struct error *error);

/* Begins the transaction of this turn unless it has begun. */
int database_begin(struct database *database, struct error *error);
/* Ends it: what was written is on the disk when this returns 0. -1: nothing of it is kept. */
int database_commit(struct database *database, struct error *error);
void database_rollback(struct database *database);

/* Runs a statement that gives no rows and resets it. */
int database_run(struct database *database, sqlite3_stmt *statement, struct error *error);

/* Tells why the last call on this database failed. Returns -1. */
int database_failed(struct database *database, struct error *error);

/* Values of a row; NULL text stays NULL, and the caller frees the copy. */
char *database_text(sqlite3_stmt *statement, int column);

/* NULL binds null. The text must live until the statement is reset. */
void database_bind_text(sqlite3_stmt *statement, int parameter, const char *text);

#endif
