#include "wire/api_session.h"

#include <float.h>

static const struct schema_member api_session_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_session, id)},
    {"seq", SCHEMA_INTEGER, SCHEMA_REQUIRED, SCHEMA_AT(struct api_session, seq)},
    {"createdAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct api_session, created_at)},
    {"updatedAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct api_session, updated_at)},
    {"active", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct api_session, active)},
    {"activeAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct api_session, active_at)},
    {"metadata", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_session, metadata)},
    {"metadataVersion", SCHEMA_INTEGER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_session, metadata_version)},
    {"agentState", SCHEMA_STRING, SCHEMA_NULLABLE, SCHEMA_AT(struct api_session, agent_state)},
    {"agentStateVersion", SCHEMA_INTEGER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_session, agent_state_version)},
    {"dataEncryptionKey", SCHEMA_STRING, SCHEMA_NULLABLE,
     SCHEMA_AT(struct api_session, data_encryption_key)},
    {"lastMessage", SCHEMA_JSON, SCHEMA_NULLISH, SCHEMA_AT(struct api_session, last_message)},
    {0}};
const struct schema api_session_schema = {.size = sizeof(struct api_session),
                                          .members = api_session_members};

static const struct schema_member api_new_session_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_session, id)},
    {"seq", SCHEMA_INTEGER, SCHEMA_REQUIRED, SCHEMA_AT(struct api_session, seq)},
    {"metadata", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_session, metadata)},
    {"metadataVersion", SCHEMA_INTEGER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_session, metadata_version)},
    {"agentState", SCHEMA_STRING, SCHEMA_NULLABLE, SCHEMA_AT(struct api_session, agent_state)},
    {"agentStateVersion", SCHEMA_INTEGER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_session, agent_state_version)},
    {"dataEncryptionKey", SCHEMA_STRING, SCHEMA_NULLABLE,
     SCHEMA_AT(struct api_session, data_encryption_key)},
    {"active", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct api_session, active)},
    {"activeAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct api_session, active_at)},
    {"createdAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct api_session, created_at)},
    {"updatedAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct api_session, updated_at)},
    {"lastMessage", SCHEMA_JSON, SCHEMA_NULLISH, SCHEMA_AT(struct api_session, last_message)},
    {0}};
const struct schema api_new_session_schema = {.size = sizeof(struct api_session),
                                              .members = api_new_session_members};

static const struct schema_member api_session_create_members[] = {
    {"tag", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_session_create, tag)},
    {"metadata", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_session_create, metadata)},
    {"agentState", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct api_session_create, agent_state)},
    {"dataEncryptionKey", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct api_session_create, data_encryption_key)},
    {0}};
const struct schema api_session_create_schema = {.size = sizeof(struct api_session_create),
                                                 .members = api_session_create_members};

static const struct schema_member api_session_answer_members[] = {
    {"session", SCHEMA_OBJECT, SCHEMA_REQUIRED, SCHEMA_AT(struct api_session_answer, session),
     .of = &api_new_session_schema},
    {0}};
const struct schema api_session_answer_schema = {.size = sizeof(struct api_session_answer),
                                                 .members = api_session_answer_members};

static const struct schema_member api_session_list_members[] = {
    {"sessions", SCHEMA_LIST, SCHEMA_REQUIRED, SCHEMA_AT(struct api_session_list, sessions),
     SCHEMA_ITEMS(struct api_session_list, sessions), .item = SCHEMA_OBJECT,
     .of = &api_session_schema},
    {0}};
const struct schema api_session_list_schema = {.size = sizeof(struct api_session_list),
                                               .members = api_session_list_members};

static const struct schema_member api_session_active_query_members[] = {
    {"limit", SCHEMA_INTEGER, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_session_active_query, limit),
     .least = 1, .most = 500, .number_default = 150},
    {0}};
const struct schema api_session_active_query_schema = {
    .size = sizeof(struct api_session_active_query), .members = api_session_active_query_members};

static const struct schema_member api_session_page_query_members[] = {
    {"cursor", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_session_page_query, cursor)},
    {"limit", SCHEMA_INTEGER, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_session_page_query, limit),
     .least = 1, .most = 200, .number_default = 50},
    {"changedSince", SCHEMA_INTEGER, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct api_session_page_query, changed_since), .least = API_ABOVE_ZERO,
     .most = API_INTEGER_MAX},
    {0}};
const struct schema api_session_page_query_schema = {.size = sizeof(struct api_session_page_query),
                                                     .members = api_session_page_query_members};

static const struct schema_member api_session_page_members[] = {
    {"sessions", SCHEMA_LIST, SCHEMA_REQUIRED, SCHEMA_AT(struct api_session_page, sessions),
     SCHEMA_ITEMS(struct api_session_page, sessions), .item = SCHEMA_OBJECT,
     .of = &api_session_schema},
    {"nextCursor", SCHEMA_STRING, SCHEMA_NULLABLE, SCHEMA_AT(struct api_session_page, next_cursor)},
    {"hasNext", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct api_session_page, has_next)},
    {0}};
const struct schema api_session_page_schema = {.size = sizeof(struct api_session_page),
                                               .members = api_session_page_members};

static const char *const api_push_kind_names[] = {[API_PUSH_ABSENT] = "",
                                                  [API_PUSH_DONE] = "done",
                                                  [API_PUSH_PERMISSION] = "permission",
                                                  [API_PUSH_QUESTION] = "question",
                                                  NULL};

static const struct schema_member api_push_event_members[] = {
    {"kind", SCHEMA_ENUM, SCHEMA_REQUIRED, SCHEMA_AT(struct api_push_event, kind),
     .names = api_push_kind_names},
    {"title", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_push_event, title),
     .length_least = 1, .length_most = 200},
    {"body", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_push_event, body),
     .length_least = 1, .length_most = 500},
    {"data", SCHEMA_MAP, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_push_event, data),
     SCHEMA_ITEMS(struct api_push_event, data), .item = SCHEMA_JSON},
    {0}};
const struct schema api_push_event_schema = {.size = sizeof(struct api_push_event),
                                             .members = api_push_event_members};

static const char *const api_push_result_names[] = {[API_PUSH_RESULT_ABSENT] = "",
                                                    [API_PUSH_RESULT_SUPPRESSED] = "suppressed",
                                                    [API_PUSH_RESULT_NO_TOKENS] = "no_tokens",
                                                    [API_PUSH_RESULT_SENT] = "sent",
                                                    [API_PUSH_RESULT_PARTIAL] = "partial",
                                                    [API_PUSH_RESULT_FAILED] = "failed",
                                                    NULL};

static const struct schema_member api_push_event_answer_members[] = {
    {"success", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct api_push_event_answer, success)},
    {"result", SCHEMA_ENUM, SCHEMA_REQUIRED, SCHEMA_AT(struct api_push_event_answer, result),
     .names = api_push_result_names},
    {"tokens", SCHEMA_INTEGER, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_push_event_answer, tokens)},
    {"delivered", SCHEMA_INTEGER, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct api_push_event_answer, delivered)},
    {"reason", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_push_event_answer, reason)},
    {0}};
const struct schema api_push_event_answer_schema = {.size = sizeof(struct api_push_event_answer),
                                                    .members = api_push_event_answer_members};
