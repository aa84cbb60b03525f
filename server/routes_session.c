/* Sessions: making, listing, archiving and deleting them. */
#include <string.h>

#include "hub.h"
#include "realtime.h"
#include "request.h"
#include "stored_value.h"
#include "wire/api_session.h"

#define LIST_LIMIT      150u
#define ACTIVE_MS       (15 * 60 * 1000) /* what counts as active in version 2 */
#define CURSOR_PREFIX   "cursor_v1_"
#define SESSION_UNKNOWN "Session not found"
#define SESSION_NOT_OWN "Session not found or not owned by user"

struct session_state {
    int outcome;
    int64_t sequence;
    int64_t now_ms;
    struct slice data_key;
    struct session session;
    struct session_list list;
};

static struct api_session api_session_of(struct request *request, const struct session *session)
{
    return (struct api_session){
        .object.presence = PRESENT,
        .id = stored_text(session->id),
        .seq = session->last_message,
        .created_at = session->created_at,
        .updated_at = session->updated_at,
        .active = session->active,
        .active_at = session->active_at,
        .metadata = stored_text(session->metadata),
        .metadata_version = session->metadata_version,
        .agent_state = stored_text(session->agent_state),
        .agent_state_version = session->agent_state_version,
        .data_encryption_key = stored_base64(request, session->data_key),
        .last_message.presence = IS_NULL,
    };
}

/* The rows as the API has them; NULL when memory runs out. `last_message` where version 1 has it.
 */
static struct api_session *api_sessions_of(struct request *request, const struct session_list *list,
                                           enum presence last_message)
{
    struct api_session *rows = arena_allocate(&request->arena, list->count * sizeof *rows);
    for (size_t i = 0; rows && i < list->count; i++) {
        rows[i] = api_session_of(request, &list->rows[i]);
        rows[i].last_message.presence = last_message;
    }
    return rows;
}

static int run_create(struct store_transaction *tx, struct request *request, struct error *error)
{
    const struct api_session_create *body = request->body;
    struct session_state *state = request->state;
    struct slice account = request_account(request);
    state->outcome =
        tx->op->sessions->create(tx, account, given_text(body->tag), given_text(body->metadata),
                                 state->data_key, &state->session, error);
    if (state->outcome != STORE_OK)
        return state->outcome < 0 ? -1 : 0;
    if (tx->op->accounts->take_sequence(tx, account, 1, &state->sequence, error) != STORE_OK)
        return error_set(error, ERROR_NOT_FOUND, "there is no such account");
    return 0;
}

static void tell_of_session(struct request *request, const struct api_session *session,
                            int64_t sequence)
{
    const struct update_body body = {
        .type = UPDATE_TYPE_NEW_SESSION,
        .new_session = {.id = session->id,
                        .seq = session->seq,
                        .metadata = session->metadata,
                        .metadata_version = session->metadata_version,
                        .agent_state = session->agent_state,
                        .agent_state_version = session->agent_state_version,
                        .data_encryption_key = session->data_encryption_key,
                        .active = session->active,
                        .active_at = session->active_at,
                        .created_at = session->created_at,
                        .updated_at = session->updated_at}};
    hub_update(request->application->hub, request_account(request), hub_users(), sequence, &body);
}

static void done_create(struct request *request)
{
    struct session_state *state = request->state;
    const struct api_session_answer answer = {.session = api_session_of(request, &state->session)};
    if (state->outcome == STORE_OK)
        tell_of_session(request, &answer.session, state->sequence);
    realtime_session_resumed(request->application->realtime, request_account(request),
                             state->session.id);
    request_answer(request, 200, &api_session_answer_schema, &answer);
}

static void handle_create(struct request *request)
{
    const struct api_session_create *body = request->body;
    struct session_state *state = request_state(request, sizeof *state);
    if (!state)
        return;
    state->data_key = given_data_key(request, body->data_encryption_key);
    if (state->data_key.length == 0 && is_text(body->data_encryption_key) &&
        !*body->data_encryption_key)
        state->data_key.data = NULL; /* an empty text counts as none */
    request_store(request, run_create, done_create);
}

static int run_list(struct store_transaction *tx, struct request *request, struct error *error)
{
    struct session_state *state = request->state;
    return tx->op->sessions->list_recent(tx, request_account(request), LIST_LIMIT, &state->list,
                                         error);
}

static void answer_list(struct request *request, enum presence last_message)
{
    const struct session_state *state = request->state;
    struct api_session_list answer = {
        .sessions = {.items = api_sessions_of(request, &state->list, last_message),
                     .count = state->list.count,
                     .presence = PRESENT}};
    if (!answer.sessions.items)
        request_answer_internal(request);
    else
        request_answer(request, 200, &api_session_list_schema, &answer);
}

static void done_list(struct request *request)
{
    answer_list(request, IS_NULL);
}

static void handle_list(struct request *request)
{
    if (request_state(request, sizeof(struct session_state)))
        request_store_read(request, run_list, done_list);
}

static int run_active(struct store_transaction *tx, struct request *request, struct error *error)
{
    const struct api_session_active_query *query = request->query;
    struct session_state *state = request->state;
    return tx->op->sessions->list_active(tx, request_account(request), tx->now_ms - ACTIVE_MS,
                                         (unsigned)query->limit.value, &state->list, error);
}

static void done_active(struct request *request)
{
    answer_list(request, ABSENT);
}

static void handle_active(struct request *request)
{
    if (request_state(request, sizeof(struct session_state)))
        request_store_read(request, run_active, done_active);
}

static int run_page(struct store_transaction *tx, struct request *request, struct error *error)
{
    const struct api_session_page_query *query = request->query;
    struct session_state *state = request->state;
    struct slice before = {0};
    if (is_text(query->cursor) && *query->cursor)
        before = slice_of_string(query->cursor + strlen(CURSOR_PREFIX));
    return tx->op->sessions->page(tx, request_account(request), before, query->changed_since.value,
                                  (unsigned)query->limit.value, &state->list, error);
}

static void done_page(struct request *request)
{
    const struct session_state *state = request->state;
    const struct session_list *list = &state->list;
    struct api_session_page page = {.sessions = {.items = api_sessions_of(request, list, ABSENT),
                                                 .count = list->count,
                                                 .presence = PRESENT},
                                    .next_cursor = json_null_string,
                                    .has_next = list->has_more};
    if (list->has_more && list->count > 0)
        page.next_cursor = arena_format(&request->arena, CURSOR_PREFIX "%s",
                                        stored_text(list->rows[list->count - 1].id));
    if (!page.sessions.items || !page.next_cursor)
        request_answer_internal(request);
    else
        request_answer(request, 200, &api_session_page_schema, &page);
}

static void handle_page(struct request *request)
{
    const struct api_session_page_query *query = request->query;
    if (is_text(query->cursor) && *query->cursor &&
        strncmp(query->cursor, CURSOR_PREFIX, strlen(CURSOR_PREFIX)) != 0)
        request_answer_error(request, 400, "Invalid cursor format");
    else if (request_state(request, sizeof(struct session_state)))
        request_store_read(request, run_page, done_page);
}

static int run_archive(struct store_transaction *tx, struct request *request, struct error *error)
{
    struct session_state *state = request->state;
    state->now_ms = tx->now_ms;
    state->outcome = tx->op->sessions->set_active(
        tx, request_account(request), request_parameter(request, 0), false, tx->now_ms, error);
    return state->outcome < 0 ? -1 : 0;
}

static void done_archive(struct request *request)
{
    const struct session_state *state = request->state;
    struct slice session = request_parameter(request, 0);
    if (state->outcome != STORE_OK) {
        request_answer_error(request, 404, SESSION_UNKNOWN);
        return;
    }
    const struct ephemeral activity = {.type = EPHEMERAL_TYPE_ACTIVITY,
                                       .activity = {.id = session.data,
                                                    .active = false,
                                                    .active_at = state->now_ms,
                                                    .thinking = some_bool(false)}};
    realtime_session_stopped(request->application->realtime, request_account(request), session);
    hub_ephemeral(request->application->hub, request_account(request), hub_users(), &activity);
    request_answer_success(request);
}

static void handle_archive(struct request *request)
{
    if (request_state(request, sizeof(struct session_state)))
        request_store(request, run_archive, done_archive);
}

static int run_delete(struct store_transaction *tx, struct request *request, struct error *error)
{
    struct session_state *state = request->state;
    struct slice account = request_account(request);
    state->outcome = tx->op->sessions->remove(tx, account, request_parameter(request, 0), error);
    if (state->outcome != STORE_OK)
        return state->outcome < 0 ? -1 : 0;
    if (tx->op->accounts->take_sequence(tx, account, 1, &state->sequence, error) != STORE_OK)
        return error_set(error, ERROR_NOT_FOUND, "there is no such account");
    return 0;
}

static void done_delete(struct request *request)
{
    const struct session_state *state = request->state;
    struct slice session = request_parameter(request, 0);
    if (state->outcome != STORE_OK) {
        request_answer_error(request, 404, SESSION_NOT_OWN);
        return;
    }
    const struct update_body body = {.type = UPDATE_TYPE_DELETE_SESSION,
                                     .delete_session = {.sid = session.data}};
    realtime_session_stopped(request->application->realtime, request_account(request), session);
    hub_update(request->application->hub, request_account(request), hub_users(), state->sequence,
               &body);
    request_answer_success(request);
}

static void handle_delete(struct request *request)
{
    if (request_state(request, sizeof(struct session_state)))
        request_store(request, run_delete, done_delete);
}

static const struct route routes[] = {
    {ROUTE_POST, "/v1/sessions", .body = &api_session_create_schema, .handle = handle_create},
    {ROUTE_GET, "/v1/sessions", .handle = handle_list},
    {ROUTE_GET, "/v2/sessions/active", .query = &api_session_active_query_schema,
     .handle = handle_active},
    {ROUTE_GET, "/v2/sessions", .query = &api_session_page_query_schema, .handle = handle_page},
    {ROUTE_POST, "/v1/sessions/:sessionId/archive", .handle = handle_archive},
    {ROUTE_DELETE, "/v1/sessions/:sessionId", .handle = handle_delete},
};

const struct route_table ROUTES_SESSION = ROUTE_TABLE(routes);
