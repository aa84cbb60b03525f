#include "wire/api_auth.h"

static const struct schema_member api_login_request_members[] = {
    {"publicKey", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_login_request, public_key)},
    {"challenge", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_login_request, challenge)},
    {"signature", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_login_request, signature)},
    {0}};
const struct schema api_login_request_schema = {.size = sizeof(struct api_login_request),
                                                .members = api_login_request_members};

static const struct schema_member api_login_answer_members[] = {
    {"success", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct api_login_answer, success)},
    {"token", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_login_answer, token)},
    {0}};
const struct schema api_login_answer_schema = {.size = sizeof(struct api_login_answer),
                                               .members = api_login_answer_members};

static const struct schema_member api_pairing_request_members[] = {
    {"publicKey", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_pairing_request, public_key)},
    {"supportsV2", SCHEMA_BOOL, SCHEMA_NULLISH, SCHEMA_AT(struct api_pairing_request, supports_v2)},
    {0}};
const struct schema api_pairing_request_schema = {.size = sizeof(struct api_pairing_request),
                                                  .members = api_pairing_request_members};

static const char *const api_pairing_state_names[] = {[API_PAIRING_STATE_ABSENT] = "",
                                                      [API_PAIRING_STATE_REQUESTED] = "requested",
                                                      [API_PAIRING_STATE_AUTHORIZED] = "authorized",
                                                      NULL};

static const struct schema_member api_pairing_state_answer_members[] = {
    {"state", SCHEMA_ENUM, SCHEMA_REQUIRED, SCHEMA_AT(struct api_pairing_state_answer, state),
     .names = api_pairing_state_names},
    {"token", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_pairing_state_answer, token)},
    {"response", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct api_pairing_state_answer, response)},
    {0}};
const struct schema api_pairing_state_answer_schema = {
    .size = sizeof(struct api_pairing_state_answer), .members = api_pairing_state_answer_members};

static const struct schema_member api_pairing_status_query_members[] = {
    {"publicKey", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_pairing_status_query, public_key)},
    {0}};
const struct schema api_pairing_status_query_schema = {
    .size = sizeof(struct api_pairing_status_query), .members = api_pairing_status_query_members};

static const char *const api_pairing_status_names[] = {[API_PAIRING_STATUS_ABSENT] = "",
                                                       [API_PAIRING_STATUS_NOT_FOUND] = "not_found",
                                                       [API_PAIRING_STATUS_PENDING] = "pending",
                                                       [API_PAIRING_STATUS_AUTHORIZED] =
                                                           "authorized",
                                                       NULL};

static const struct schema_member api_pairing_status_answer_members[] = {
    {"status", SCHEMA_ENUM, SCHEMA_REQUIRED, SCHEMA_AT(struct api_pairing_status_answer, status),
     .names = api_pairing_status_names},
    {"supportsV2", SCHEMA_BOOL, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_pairing_status_answer, supports_v2)},
    {0}};
const struct schema api_pairing_status_answer_schema = {
    .size = sizeof(struct api_pairing_status_answer), .members = api_pairing_status_answer_members};

static const struct schema_member api_pairing_response_request_members[] = {
    {"publicKey", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_pairing_response_request, public_key)},
    {"response", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_pairing_response_request, response)},
    {0}};
const struct schema api_pairing_response_request_schema = {
    .size = sizeof(struct api_pairing_response_request),
    .members = api_pairing_response_request_members};
