/* The key-value store of an account. */
#include <math.h>

#include "hub.h"
#include "request.h"
#include "stored_value.h"
#include "wire/api_kv.h"

#define KEY_UNKNOWN     "Key not found"
#define MUTATION_FAILED "Failed to mutate values"
#define VERSION_NONE    INT64_MIN /* is never stored */

struct key_value_state {
    int outcome;
    int64_t sequence;
    struct key_value value;
    struct key_value_list list;
    struct slice keys[KEY_VALUE_READ_MAX];
    struct slice values[KEY_VALUE_MUTATE_MAX];
    struct key_value_change changes[KEY_VALUE_MUTATE_MAX];
};

static struct api_kv_item api_item_of(struct request *request, const struct key_value *value)
{
    return (struct api_kv_item){.object.presence = PRESENT,
                                .key = stored_text(value->key),
                                .value = stored_base64(request, value->value),
                                .version = value->version};
}

static int run_get(struct store_transaction *tx, struct request *request, struct error *error)
{
    struct key_value_state *state = request->state;
    state->outcome = tx->op->key_values->get(tx, request_account(request),
                                             request_parameter(request, 0), &state->value, error);
    return state->outcome < 0 ? -1 : 0;
}

static void done_get(struct request *request)
{
    const struct key_value_state *state = request->state;
    if (state->outcome != STORE_OK) {
        request_answer_error(request, 404, KEY_UNKNOWN);
        return;
    }
    const struct api_kv_item answer = api_item_of(request, &state->value);
    request_answer(request, 200, &api_kv_item_schema, &answer);
}

static void handle_get(struct request *request)
{
    if (request_state(request, sizeof(struct key_value_state)))
        request_store_read(request, run_get, done_get);
}

static int run_list(struct store_transaction *tx, struct request *request, struct error *error)
{
    const struct api_kv_query *query = request->query;
    struct key_value_state *state = request->state;
    return tx->op->key_values->list(tx, request_account(request), given_text(query->prefix),
                                    (unsigned)query->limit.value, &state->list, error);
}

/* NULL when memory runs out. */
static struct api_kv_item *api_items_of(struct request *request, const struct key_value_list *list)
{
    struct api_kv_item *items = arena_allocate(&request->arena, list->count * sizeof *items);
    for (size_t i = 0; items && i < list->count; i++)
        items[i] = api_item_of(request, &list->rows[i]);
    return items;
}

static void done_list(struct request *request)
{
    const struct key_value_state *state = request->state;
    const struct api_kv_list answer = {.items = {.items = api_items_of(request, &state->list),
                                                 .count = state->list.count,
                                                 .presence = PRESENT}};
    if (!answer.items.items)
        request_answer_internal(request);
    else
        request_answer(request, 200, &api_kv_list_schema, &answer);
}

static void handle_list(struct request *request)
{
    if (request_state(request, sizeof(struct key_value_state)))
        request_store_read(request, run_list, done_list);
}

static int run_bulk(struct store_transaction *tx, struct request *request, struct error *error)
{
    const struct api_kv_bulk *body = request->body;
    struct key_value_state *state = request->state;
    for (size_t i = 0; i < body->keys.count; i++)
        state->keys[i] = slice_of_string(body->keys.items[i]);
    return tx->op->key_values->get_many(tx, request_account(request), state->keys, body->keys.count,
                                        &state->list, error);
}

static void done_bulk(struct request *request)
{
    const struct key_value_state *state = request->state;
    const struct api_kv_values answer = {.values = {.items = api_items_of(request, &state->list),
                                                    .count = state->list.count,
                                                    .presence = PRESENT}};
    if (!answer.values.items)
        request_answer_internal(request);
    else
        request_answer(request, 200, &api_kv_values_schema, &answer);
}

static void handle_bulk(struct request *request)
{
    if (request_state(request, sizeof(struct key_value_state)))
        request_store_read(request, run_bulk, done_bulk);
}

/* A version that no key can have, say 1.5, differs from what is stored. */
static int64_t version_of(double version)
{
    bool is_whole = version == floor(version) && fabs(version) <= API_INTEGER_MAX;
    return is_whole ? (int64_t)version : VERSION_NONE;
}

static int run_mutate(struct store_transaction *tx, struct request *request, struct error *error)
{
    const struct api_kv_mutate *body = request->body;
    struct key_value_state *state = request->state;
    struct slice account = request_account(request);
    for (size_t i = 0; i < body->mutations.count; i++)
        state->changes[i] =
            (struct key_value_change){.key = slice_of_string(body->mutations.items[i].key),
                                      .value = state->values[i],
                                      .version = version_of(body->mutations.items[i].version)};
    state->outcome =
        tx->op->key_values->mutate(tx, account, state->changes, body->mutations.count, error);
    if (state->outcome != STORE_OK)
        return state->outcome < 0 ? -1 : 0;
    if (tx->op->accounts->take_sequence(tx, account, 1, &state->sequence, error) != STORE_OK)
        return error_set(error, ERROR_NOT_FOUND, "there is no such account");
    return 0;
}

static void answer_mismatches(struct request *request)
{
    const struct api_kv_mutate *body = request->body;
    const struct key_value_state *state = request->state;
    struct api_kv_mismatch errors[KEY_VALUE_MUTATE_MAX];
    struct api_kv_mutated answer = {.errors = {.items = errors, .presence = PRESENT}};
    for (size_t i = 0; i < body->mutations.count; i++)
        if (state->changes[i].mismatch)
            errors[answer.errors.count++] = (struct api_kv_mismatch){
                .object.presence = PRESENT,
                .key = body->mutations.items[i].key,
                .error = "version-mismatch",
                .version = state->changes[i].current.version,
                .value = stored_base64(request, state->changes[i].current.value)};
    request_answer(request, 409, &api_kv_mutated_schema, &answer);
}

static void done_mutate(struct request *request)
{
    const struct api_kv_mutate *body = request->body;
    const struct key_value_state *state = request->state;
    struct update_kv_change changes[KEY_VALUE_MUTATE_MAX];
    struct api_kv_version results[KEY_VALUE_MUTATE_MAX];
    size_t count = body->mutations.count;
    if (state->outcome != STORE_OK) {
        answer_mismatches(request);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const struct api_kv_mutation *given = &body->mutations.items[i];
        int64_t version = state->changes[i].current.version;
        changes[i] = (struct update_kv_change){.object.presence = PRESENT,
                                               .key = given->key,
                                               .value = given->value,
                                               .version = version};
        results[i] = (struct api_kv_version){
            .object.presence = PRESENT, .key = given->key, .version = version};
    }
    const struct update_body update = {
        .type = UPDATE_TYPE_KV_BATCH_UPDATE,
        .kv_batch_update.changes = {.items = changes, .count = count, .presence = PRESENT}};
    hub_update(request->application->hub, request_account(request), hub_users(), state->sequence,
               &update);
    const struct api_kv_mutated answer = {
        .success = true, .results = {.items = results, .count = count, .presence = PRESENT}};
    request_answer(request, 200, &api_kv_mutated_schema, &answer);
}

static void handle_mutate(struct request *request)
{
    const struct api_kv_mutate *body = request->body;
    struct key_value_state *state = request_state(request, sizeof *state);
    if (!state)
        return;
    for (size_t i = 0; i < body->mutations.count; i++) {
        const struct api_kv_mutation *given = &body->mutations.items[i];
        /* What makes a key is read leniently, what changes one strictly, as upstream does. */
        enum base64_reader reader =
            given->version == KEY_VALUE_UNWRITTEN ? BASE64_LENIENT : BASE64_SERVER;
        if (!given_base64(request, reader, given->value, &state->values[i])) {
            request_answer_error(request, 400, MUTATION_FAILED);
            return;
        }
    }
    request_store(request, run_mutate, done_mutate);
}

static const struct route routes[] = {
    {ROUTE_GET, "/v1/kv/:key", .failure = "Failed to get value", .handle = handle_get},
    {ROUTE_GET, "/v1/kv", .query = &api_kv_query_schema, .failure = "Failed to list items",
     .handle = handle_list},
    {ROUTE_POST, "/v1/kv/bulk", .body = &api_kv_bulk_schema, .failure = "Failed to get values",
     .handle = handle_bulk},
    {ROUTE_POST, "/v1/kv", .body = &api_kv_mutate_schema, .failure = MUTATION_FAILED,
     .handle = handle_mutate},
};

const struct route_table ROUTES_KEY_VALUE = ROUTE_TABLE(routes);
