/* What happened to sessions, numbered through over all of them and kept on the disk: a client that
   names the last number it saw gets the rest, with no gap and no repetition. The numbers of one
   session rise but do not follow on each other. */
#ifndef DAEMON_EVENT_LOG_H
#define DAEMON_EVENT_LOG_H

#include <stdint.h>

#include "database.h"
#include "turn.h"
#include "wire/json.h"

#define EVENTS_KEPT_MAX 1000 /* of one session; the oldest are forgotten, in batches */
/* Of all sessions, while the database cannot be written. */
#define EVENTS_WAITING_MAX       1000
#define EVENTS_WAITING_BYTES_MAX (4u * 1024u * 1024u)

struct event_log;
struct session;

struct logged_event {
    int64_t sequence;
    int64_t at;
    const char *session; /* id */
    const char *type;
    const char *data; /* a JSON object */
};

struct event_log_listener {
    /* The event is on the disk. */
    void (*logged)(const struct logged_event *event, void *context);
};

struct event_log *event_log_new(struct database *database, struct error *error);
void event_log_free(struct event_log *log);
void event_log_listen(struct event_log *log, const struct event_log_listener *listener,
                      void *context);
struct turn_source event_log_source(struct event_log *log);

/* Adds an event; it is written when this turn ends, and told then. `data` is taken over. When the
   log is full the event takes the place of the session's last one of this type, so that no more
   than one of each type is added. */
void event_log_append(struct event_log *log, struct session *session, const char *type,
                      struct json_object *data);

/* True when so many events wait for a database that cannot be written that only those may be added
   that replace others: what is kept elsewhere should stay there. */
bool event_log_is_full(const struct event_log *log);

/* The number of the newest event that is on the disk; 0 when there is none. */
int64_t event_log_last(const struct event_log *log);

/* True when events of the session behind number `after` may have been forgotten. */
bool event_log_has_missed(struct event_log *log, const char *session, int64_t after);

/* Calls `each` for the events behind number `after`, at most `most` of them, of one session (id) or
   of all (NULL), until it returns false. Returns -1 with `error` filled. */
int event_log_read(struct event_log *log, const char *session, int64_t after, int most,
                   bool (*each)(const struct logged_event *event, void *context), void *context,
                   struct error *error);

#endif
