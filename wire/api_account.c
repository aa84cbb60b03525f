#include "wire/api_account.h"

#include <float.h>

static const struct schema_member api_avatar_members[] = {
    {"path", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_avatar, path)},
    {"width", SCHEMA_INTEGER, SCHEMA_REQUIRED, SCHEMA_AT(struct api_avatar, width)},
    {"height", SCHEMA_INTEGER, SCHEMA_REQUIRED, SCHEMA_AT(struct api_avatar, height)},
    {"thumbhash", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_avatar, thumbhash)},
    {"url", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_avatar, url)},
    {0}};
const struct schema api_avatar_schema = {.size = sizeof(struct api_avatar),
                                         .members = api_avatar_members};

static const struct schema_member api_profile_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_profile, id)},
    {"timestamp", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct api_profile, timestamp)},
    {"firstName", SCHEMA_STRING, SCHEMA_NULLABLE, SCHEMA_AT(struct api_profile, first_name)},
    {"lastName", SCHEMA_STRING, SCHEMA_NULLABLE, SCHEMA_AT(struct api_profile, last_name)},
    {"username", SCHEMA_STRING, SCHEMA_NULLABLE, SCHEMA_AT(struct api_profile, username)},
    {"avatar", SCHEMA_OBJECT, SCHEMA_NULLABLE, SCHEMA_AT(struct api_profile, avatar),
     .of = &api_avatar_schema},
    {"github", SCHEMA_JSON, SCHEMA_NULLABLE, SCHEMA_AT(struct api_profile, github)},
    {"connectedServices", SCHEMA_LIST, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_profile, connected_services),
     SCHEMA_ITEMS(struct api_profile, connected_services), .item = SCHEMA_STRING},
    {0}};
const struct schema api_profile_schema = {.size = sizeof(struct api_profile),
                                          .members = api_profile_members};

static const struct schema_member api_settings_members[] = {
    {"settings", SCHEMA_STRING, SCHEMA_NULLABLE, SCHEMA_AT(struct api_settings, settings)},
    {"settingsVersion", SCHEMA_INTEGER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_settings, settings_version)},
    {0}};
const struct schema api_settings_schema = {.size = sizeof(struct api_settings),
                                           .members = api_settings_members};

static const struct schema_member api_settings_update_members[] = {
    {"settings", SCHEMA_STRING, SCHEMA_NULLABLE, SCHEMA_AT(struct api_settings_update, settings)},
    {"expectedVersion", SCHEMA_INTEGER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_settings_update, expected_version), .least = 0, .most = API_INTEGER_MAX},
    {0}};
const struct schema api_settings_update_schema = {.size = sizeof(struct api_settings_update),
                                                  .members = api_settings_update_members};

static const struct schema_member api_settings_updated_members[] = {
    {"success", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct api_settings_updated, success)},
    {"version", SCHEMA_INTEGER, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_settings_updated, version)},
    {"error", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_settings_updated, error)},
    {"currentVersion", SCHEMA_INTEGER, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct api_settings_updated, current_version)},
    {"currentSettings", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct api_settings_updated, current_settings)},
    {0}};
const struct schema api_settings_updated_schema = {.size = sizeof(struct api_settings_updated),
                                                   .members = api_settings_updated_members};

static const char *const api_usage_group_names[] = {[API_USAGE_GROUP_ABSENT] = "",
                                                    [API_USAGE_GROUP_HOUR] = "hour",
                                                    [API_USAGE_GROUP_DAY] = "day",
                                                    NULL};

static const struct schema_member api_usage_query_members[] = {
    {"sessionId", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct api_usage_query, session_id)},
    {"startTime", SCHEMA_INTEGER, SCHEMA_NULLISH, SCHEMA_AT(struct api_usage_query, start_time),
     .least = API_ABOVE_ZERO, .most = API_INTEGER_MAX},
    {"endTime", SCHEMA_INTEGER, SCHEMA_NULLISH, SCHEMA_AT(struct api_usage_query, end_time),
     .least = API_ABOVE_ZERO, .most = API_INTEGER_MAX},
    {"groupBy", SCHEMA_ENUM, SCHEMA_NULLISH, SCHEMA_AT(struct api_usage_query, group_by),
     .names = api_usage_group_names},
    {0}};
const struct schema api_usage_query_schema = {.size = sizeof(struct api_usage_query),
                                              .members = api_usage_query_members};

static const struct schema_member api_usage_bucket_members[] = {
    {"timestamp", SCHEMA_INTEGER, SCHEMA_REQUIRED, SCHEMA_AT(struct api_usage_bucket, timestamp)},
    {"tokens", SCHEMA_MAP, SCHEMA_REQUIRED, SCHEMA_AT(struct api_usage_bucket, tokens),
     SCHEMA_ITEMS(struct api_usage_bucket, tokens), .item = SCHEMA_NUMBER},
    {"cost", SCHEMA_MAP, SCHEMA_REQUIRED, SCHEMA_AT(struct api_usage_bucket, cost),
     SCHEMA_ITEMS(struct api_usage_bucket, cost), .item = SCHEMA_NUMBER},
    {"reportCount", SCHEMA_INTEGER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_usage_bucket, report_count)},
    {0}};
const struct schema api_usage_bucket_schema = {.size = sizeof(struct api_usage_bucket),
                                               .members = api_usage_bucket_members};

static const struct schema_member api_usage_members[] = {
    {"usage", SCHEMA_LIST, SCHEMA_REQUIRED, SCHEMA_AT(struct api_usage, usage),
     SCHEMA_ITEMS(struct api_usage, usage), .item = SCHEMA_OBJECT, .of = &api_usage_bucket_schema},
    {"groupBy", SCHEMA_ENUM, SCHEMA_REQUIRED, SCHEMA_AT(struct api_usage, group_by),
     .names = api_usage_group_names},
    {"totalReports", SCHEMA_INTEGER, SCHEMA_REQUIRED, SCHEMA_AT(struct api_usage, total_reports)},
    {0}};
const struct schema api_usage_schema = {.size = sizeof(struct api_usage),
                                        .members = api_usage_members};

static const struct schema_member api_push_token_request_members[] = {
    {"token", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_push_token_request, token)},
    {0}};
const struct schema api_push_token_request_schema = {.size = sizeof(struct api_push_token_request),
                                                     .members = api_push_token_request_members};

static const struct schema_member api_push_token_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_push_token, id)},
    {"token", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_push_token, token)},
    {"createdAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct api_push_token, created_at)},
    {"updatedAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct api_push_token, updated_at)},
    {0}};
const struct schema api_push_token_schema = {.size = sizeof(struct api_push_token),
                                             .members = api_push_token_members};

static const struct schema_member api_push_token_list_members[] = {
    {"tokens", SCHEMA_LIST, SCHEMA_REQUIRED, SCHEMA_AT(struct api_push_token_list, tokens),
     SCHEMA_ITEMS(struct api_push_token_list, tokens), .item = SCHEMA_OBJECT,
     .of = &api_push_token_schema},
    {0}};
const struct schema api_push_token_list_schema = {.size = sizeof(struct api_push_token_list),
                                                  .members = api_push_token_list_members};

static const char *const api_vendor_names[] = {[API_VENDOR_ABSENT] = "",
                                               [API_VENDOR_OPENAI] = "openai",
                                               [API_VENDOR_ANTHROPIC] = "anthropic",
                                               [API_VENDOR_GEMINI] = "gemini",
                                               NULL};

static const struct schema_member api_vendor_params_members[] = {
    {"vendor", SCHEMA_ENUM, SCHEMA_REQUIRED, SCHEMA_AT(struct api_vendor_params, vendor),
     .names = api_vendor_names},
    {0}};
const struct schema api_vendor_params_schema = {.size = sizeof(struct api_vendor_params),
                                                .members = api_vendor_params_members};

static const struct schema_member api_vendor_register_members[] = {
    {"token", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_vendor_register, token)}, {0}};
const struct schema api_vendor_register_schema = {.size = sizeof(struct api_vendor_register),
                                                  .members = api_vendor_register_members};

static const struct schema_member api_vendor_token_answer_members[] = {
    {"token", SCHEMA_STRING, SCHEMA_NULLABLE, SCHEMA_AT(struct api_vendor_token_answer, token)},
    {0}};
const struct schema api_vendor_token_answer_schema = {
    .size = sizeof(struct api_vendor_token_answer), .members = api_vendor_token_answer_members};

static const struct schema_member api_vendor_token_members[] = {
    {"vendor", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_vendor_token, vendor)},
    {"token", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_vendor_token, token)},
    {0}};
const struct schema api_vendor_token_schema = {.size = sizeof(struct api_vendor_token),
                                               .members = api_vendor_token_members};

static const struct schema_member api_vendor_token_list_members[] = {
    {"tokens", SCHEMA_LIST, SCHEMA_REQUIRED, SCHEMA_AT(struct api_vendor_token_list, tokens),
     SCHEMA_ITEMS(struct api_vendor_token_list, tokens), .item = SCHEMA_OBJECT,
     .of = &api_vendor_token_schema},
    {0}};
const struct schema api_vendor_token_list_schema = {.size = sizeof(struct api_vendor_token_list),
                                                    .members = api_vendor_token_list_members};

static const struct schema_member api_github_params_members[] = {
    {"url", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_github_params, url)}, {0}};
const struct schema api_github_params_schema = {.size = sizeof(struct api_github_params),
                                                .members = api_github_params_members};

static const struct schema_member api_github_callback_query_members[] = {
    {"code", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_github_callback_query, code)},
    {"state", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_github_callback_query, state)},
    {0}};
const struct schema api_github_callback_query_schema = {
    .size = sizeof(struct api_github_callback_query), .members = api_github_callback_query_members};
