/* Users, friends and the feed: bodies of the routes in "Users and friends" and "GET /v1/feed" of
   the notes on the HTTP API. */
#ifndef WIRE_API_PEOPLE_H
#define WIRE_API_PEOPLE_H

#include "wire/api_body.h"
#include "wire/schema.h"

/* Of the caller to that user. */
enum api_relation {
    API_RELATION_ABSENT,
    API_RELATION_NONE,
    API_RELATION_REQUESTED,
    API_RELATION_PENDING,
    API_RELATION_FRIEND,
    API_RELATION_REJECTED,
};

struct api_user_avatar {
    struct schema_object object;
    const char *path;
    const char *url;
    struct maybe_integer width;
    struct maybe_integer height;
    const char *thumbhash;
};

extern const struct schema api_user_avatar_schema;

/* firstName and username are empty when there is none. */
struct api_user {
    struct schema_object object;
    const char *id;
    const char *first_name;
    const char *last_name;
    struct api_user_avatar avatar;
    const char *username;
    const char *bio;
    enum api_relation status;
};

extern const struct schema api_user_schema;

/* GET /v1/user/:id, POST /v1/friends/add and /v1/friends/remove; null only for the latter two. */
struct api_user_answer {
    struct schema_object object;
    struct api_user user;
};

extern const struct schema api_user_answer_schema;

/* GET /v1/user/search */
struct api_user_search_query {
    struct schema_object object;
    const char *query;
};

extern const struct schema api_user_search_query_schema;

struct api_user_list {
    struct schema_object object;
    LIST_OF(struct api_user) users;
};

extern const struct schema api_user_list_schema;

/* GET /v1/friends */
struct api_friend_list {
    struct schema_object object;
    LIST_OF(struct api_user) friends;
};

extern const struct schema api_friend_list_schema;

/* POST /v1/friends/add and /v1/friends/remove */
struct api_friend_request {
    struct schema_object object;
    const char *uid;
};

extern const struct schema api_friend_request_schema;

enum api_feed_kind {
    API_FEED_KIND_NONE,
    API_FEED_KIND_FRIEND_REQUEST,
    API_FEED_KIND_FRIEND_ACCEPTED,
    API_FEED_KIND_TEXT,
};

struct api_feed_body {
    struct schema_object object;
    enum api_feed_kind kind;
    union {
        struct {
            const char *uid;
        } friend_request;
        struct {
            const char *uid;
        } friend_accepted;
        struct {
            const char *text;
        } text;
    };
};

extern const struct schema api_feed_body_schema;

/* GET /v1/feed. Cursors are "0-" and a number. */
struct api_feed_query {
    struct schema_object object;
    const char *before;
    const char *after;
    struct maybe_integer limit;
};

extern const struct schema api_feed_query_schema;

struct api_feed_item {
    struct schema_object object;
    const char *id;
    struct api_feed_body body;
    const char *repeat_key;
    const char *cursor;
    int64_t created_at;
};

extern const struct schema api_feed_item_schema;

/* Newest first. */
struct api_feed {
    struct schema_object object;
    LIST_OF(struct api_feed_item) items;
    bool has_more;
};

extern const struct schema api_feed_schema;

#endif
