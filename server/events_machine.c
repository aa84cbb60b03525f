/* machine-update-metadata and machine-update-state. */
#include "client_request.h"

struct machine_result {
    int outcome;
    struct store_versioned current;
    int64_t sequence;
};

static int run_metadata(struct store_transaction *tx, struct client_request *request,
                        struct error *error)
{
    const struct machine_metadata_update *update = request->payload;
    struct machine_result *result = request->state;
    result->outcome = tx->op->machines->set_metadata(
        tx, client_account(request), client_text(update->machine_id), client_text(update->metadata),
        client_version(update->expected_version), &result->current, error);
    if (result->outcome == STORE_OK)
        return client_take_sequence(tx, request, &result->sequence, error);
    return result->outcome < 0 ? -1 : 0;
}

static int run_state(struct store_transaction *tx, struct client_request *request,
                     struct error *error)
{
    const struct machine_state_update *update = request->payload;
    struct machine_result *result = request->state;
    result->outcome = tx->op->machines->set_daemon_state(
        tx, client_account(request), client_text(update->machine_id),
        client_text(update->daemon_state), client_version(update->expected_version),
        &result->current, error);
    if (result->outcome == STORE_OK)
        return client_take_sequence(tx, request, &result->sequence, error);
    return result->outcome < 0 ? -1 : 0;
}

/* All but the value: which member it is, the two events tell. */
static struct versioned_answer answer_of(const struct machine_result *result)
{
    if (result->outcome != STORE_OK && result->outcome != STORE_MISMATCH)
        return (struct versioned_answer){.result = EVENT_RESULT_ERROR,
                                         .message = "Machine not found"};
    return (struct versioned_answer){.result = result->outcome == STORE_OK
                                                   ? EVENT_RESULT_SUCCESS
                                                   : EVENT_RESULT_VERSION_MISMATCH,
                                     .version = some_number((double)result->current.version)};
}

static void done_metadata(struct client_request *request)
{
    const struct machine_metadata_update *update = request->payload;
    const struct machine_result *result = request->state;
    struct versioned_answer answer = answer_of(result);
    if (result->outcome == STORE_OK) {
        struct update_body body = {.type = UPDATE_TYPE_UPDATE_MACHINE};
        body.update_machine.machine_id = update->machine_id;
        body.update_machine.metadata = (struct versioned_text){
            .object.presence = PRESENT, update->metadata, result->current.version};
        hub_update(client_hub(request), client_account(request),
                   hub_machine(client_text(update->machine_id)), result->sequence, &body);
        answer.metadata = update->metadata;
    } else if (result->outcome == STORE_MISMATCH) {
        answer.metadata = client_string(result->current.value);
    }
    client_answer(request, &versioned_answer_schema, &answer);
}

static void done_state(struct client_request *request)
{
    const struct machine_state_update *update = request->payload;
    const struct machine_result *result = request->state;
    struct versioned_answer answer = answer_of(result);
    if (result->outcome == STORE_OK) {
        struct update_body body = {.type = UPDATE_TYPE_UPDATE_MACHINE};
        body.update_machine.machine_id = update->machine_id;
        body.update_machine.daemon_state = (struct versioned_text){
            .object.presence = PRESENT, update->daemon_state, result->current.version};
        hub_update(client_hub(request), client_account(request),
                   hub_machine(client_text(update->machine_id)), result->sequence, &body);
        answer.daemon_state = update->daemon_state;
    } else if (result->outcome == STORE_MISMATCH) {
        answer.daemon_state = client_string(result->current.value);
    }
    client_answer(request, &versioned_answer_schema, &answer);
}

#define FAILURE "{\"result\":\"error\",\"message\":\"Internal error\"}"
static const struct client_handler ROWS[] = {
    {CLIENT_EVENT_MACHINE_UPDATE_METADATA, run_metadata, done_metadata,
     sizeof(struct machine_result), false, FAILURE, NULL},
    {CLIENT_EVENT_MACHINE_UPDATE_STATE, run_state, done_state, sizeof(struct machine_result), false,
     FAILURE, NULL},
};

const struct client_handlers MACHINE_EVENTS = {ROWS, sizeof ROWS / sizeof *ROWS};
