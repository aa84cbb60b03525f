#include "wire/client_event.h"

#include <math.h>
#include <string.h>

#include "wire/api_body.h"

static const char *const client_scope_names[] = {[CLIENT_SCOPE_ABSENT] = "",
                                                 [CLIENT_SCOPE_USER_SCOPED] = "user-scoped",
                                                 [CLIENT_SCOPE_SESSION_SCOPED] = "session-scoped",
                                                 [CLIENT_SCOPE_MACHINE_SCOPED] = "machine-scoped",
                                                 NULL};

static const struct schema_member client_auth_members[] = {
    {"token", SCHEMA_STRING, SCHEMA_NULLISH | SCHEMA_LENIENT, SCHEMA_AT(struct client_auth, token)},
    {"clientType", SCHEMA_ENUM, SCHEMA_NULLISH | SCHEMA_LENIENT,
     SCHEMA_AT(struct client_auth, client_type), .names = client_scope_names},
    {"sessionId", SCHEMA_STRING, SCHEMA_NULLISH | SCHEMA_LENIENT,
     SCHEMA_AT(struct client_auth, session_id)},
    {"machineId", SCHEMA_STRING, SCHEMA_NULLISH | SCHEMA_LENIENT,
     SCHEMA_AT(struct client_auth, machine_id)},
    {"happyClient", SCHEMA_STRING, SCHEMA_NULLISH | SCHEMA_LENIENT,
     SCHEMA_AT(struct client_auth, happy_client)},
    {"appState", SCHEMA_STRING, SCHEMA_NULLISH | SCHEMA_LENIENT,
     SCHEMA_AT(struct client_auth, app_state)},
    {0}};
const struct schema client_auth_schema = {.size = sizeof(struct client_auth),
                                          .members = client_auth_members};

static const struct schema_member session_metadata_update_members[] = {
    {"sid", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct session_metadata_update, sid),
     .length_least = 1},
    {"expectedVersion", SCHEMA_NUMBER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct session_metadata_update, expected_version)},
    {"metadata", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct session_metadata_update, metadata)},
    {0}};
const struct schema session_metadata_update_schema = {
    .size = sizeof(struct session_metadata_update), .members = session_metadata_update_members};

static const struct schema_member session_state_update_members[] = {
    {"sid", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct session_state_update, sid),
     .length_least = 1},
    {"expectedVersion", SCHEMA_NUMBER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct session_state_update, expected_version)},
    {"agentState", SCHEMA_STRING, SCHEMA_NULLABLE,
     SCHEMA_AT(struct session_state_update, agent_state)},
    {0}};
const struct schema session_state_update_schema = {.size = sizeof(struct session_state_update),
                                                   .members = session_state_update_members};

static int check_message(const void *value, struct error *error)
{
    const struct session_message *message = value;
    return message->message ? 0 : error_set(error, ERROR_INVALID, "message must not be null");
}

static const struct schema_member session_message_members[] = {
    {"sid", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct session_message, sid),
     .length_least = 1},
    {"message", SCHEMA_JSON, SCHEMA_REQUIRED, SCHEMA_AT(struct session_message, message)},
    {"localId", SCHEMA_STRING, SCHEMA_OPTIONAL | SCHEMA_LENIENT,
     SCHEMA_AT(struct session_message, local_id)},
    {0}};
const struct schema session_message_schema = {.size = sizeof(struct session_message),
                                              .members = session_message_members,
                                              .check = check_message};

static const struct schema_member session_alive_members[] = {
    {"sid", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct session_alive, sid),
     .length_least = 1},
    {"time", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct session_alive, time)},
    {"thinking", SCHEMA_JSON, SCHEMA_OPTIONAL, SCHEMA_AT(struct session_alive, thinking)},
    {"mode", SCHEMA_STRING, SCHEMA_NULLISH | SCHEMA_LENIENT, SCHEMA_AT(struct session_alive, mode)},
    {0}};
const struct schema session_alive_schema = {.size = sizeof(struct session_alive),
                                            .members = session_alive_members};

static const struct schema_member session_end_members[] = {
    {"sid", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct session_end, sid), .length_least = 1},
    {"time", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct session_end, time)},
    {0}};
const struct schema session_end_schema = {.size = sizeof(struct session_end),
                                          .members = session_end_members};

static const struct schema_member machine_alive_members[] = {
    {"machineId", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct machine_alive, machine_id),
     .length_least = 1},
    {"time", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct machine_alive, time)},
    {0}};
const struct schema machine_alive_schema = {.size = sizeof(struct machine_alive),
                                            .members = machine_alive_members};

static const struct schema_member machine_metadata_update_members[] = {
    {"machineId", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct machine_metadata_update, machine_id), .length_least = 1},
    {"metadata", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct machine_metadata_update, metadata)},
    {"expectedVersion", SCHEMA_NUMBER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct machine_metadata_update, expected_version)},
    {0}};
const struct schema machine_metadata_update_schema = {
    .size = sizeof(struct machine_metadata_update), .members = machine_metadata_update_members};

static const struct schema_member machine_state_update_members[] = {
    {"machineId", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct machine_state_update, machine_id), .length_least = 1},
    {"daemonState", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct machine_state_update, daemon_state)},
    {"expectedVersion", SCHEMA_NUMBER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct machine_state_update, expected_version)},
    {0}};
const struct schema machine_state_update_schema = {.size = sizeof(struct machine_state_update),
                                                   .members = machine_state_update_members};

static const struct schema_member usage_total_members[] = {
    {"total", SCHEMA_NUMBER, SCHEMA_REQUIRED, SCHEMA_AT(struct usage_total, total)}, {0}};
const struct schema usage_total_schema = {.size = sizeof(struct usage_total),
                                          .members = usage_total_members};

static const struct schema_member usage_report_members[] = {
    {"key", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct usage_report, key), .length_least = 1},
    {"sessionId", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct usage_report, session_id)},
    {"tokens", SCHEMA_OBJECT, SCHEMA_REQUIRED, SCHEMA_AT(struct usage_report, tokens),
     .of = &usage_total_schema},
    {"cost", SCHEMA_OBJECT, SCHEMA_REQUIRED, SCHEMA_AT(struct usage_report, cost),
     .of = &usage_total_schema},
    {0}};
const struct schema usage_report_schema = {.size = sizeof(struct usage_report),
                                           .members = usage_report_members};

static const struct schema_member artifact_id_members[] = {
    {"artifactId", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct artifact_id, artifact_id),
     .length_least = 1},
    {0}};
const struct schema artifact_id_schema = {.size = sizeof(struct artifact_id),
                                          .members = artifact_id_members};

static const struct schema_member artifact_create_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct artifact_create, id),
     .length_least = 1},
    {"header", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct artifact_create, header)},
    {"body", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct artifact_create, body)},
    {"dataEncryptionKey", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct artifact_create, data_encryption_key)},
    {0}};
const struct schema artifact_create_schema = {.size = sizeof(struct artifact_create),
                                              .members = artifact_create_members};

static const struct schema_member artifact_part_members[] = {
    {"data", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct artifact_part, data)},
    {"expectedVersion", SCHEMA_NUMBER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct artifact_part, expected_version)},
    {0}};
const struct schema artifact_part_schema = {.size = sizeof(struct artifact_part),
                                            .members = artifact_part_members};

static int check_artifact_update(const void *value, struct error *error)
{
    const struct artifact_update *update = value;
    return update->header.object.presence == PRESENT || update->body.object.presence == PRESENT
               ? 0
               : error_set(error, ERROR_INVALID, "must have a header or a body");
}

static const struct schema_member artifact_update_members[] = {
    {"artifactId", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct artifact_update, artifact_id),
     .length_least = 1},
    {"header", SCHEMA_OBJECT, SCHEMA_NULLISH, SCHEMA_AT(struct artifact_update, header),
     .of = &artifact_part_schema},
    {"body", SCHEMA_OBJECT, SCHEMA_NULLISH, SCHEMA_AT(struct artifact_update, body),
     .of = &artifact_part_schema},
    {0}};
const struct schema artifact_update_schema = {.size = sizeof(struct artifact_update),
                                              .members = artifact_update_members,
                                              .check = check_artifact_update};

static const struct schema_member access_key_get_members[] = {
    {"sessionId", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct access_key_get, session_id),
     .length_least = 1},
    {"machineId", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct access_key_get, machine_id),
     .length_least = 1},
    {0}};
const struct schema access_key_get_schema = {.size = sizeof(struct access_key_get),
                                             .members = access_key_get_members};

static const struct schema_member app_state_members[] = {
    {"state", SCHEMA_STRING, SCHEMA_NULLISH | SCHEMA_LENIENT, SCHEMA_AT(struct app_state, state)},
    {0}};
const struct schema app_state_schema = {.size = sizeof(struct app_state),
                                        .members = app_state_members};

static const struct schema_member rpc_method_members[] = {{"method", SCHEMA_STRING, SCHEMA_REQUIRED,
                                                           SCHEMA_AT(struct rpc_method, method),
                                                           .length_least = 1},
                                                          {0}};
const struct schema rpc_method_schema = {.size = sizeof(struct rpc_method),
                                         .members = rpc_method_members};

static const struct schema_member rpc_call_members[] = {
    {"method", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_call, method),
     .length_least = 1},
    {"params", SCHEMA_JSON, SCHEMA_OPTIONAL, SCHEMA_AT(struct rpc_call, params)},
    {0}};
const struct schema rpc_call_schema = {.size = sizeof(struct rpc_call),
                                       .members = rpc_call_members};

static const struct schema_member rpc_error_members[] = {
    {"type", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_error, type)},
    {"error", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_error, error)},
    {0}};
const struct schema rpc_error_schema = {.size = sizeof(struct rpc_error),
                                        .members = rpc_error_members};

static const char *const event_result_names[] = {[EVENT_RESULT_ABSENT] = "",
                                                 [EVENT_RESULT_SUCCESS] = "success",
                                                 [EVENT_RESULT_VERSION_MISMATCH] =
                                                     "version-mismatch",
                                                 [EVENT_RESULT_ERROR] = "error",
                                                 NULL};

static const struct schema_member versioned_answer_members[] = {
    {"result", SCHEMA_ENUM, SCHEMA_REQUIRED, SCHEMA_AT(struct versioned_answer, result),
     .names = event_result_names},
    {"message", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct versioned_answer, message)},
    {"version", SCHEMA_NUMBER, SCHEMA_OPTIONAL, SCHEMA_AT(struct versioned_answer, version)},
    {"metadata", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct versioned_answer, metadata)},
    {"agentState", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct versioned_answer, agent_state)},
    {"daemonState", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct versioned_answer, daemon_state)},
    {0}};
const struct schema versioned_answer_schema = {.size = sizeof(struct versioned_answer),
                                               .members = versioned_answer_members};

static const struct schema_member usage_answer_members[] = {
    {"success", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct usage_answer, success)},
    {"error", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct usage_answer, error)},
    {"reportId", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct usage_answer, report_id)},
    {"createdAt", SCHEMA_TIME, SCHEMA_OPTIONAL, SCHEMA_AT(struct usage_answer, created_at)},
    {"updatedAt", SCHEMA_TIME, SCHEMA_OPTIONAL, SCHEMA_AT(struct usage_answer, updated_at)},
    {0}};
const struct schema usage_answer_schema = {.size = sizeof(struct usage_answer),
                                           .members = usage_answer_members};

static const struct schema_member event_artifact_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct event_artifact, id)},
    {"header", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct event_artifact, header)},
    {"headerVersion", SCHEMA_INTEGER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct event_artifact, header_version)},
    {"body", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct event_artifact, body)},
    {"bodyVersion", SCHEMA_INTEGER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct event_artifact, body_version)},
    {"seq", SCHEMA_INTEGER, SCHEMA_REQUIRED, SCHEMA_AT(struct event_artifact, seq)},
    {"createdAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct event_artifact, created_at)},
    {"updatedAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct event_artifact, updated_at)},
    {0}};
const struct schema event_artifact_schema = {.size = sizeof(struct event_artifact),
                                             .members = event_artifact_members};

static const struct schema_member artifact_answer_members[] = {
    {"result", SCHEMA_ENUM, SCHEMA_REQUIRED, SCHEMA_AT(struct artifact_answer, result),
     .names = event_result_names},
    {"message", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct artifact_answer, message)},
    {"artifact", SCHEMA_OBJECT, SCHEMA_OPTIONAL, SCHEMA_AT(struct artifact_answer, artifact),
     .of = &event_artifact_schema},
    {0}};
const struct schema artifact_answer_schema = {.size = sizeof(struct artifact_answer),
                                              .members = artifact_answer_members};

static const struct schema_member artifact_part_answer_members[] = {
    {"version", SCHEMA_NUMBER, SCHEMA_OPTIONAL, SCHEMA_AT(struct artifact_part_answer, version)},
    {"data", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct artifact_part_answer, data)},
    {"currentVersion", SCHEMA_NUMBER, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct artifact_part_answer, current_version)},
    {"currentData", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct artifact_part_answer, current_data)},
    {0}};
const struct schema artifact_part_answer_schema = {.size = sizeof(struct artifact_part_answer),
                                                   .members = artifact_part_answer_members};

static const struct schema_member artifact_update_answer_members[] = {
    {"result", SCHEMA_ENUM, SCHEMA_REQUIRED, SCHEMA_AT(struct artifact_update_answer, result),
     .names = event_result_names},
    {"message", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct artifact_update_answer, message)},
    {"header", SCHEMA_OBJECT, SCHEMA_OPTIONAL, SCHEMA_AT(struct artifact_update_answer, header),
     .of = &artifact_part_answer_schema},
    {"body", SCHEMA_OBJECT, SCHEMA_OPTIONAL, SCHEMA_AT(struct artifact_update_answer, body),
     .of = &artifact_part_answer_schema},
    {0}};
const struct schema artifact_update_answer_schema = {.size = sizeof(struct artifact_update_answer),
                                                     .members = artifact_update_answer_members};

static const struct schema_member access_key_answer_members[] = {
    {"ok", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct access_key_answer, ok)},
    {"error", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct access_key_answer, error)},
    {"accessKey", SCHEMA_OBJECT, SCHEMA_NULLISH, SCHEMA_AT(struct access_key_answer, access_key),
     .of = &api_access_key_schema},
    {0}};
const struct schema access_key_answer_schema = {.size = sizeof(struct access_key_answer),
                                                .members = access_key_answer_members};

static const struct schema_member rpc_answer_members[] = {
    {"ok", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_answer, ok)},
    {"result", SCHEMA_JSON, SCHEMA_OPTIONAL, SCHEMA_AT(struct rpc_answer, result)},
    {"error", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct rpc_answer, error)},
    {0}};
const struct schema rpc_answer_schema = {.size = sizeof(struct rpc_answer),
                                         .members = rpc_answer_members};

static const struct schema_member empty_answer_members[] = {{0}};
const struct schema empty_answer_schema = {.size = sizeof(struct empty_answer),
                                           .members = empty_answer_members};

/* The events. */

/* What payloads are refused with: the text depends on the member that is wrong. */
struct refusal {
    const char *member; /* NULL: any other */
    const char *answer;
};

#define RESULT_ERROR(message) "{\"result\":\"error\",\"message\":\"" message "\"}"
#define NOT_SAVED(message)    "{\"success\":false,\"error\":\"" message "\"}"
#define NOT_OK(message)       "{\"ok\":false,\"error\":\"" message "\"}"
#define RPC_ERROR(type)       "{\"type\":\"" type "\",\"error\":\"Invalid method name\"}"

static const struct refusal plain_error[] = {{NULL, "{\"result\":\"error\"}"}};
static const struct refusal parameters[] = {{NULL, RESULT_ERROR("Invalid parameters")}};
static const struct refusal usage_refusals[] = {
    {"key", NOT_SAVED("Invalid key")},
    {"tokens", NOT_SAVED("Invalid tokens object - must include total")},
    {"cost", NOT_SAVED("Invalid cost object - must include total")},
    {NULL, NOT_SAVED("Invalid sessionId")}};
static const struct refusal artifact_update_refusals[] = {
    {"artifactId", RESULT_ERROR("Invalid parameters")},
    {"header", RESULT_ERROR("Invalid header parameters")},
    {"body", RESULT_ERROR("Invalid body parameters")},
    {NULL, RESULT_ERROR("No updates provided")}};
static const struct refusal access_key_refusals[] = {
    {NULL, NOT_OK("Invalid parameters: sessionId and machineId are required")}};
static const struct refusal call_refusals[] = {
    {NULL, NOT_OK("Invalid parameters: method is required")}};
static const struct refusal register_refusals[] = {{NULL, RPC_ERROR("register")}};
static const struct refusal unregister_refusals[] = {{NULL, RPC_ERROR("unregister")}};

static const struct {
    const char *name;
    const struct schema *payload, *answer;
    const struct refusal *refusals; /* NULL: dropped */
    const char *null_answer;        /* to null; NULL: as to other payloads */
} EVENTS[CLIENT_EVENT_COUNT] = {
    [CLIENT_EVENT_NONE] = {.name = ""},
    [CLIENT_EVENT_PING] = {"ping", NULL, &empty_answer_schema, NULL, NULL},
    [CLIENT_EVENT_UPDATE_METADATA] = {"update-metadata", &session_metadata_update_schema,
                                      &versioned_answer_schema, plain_error, NULL},
    [CLIENT_EVENT_UPDATE_STATE] = {"update-state", &session_state_update_schema,
                                   &versioned_answer_schema, plain_error, NULL},
    [CLIENT_EVENT_MESSAGE] = {"message", &session_message_schema, NULL, NULL, NULL},
    [CLIENT_EVENT_SESSION_ALIVE] = {"session-alive", &session_alive_schema, NULL, NULL, NULL},
    [CLIENT_EVENT_SESSION_END] = {"session-end", &session_end_schema, NULL, NULL, NULL},
    [CLIENT_EVENT_MACHINE_ALIVE] = {"machine-alive", &machine_alive_schema, NULL, NULL, NULL},
    [CLIENT_EVENT_MACHINE_UPDATE_METADATA] = {"machine-update-metadata",
                                              &machine_metadata_update_schema,
                                              &versioned_answer_schema, parameters,
                                              RESULT_ERROR("Internal error")},
    [CLIENT_EVENT_MACHINE_UPDATE_STATE] = {"machine-update-state", &machine_state_update_schema,
                                           &versioned_answer_schema, parameters,
                                           RESULT_ERROR("Internal error")},
    [CLIENT_EVENT_USAGE_REPORT] = {"usage-report", &usage_report_schema, &usage_answer_schema,
                                   usage_refusals, NOT_SAVED("Internal error")},
    [CLIENT_EVENT_ARTIFACT_READ] = {"artifact-read", &artifact_id_schema, &artifact_answer_schema,
                                    parameters, RESULT_ERROR("Internal error")},
    [CLIENT_EVENT_ARTIFACT_CREATE] = {"artifact-create", &artifact_create_schema,
                                      &artifact_answer_schema, parameters,
                                      RESULT_ERROR("Internal error")},
    [CLIENT_EVENT_ARTIFACT_UPDATE] = {"artifact-update", &artifact_update_schema,
                                      &artifact_update_answer_schema, artifact_update_refusals,
                                      RESULT_ERROR("Internal error")},
    [CLIENT_EVENT_ARTIFACT_DELETE] = {"artifact-delete", &artifact_id_schema,
                                      &artifact_answer_schema, parameters,
                                      RESULT_ERROR("Internal error")},
    [CLIENT_EVENT_ACCESS_KEY_GET] = {"access-key-get", &access_key_get_schema,
                                     &access_key_answer_schema, access_key_refusals,
                                     NOT_OK("Internal error")},
    [CLIENT_EVENT_APP_STATE] = {"app-state", &app_state_schema, NULL, NULL, NULL},
    [CLIENT_EVENT_RPC_REGISTER] = {"rpc-register", &rpc_method_schema, NULL, register_refusals,
                                   NULL},
    [CLIENT_EVENT_RPC_UNREGISTER] = {"rpc-unregister", &rpc_method_schema, NULL,
                                     unregister_refusals, NULL},
    [CLIENT_EVENT_RPC_CALL] = {"rpc-call", &rpc_call_schema, &rpc_answer_schema, call_refusals,
                               NULL},
};

const char *client_event_name(enum client_event event)
{
    return EVENTS[event].name;
}

enum client_event client_event_of(const char *name)
{
    int event = CLIENT_EVENT_COUNT - 1;
    while (event > CLIENT_EVENT_NONE && strcmp(EVENTS[event].name, name) != 0)
        event--;
    return (enum client_event)event;
}

const struct schema *client_event_payload(enum client_event event)
{
    return EVENTS[event].payload;
}

const struct schema *client_event_answer(enum client_event event)
{
    return EVENTS[event].answer;
}

static bool is_wrong(enum client_event event, struct json_object *payload, const char *name)
{
    struct schema_member alone[2] = {{0}};
    const struct schema_member *member = EVENTS[event].payload->members;
    while (strcmp(member->name, name) != 0)
        member++;
    alone[0] = *member;
    const struct schema only = {.members = alone};
    return !api_check(&only, API_BODY, payload, NULL);
}

static int refuse(enum client_event event, struct json_object *payload, struct buffer *answer)
{
    const struct refusal *refusal = EVENTS[event].refusals;
    if (!payload && EVENTS[event].null_answer) {
        buffer_append_string(answer, EVENTS[event].null_answer);
        return -1;
    }
    if (!refusal)
        return -1;
    while (refusal->member && !is_wrong(event, payload, refusal->member))
        refusal++;
    buffer_append_string(answer, refusal->answer);
    return -1;
}

int client_event_read(enum client_event event, struct json_object *payload, struct arena *arena,
                      void *value, struct buffer *refusal)
{
    const struct schema *schema = EVENTS[event].payload;
    struct json_object *nothing = NULL;
    if (!schema)
        return -1;
    /* To upstream a text, number or list is an object without members. */
    if (payload && !json_object_is_type(payload, json_type_object))
        payload = nothing = json_object_new_object();
    int status =
        schema_read(schema, payload, arena, value, NULL) == 0 ? 0 : refuse(event, payload, refusal);
    json_object_put(nothing);
    return status;
}

bool client_event_is_true(struct json_object *value)
{
    double number;
    switch (json_object_get_type(value)) {
    case json_type_null:
        return false;
    case json_type_boolean:
        return json_object_get_boolean(value);
    case json_type_int:
    case json_type_double:
        number = json_object_get_double(value);
        return number != 0 && !isnan(number);
    case json_type_string:
        return json_object_get_string_len(value) > 0;
    default:
        return true;
    }
}

static bool is_given(const char *text)
{
    return is_text(text) && *text;
}

const char *client_auth_refusal(const struct client_auth *auth)
{
    if (!is_given(auth->token))
        return "Missing authentication token";
    if (auth->client_type == CLIENT_SCOPE_SESSION_SCOPED && !is_given(auth->session_id))
        return "Session ID required for session-scoped clients";
    if (auth->client_type == CLIENT_SCOPE_MACHINE_SCOPED && !is_given(auth->machine_id))
        return "Machine ID required for machine-scoped clients";
    return NULL;
}
