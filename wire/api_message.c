#include "wire/api_message.h"

#include <float.h>

static int check_query(const void *value, struct error *error)
{
    const struct api_message_query *query = value;
    if (query->after_seq.presence == PRESENT && query->before_seq.presence == PRESENT)
        return error_set(error, ERROR_INVALID, "after_seq and before_seq are mutually exclusive");
    return 0;
}

static const char *const api_content_type_names[] = {
    [API_CONTENT_ABSENT] = "", [API_CONTENT_ENCRYPTED] = "encrypted", NULL};

static const struct schema_member api_message_content_members[] = {
    {"t", SCHEMA_ENUM, SCHEMA_REQUIRED, SCHEMA_AT(struct api_message_content, t),
     .names = api_content_type_names},
    {"c", SCHEMA_STRING, SCHEMA_OR_NEXT, SCHEMA_AT(struct api_message_content, c),
     .length_most = API_CONTENT_MAX},
    {"c", SCHEMA_JSON, SCHEMA_REQUIRED, SCHEMA_AT(struct api_message_content, other)},
    {0}};
const struct schema api_message_content_schema = {.size = sizeof(struct api_message_content),
                                                  .members = api_message_content_members};

static const struct schema_member api_message_stored_content_members[] = {
    {"c", SCHEMA_STRING, SCHEMA_OR_NEXT, SCHEMA_AT(struct api_message_content, c),
     .length_most = API_CONTENT_MAX},
    {"c", SCHEMA_JSON, SCHEMA_REQUIRED, SCHEMA_AT(struct api_message_content, other)},
    {"t", SCHEMA_ENUM, SCHEMA_REQUIRED, SCHEMA_AT(struct api_message_content, t),
     .names = api_content_type_names},
    {0}};
const struct schema api_message_stored_content_schema = {
    .size = sizeof(struct api_message_content), .members = api_message_stored_content_members};

static const struct schema_member api_message_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_message, id)},
    {"seq", SCHEMA_INTEGER, SCHEMA_REQUIRED, SCHEMA_AT(struct api_message, seq)},
    {"content", SCHEMA_OBJECT, SCHEMA_REQUIRED, SCHEMA_AT(struct api_message, content),
     .of = &api_message_content_schema},
    {"localId", SCHEMA_STRING, SCHEMA_NULLABLE, SCHEMA_AT(struct api_message, local_id)},
    {"createdAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct api_message, created_at)},
    {"updatedAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct api_message, updated_at)},
    {0}};
const struct schema api_message_schema = {.size = sizeof(struct api_message),
                                          .members = api_message_members};

static const struct schema_member api_stored_message_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_message, id)},
    {"seq", SCHEMA_INTEGER, SCHEMA_REQUIRED, SCHEMA_AT(struct api_message, seq)},
    {"content", SCHEMA_OBJECT, SCHEMA_REQUIRED, SCHEMA_AT(struct api_message, content),
     .of = &api_message_stored_content_schema},
    {"localId", SCHEMA_STRING, SCHEMA_NULLABLE, SCHEMA_AT(struct api_message, local_id)},
    {"createdAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct api_message, created_at)},
    {"updatedAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct api_message, updated_at)},
    {0}};
const struct schema api_stored_message_schema = {.size = sizeof(struct api_message),
                                                 .members = api_stored_message_members};

static const struct schema_member api_message_query_members[] = {
    {"after_seq", SCHEMA_INTEGER, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_message_query, after_seq),
     .least = 0, .most = API_INTEGER_MAX},
    {"before_seq", SCHEMA_INTEGER, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_message_query, before_seq),
     .least = 1, .most = API_INTEGER_MAX},
    {"limit", SCHEMA_INTEGER, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_message_query, limit),
     .least = 1, .most = 500, .number_default = 100},
    {0}};
const struct schema api_message_query_schema = {.size = sizeof(struct api_message_query),
                                                .members = api_message_query_members,
                                                .check = check_query};

static const struct schema_member api_message_list_members[] = {
    {"messages", SCHEMA_LIST, SCHEMA_REQUIRED, SCHEMA_AT(struct api_message_list, messages),
     SCHEMA_ITEMS(struct api_message_list, messages), .item = SCHEMA_OBJECT,
     .of = &api_stored_message_schema},
    {"hasMore", SCHEMA_BOOL, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_message_list, has_more)},
    {0}};
const struct schema api_message_list_schema = {.size = sizeof(struct api_message_list),
                                               .members = api_message_list_members};

static const struct schema_member api_message_draft_members[] = {
    {"content", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_message_draft, content),
     .length_most = API_CONTENT_MAX},
    {"localId", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_message_draft, local_id),
     .length_least = 1},
    {0}};
const struct schema api_message_draft_schema = {.size = sizeof(struct api_message_draft),
                                                .members = api_message_draft_members};

static const struct schema_member api_message_post_members[] = {
    {"messages", SCHEMA_LIST, SCHEMA_REQUIRED, SCHEMA_AT(struct api_message_post, messages),
     SCHEMA_ITEMS(struct api_message_post, messages), .item = SCHEMA_OBJECT,
     .of = &api_message_draft_schema, .length_least = 1, .length_most = API_MESSAGES_MAX},
    {0}};
const struct schema api_message_post_schema = {.size = sizeof(struct api_message_post),
                                               .members = api_message_post_members};

static const struct schema_member api_message_receipt_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_message_receipt, id)},
    {"seq", SCHEMA_INTEGER, SCHEMA_REQUIRED, SCHEMA_AT(struct api_message_receipt, seq)},
    {"localId", SCHEMA_STRING, SCHEMA_NULLABLE, SCHEMA_AT(struct api_message_receipt, local_id)},
    {"createdAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct api_message_receipt, created_at)},
    {"updatedAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct api_message_receipt, updated_at)},
    {0}};
const struct schema api_message_receipt_schema = {.size = sizeof(struct api_message_receipt),
                                                  .members = api_message_receipt_members};

static const struct schema_member api_message_posted_members[] = {
    {"messages", SCHEMA_LIST, SCHEMA_REQUIRED, SCHEMA_AT(struct api_message_posted, messages),
     SCHEMA_ITEMS(struct api_message_posted, messages), .item = SCHEMA_OBJECT,
     .of = &api_message_receipt_schema},
    {0}};
const struct schema api_message_posted_schema = {.size = sizeof(struct api_message_posted),
                                                 .members = api_message_posted_members};
