/* Messages of a session: posting and reading them. */
#include "hub.h"
#include "request.h"
#include "stored_value.h"
#include "wire/api_message.h"
#include "wire/json_text.h"

#define RECENT_LIMIT 150u
/* Of one request, and of the contents in one answer. The contents may grow sixfold when they are
   printed, and an answer must fit into HTTP_ANSWER_MAX. */
#define POST_BODY_MAX   (32u * 1024u * 1024u)
#define LIST_BYTES_MAX  (8u * 1024u * 1024u)
#define SESSION_UNKNOWN "Session not found"

struct message_state {
    int outcome;
    int64_t sequence; /* of the first update */
    struct message_item items[MESSAGE_POST_MAX];
    struct message_posted_list posted;
    struct message_list list;
};

static bool put_content(struct request *request, const struct message *message,
                        struct api_message_content *content)
{
    content->object.presence = PRESENT;
    content->t = API_CONTENT_ENCRYPTED;
    if (!message->content_is_json) {
        content->c = stored_text(message->content);
        return true;
    }
    struct json_object *value = NULL;
    if (json_text_parse(message->content, &value, NULL) != 0 || !value)
        return false;
    content->other = arena_keep(&request->arena, value);
    return content->other != NULL;
}

static void answer_list(struct request *request, bool tells_more)
{
    const struct message_state *state = request->state;
    const struct message_list *list = &state->list;
    if (state->outcome != STORE_OK) {
        request_answer_error(request, 404, SESSION_UNKNOWN);
        return;
    }
    struct api_message_list answer = {0};
    answer.messages.items =
        arena_allocate(&request->arena, list->count * sizeof *answer.messages.items);
    answer.messages.presence = PRESENT;
    if (tells_more)
        answer.has_more = some_bool(list->has_more);
    for (size_t i = 0; answer.messages.items && i < list->count; i++) {
        struct api_message *message = &answer.messages.items[answer.messages.count++];
        *message = (struct api_message){.object.presence = PRESENT,
                                        .id = stored_text(list->rows[i].id),
                                        .seq = list->rows[i].sequence,
                                        .local_id = stored_text(list->rows[i].local_id),
                                        .created_at = list->rows[i].created_at,
                                        .updated_at = list->rows[i].created_at};
        if (!put_content(request, &list->rows[i], &message->content)) {
            request_answer_internal(request);
            return;
        }
    }
    if (!answer.messages.items)
        request_answer_internal(request);
    else
        request_answer(request, 200, &api_message_list_schema, &answer);
}

static int run_recent(struct store_transaction *tx, struct request *request, struct error *error)
{
    struct message_state *state = request->state;
    state->outcome = tx->op->messages->list_before(
        tx, request_account(request), request_parameter(request, 0), MESSAGE_NEWEST, RECENT_LIMIT,
        LIST_BYTES_MAX, &state->list, error);
    return state->outcome < 0 ? -1 : 0;
}

static void done_recent(struct request *request)
{
    answer_list(request, false);
}

static void handle_recent(struct request *request)
{
    if (request_state(request, sizeof(struct message_state)))
        request_store_read(request, run_recent, done_recent);
}

static int run_list(struct store_transaction *tx, struct request *request, struct error *error)
{
    const struct api_message_query *query = request->query;
    struct message_state *state = request->state;
    struct slice account = request_account(request), session = request_parameter(request, 0);
    unsigned limit = (unsigned)query->limit.value;
    if (query->before_seq.presence == PRESENT)
        state->outcome =
            tx->op->messages->list_before(tx, account, session, query->before_seq.value, limit,
                                          LIST_BYTES_MAX, &state->list, error);
    else
        state->outcome = tx->op->messages->list_after(tx, account, session, query->after_seq.value,
                                                      limit, LIST_BYTES_MAX, &state->list, error);
    return state->outcome < 0 ? -1 : 0;
}

static void done_list(struct request *request)
{
    answer_list(request, true);
}

static void handle_list(struct request *request)
{
    if (request_state(request, sizeof(struct message_state)))
        request_store_read(request, run_list, done_list);
}

static int run_post(struct store_transaction *tx, struct request *request, struct error *error)
{
    const struct api_message_post *body = request->body;
    struct message_state *state = request->state;
    struct slice account = request_account(request);
    for (size_t i = 0; i < body->messages.count; i++)
        state->items[i] =
            (struct message_item){.content = given_text(body->messages.items[i].content),
                                  .local_id = given_text(body->messages.items[i].local_id)};
    state->outcome =
        tx->op->messages->post(tx, account, request_parameter(request, 0), state->items,
                               body->messages.count, &state->posted, error);
    if (state->outcome != STORE_OK)
        return state->outcome < 0 ? -1 : 0;
    if (state->posted.new_count > 0 &&
        tx->op->accounts->take_sequence(tx, account, (unsigned)state->posted.new_count,
                                        &state->sequence, error) != STORE_OK)
        return error_set(error, ERROR_NOT_FOUND, "there is no such account");
    return 0;
}

/* In the order of their numbers, which clients rely on. */
static void tell_of_messages(struct request *request)
{
    const struct api_message_post *body = request->body;
    const struct message_state *state = request->state;
    struct slice session = request_parameter(request, 0);
    int64_t sequence = state->sequence;
    for (size_t i = 0; i < state->posted.count; i++) {
        const struct message_posted *posted = &state->posted.rows[i];
        const char *content = body->messages.items[posted->item].content;
        if (!posted->is_new || !*content) /* nothing is told of an empty one */
            continue;
        const struct update_body update = {
            .type = UPDATE_TYPE_NEW_MESSAGE,
            .new_message = {.sid = session.data,
                            .message = {.object.presence = PRESENT,
                                        .id = stored_text(posted->id),
                                        .seq = posted->sequence,
                                        .content = {.object.presence = PRESENT,
                                                    .t = API_CONTENT_ENCRYPTED,
                                                    .c = content},
                                        .local_id = stored_text(posted->local_id),
                                        .created_at = posted->created_at,
                                        .updated_at = posted->created_at}}};
        hub_update(request->application->hub, request_account(request), hub_session(session),
                   sequence++, &update);
    }
}

static void done_post(struct request *request)
{
    const struct message_state *state = request->state;
    const struct message_posted_list *posted = &state->posted;
    if (state->outcome != STORE_OK) {
        request_answer_error(request, 404, SESSION_UNKNOWN);
        return;
    }
    tell_of_messages(request);
    struct api_message_receipt receipts[MESSAGE_POST_MAX];
    for (size_t i = 0; i < posted->count; i++)
        receipts[i] =
            (struct api_message_receipt){.object.presence = PRESENT,
                                         .id = stored_text(posted->rows[i].id),
                                         .seq = posted->rows[i].sequence,
                                         .local_id = stored_text(posted->rows[i].local_id),
                                         .created_at = posted->rows[i].created_at,
                                         .updated_at = posted->rows[i].created_at};
    const struct api_message_posted answer = {
        .messages = {.items = receipts, .count = posted->count, .presence = PRESENT}};
    request_answer(request, 200, &api_message_posted_schema, &answer);
}

static void handle_post(struct request *request)
{
    if (request_state(request, sizeof(struct message_state)))
        request_store(request, run_post, done_post);
}

static const struct route routes[] = {
    {ROUTE_GET, "/v1/sessions/:sessionId/messages", .handle = handle_recent},
    {ROUTE_GET, "/v3/sessions/:sessionId/messages", .query = &api_message_query_schema,
     .handle = handle_list},
    {ROUTE_POST, "/v3/sessions/:sessionId/messages", .body = &api_message_post_schema,
     .body_max = POST_BODY_MAX, .handle = handle_post},
};

const struct route_table ROUTES_MESSAGE = ROUTE_TABLE(routes);
