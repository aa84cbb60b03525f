/* ping, app-state, usage-report and access-key-get. */
#include <string.h>

#include "client_request.h"
#include "wire/json_text.h"

static void done_ping(struct client_request *request)
{
    client_answer_text(request, "{}");
}

static void done_app_state(struct client_request *request)
{
    const struct app_state *state = request->payload;
    request->connection->member.app_active =
        is_text(state->state) && strcmp(state->state, "active") == 0;
}

#define NO_SESSION 100 /* besides enum store_outcome */

struct usage_result {
    int outcome;
    struct usage_row row;
};

static int run_usage(struct store_transaction *tx, struct client_request *request,
                     struct error *error)
{
    const struct usage_report *report = request->payload;
    struct usage_result *result = request->state;
    struct buffer data = {0};
    result->outcome = NO_SESSION;
    if (!is_text(report->session_id) || !*report->session_id)
        return 0;
    buffer_append_string(&data, "{\"tokens\":");
    json_text_print(&data, report->tokens.object.origin);
    buffer_append_string(&data, ",\"cost\":");
    json_text_print(&data, report->cost.object.origin);
    buffer_append_byte(&data, '}');
    result->outcome =
        data.failed
            ? error_set(error, ERROR_MEMORY, "out of memory")
            : tx->op->usage->report(tx, client_account(request), client_text(report->session_id),
                                    client_text(report->key), slice_of(data.data, data.length),
                                    &result->row, error);
    buffer_free(&data);
    return result->outcome < 0 ? -1 : 0;
}

/* The numbers of a report, as an array in the request's arena. */
static struct named_number *numbers_of(struct client_request *request, struct json_object *object,
                                       size_t *count)
{
    size_t most = (size_t)json_object_object_length(object);
    struct named_number *numbers = arena_allocate(&request->arena, (most + 1) * sizeof *numbers);
    *count = 0;
    if (!numbers)
        return NULL;
    json_object_object_foreach(object, key, value)
    {
        if (json_object_is_type(value, json_type_int) ||
            json_object_is_type(value, json_type_double))
            numbers[(*count)++] = (struct named_number){key, json_object_get_double(value)};
    }
    return numbers;
}

static void done_usage(struct client_request *request)
{
    const struct usage_report *report = request->payload;
    const struct usage_result *result = request->state;
    struct usage_answer answer = {.error = "Failed to save usage report"};
    if (result->outcome == STORE_OK) {
        struct ephemeral ephemeral = {.type = EPHEMERAL_TYPE_USAGE};
        ephemeral.usage.id = report->session_id;
        ephemeral.usage.key = report->key;
        ephemeral.usage.tokens.items =
            numbers_of(request, report->tokens.object.origin, &ephemeral.usage.tokens.count);
        ephemeral.usage.cost.items =
            numbers_of(request, report->cost.object.origin, &ephemeral.usage.cost.count);
        ephemeral.usage.timestamp = request->connection->realtime->application->now_ms();
        hub_ephemeral(client_hub(request), client_account(request), hub_users(), &ephemeral);
        answer = (struct usage_answer){.success = true,
                                       .report_id = result->row.id.data,
                                       .created_at = some_integer(result->row.created_at),
                                       .updated_at = some_integer(result->row.updated_at)};
    } else if (result->outcome == STORE_NO_PARENT) {
        answer.error = "Session not found";
    }
    client_answer(request, &usage_answer_schema, &answer);
}

struct access_key_result {
    int outcome;
    struct access_key key;
};

static int run_access_key(struct store_transaction *tx, struct client_request *request,
                          struct error *error)
{
    const struct access_key_get *wanted = request->payload;
    struct access_key_result *result = request->state;
    result->outcome =
        tx->op->access_keys->get(tx, client_account(request), client_text(wanted->session_id),
                                 client_text(wanted->machine_id), &result->key, error);
    return result->outcome < 0 ? -1 : 0;
}

static void done_access_key(struct client_request *request)
{
    const struct access_key_result *result = request->state;
    struct access_key_answer answer = {.ok = true, .access_key.object.presence = IS_NULL};
    if (result->outcome == STORE_OK)
        answer.access_key = (struct api_access_key){.object.presence = PRESENT,
                                                    .data = result->key.data.data,
                                                    .data_version = result->key.version,
                                                    .created_at = result->key.created_at,
                                                    .updated_at = result->key.updated_at};
    else if (result->outcome == STORE_NO_PARENT)
        answer = (struct access_key_answer){.error = "Session or machine not found"};
    client_answer(request, &access_key_answer_schema, &answer);
}

static const struct client_handler ROWS[] = {
    {CLIENT_EVENT_PING, NULL, done_ping, 0, false, NULL, NULL},
    {CLIENT_EVENT_APP_STATE, NULL, done_app_state, 0, false, NULL, NULL},
    {CLIENT_EVENT_USAGE_REPORT, run_usage, done_usage, sizeof(struct usage_result), false,
     "{\"success\":false,\"error\":\"Failed to save usage report\"}", NULL},
    {CLIENT_EVENT_ACCESS_KEY_GET, run_access_key, done_access_key, sizeof(struct access_key_result),
     true, "{\"ok\":false,\"error\":\"Internal error\"}", NULL},
};

const struct client_handlers ACCOUNT_EVENTS = {ROWS, sizeof ROWS / sizeof *ROWS};
