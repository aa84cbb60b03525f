/* Machines, and the access keys of sessions on machines. */
#include "hub.h"
#include "request.h"
#include "stored_value.h"
#include "wire/api_machine.h"
#include "wire/buffer.h"

#define MACHINE_UNKNOWN "Machine not found"
#define MACHINE_FOREIGN "Machine belongs to another account"
#define PARENT_UNKNOWN  "Session or machine not found"
#define KEY_UNKNOWN     "Access key not found"
#define KEY_EXISTS      "Access key already exists"

struct machine_state {
    int outcome;
    int64_t sequence;
    struct slice data_key;
    struct machine machine;
    struct machine_list list;
};

struct access_key_state {
    int outcome;
    struct access_key key;
    struct store_versioned current;
};

/* `seq` is left out of the answer to POST. */
static struct api_machine api_machine_of(struct request *request, const struct machine *machine,
                                         bool has_sequence)
{
    struct api_machine row = {.object.presence = PRESENT,
                              .id = stored_text(machine->id),
                              .metadata = stored_text(machine->metadata),
                              .metadata_version = machine->metadata_version,
                              .daemon_state = stored_text(machine->daemon_state),
                              .daemon_state_version = machine->daemon_state_version,
                              .data_encryption_key = stored_base64(request, machine->data_key),
                              .active = machine->active,
                              .active_at = machine->active_at,
                              .created_at = machine->created_at,
                              .updated_at = machine->updated_at};
    if (has_sequence)
        row.seq = some_integer(0);
    return row;
}

static int run_create(struct store_transaction *tx, struct request *request, struct error *error)
{
    const struct api_machine_create *body = request->body;
    struct machine_state *state = request->state;
    struct slice account = request_account(request);
    state->outcome = tx->op->machines->create(
        tx, account, given_text(body->id), given_text(body->metadata),
        given_text(body->daemon_state), state->data_key, &state->machine, error);
    if (state->outcome != STORE_OK)
        return state->outcome < 0 ? -1 : 0;
    if (tx->op->accounts->take_sequence(tx, account, 2, &state->sequence, error) != STORE_OK)
        return error_set(error, ERROR_NOT_FOUND, "there is no such account");
    return 0;
}

static void tell_of_machine(struct request *request, const struct api_machine *machine)
{
    const struct machine_state *state = request->state;
    struct hub *hub = request->application->hub;
    const struct update_body made = {
        .type = UPDATE_TYPE_NEW_MACHINE,
        .new_machine = {.machine_id = machine->id,
                        .metadata = machine->metadata,
                        .metadata_version = machine->metadata_version,
                        .daemon_state = machine->daemon_state,
                        .daemon_state_version = machine->daemon_state_version,
                        .data_encryption_key = machine->data_encryption_key,
                        .active = machine->active,
                        .active_at = machine->active_at,
                        .created_at = machine->created_at,
                        .updated_at = machine->updated_at}};
    hub_update(hub, request_account(request), hub_users(), state->sequence, &made);
    const struct update_body changed = {
        .type = UPDATE_TYPE_UPDATE_MACHINE,
        .update_machine = {.machine_id = machine->id,
                           .metadata = {.object.presence = PRESENT,
                                        .value = machine->metadata,
                                        .version = machine->metadata_version}}};
    hub_update(hub, request_account(request), hub_machine(state->machine.id), state->sequence + 1,
               &changed);
}

static void done_create(struct request *request)
{
    const struct machine_state *state = request->state;
    if (state->outcome == STORE_FOREIGN) {
        request_answer_error(request, 409, MACHINE_FOREIGN);
        return;
    }
    const struct api_machine_answer answer = {.machine =
                                                  api_machine_of(request, &state->machine, false)};
    if (state->outcome == STORE_OK)
        tell_of_machine(request, &answer.machine);
    request_answer(request, 200, &api_machine_answer_schema, &answer);
}

static void handle_create(struct request *request)
{
    const struct api_machine_create *body = request->body;
    struct machine_state *state = request_state(request, sizeof *state);
    if (!state)
        return;
    state->data_key = given_data_key(request, body->data_encryption_key);
    request_store(request, run_create, done_create);
}

static int run_list(struct store_transaction *tx, struct request *request, struct error *error)
{
    struct machine_state *state = request->state;
    return tx->op->machines->list(tx, request_account(request), MACHINE_LIST_MAX, &state->list,
                                  error);
}

static void done_list(struct request *request)
{
    const struct machine_state *state = request->state;
    struct api_machine_list answer = {0};
    answer.items.presence = PRESENT;
    answer.items.items =
        arena_allocate(&request->arena, state->list.count * sizeof *answer.items.items);
    for (size_t i = 0; answer.items.items && i < state->list.count; i++)
        answer.items.items[answer.items.count++] =
            api_machine_of(request, &state->list.rows[i], true);
    struct buffer text = {0};
    if (!answer.items.items || api_array_print(&api_machine_list_schema, &answer, &text, NULL) != 0)
        request_answer_internal(request);
    else
        request_answer_json(request, 200, slice_of(text.data, text.length));
    buffer_free(&text);
}

static void handle_list(struct request *request)
{
    if (request_state(request, sizeof(struct machine_state)))
        request_store_read(request, run_list, done_list);
}

static int run_get(struct store_transaction *tx, struct request *request, struct error *error)
{
    struct machine_state *state = request->state;
    state->outcome = tx->op->machines->get(tx, request_account(request),
                                           request_parameter(request, 0), &state->machine, error);
    return state->outcome < 0 ? -1 : 0;
}

static void done_get(struct request *request)
{
    const struct machine_state *state = request->state;
    if (state->outcome != STORE_OK) {
        request_answer_error(request, 404, MACHINE_UNKNOWN);
        return;
    }
    const struct api_machine_answer answer = {.machine =
                                                  api_machine_of(request, &state->machine, true)};
    request_answer(request, 200, &api_machine_answer_schema, &answer);
}

static void handle_get(struct request *request)
{
    if (request_state(request, sizeof(struct machine_state)))
        request_store_read(request, run_get, done_get);
}

static int run_delete(struct store_transaction *tx, struct request *request, struct error *error)
{
    struct machine_state *state = request->state;
    struct slice account = request_account(request);
    state->outcome = tx->op->machines->remove(tx, account, request_parameter(request, 0), error);
    if (state->outcome != STORE_OK)
        return state->outcome < 0 ? -1 : 0;
    if (tx->op->accounts->take_sequence(tx, account, 1, &state->sequence, error) != STORE_OK)
        return error_set(error, ERROR_NOT_FOUND, "there is no such account");
    return 0;
}

static void done_delete(struct request *request)
{
    const struct machine_state *state = request->state;
    if (state->outcome != STORE_OK) {
        request_answer_error(request, 404, MACHINE_UNKNOWN);
        return;
    }
    const struct update_body body = {
        .type = UPDATE_TYPE_DELETE_MACHINE,
        .delete_machine = {.machine_id = request_parameter(request, 0).data}};
    hub_update(request->application->hub, request_account(request), hub_users(), state->sequence,
               &body);
    request_answer_success(request);
}

static void handle_delete(struct request *request)
{
    if (request_state(request, sizeof(struct machine_state)))
        request_store(request, run_delete, done_delete);
}

static struct api_access_key api_access_key_of(const struct access_key *key)
{
    return (struct api_access_key){.object.presence = PRESENT,
                                   .data = stored_text(key->data),
                                   .data_version = key->version,
                                   .created_at = key->created_at,
                                   .updated_at = key->updated_at};
}

static int run_get_key(struct store_transaction *tx, struct request *request, struct error *error)
{
    struct access_key_state *state = request->state;
    state->outcome =
        tx->op->access_keys->get(tx, request_account(request), request_parameter(request, 0),
                                 request_parameter(request, 1), &state->key, error);
    return state->outcome < 0 ? -1 : 0;
}

static void done_get_key(struct request *request)
{
    const struct access_key_state *state = request->state;
    if (state->outcome == STORE_NO_PARENT) {
        request_answer_error(request, 404, PARENT_UNKNOWN);
        return;
    }
    struct api_access_key_answer answer = {.access_key.object.presence = IS_NULL};
    if (state->outcome == STORE_OK)
        answer.access_key = api_access_key_of(&state->key);
    request_answer(request, 200, &api_access_key_answer_schema, &answer);
}

static void handle_get_key(struct request *request)
{
    if (request_state(request, sizeof(struct access_key_state)))
        request_store_read(request, run_get_key, done_get_key);
}

static int run_create_key(struct store_transaction *tx, struct request *request,
                          struct error *error)
{
    const struct api_access_key_create *body = request->body;
    struct access_key_state *state = request->state;
    state->outcome = tx->op->access_keys->create(
        tx, request_account(request), request_parameter(request, 0), request_parameter(request, 1),
        given_text(body->data), &state->key, error);
    return state->outcome < 0 ? -1 : 0;
}

static void done_create_key(struct request *request)
{
    const struct access_key_state *state = request->state;
    const struct api_access_key_created answer = {.success = true,
                                                  .access_key = api_access_key_of(&state->key)};
    if (state->outcome == STORE_OK)
        request_answer(request, 200, &api_access_key_created_schema, &answer);
    else if (state->outcome == STORE_EXISTS)
        request_answer_error(request, 409, KEY_EXISTS);
    else
        request_answer_error(request, 404, PARENT_UNKNOWN);
}

static void handle_create_key(struct request *request)
{
    if (request_state(request, sizeof(struct access_key_state)))
        request_store(request, run_create_key, done_create_key);
}

static int run_update_key(struct store_transaction *tx, struct request *request,
                          struct error *error)
{
    const struct api_access_key_update *body = request->body;
    struct access_key_state *state = request->state;
    state->outcome = tx->op->access_keys->update(
        tx, request_account(request), request_parameter(request, 0), request_parameter(request, 1),
        given_text(body->data), body->expected_version, &state->current, error);
    return state->outcome < 0 ? -1 : 0;
}

static void done_update_key(struct request *request)
{
    const struct access_key_state *state = request->state;
    struct api_access_key_updated answer = {.success = state->outcome == STORE_OK};
    if (state->outcome == STORE_OK) {
        answer.version = some_integer(state->current.version);
    } else if (state->outcome == STORE_MISMATCH) {
        answer.error = "version-mismatch";
        answer.current_version = some_integer(state->current.version);
        answer.current_data = stored_text(state->current.value);
    } else {
        request_answer_error(request, 404, KEY_UNKNOWN);
        return;
    }
    request_answer(request, 200, &api_access_key_updated_schema, &answer);
}

static void handle_update_key(struct request *request)
{
    if (request_state(request, sizeof(struct access_key_state)))
        request_store(request, run_update_key, done_update_key);
}

#define ACCESS_KEY_PATTERN "/v1/access-keys/:sessionId/:machineId"

static const struct route routes[] = {
    {ROUTE_POST, "/v1/machines", .body = &api_machine_create_schema, .handle = handle_create},
    {ROUTE_GET, "/v1/machines", .handle = handle_list},
    {ROUTE_GET, "/v1/machines/:id", .handle = handle_get},
    {ROUTE_DELETE, "/v1/machines/:id", .handle = handle_delete},
    {ROUTE_GET, ACCESS_KEY_PATTERN, .failure = "Failed to get access key",
     .handle = handle_get_key},
    {ROUTE_POST, ACCESS_KEY_PATTERN, .body = &api_access_key_create_schema,
     .failure = "Failed to create access key", .handle = handle_create_key},
    {ROUTE_PUT, ACCESS_KEY_PATTERN, .body = &api_access_key_update_schema,
     .failure = "Failed to update access key", .failure_has_success = true,
     .handle = handle_update_key},
};

const struct route_table ROUTES_MACHINE = ROUTE_TABLE(routes);
