/* Events clients emit, what is acknowledged to them, and the events of RPC ("Handshake and scopes"
   and "Client events" in the notes on the realtime protocol). Each event has one payload, an
   object, and at most one value in its acknowledgement, also an object.

   Servers read payloads with client_event_read(), which knows what each event is refused with, and
   print acknowledgements with schema_print(); clients do the reverse with schema_print() and
   schema_parse(), or schema_read() on what wire/socketio.h found. */
#ifndef WIRE_CLIENT_EVENT_H
#define WIRE_CLIENT_EVENT_H

#include "wire/api_machine.h"
#include "wire/buffer.h"
#include "wire/schema.h"

/* Who connects; what is not known counts as user-scoped. */
enum client_scope {
    CLIENT_SCOPE_ABSENT,
    CLIENT_SCOPE_USER_SCOPED,
    CLIENT_SCOPE_SESSION_SCOPED,
    CLIENT_SCOPE_MACHINE_SCOPED,
};

/* The object that comes with CONNECT. All are checked by client_auth_refusal(). */
struct client_auth {
    struct schema_object object;
    const char *token;
    enum client_scope client_type;
    const char *session_id;
    const char *machine_id;
    const char *happy_client;
    const char *app_state;
};

extern const struct schema client_auth_schema;

/* What CONNECT is refused with ("Missing authentication token", …), or NULL. Whether the token is
   right is for the caller to find out: else "Invalid authentication token". */
const char *client_auth_refusal(const struct client_auth *auth);

enum client_event {
    CLIENT_EVENT_NONE,
    CLIENT_EVENT_PING,
    CLIENT_EVENT_UPDATE_METADATA,
    CLIENT_EVENT_UPDATE_STATE,
    CLIENT_EVENT_MESSAGE,
    CLIENT_EVENT_SESSION_ALIVE,
    CLIENT_EVENT_SESSION_END,
    CLIENT_EVENT_MACHINE_ALIVE,
    CLIENT_EVENT_MACHINE_UPDATE_METADATA,
    CLIENT_EVENT_MACHINE_UPDATE_STATE,
    CLIENT_EVENT_USAGE_REPORT,
    CLIENT_EVENT_ARTIFACT_READ,
    CLIENT_EVENT_ARTIFACT_CREATE,
    CLIENT_EVENT_ARTIFACT_UPDATE,
    CLIENT_EVENT_ARTIFACT_DELETE,
    CLIENT_EVENT_ACCESS_KEY_GET,
    CLIENT_EVENT_APP_STATE,
    CLIENT_EVENT_RPC_REGISTER,
    CLIENT_EVENT_RPC_UNREGISTER,
    CLIENT_EVENT_RPC_CALL,
    CLIENT_EVENT_COUNT,
};

/* Payloads. */

/* update-metadata. Sealed, base64. */
struct session_metadata_update {
    struct schema_object object;
    const char *sid;
    double expected_version;
    const char *metadata;
};

extern const struct schema session_metadata_update_schema;

/* update-state */
struct session_state_update {
    struct schema_object object;
    const char *sid;
    double expected_version;
    const char *agent_state;
};

extern const struct schema session_state_update_schema;

/* message, as older clients send it. What is no text is kept as it is; a localId that is none
   counts as absent. */
struct session_message {
    struct schema_object object;
    const char *sid;
    struct json_object *message;
    const char *local_id;
};

extern const struct schema session_message_schema;

/* session-alive; client_event_is_true() tells whether it thinks. */
struct session_alive {
    struct schema_object object;
    const char *sid;
    int64_t time;
    struct maybe_json thinking;
    const char *mode;
};

extern const struct schema session_alive_schema;

/* session-end */
struct session_end {
    struct schema_object object;
    const char *sid;
    int64_t time;
};

extern const struct schema session_end_schema;

/* machine-alive */
struct machine_alive {
    struct schema_object object;
    const char *machine_id;
    int64_t time;
};

extern const struct schema machine_alive_schema;

/* machine-update-metadata */
struct machine_metadata_update {
    struct schema_object object;
    const char *machine_id;
    const char *metadata;
    double expected_version;
};

extern const struct schema machine_metadata_update_schema;

/* machine-update-state */
struct machine_state_update {
    struct schema_object object;
    const char *machine_id;
    const char *daemon_state;
    double expected_version;
};

extern const struct schema machine_state_update_schema;

/* What was used, by kind; the kinds are passed on as they came. */
struct usage_total {
    struct schema_object object;
    double total;
};

extern const struct schema usage_total_schema;

/* usage-report. tokens and cost have more members: `object.origin` has all. */
struct usage_report {
    struct schema_object object;
    const char *key;
    const char *session_id;
    struct usage_total tokens;
    struct usage_total cost;
};

extern const struct schema usage_report_schema;

/* artifact-read and artifact-delete */
struct artifact_id {
    struct schema_object object;
    const char *artifact_id;
};

extern const struct schema artifact_id_schema;

/* artifact-create */
struct artifact_create {
    struct schema_object object;
    const char *id;
    const char *header;
    const char *body;
    const char *data_encryption_key;
};

extern const struct schema artifact_create_schema;

struct artifact_part {
    struct schema_object object;
    const char *data;
    double expected_version;
};

extern const struct schema artifact_part_schema;

/* artifact-update, of at least one part */
struct artifact_update {
    struct schema_object object;
    const char *artifact_id;
    struct artifact_part header;
    struct artifact_part body;
};

extern const struct schema artifact_update_schema;

/* access-key-get */
struct access_key_get {
    struct schema_object object;
    const char *session_id;
    const char *machine_id;
};

extern const struct schema access_key_get_schema;

/* app-state; what is not "active" counts as "background". */
struct app_state {
    struct schema_object object;
    const char *state;
};

extern const struct schema app_state_schema;

/* rpc-register, rpc-unregister, and rpc-registered and rpc-unregistered from the server */
struct rpc_method {
    struct schema_object object;
    const char *method;
};

extern const struct schema rpc_method_schema;

/* rpc-call, and rpc-request from the server */
struct rpc_call {
    struct schema_object object;
    const char *method;
    struct maybe_json params;
};

extern const struct schema rpc_call_schema;

/* rpc-error from the server: `type` is "register" or "unregister". */
struct rpc_error {
    struct schema_object object;
    const char *type;
    const char *error;
};

extern const struct schema rpc_error_schema;

/* Acknowledgements. */

enum event_result {
    EVENT_RESULT_ABSENT,
    EVENT_RESULT_SUCCESS,
    EVENT_RESULT_VERSION_MISMATCH,
    EVENT_RESULT_ERROR,
};

/* Of update-metadata, update-state, machine-update-metadata and machine-update-state: what is
   there now. */
struct versioned_answer {
    struct schema_object object;
    enum event_result result;
    const char *message;
    struct maybe_number version;
    const char *metadata;
    const char *agent_state;
    const char *daemon_state;
};

extern const struct schema versioned_answer_schema;

/* Of usage-report */
struct usage_answer {
    struct schema_object object;
    bool success;
    const char *error;
    const char *report_id;
    struct maybe_integer created_at;
    struct maybe_integer updated_at;
};

extern const struct schema usage_answer_schema;

struct event_artifact {
    struct schema_object object;
    const char *id;
    const char *header;
    int64_t header_version;
    const char *body;
    int64_t body_version;
    int64_t seq;
    int64_t created_at;
    int64_t updated_at;
};

extern const struct schema event_artifact_schema;

/* Of artifact-read, artifact-create and artifact-delete (without the artifact) */
struct artifact_answer {
    struct schema_object object;
    enum event_result result;
    const char *message;
    struct event_artifact artifact;
};

extern const struct schema artifact_answer_schema;

/* The first two after success, the others after a mismatch */
struct artifact_part_answer {
    struct schema_object object;
    struct maybe_number version;
    const char *data;
    struct maybe_number current_version;
    const char *current_data;
};

extern const struct schema artifact_part_answer_schema;

/* Of artifact-update */
struct artifact_update_answer {
    struct schema_object object;
    enum event_result result;
    const char *message;
    struct artifact_part_answer header;
    struct artifact_part_answer body;
};

extern const struct schema artifact_update_answer_schema;

/* Of access-key-get */
struct access_key_answer {
    struct schema_object object;
    bool ok;
    const char *error;
    struct api_access_key access_key;
};

extern const struct schema access_key_answer_schema;

/* Of rpc-call: `result` is the first value the handler acknowledged with. */
struct rpc_answer {
    struct schema_object object;
    bool ok;
    struct maybe_json result;
    const char *error;
};

extern const struct schema rpc_answer_schema;

/* Of ping: {} */
struct empty_answer {
    struct schema_object object;
};

extern const struct schema empty_answer_schema;

/* The texts of rpc_answer.error, which clients compare. */
#define RPC_NOT_AVAILABLE "RPC method not available"
#define RPC_SAME_SOCKET   "Cannot call RPC on the same socket"
#define RPC_TIMED_OUT     "operation has timed out"
#define RPC_DISCONNECTED  "RPC target disconnected"
#define RPC_FAILED        "Internal error"

const char *client_event_name(enum client_event event);

/* CLIENT_EVENT_NONE for events that have no meaning. */
enum client_event client_event_of(const char *name);

/* The tables of the payload and of the acknowledgement. NULL: there is none. */
const struct schema *client_event_payload(enum client_event event);
const struct schema *client_event_answer(enum client_event event);

/* Server: reads a payload (NULL is null) into a struct of the event's table. Returns 0; or -1, with
   the answer to a payload that cannot be used appended to `refusal`: the value to acknowledge with,
   for rpc-register and rpc-unregister the payload of the event rpc-error; nothing for events that
   are just dropped then. What was read belongs to `arena`. */
int client_event_read(enum client_event event, struct json_object *payload, struct arena *arena,
                      void *value, struct buffer *refusal);

/* Whether JavaScript takes it for true; NULL is null. */
bool client_event_is_true(struct json_object *value);

#endif
