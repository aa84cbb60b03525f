/* Message records: what a session's messages hold when they are opened, in the form of today and
   in those of older programs ("Message records" in the protocol notes). Refused is what the app
   drops without a word. */
#ifndef WIRE_MESSAGE_H
#define WIRE_MESSAGE_H

#include "wire/envelope.h"
#include "wire/legacy_output.h"
#include "wire/schema.h"

enum message_role { MESSAGE_USER = 1, MESSAGE_AGENT, MESSAGE_SESSION };

enum message_type {
    MESSAGE_TEXT = 1, /* of the user: a prompt */
    MESSAGE_OUTPUT,   /* legacy: a row of Claude's transcript */
    MESSAGE_CODEX,    /* legacy */
    MESSAGE_ACP,      /* legacy */
    MESSAGE_EVENT,
    MESSAGE_ENVELOPE,
};

/* How a prompt is to be run. Absent keeps what was, null resets it; only what says so may be null.
 */
struct message_meta {
    struct schema_object object;
    const char *sent_from;
    const char *permission_mode;
    const char *model; /* or null, as are the next four */
    const char *effort, *fallback_model, *custom_system_prompt, *append_system_prompt;
    LIST_OF(const char *) allowed_tools, disallowed_tools; /* or null */
    const char *model_provider_id;
    const char *display_text; /* shown in place of the text */
    struct maybe_bool expects_acceptance, queued_while_busy;
};

enum session_event_type {
    SESSION_EVENT_SWITCH = 1,
    SESSION_EVENT_MESSAGE,
    SESSION_EVENT_READY,
    SESSION_EVENT_LIMIT_REACHED,
};
enum control_mode { CONTROL_LOCAL = 1, CONTROL_REMOTE };

struct session_event {
    struct schema_object object;
    enum session_event_type type;
    union {
        enum control_mode mode; /* SESSION_EVENT_SWITCH */
        const char *message;
        double ends_at; /* s since the epoch */
    };
};

enum codex_type { CODEX_MESSAGE = 1, CODEX_REASONING, CODEX_TOOL_CALL, CODEX_TOOL_RESULT };

/* A call, or its result, as codex and acp records have it. */
struct legacy_call {
    const char *call_id, *name, *id;
    struct json_object *value;  /* the input, or the output */
    struct maybe_bool is_error; /* of ACP_TOOL_RESULT; optional */
};

struct codex_record {
    struct schema_object object;
    enum codex_type type;
    union {
        const char *message;
        struct legacy_call call;
    };
};

enum acp_type {
    ACP_MESSAGE = 1,
    ACP_REASONING,
    ACP_THINKING,
    ACP_TOOL_CALL,
    ACP_TOOL_RESULT,
    ACP_TOOL_CALL_RESULT,
    ACP_FILE_EDIT,
    ACP_TERMINAL_OUTPUT,
    ACP_PERMISSION_REQUEST,
    ACP_TASK_STARTED,
    ACP_TASK_COMPLETE,
    ACP_TURN_ABORTED,
    ACP_TOKEN_COUNT,
};
enum acp_provider { ACP_GEMINI = 1, ACP_CODEX, ACP_CLAUDE, ACP_OPENCODE };

struct acp_data {
    struct schema_object object;
    enum acp_type type;
    union {
        const char *text; /* ACP_MESSAGE, ACP_REASONING, ACP_THINKING */
        struct legacy_call call;
        struct {
            const char *id, *path, *description;
            const char *diff, *old_content, *new_content; /* optional */
        } file_edit;
        struct {
            const char *data, *call_id;
        } terminal_output;
        struct {
            const char *id, *tool_name, *description;
            struct maybe_json options; /* optional */
        } permission_request;
        const char *id; /* ACP_TASK_STARTED, ACP_TASK_COMPLETE, ACP_TURN_ABORTED */
    };
};

struct message_content {
    struct schema_object object; /* not used in a bare envelope record */
    enum message_type type;
    union {
        const char *text;
        struct output_row output;
        struct codex_record codex;
        struct {
            enum acp_provider provider;
            struct acp_data data;
        } acp;
        struct {
            const char *id;
            struct session_event data;
        } event;
        struct envelope envelope;
    };
};

struct message {
    struct schema_object object;
    enum message_role role;
    bool bare; /* an envelope that is the content itself, not its `data`, as machines send it */
    struct message_content content;
    struct message_meta meta; /* optional */
    const char *local_key;    /* of MESSAGE_USER; optional; read by nobody */
    struct arena arena;
};

/* Reads what was decrypted. Returns 0, or -1 with `error` filled and `message` empty. */
int message_parse(struct slice text, struct message *message, struct error *error);

/* As message_parse(), from a tree, which nobody may change afterwards. */
int message_read(struct json_object *json, struct message *message, struct error *error);

/* Appends the text. Returns 0, or -1 with nothing appended when a reader would refuse it. */
int message_print(const struct message *message, struct buffer *text, struct error *error);

void message_free(struct message *message);

/* An agent's envelope as machines send it: fill in `content.envelope`. Nothing to free as long as
   nothing is allocated in `arena`. */
void message_begin_envelope(struct message *message);

extern const struct schema message_schema, message_bare_schema, message_meta_schema;

#endif
