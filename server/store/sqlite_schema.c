#include "store/sqlite_connection.h"

/* All tables are strict. Columns of type ANY hold opaque text of clients: as a blob what was
   canonical base64 (a UUID, for local_id), as text everything else.

   Accounts and sessions are split: the counters, which change with each message, are in small rows,
   what clients wrote is in others.

   A message's position is its session's number * 2^32 + its sequence, so that the messages of a
   session lie side by side in their order and need no index. message_recent and message_name tell
   which names they have: see sqlite_message_names.h. All are removed by a trigger: a foreign key
   would cost a look-up for each message. */
static const char *const STEPS[SQLITE_STORE_VERSION] = {
    "CREATE TABLE account ("
    " id TEXT NOT NULL PRIMARY KEY,"
    " public_key TEXT NOT NULL UNIQUE,"
    " sequence INTEGER NOT NULL DEFAULT 0,"
    " feed_counter INTEGER NOT NULL DEFAULT 0,"
    " created_at INTEGER NOT NULL,"
    " updated_at INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TABLE account_settings ("
    " account TEXT NOT NULL PRIMARY KEY REFERENCES account ON DELETE CASCADE,"
    " value ANY,"
    " version INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TABLE account_profile ("
    " account TEXT NOT NULL PRIMARY KEY REFERENCES account ON DELETE CASCADE,"
    " username TEXT COLLATE NOCASE UNIQUE,"
    " first_name TEXT,"
    " last_name TEXT,"
    " avatar TEXT,"
    " github TEXT"
    ") STRICT;"

    "CREATE TABLE auth_request ("
    " kind INTEGER NOT NULL,"
    " public_key TEXT NOT NULL,"
    " id TEXT NOT NULL,"
    " supports_v2 INTEGER NOT NULL,"
    " response ANY,"
    " account TEXT REFERENCES account ON DELETE CASCADE,"
    " created_at INTEGER NOT NULL,"
    " expires_at INTEGER NOT NULL,"
    " PRIMARY KEY (kind, public_key)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX auth_request_by_end ON auth_request(expires_at);"
    "CREATE INDEX auth_request_by_account ON auth_request(account);"

    "CREATE TABLE session ("
    " number INTEGER PRIMARY KEY,"
    " id TEXT NOT NULL UNIQUE,"
    " account TEXT NOT NULL REFERENCES account ON DELETE CASCADE,"
    " tag TEXT NOT NULL,"
    " sequence INTEGER NOT NULL DEFAULT 0,"
    " active INTEGER NOT NULL,"
    " active_at INTEGER NOT NULL,"
    " created_at INTEGER NOT NULL,"
    " updated_at INTEGER NOT NULL,"
    " UNIQUE (account, tag)"
    ") STRICT;"
    "CREATE INDEX session_by_account ON session(account, id);"
    "CREATE INDEX session_by_update ON session(account, updated_at);"
    "CREATE INDEX session_by_activity ON session(account, active_at) WHERE active = 1;"
    "CREATE INDEX session_to_sweep ON session(active_at) WHERE active = 1;"
    "CREATE TABLE session_text ("
    " session INTEGER PRIMARY KEY REFERENCES session ON DELETE CASCADE,"
    " metadata_version INTEGER NOT NULL,"
    " agent_state_version INTEGER NOT NULL,"
    " data_key BLOB,"
    " metadata ANY NOT NULL,"
    " agent_state ANY"
    ") STRICT;"

    "CREATE TABLE message ("
    " position INTEGER PRIMARY KEY,"
    " id TEXT NOT NULL,"
    " local_id ANY,"
    " created_at INTEGER NOT NULL,"
    " is_json INTEGER NOT NULL,"
    " content ANY NOT NULL"
    ") STRICT;"
    "CREATE TABLE message_recent ("
    " session INTEGER PRIMARY KEY,"
    " first INTEGER NOT NULL,"
    " hashes BLOB NOT NULL"
    ") STRICT;"
    "CREATE TABLE message_name ("
    " session INTEGER NOT NULL,"
    " hash INTEGER NOT NULL,"
    " sequence INTEGER NOT NULL,"
    " PRIMARY KEY (session, hash, sequence)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER session_removed AFTER DELETE ON session BEGIN"
    " DELETE FROM message WHERE position BETWEEN old.number << 32"
    "  AND (old.number << 32) + 4294967295;"
    " DELETE FROM message_recent WHERE session = old.number;"
    " DELETE FROM message_name WHERE session = old.number; "
    "END;"

    "CREATE TABLE machine ("
    " id TEXT NOT NULL PRIMARY KEY,"
    " account TEXT NOT NULL REFERENCES account ON DELETE CASCADE,"
    " metadata_version INTEGER NOT NULL,"
    " daemon_state_version INTEGER NOT NULL,"
    " active INTEGER NOT NULL,"
    " active_at INTEGER NOT NULL,"
    " created_at INTEGER NOT NULL,"
    " updated_at INTEGER NOT NULL,"
    " data_key BLOB,"
    " metadata ANY NOT NULL,"
    " daemon_state ANY"
    ") STRICT;"
    "CREATE INDEX machine_by_activity ON machine(account, active_at);"
    "CREATE INDEX machine_to_sweep ON machine(active_at) WHERE active = 1;"

    "CREATE TABLE access_key ("
    " session TEXT NOT NULL REFERENCES session(id) ON DELETE CASCADE,"
    " machine TEXT NOT NULL REFERENCES machine(id) ON DELETE CASCADE,"
    " version INTEGER NOT NULL,"
    " created_at INTEGER NOT NULL,"
    " updated_at INTEGER NOT NULL,"
    " data ANY NOT NULL,"
    " UNIQUE (session, machine)"
    ") STRICT;"
    "CREATE INDEX access_key_by_machine ON access_key(machine);"

    "CREATE TABLE artifact ("
    " id TEXT NOT NULL PRIMARY KEY,"
    " account TEXT NOT NULL REFERENCES account ON DELETE CASCADE,"
    " sequence INTEGER NOT NULL,"
    " header_version INTEGER NOT NULL,"
    " body_version INTEGER NOT NULL,"
    " created_at INTEGER NOT NULL,"
    " updated_at INTEGER NOT NULL,"
    " data_key BLOB NOT NULL,"
    " header BLOB NOT NULL,"
    " body BLOB NOT NULL"
    ") STRICT;"
    "CREATE INDEX artifact_by_update ON artifact(account, updated_at);"

    "CREATE TABLE key_value ("
    " account TEXT NOT NULL REFERENCES account ON DELETE CASCADE,"
    " key TEXT NOT NULL,"
    " version INTEGER NOT NULL,"
    " created_at INTEGER NOT NULL,"
    " updated_at INTEGER NOT NULL,"
    " value BLOB,"
    " UNIQUE (account, key)"
    ") STRICT;"

    "CREATE TABLE usage_report ("
    " id TEXT NOT NULL PRIMARY KEY,"
    " account TEXT NOT NULL REFERENCES account ON DELETE CASCADE,"
    " session TEXT NOT NULL REFERENCES session(id) ON DELETE CASCADE,"
    " key TEXT NOT NULL,"
    " data TEXT NOT NULL,"
    " created_at INTEGER NOT NULL,"
    " updated_at INTEGER NOT NULL,"
    " UNIQUE (session, key)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX usage_report_by_account ON usage_report(account, created_at);"
    "CREATE INDEX usage_report_by_session ON usage_report(session, created_at);"

    "CREATE TABLE push_token ("
    " id TEXT NOT NULL PRIMARY KEY,"
    " account TEXT NOT NULL REFERENCES account ON DELETE CASCADE,"
    " token TEXT NOT NULL,"
    " created_at INTEGER NOT NULL,"
    " updated_at INTEGER NOT NULL,"
    " UNIQUE (account, token)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX push_token_by_age ON push_token(account, created_at);"

    "CREATE TABLE vendor_token ("
    " account TEXT NOT NULL REFERENCES account ON DELETE CASCADE,"
    " vendor TEXT NOT NULL,"
    " sealed BLOB NOT NULL,"
    " created_at INTEGER NOT NULL,"
    " updated_at INTEGER NOT NULL,"
    " PRIMARY KEY (account, vendor)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE relation ("
    " from_account TEXT NOT NULL REFERENCES account ON DELETE CASCADE,"
    " to_account TEXT NOT NULL REFERENCES account ON DELETE CASCADE,"
    " status INTEGER NOT NULL,"
    " notified_at INTEGER NOT NULL,"
    " accepted_at INTEGER,"
    " created_at INTEGER NOT NULL,"
    " updated_at INTEGER NOT NULL,"
    " PRIMARY KEY (from_account, to_account)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX relation_to ON relation(to_account);"

    "CREATE TABLE feed_item ("
    " account TEXT NOT NULL REFERENCES account ON DELETE CASCADE,"
    " counter INTEGER NOT NULL,"
    " id TEXT NOT NULL,"
    " repeat_key TEXT,"
    " body TEXT NOT NULL,"
    " created_at INTEGER NOT NULL,"
    " PRIMARY KEY (account, counter)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE UNIQUE INDEX feed_item_by_repeat_key ON feed_item(account, repeat_key);"

    "CREATE TABLE attachment ("
    " session TEXT NOT NULL REFERENCES session(id) ON DELETE CASCADE,"
    " name TEXT NOT NULL,"
    " account TEXT NOT NULL REFERENCES account ON DELETE CASCADE,"
    " size INTEGER NOT NULL,"
    " stored INTEGER NOT NULL,"
    " created_at INTEGER NOT NULL,"
    " PRIMARY KEY (session, name)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX attachment_by_account ON attachment(account, size);"
    "CREATE INDEX attachment_to_sweep ON attachment(created_at) WHERE stored = 0;"

    "CREATE TABLE invite ("
    " id TEXT NOT NULL PRIMARY KEY,"
    " hash BLOB NOT NULL UNIQUE,"
    " note TEXT,"
    " created_at INTEGER NOT NULL,"
    " expires_at INTEGER NOT NULL,"
    " used_at INTEGER NOT NULL DEFAULT 0,"
    " account TEXT REFERENCES account ON DELETE SET NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX invite_by_age ON invite(created_at);"
    "CREATE INDEX invite_by_account ON invite(account);"

    "CREATE TABLE server_value ("
    " name TEXT NOT NULL PRIMARY KEY,"
    " value ANY NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "INSERT INTO server_value VALUES ('message name key', randomblob(16));",
};

static int read_version(struct store_connection *connection, int *version, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(connection->handle, "PRAGMA user_version", -1, &statement, NULL) !=
            SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW) {
        sqlite3_finalize(statement);
        return sqlite_failed(connection, error);
    }
    *version = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return 0;
}

static int take_step(struct store_connection *connection, int version, struct error *error)
{
    char number[64];
    sqlite3_snprintf(sizeof number, number, "PRAGMA user_version = %d", version + 1);
    if (sqlite_execute(connection, "BEGIN IMMEDIATE", error) < 0)
        return -1;
    int now = 0;
    if (read_version(connection, &now, error) < 0)
        goto failed;
    /* Another process has taken the step while this one waited for the lock. */
    if (now == version && (sqlite_execute(connection, STEPS[version], error) < 0 ||
                           sqlite_execute(connection, number, error) < 0))
        goto failed;
    if (sqlite_execute(connection, "COMMIT", error) == 0)
        return 0;
failed:
    sqlite3_exec(connection->handle, "ROLLBACK", NULL, NULL, NULL);
    return -1;
}

int sqlite_migrate(struct store_connection *connection, struct error *error)
{
    int version = 0;
    if (read_version(connection, &version, error) < 0)
        return -1;
    if (version < 0 || version > SQLITE_STORE_VERSION) {
        error_set(error, ERROR_DATABASE,
                  "the database %s has version %d; this happy-server knows up to %d",
                  connection->path, version, SQLITE_STORE_VERSION);
        return error_fix(error, "start the newer happy-server that wrote it");
    }
    for (; version < SQLITE_STORE_VERSION; version++)
        if (take_step(connection, version, error) < 0)
            return -1;
    return 0;
}
