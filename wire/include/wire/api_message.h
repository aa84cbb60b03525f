/* Messages of a session: bodies of the routes in "Messages (v3)" of the notes on the HTTP API. */
#ifndef WIRE_API_MESSAGE_H
#define WIRE_API_MESSAGE_H

#include "wire/api_body.h"
#include "wire/schema.h"

#define API_MESSAGES_MAX 100 /* of one request */

/* Characters of a sealed message, all that fit into a request. */
#define API_CONTENT_MAX 104857600

enum api_content_type {
    API_CONTENT_ABSENT,
    API_CONTENT_ENCRYPTED,
};

/* `c` is what the sender gave: text, or, of old senders over the socket, any other JSON, which is
   in `other` then. */
struct api_message_content {
    struct schema_object object;
    enum api_content_type t;
    const char *c;
    struct json_object *other;
};

extern const struct schema api_message_content_schema;

/* The same in the order in which it is read back. */
extern const struct schema api_message_stored_content_schema;

/* A message as realtime updates bring it. localId is null when the sender gave none. */
struct api_message {
    struct schema_object object;
    const char *id;
    int64_t seq;
    struct api_message_content content;
    const char *local_id;
    int64_t created_at;
    int64_t updated_at;
};

extern const struct schema api_message_schema;

/* A message as it is read back. */
extern const struct schema api_stored_message_schema;

/* GET /v3/sessions/:sessionId/messages. Not both of after_seq and before_seq. */
struct api_message_query {
    struct schema_object object;
    struct maybe_integer after_seq;
    struct maybe_integer before_seq;
    struct maybe_integer limit;
};

extern const struct schema api_message_query_schema;

/* hasMore is not there in version 1 (GET /v1/sessions/:sessionId/messages). */
struct api_message_list {
    struct schema_object object;
    LIST_OF(struct api_message) messages;
    struct maybe_bool has_more;
};

extern const struct schema api_message_list_schema;

/* `localId` makes sending it again harmless. */
struct api_message_draft {
    struct schema_object object;
    const char *content;
    const char *local_id;
};

extern const struct schema api_message_draft_schema;

/* POST /v3/sessions/:sessionId/messages */
struct api_message_post {
    struct schema_object object;
    LIST_OF(struct api_message_draft) messages;
};

extern const struct schema api_message_post_schema;

struct api_message_receipt {
    struct schema_object object;
    const char *id;
    int64_t seq;
    const char *local_id;
    int64_t created_at;
    int64_t updated_at;
};

extern const struct schema api_message_receipt_schema;

/* One for each distinct localId, by ascending seq. */
struct api_message_posted {
    struct schema_object object;
    LIST_OF(struct api_message_receipt) messages;
};

extern const struct schema api_message_posted_schema;

#endif
