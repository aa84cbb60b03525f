/* The account: bodies of the routes in "Account, usage, push tokens, connections" of the notes on
   the HTTP API. */
#ifndef WIRE_API_ACCOUNT_H
#define WIRE_API_ACCOUNT_H

#include "wire/api_body.h"
#include "wire/schema.h"

struct api_avatar {
    struct schema_object object;
    const char *path;
    int64_t width;
    int64_t height;
    const char *thumbhash;
    const char *url;
};

extern const struct schema api_avatar_schema;

/* GET /v1/account/profile. `github` is what GitHub told, or null. */
struct api_profile {
    struct schema_object object;
    const char *id;
    int64_t timestamp;
    const char *first_name;
    const char *last_name;
    const char *username;
    struct api_avatar avatar;
    struct maybe_json github;
    LIST_OF(const char *) connected_services;
};

extern const struct schema api_profile_schema;

/* GET /v1/account/settings. Sealed, opaque to the server. */
struct api_settings {
    struct schema_object object;
    const char *settings;
    int64_t settings_version;
};

extern const struct schema api_settings_schema;

/* POST /v1/account/settings */
struct api_settings_update {
    struct schema_object object;
    const char *settings;
    int64_t expected_version;
};

extern const struct schema api_settings_update_schema;

/* With `error` ("version-mismatch"), what is there is given; else the new version. */
struct api_settings_updated {
    struct schema_object object;
    bool success;
    struct maybe_integer version;
    const char *error;
    struct maybe_integer current_version;
    const char *current_settings;
};

extern const struct schema api_settings_updated_schema;

enum api_usage_group {
    API_USAGE_GROUP_ABSENT,
    API_USAGE_GROUP_HOUR,
    API_USAGE_GROUP_DAY,
};

/* POST /v1/usage/query. Times are seconds, here and in the answer. Grouped by day when it does
   not say. */
struct api_usage_query {
    struct schema_object object;
    const char *session_id;
    struct maybe_integer start_time;
    struct maybe_integer end_time;
    enum api_usage_group group_by;
};

extern const struct schema api_usage_query_schema;

struct api_usage_bucket {
    struct schema_object object;
    int64_t timestamp;
    LIST_OF(struct named_number) tokens;
    LIST_OF(struct named_number) cost;
    int64_t report_count;
};

extern const struct schema api_usage_bucket_schema;

struct api_usage {
    struct schema_object object;
    LIST_OF(struct api_usage_bucket) usage;
    enum api_usage_group group_by;
    int64_t total_reports;
};

extern const struct schema api_usage_schema;

/* POST /v1/push-tokens */
struct api_push_token_request {
    struct schema_object object;
    const char *token;
};

extern const struct schema api_push_token_request_schema;

struct api_push_token {
    struct schema_object object;
    const char *id;
    const char *token;
    int64_t created_at;
    int64_t updated_at;
};

extern const struct schema api_push_token_schema;

/* GET /v1/push-tokens, newest first */
struct api_push_token_list {
    struct schema_object object;
    LIST_OF(struct api_push_token) tokens;
};

extern const struct schema api_push_token_list_schema;

enum api_vendor {
    API_VENDOR_ABSENT,
    API_VENDOR_OPENAI,
    API_VENDOR_ANTHROPIC,
    API_VENDOR_GEMINI,
};

/* :vendor in the paths of /v1/connect/:vendor/… */
struct api_vendor_params {
    struct schema_object object;
    enum api_vendor vendor;
};

extern const struct schema api_vendor_params_schema;

/* POST /v1/connect/:vendor/register */
struct api_vendor_register {
    struct schema_object object;
    const char *token;
};

extern const struct schema api_vendor_register_schema;

/* GET /v1/connect/:vendor/token */
struct api_vendor_token_answer {
    struct schema_object object;
    const char *token;
};

extern const struct schema api_vendor_token_answer_schema;

struct api_vendor_token {
    struct schema_object object;
    const char *vendor;
    const char *token;
};

extern const struct schema api_vendor_token_schema;

/* GET /v1/connect/tokens */
struct api_vendor_token_list {
    struct schema_object object;
    LIST_OF(struct api_vendor_token) tokens;
};

extern const struct schema api_vendor_token_list_schema;

/* GET /v1/connect/github/params */
struct api_github_params {
    struct schema_object object;
    const char *url;
};

extern const struct schema api_github_params_schema;

/* GET /v1/connect/github/callback */
struct api_github_callback_query {
    struct schema_object object;
    const char *code;
    const char *state;
};

extern const struct schema api_github_callback_query_schema;

#endif
