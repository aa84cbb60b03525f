/* Ephemerals: what is going on just now, not numbered and never stored ("Ephemeral events" in the
   notes on the realtime protocol). The server emits them as the event "ephemeral". */
#ifndef WIRE_EPHEMERAL_H
#define WIRE_EPHEMERAL_H

#include "wire/schema.h"

enum session_event_kind {
    SESSION_EVENT_ABSENT,
    SESSION_EVENT_DONE,
    SESSION_EVENT_PERMISSION,
    SESSION_EVENT_QUESTION,
};

enum ephemeral_type {
    EPHEMERAL_TYPE_NONE,
    EPHEMERAL_TYPE_ACTIVITY,
    EPHEMERAL_TYPE_MACHINE_ACTIVITY,
    EPHEMERAL_TYPE_USAGE,
    EPHEMERAL_TYPE_SESSION_EVENT,
};

/* Times are milliseconds. */
struct ephemeral {
    struct schema_object object;
    enum ephemeral_type type;
    union {
        struct { /* of a session. The public server passes on a thinking that is no boolean; it
                    counts as absent then */
            const char *id;
            bool active;
            int64_t active_at;
            struct maybe_bool thinking;
        } activity;
        struct {
            const char *id;
            bool active;
            int64_t active_at;
        } machine_activity;
        struct { /* of a session, as it was reported */
            const char *id;
            const char *key;
            LIST_OF(struct named_number) tokens;
            LIST_OF(struct named_number) cost;
            int64_t timestamp;
        } usage;
        struct {
            const char *session_id;
            enum session_event_kind kind;
            const char *title;
            const char *body;
            int64_t timestamp;
        } session_event;
    };
};

extern const struct schema ephemeral_schema;

#endif
