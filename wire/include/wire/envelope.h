/* Envelopes of the session protocol: what an agent says and does, one event each ("Envelopes" in
   the protocol notes). */
#ifndef WIRE_ENVELOPE_H
#define WIRE_ENVELOPE_H

#include "wire/schema.h"

enum envelope_role { ENVELOPE_USER = 1, ENVELOPE_AGENT };

enum envelope_event_type {
    EVENT_TEXT = 1,
    EVENT_SERVICE,
    EVENT_TOOL_CALL_START,
    EVENT_TOOL_CALL_END,
    EVENT_FILE,
    EVENT_TURN_START,
    EVENT_TURN_END,
    EVENT_START,
    EVENT_STOP,
};

enum turn_status { TURN_COMPLETED = 1, TURN_FAILED, TURN_CANCELLED };

/* Numbers of tokens. Also in the rows of the older output records. */
struct token_usage {
    struct schema_object object;
    double input_tokens, output_tokens;
    struct maybe_number cache_creation_input_tokens, cache_read_input_tokens;
    struct maybe_number context_window;
    const char *service_tier; /* optional; never null */
};

struct image_size {
    struct schema_object object;
    double width, height;
    const char *thumbhash; /* optional */
};

struct attached_file {
    const char *ref; /* the server's name for the bytes */
    const char *name;
    double size;           /* bytes before encryption */
    const char *mime_type; /* optional */
    struct image_size image;
};

struct tool_call {
    const char *call; /* the id under which a permission is asked for, too */
    const char *name, *title, *description;
    struct json_object *args; /* an object */
};

struct envelope_event {
    struct schema_object object;
    enum envelope_event_type type;
    union {
        struct {
            const char *text;
            struct maybe_bool thinking; /* of EVENT_TEXT */
        } text;                         /* EVENT_TEXT, EVENT_SERVICE */
        struct tool_call tool_call;     /* EVENT_TOOL_CALL_START */
        const char *call;               /* EVENT_TOOL_CALL_END */
        struct attached_file file;
        enum turn_status status; /* EVENT_TURN_END */
        const char *title;       /* EVENT_START; optional */
    };
};

struct envelope {
    struct schema_object object;
    const char *id; /* readers ignore a second envelope with the same */
    int64_t time;   /* ms since the epoch; what is shown is ordered by it */
    enum envelope_role role;
    const char *turn;     /* every agent's has one, but a service event that only brings usage */
    const char *subagent; /* 2 to 32 of 0-9 and a-z */
    const char *claude_uuid, *codex_item_id; /* where to rewind to */
    struct token_usage usage;
    struct envelope_event event;
};

/* The tables: refuse what the app drops without a word. */
extern const struct schema envelope_schema;
extern const struct schema token_usage_schema;

/* Whether the app takes a text for blank: white space as String.prototype.trim() knows it. */
bool text_is_blank(const char *text);

#endif
