/* All sessions the daemon knows, in the order of their creation. */
#ifndef DAEMON_SESSION_TABLE_H
#define DAEMON_SESSION_TABLE_H

#include "session.h"

#define SESSION_RUNNING_MAX 200
#define SESSION_ENDED_MAX   500

struct session_table {
    TAILQ_HEAD(session_list, session) list;
    struct session *by_id;
    int live, over;
};

void session_table_init(struct session_table *table);

/* Takes the session over. */
void session_table_add(struct session_table *table, struct session *session);
/* Tells its observers, takes it out and frees it. */
void session_table_remove(struct session_table *table, struct session *session);
void session_table_clear(struct session_table *table);

/* Counts again: a session has begun or ended. */
void session_table_count(struct session_table *table);

struct session *session_table_find(struct session_table *table, const char *id);

/* The session meant by an id, a unique prefix of one (2 characters at least) or a name: a running
   one before those that ended, the latest before earlier ones. `text` NULL: the latest running one,
   or the latest of all when none runs and `ended_will_do`. NULL with `error` filled
   (ERROR_NOT_FOUND, ERROR_AMBIGUOUS). */
struct session *session_table_resolve(struct session_table *table, const char *text,
                                      bool ended_will_do, struct error *error);

/* An id that nobody has. */
void session_table_new_id(struct session_table *table, char id[SESSION_ID_LENGTH + 1]);

/* ERROR_EXISTS when a live session has that name. */
int session_table_check_name(struct session_table *table, const char *name, struct error *error);

/* "claude-1", the lowest number that no kept session has; the caller frees it. */
char *session_table_new_name(struct session_table *table, const char *agent);

#endif
