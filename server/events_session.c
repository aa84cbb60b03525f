/* update-metadata, update-state and message. */
#include "client_request.h"
#include "wire/json_text.h"

struct versioned_result {
    int outcome;
    struct store_versioned current;
    int64_t sequence;
};

static int run_metadata(struct store_transaction *tx, struct client_request *request,
                        struct error *error)
{
    const struct session_metadata_update *update = request->payload;
    struct versioned_result *result = request->state;
    result->outcome = tx->op->sessions->set_metadata(
        tx, client_account(request), client_text(update->sid), client_text(update->metadata),
        client_version(update->expected_version), &result->current, error);
    if (result->outcome == STORE_OK)
        return client_take_sequence(tx, request, &result->sequence, error);
    return result->outcome < 0 ? -1 : 0;
}

static int run_state(struct store_transaction *tx, struct client_request *request,
                     struct error *error)
{
    const struct session_state_update *update = request->payload;
    struct versioned_result *result = request->state;
    result->outcome = tx->op->sessions->set_agent_state(
        tx, client_account(request), client_text(update->sid), client_text(update->agent_state),
        client_version(update->expected_version), &result->current, error);
    if (result->outcome == STORE_OK)
        return client_take_sequence(tx, request, &result->sequence, error);
    return result->outcome < 0 ? -1 : 0;
}

/* An unknown session is an error, too: the official command line waits for ever without an answer.
 */
static const enum event_result RESULTS[] = {
    [STORE_OK] = EVENT_RESULT_SUCCESS,      [STORE_EXISTS] = EVENT_RESULT_ERROR,
    [STORE_NOT_FOUND] = EVENT_RESULT_ERROR, [STORE_NO_PARENT] = EVENT_RESULT_ERROR,
    [STORE_FOREIGN] = EVENT_RESULT_ERROR,   [STORE_MISMATCH] = EVENT_RESULT_VERSION_MISMATCH,
};

static void done_metadata(struct client_request *request)
{
    const struct session_metadata_update *update = request->payload;
    const struct versioned_result *result = request->state;
    struct versioned_answer answer = {.result = RESULTS[result->outcome]};
    if (result->outcome == STORE_OK) {
        struct update_body body = {.type = UPDATE_TYPE_UPDATE_SESSION};
        body.update_session.id = update->sid;
        body.update_session.metadata = (struct versioned_text){
            .object.presence = PRESENT, update->metadata, result->current.version};
        hub_update(client_hub(request), client_account(request),
                   hub_session(client_text(update->sid)), result->sequence, &body);
        answer.version = some_number((double)result->current.version);
        answer.metadata = update->metadata;
    } else if (result->outcome == STORE_MISMATCH) {
        answer.version = some_number((double)result->current.version);
        answer.metadata = client_string(result->current.value);
    }
    client_answer(request, &versioned_answer_schema, &answer);
}

static void done_state(struct client_request *request)
{
    const struct session_state_update *update = request->payload;
    const struct versioned_result *result = request->state;
    struct versioned_answer answer = {.result = RESULTS[result->outcome]};
    if (result->outcome == STORE_OK) {
        struct update_body body = {.type = UPDATE_TYPE_UPDATE_SESSION};
        body.update_session.id = update->sid;
        body.update_session.agent_state = (struct versioned_text){
            .object.presence = PRESENT, update->agent_state, result->current.version};
        hub_update(client_hub(request), client_account(request),
                   hub_session(client_text(update->sid)), result->sequence, &body);
        answer.version = some_number((double)result->current.version);
        answer.agent_state = update->agent_state;
    } else if (result->outcome == STORE_MISMATCH) {
        answer.version = some_number((double)result->current.version);
        answer.agent_state = client_string(result->current.value);
    }
    client_answer(request, &versioned_answer_schema, &answer);
}

struct message_result {
    struct message_posted_list posted;
    int64_t sequence;
};

static int run_message(struct store_transaction *tx, struct client_request *request,
                       struct error *error)
{
    const struct session_message *message = request->payload;
    struct message_result *result = request->state;
    struct buffer text = {0};
    struct message_item item = {.local_id = client_text(message->local_id)};
    result->posted = (struct message_posted_list){0};
    if (json_object_is_type(message->message, json_type_string)) {
        item.content = slice_of(json_object_get_string(message->message),
                                (size_t)json_object_get_string_len(message->message));
    } else {
        json_text_print(&text, message->message);
        item.content = slice_of(text.data, text.length);
        item.content_is_json = true;
    }
    int outcome =
        text.failed ? error_set(error, ERROR_MEMORY, "out of memory")
                    : tx->op->messages->post(tx, client_account(request), client_text(message->sid),
                                             &item, 1, &result->posted, error);
    buffer_free(&text);
    if (outcome == STORE_OK && result->posted.new_count > 0)
        return client_take_sequence(tx, request, &result->sequence, error);
    return outcome < 0 ? -1 : 0;
}

static void done_message(struct client_request *request)
{
    const struct session_message *message = request->payload;
    const struct message_result *result = request->state;
    if (result->posted.new_count == 0)
        return;
    const struct message_posted *row = &result->posted.rows[0];
    struct update_body body = {.type = UPDATE_TYPE_NEW_MESSAGE};
    body.new_message.sid = message->sid;
    body.new_message.message = (struct api_message){
        .object.presence = PRESENT,
        .id = row->id.data,
        .seq = row->sequence,
        .content = {.object.presence = PRESENT, .t = API_CONTENT_ENCRYPTED},
        .local_id = client_string(row->local_id),
        .created_at = row->created_at,
        .updated_at = row->created_at,
    };
    if (json_object_is_type(message->message, json_type_string))
        body.new_message.message.content.c = json_object_get_string(message->message);
    else
        body.new_message.message.content.other = message->message;
    struct hub_recipients recipients = hub_session(client_text(message->sid));
    recipients.except = request->connection->id;
    hub_update(client_hub(request), client_account(request), recipients, result->sequence, &body);
}

static const struct client_handler ROWS[] = {
    {CLIENT_EVENT_UPDATE_METADATA, run_metadata, done_metadata, sizeof(struct versioned_result),
     false, "{\"result\":\"error\"}", NULL},
    {CLIENT_EVENT_UPDATE_STATE, run_state, done_state, sizeof(struct versioned_result), false,
     "{\"result\":\"error\"}", NULL},
    {CLIENT_EVENT_MESSAGE, run_message, done_message, sizeof(struct message_result), false, NULL,
     NULL},
};

const struct client_handlers SESSION_EVENTS = {ROWS, sizeof ROWS / sizeof *ROWS};
