/* Artifacts: documents in two sealed parts. */
#include "hub.h"
#include "request.h"
#include "stored_value.h"
#include "wire/api_artifact.h"
#include "wire/buffer.h"

#define ARTIFACT_UNKNOWN "Artifact not found"
#define ARTIFACT_FOREIGN "Artifact with this ID already exists for another account"
#define CREATE_FAILED    "Failed to create artifact"
#define UPDATE_FAILED    "Failed to update artifact"

struct artifact_state {
    int outcome;
    int64_t sequence;
    struct slice header, body, data_key;
    struct artifact artifact;
    struct artifact_list list;
    struct artifact_change header_change, body_change;
};

/* Lists come without bodies. */
static struct api_artifact api_artifact_of(struct request *request, const struct artifact *artifact)
{
    struct api_artifact row = {.object.presence = PRESENT,
                               .id = stored_text(artifact->id),
                               .header = stored_base64(request, artifact->header),
                               .header_version = artifact->header_version,
                               .data_encryption_key = stored_base64(request, artifact->data_key),
                               .seq = artifact->sequence,
                               .created_at = artifact->created_at,
                               .updated_at = artifact->updated_at};
    if (artifact->body.data) {
        row.body = stored_base64(request, artifact->body);
        row.body_version = some_integer(artifact->body_version);
    }
    return row;
}

static int run_list(struct store_transaction *tx, struct request *request, struct error *error)
{
    struct artifact_state *state = request->state;
    return tx->op->artifacts->list(tx, request_account(request), ARTIFACT_LIST_MAX, &state->list,
                                   error);
}

static void done_list(struct request *request)
{
    const struct artifact_state *state = request->state;
    struct api_artifact_list answer = {0};
    answer.items.presence = PRESENT;
    answer.items.items =
        arena_allocate(&request->arena, state->list.count * sizeof *answer.items.items);
    for (size_t i = 0; answer.items.items && i < state->list.count; i++)
        answer.items.items[answer.items.count++] = api_artifact_of(request, &state->list.rows[i]);
    struct buffer text = {0};
    if (!answer.items.items ||
        api_array_print(&api_artifact_list_schema, &answer, &text, NULL) != 0)
        request_answer_internal(request);
    else
        request_answer_json(request, 200, slice_of(text.data, text.length));
    buffer_free(&text);
}

static void handle_list(struct request *request)
{
    if (request_state(request, sizeof(struct artifact_state)))
        request_store_read(request, run_list, done_list);
}

static int run_get(struct store_transaction *tx, struct request *request, struct error *error)
{
    struct artifact_state *state = request->state;
    state->outcome = tx->op->artifacts->get(tx, request_account(request),
                                            request_parameter(request, 0), &state->artifact, error);
    return state->outcome < 0 ? -1 : 0;
}

static void done_get(struct request *request)
{
    const struct artifact_state *state = request->state;
    if (state->outcome != STORE_OK) {
        request_answer_error(request, 404, ARTIFACT_UNKNOWN);
        return;
    }
    const struct api_artifact answer = api_artifact_of(request, &state->artifact);
    request_answer(request, 200, &api_artifact_schema, &answer);
}

static void handle_get(struct request *request)
{
    if (request_state(request, sizeof(struct artifact_state)))
        request_store_read(request, run_get, done_get);
}

static int run_create(struct store_transaction *tx, struct request *request, struct error *error)
{
    const struct api_artifact_create *body = request->body;
    struct artifact_state *state = request->state;
    struct slice account = request_account(request);
    state->outcome =
        tx->op->artifacts->create(tx, account, given_text(body->id), state->header, state->body,
                                  state->data_key, &state->artifact, error);
    if (state->outcome != STORE_OK)
        return state->outcome < 0 ? -1 : 0;
    if (tx->op->accounts->take_sequence(tx, account, 1, &state->sequence, error) != STORE_OK)
        return error_set(error, ERROR_NOT_FOUND, "there is no such account");
    return 0;
}

static void tell_of_artifact(struct request *request, const struct api_artifact *artifact,
                             int64_t sequence)
{
    const struct update_body body = {
        .type = UPDATE_TYPE_NEW_ARTIFACT,
        .new_artifact = {.artifact_id = artifact->id,
                         .seq = artifact->seq,
                         .header = artifact->header,
                         .header_version = artifact->header_version,
                         .body = artifact->body,
                         .body_version = artifact->body_version.value,
                         .data_encryption_key = artifact->data_encryption_key,
                         .created_at = artifact->created_at,
                         .updated_at = artifact->updated_at}};
    hub_update(request->application->hub, request_account(request), hub_users(), sequence, &body);
}

static void done_create(struct request *request)
{
    const struct artifact_state *state = request->state;
    if (state->outcome == STORE_FOREIGN) {
        request_answer_error(request, 409, ARTIFACT_FOREIGN);
        return;
    }
    const struct api_artifact answer = api_artifact_of(request, &state->artifact);
    if (state->outcome == STORE_OK)
        tell_of_artifact(request, &answer, state->sequence);
    request_answer(request, 200, &api_artifact_schema, &answer);
}

static void handle_create(struct request *request)
{
    const struct api_artifact_create *body = request->body;
    struct artifact_state *state = request_state(request, sizeof *state);
    if (!state)
        return;
    if (!given_base64(request, BASE64_SERVER, body->header, &state->header) ||
        !given_base64(request, BASE64_SERVER, body->body, &state->body) ||
        !given_base64(request, BASE64_SERVER, body->data_encryption_key, &state->data_key))
        request_answer_error(request, 400, CREATE_FAILED);
    else
        request_store(request, run_create, done_create);
}

static int run_update(struct store_transaction *tx, struct request *request, struct error *error)
{
    struct artifact_state *state = request->state;
    struct slice account = request_account(request);
    state->outcome = tx->op->artifacts->update(tx, account, request_parameter(request, 0),
                                               &state->header_change, &state->body_change, error);
    if (state->outcome != STORE_OK)
        return state->outcome < 0 ? -1 : 0;
    if (tx->op->accounts->take_sequence(tx, account, 1, &state->sequence, error) != STORE_OK)
        return error_set(error, ERROR_NOT_FOUND, "there is no such account");
    return 0;
}

static void answer_mismatch(struct request *request)
{
    const struct artifact_state *state = request->state;
    struct api_artifact_updated answer = {.error = "version-mismatch"};
    if (state->header_change.mismatch) {
        answer.current_header_version = some_integer(state->header_change.current.version);
        answer.current_header = stored_base64(request, state->header_change.current.value);
    }
    if (state->body_change.mismatch) {
        answer.current_body_version = some_integer(state->body_change.current.version);
        answer.current_body = stored_base64(request, state->body_change.current.value);
    }
    request_answer(request, 200, &api_artifact_updated_schema, &answer);
}

static void done_update(struct request *request)
{
    const struct api_artifact_update *given = request->body;
    const struct artifact_state *state = request->state;
    if (state->outcome == STORE_NOT_FOUND) {
        request_answer_error(request, 404, ARTIFACT_UNKNOWN);
        return;
    }
    if (state->outcome == STORE_MISMATCH) {
        answer_mismatch(request);
        return;
    }
    struct api_artifact_updated answer = {.success = true};
    struct update_body update = {
        .type = UPDATE_TYPE_UPDATE_ARTIFACT,
        .update_artifact = {.artifact_id = request_parameter(request, 0).data}};
    if (state->header_change.wanted) {
        int64_t version = state->header_change.expected_version + 1;
        answer.header_version = some_integer(version);
        update.update_artifact.header = (struct versioned_text){
            .object.presence = PRESENT, .value = given->header, .version = version};
    }
    if (state->body_change.wanted) {
        int64_t version = state->body_change.expected_version + 1;
        answer.body_version = some_integer(version);
        update.update_artifact.body = (struct versioned_text){
            .object.presence = PRESENT, .value = given->body, .version = version};
    }
    hub_update(request->application->hub, request_account(request), hub_users(), state->sequence,
               &update);
    request_answer(request, 200, &api_artifact_updated_schema, &answer);
}

/* A part is changed when both its value and its version are given. False: it is not base64. */
static bool put_change(struct request *request, const char *value, struct maybe_integer version,
                       struct artifact_change *change)
{
    change->wanted = is_text(value) && version.presence == PRESENT;
    change->expected_version = version.value;
    return !change->wanted || given_base64(request, BASE64_SERVER, value, &change->value);
}

static void handle_update(struct request *request)
{
    const struct api_artifact_update *body = request->body;
    struct artifact_state *state = request_state(request, sizeof *state);
    if (!state)
        return;
    if (!put_change(request, body->header, body->expected_header_version, &state->header_change) ||
        !put_change(request, body->body, body->expected_body_version, &state->body_change))
        request_answer_error(request, 400, UPDATE_FAILED);
    else
        request_store(request, run_update, done_update);
}

static int run_delete(struct store_transaction *tx, struct request *request, struct error *error)
{
    struct artifact_state *state = request->state;
    struct slice account = request_account(request);
    state->outcome = tx->op->artifacts->remove(tx, account, request_parameter(request, 0), error);
    if (state->outcome != STORE_OK)
        return state->outcome < 0 ? -1 : 0;
    if (tx->op->accounts->take_sequence(tx, account, 1, &state->sequence, error) != STORE_OK)
        return error_set(error, ERROR_NOT_FOUND, "there is no such account");
    return 0;
}

static void done_delete(struct request *request)
{
    const struct artifact_state *state = request->state;
    if (state->outcome != STORE_OK) {
        request_answer_error(request, 404, ARTIFACT_UNKNOWN);
        return;
    }
    const struct update_body body = {
        .type = UPDATE_TYPE_DELETE_ARTIFACT,
        .delete_artifact = {.artifact_id = request_parameter(request, 0).data}};
    hub_update(request->application->hub, request_account(request), hub_users(), state->sequence,
               &body);
    request_answer_success(request);
}

static void handle_delete(struct request *request)
{
    if (request_state(request, sizeof(struct artifact_state)))
        request_store(request, run_delete, done_delete);
}

static const struct route routes[] = {
    {ROUTE_GET, "/v1/artifacts", .failure = "Failed to get artifacts", .handle = handle_list},
    {ROUTE_GET, "/v1/artifacts/:id", .failure = "Failed to get artifact", .handle = handle_get},
    {ROUTE_POST, "/v1/artifacts", .body = &api_artifact_create_schema, .failure = CREATE_FAILED,
     .handle = handle_create},
    {ROUTE_POST, "/v1/artifacts/:id", .body = &api_artifact_update_schema, .failure = UPDATE_FAILED,
     .handle = handle_update},
    {ROUTE_DELETE, "/v1/artifacts/:id", .failure = "Failed to delete artifact",
     .handle = handle_delete},
};

const struct route_table ROUTES_ARTIFACT = ROUTE_TABLE(routes);
