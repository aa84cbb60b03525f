#include "database_schema.h"

#include "database.h"

/* Sessions are listed in the order of `number`. `environment` holds places (HOME and the like) and
   no secrets: see session_places(). Sequence numbers of events are never used twice, so
   AUTOINCREMENT. Large values have tables of their own, so that reading all sessions stays cheap.
 */
static const char *const STEPS[DATABASE_VERSION] = {
    "CREATE TABLE session ("
    " number INTEGER PRIMARY KEY AUTOINCREMENT,"
    " id TEXT NOT NULL UNIQUE,"
    " name TEXT NOT NULL,"
    " agent TEXT NOT NULL,"
    " directory TEXT NOT NULL,"
    " command TEXT NOT NULL,"
    " environment TEXT NOT NULL,"
    " state TEXT NOT NULL,"
    " reason TEXT,"
    " exit_code INTEGER,"
    " created_at INTEGER NOT NULL,"
    " ended_at INTEGER,"
    " last_output_at INTEGER,"
    " columns INTEGER NOT NULL,"
    " rows INTEGER NOT NULL,"
    " terminal INTEGER NOT NULL,"
    " pid INTEGER NOT NULL,"
    " pid_started INTEGER NOT NULL,"
    " holder_pid INTEGER NOT NULL,"
    " holder_started INTEGER NOT NULL,"
    " boot_id TEXT NOT NULL,"
    " title TEXT,"
    " native_id TEXT,"
    " resumed_from TEXT,"
    " note_sequence INTEGER NOT NULL,"
    " activity TEXT,"
    " turn_open INTEGER NOT NULL"
    ");"
    "CREATE TABLE event ("
    " sequence INTEGER PRIMARY KEY AUTOINCREMENT,"
    " session TEXT NOT NULL REFERENCES session(id) ON DELETE CASCADE,"
    " at INTEGER NOT NULL,"
    " type TEXT NOT NULL,"
    " data TEXT NOT NULL"
    ");"
    "CREATE INDEX event_of_session ON event(session, sequence);"
    "CREATE TABLE record ("
    " session TEXT PRIMARY KEY REFERENCES session(id) ON DELETE CASCADE,"
    " first INTEGER NOT NULL,"
    " next INTEGER NOT NULL,"
    " screen_first INTEGER NOT NULL,"
    " lines BLOB NOT NULL,"
    " columns INTEGER NOT NULL,"
    " rows INTEGER NOT NULL,"
    " cursor_column INTEGER NOT NULL,"
    " cursor_row INTEGER NOT NULL,"
    " cursor_visible INTEGER NOT NULL,"
    " alternate INTEGER NOT NULL,"
    " screen BLOB NOT NULL"
    ");"
    "CREATE TABLE output ("
    " session TEXT NOT NULL REFERENCES session(id) ON DELETE CASCADE,"
    " stream INTEGER NOT NULL,"
    " first INTEGER NOT NULL,"
    " bytes BLOB NOT NULL,"
    " PRIMARY KEY (session, stream)"
    ");",
};

const char *database_schema_step(int version)
{
    return STEPS[version];
}
