#include "wire/api_people.h"

#include <float.h>

static const char *const api_relation_names[] = {[API_RELATION_ABSENT] = "",
                                                 [API_RELATION_NONE] = "none",
                                                 [API_RELATION_REQUESTED] = "requested",
                                                 [API_RELATION_PENDING] = "pending",
                                                 [API_RELATION_FRIEND] = "friend",
                                                 [API_RELATION_REJECTED] = "rejected",
                                                 NULL};

static const struct schema_member api_user_avatar_members[] = {
    {"path", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_user_avatar, path)},
    {"url", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_user_avatar, url)},
    {"width", SCHEMA_INTEGER, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_user_avatar, width)},
    {"height", SCHEMA_INTEGER, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_user_avatar, height)},
    {"thumbhash", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_user_avatar, thumbhash)},
    {0}};
const struct schema api_user_avatar_schema = {.size = sizeof(struct api_user_avatar),
                                              .members = api_user_avatar_members};

static const struct schema_member api_user_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_user, id)},
    {"firstName", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_user, first_name)},
    {"lastName", SCHEMA_STRING, SCHEMA_NULLABLE, SCHEMA_AT(struct api_user, last_name)},
    {"avatar", SCHEMA_OBJECT, SCHEMA_NULLABLE, SCHEMA_AT(struct api_user, avatar),
     .of = &api_user_avatar_schema},
    {"username", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_user, username)},
    {"bio", SCHEMA_STRING, SCHEMA_NULLABLE, SCHEMA_AT(struct api_user, bio)},
    {"status", SCHEMA_ENUM, SCHEMA_REQUIRED, SCHEMA_AT(struct api_user, status),
     .names = api_relation_names},
    {0}};
const struct schema api_user_schema = {.size = sizeof(struct api_user),
                                       .members = api_user_members};

static const struct schema_member api_user_answer_members[] = {
    {"user", SCHEMA_OBJECT, SCHEMA_NULLABLE, SCHEMA_AT(struct api_user_answer, user),
     .of = &api_user_schema},
    {0}};
const struct schema api_user_answer_schema = {.size = sizeof(struct api_user_answer),
                                              .members = api_user_answer_members};

static const struct schema_member api_user_search_query_members[] = {
    {"query", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_user_search_query, query)}, {0}};
const struct schema api_user_search_query_schema = {.size = sizeof(struct api_user_search_query),
                                                    .members = api_user_search_query_members};

static const struct schema_member api_user_list_members[] = {
    {"users", SCHEMA_LIST, SCHEMA_REQUIRED, SCHEMA_AT(struct api_user_list, users),
     SCHEMA_ITEMS(struct api_user_list, users), .item = SCHEMA_OBJECT, .of = &api_user_schema},
    {0}};
const struct schema api_user_list_schema = {.size = sizeof(struct api_user_list),
                                            .members = api_user_list_members};

static const struct schema_member api_friend_list_members[] = {
    {"friends", SCHEMA_LIST, SCHEMA_REQUIRED, SCHEMA_AT(struct api_friend_list, friends),
     SCHEMA_ITEMS(struct api_friend_list, friends), .item = SCHEMA_OBJECT, .of = &api_user_schema},
    {0}};
const struct schema api_friend_list_schema = {.size = sizeof(struct api_friend_list),
                                              .members = api_friend_list_members};

static const struct schema_member api_friend_request_members[] = {
    {"uid", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_friend_request, uid)}, {0}};
const struct schema api_friend_request_schema = {.size = sizeof(struct api_friend_request),
                                                 .members = api_friend_request_members};

static const struct schema_member friend_request_members[] = {
    {"uid", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_feed_body, friend_request.uid)},
    {0}};

static const struct schema_member friend_accepted_members[] = {
    {"uid", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_feed_body, friend_accepted.uid)},
    {0}};

static const struct schema_member text_members[] = {
    {"text", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_feed_body, text.text)}, {0}};

static const struct schema_variant api_feed_body_variants[] = {
    {0},
    [API_FEED_KIND_FRIEND_REQUEST] = {"friend_request", friend_request_members},
    [API_FEED_KIND_FRIEND_ACCEPTED] = {"friend_accepted", friend_accepted_members},
    [API_FEED_KIND_TEXT] = {"text", text_members},
    {0}};

const struct schema api_feed_body_schema = {.size = sizeof(struct api_feed_body),
                                            .tag = "kind",
                                            .tag_offset = offsetof(struct api_feed_body, kind),
                                            .variants = api_feed_body_variants};

static const struct schema_member api_feed_query_members[] = {
    {"before", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_feed_query, before)},
    {"after", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_feed_query, after)},
    {"limit", SCHEMA_INTEGER, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_feed_query, limit), .least = 1,
     .most = 200, .number_default = 50},
    {0}};
const struct schema api_feed_query_schema = {.size = sizeof(struct api_feed_query),
                                             .members = api_feed_query_members};

static const struct schema_member api_feed_item_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_feed_item, id)},
    {"body", SCHEMA_OBJECT, SCHEMA_REQUIRED, SCHEMA_AT(struct api_feed_item, body),
     .of = &api_feed_body_schema},
    {"repeatKey", SCHEMA_STRING, SCHEMA_NULLABLE, SCHEMA_AT(struct api_feed_item, repeat_key)},
    {"cursor", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_feed_item, cursor)},
    {"createdAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct api_feed_item, created_at)},
    {0}};
const struct schema api_feed_item_schema = {.size = sizeof(struct api_feed_item),
                                            .members = api_feed_item_members};

static const struct schema_member api_feed_members[] = {
    {"items", SCHEMA_LIST, SCHEMA_REQUIRED, SCHEMA_AT(struct api_feed, items),
     SCHEMA_ITEMS(struct api_feed, items), .item = SCHEMA_OBJECT, .of = &api_feed_item_schema},
    {"hasMore", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct api_feed, has_more)},
    {0}};
const struct schema api_feed_schema = {.size = sizeof(struct api_feed),
                                       .members = api_feed_members};
