/* Sessions: bodies of the routes in "Sessions" of the notes on the HTTP API. Times are
   milliseconds, metadata and agentState are sealed records, in base64, that the server does not
   look into. */
#ifndef WIRE_API_SESSION_H
#define WIRE_API_SESSION_H

#include "wire/api_body.h"
#include "wire/schema.h"

/* A session in a list. `seq` is that of its last message. dataEncryptionKey is base64.
   lastMessage is null where it is there: in all but the lists of version 2. */
struct api_session {
    struct schema_object object;
    const char *id;
    int64_t seq;
    int64_t created_at;
    int64_t updated_at;
    bool active;
    int64_t active_at;
    const char *metadata;
    int64_t metadata_version;
    const char *agent_state;
    int64_t agent_state_version;
    const char *data_encryption_key;
    struct maybe_json last_message;
};

extern const struct schema api_session_schema;

/* The same as POST answers it: in another order. */
extern const struct schema api_new_session_schema;

/* POST /v1/sessions: makes a session, or gives the one with this tag. agentState is not looked at.
 */
struct api_session_create {
    struct schema_object object;
    const char *tag;
    const char *metadata;
    const char *agent_state;
    const char *data_encryption_key;
};

extern const struct schema api_session_create_schema;

struct api_session_answer {
    struct schema_object object;
    struct api_session session;
};

extern const struct schema api_session_answer_schema;

/* GET /v1/sessions and GET /v2/sessions/active */
struct api_session_list {
    struct schema_object object;
    LIST_OF(struct api_session) sessions;
};

extern const struct schema api_session_list_schema;

struct api_session_active_query {
    struct schema_object object;
    struct maybe_integer limit;
};

extern const struct schema api_session_active_query_schema;

/* GET /v2/sessions */
struct api_session_page_query {
    struct schema_object object;
    const char *cursor;
    struct maybe_integer limit;
    struct maybe_integer changed_since;
};

extern const struct schema api_session_page_query_schema;

struct api_session_page {
    struct schema_object object;
    LIST_OF(struct api_session) sessions;
    const char *next_cursor;
    bool has_next;
};

extern const struct schema api_session_page_schema;

enum api_push_kind {
    API_PUSH_ABSENT,
    API_PUSH_DONE,
    API_PUSH_PERMISSION,
    API_PUSH_QUESTION,
};

/* POST /v1/sessions/:sessionId/push-event. What is in `data` is passed on. */
struct api_push_event {
    struct schema_object object;
    enum api_push_kind kind;
    const char *title;
    const char *body;
    LIST_OF(struct named_json) data;
};

extern const struct schema api_push_event_schema;

enum api_push_result {
    API_PUSH_RESULT_ABSENT,
    API_PUSH_RESULT_SUPPRESSED,
    API_PUSH_RESULT_NO_TOKENS,
    API_PUSH_RESULT_SENT,
    API_PUSH_RESULT_PARTIAL,
    API_PUSH_RESULT_FAILED,
};

/* tokens: asked; delivered: of those, accepted. */
struct api_push_event_answer {
    struct schema_object object;
    bool success;
    enum api_push_result result;
    struct maybe_integer tokens;
    struct maybe_integer delivered;
    const char *reason;
};

extern const struct schema api_push_event_answer_schema;

#endif
