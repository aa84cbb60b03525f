/* The account itself: profile, settings, and where its push notifications go. */
#include "hub.h"
#include "request.h"
#include "stored_value.h"
#include "wire/api_account.h"

#define SETTINGS_READ_FAILED  "Failed to get account settings"
#define SETTINGS_WRITE_FAILED "Failed to update account settings"

struct account_state {
    int outcome;
    int64_t sequence, now_ms;
    struct account account;
    struct vendor_token_list vendors;
    struct store_versioned settings;
    struct push_token_list tokens;
};

static int run_profile(struct store_transaction *tx, struct request *request, struct error *error)
{
    struct account_state *state = request->state;
    struct slice account = request_account(request);
    state->now_ms = tx->now_ms;
    if (tx->op->accounts->get(tx, account, &state->account, error) != STORE_OK)
        return error_set(error, ERROR_NOT_FOUND, "there is no such account");
    return tx->op->vendor_tokens->list(tx, account, &state->vendors, error);
}

static void done_profile(struct request *request)
{
    const struct account_state *state = request->state;
    const struct vendor_token_list *vendors = &state->vendors;
    const char **names = arena_allocate(&request->arena, vendors->count * sizeof *names);
    for (size_t i = 0; names && i < vendors->count; i++)
        names[i] = stored_text(vendors->rows[i].vendor);
    const struct api_profile answer = {
        .id = stored_text(state->account.id),
        .timestamp = state->now_ms,
        .first_name = stored_text(state->account.first_name),
        .last_name = stored_text(state->account.last_name),
        .username = stored_text(state->account.username),
        .avatar.object.presence = IS_NULL,
        .github.presence = IS_NULL,
        .connected_services = {.items = names, .count = vendors->count, .presence = PRESENT}};
    if (!names)
        request_answer_internal(request);
    else
        request_answer(request, 200, &api_profile_schema, &answer);
}

static void handle_profile(struct request *request)
{
    if (request_state(request, sizeof(struct account_state)))
        request_store_read(request, run_profile, done_profile);
}

static int run_settings(struct store_transaction *tx, struct request *request, struct error *error)
{
    struct account_state *state = request->state;
    if (tx->op->accounts->settings(tx, request_account(request), &state->settings, error) !=
        STORE_OK)
        return error_set(error, ERROR_NOT_FOUND, "there is no such account");
    return 0;
}

static void done_settings(struct request *request)
{
    const struct account_state *state = request->state;
    const struct api_settings answer = {.settings = stored_text(state->settings.value),
                                        .settings_version = state->settings.version};
    request_answer(request, 200, &api_settings_schema, &answer);
}

static void handle_settings(struct request *request)
{
    if (request_state(request, sizeof(struct account_state)))
        request_store_read(request, run_settings, done_settings);
}

static int run_set_settings(struct store_transaction *tx, struct request *request,
                            struct error *error)
{
    const struct api_settings_update *body = request->body;
    struct account_state *state = request->state;
    struct slice account = request_account(request);
    state->outcome = tx->op->accounts->set_settings(
        tx, account, given_text(body->settings), body->expected_version, &state->settings, error);
    if (state->outcome == STORE_MISMATCH)
        return 0;
    if (state->outcome < 0)
        return -1;
    if (state->outcome != STORE_OK ||
        tx->op->accounts->take_sequence(tx, account, 1, &state->sequence, error) != STORE_OK)
        return error_set(error, ERROR_NOT_FOUND, "there is no such account");
    return 0;
}

static void done_set_settings(struct request *request)
{
    const struct api_settings_update *body = request->body;
    const struct account_state *state = request->state;
    struct api_settings_updated answer = {.success = state->outcome == STORE_OK};
    if (state->outcome == STORE_MISMATCH) {
        answer.error = "version-mismatch";
        answer.current_version = some_integer(state->settings.version);
        answer.current_settings = stored_text(state->settings.value);
        request_answer(request, 200, &api_settings_updated_schema, &answer);
        return;
    }
    const struct update_body update = {
        .type = UPDATE_TYPE_UPDATE_ACCOUNT,
        .update_account = {.id = request->account,
                           .settings = {.object.presence = PRESENT,
                                        .value = body->settings,
                                        .version = state->settings.version}}};
    hub_update(request->application->hub, request_account(request), hub_users(), state->sequence,
               &update);
    answer.version = some_integer(state->settings.version);
    request_answer(request, 200, &api_settings_updated_schema, &answer);
}

static void handle_set_settings(struct request *request)
{
    if (request_state(request, sizeof(struct account_state)))
        request_store(request, run_set_settings, done_set_settings);
}

static void done_push(struct request *request)
{
    request_answer_success(request);
}

static int run_add_push(struct store_transaction *tx, struct request *request, struct error *error)
{
    const struct api_push_token_request *body = request->body;
    int outcome =
        tx->op->push_tokens->add(tx, request_account(request), given_text(body->token), error);
    return outcome < 0 ? -1 : 0;
}

static void handle_add_push(struct request *request)
{
    request_store(request, run_add_push, done_push);
}

static int run_remove_push(struct store_transaction *tx, struct request *request,
                           struct error *error)
{
    int outcome = tx->op->push_tokens->remove(tx, request_account(request),
                                              request_parameter(request, 0), error);
    return outcome < 0 ? -1 : 0;
}

static void handle_remove_push(struct request *request)
{
    request_store(request, run_remove_push, done_push);
}

static int run_list_push(struct store_transaction *tx, struct request *request, struct error *error)
{
    struct account_state *state = request->state;
    return tx->op->push_tokens->list(tx, request_account(request), PUSH_TOKEN_LIST_MAX,
                                     &state->tokens, error);
}

static void done_list_push(struct request *request)
{
    const struct account_state *state = request->state;
    struct api_push_token_list answer = {0};
    answer.tokens.presence = PRESENT;
    answer.tokens.items =
        arena_allocate(&request->arena, state->tokens.count * sizeof *answer.tokens.items);
    for (size_t i = 0; answer.tokens.items && i < state->tokens.count; i++) {
        const struct push_token *token = &state->tokens.rows[i];
        answer.tokens.items[answer.tokens.count++] =
            (struct api_push_token){.object.presence = PRESENT,
                                    .id = stored_text(token->id),
                                    .token = stored_text(token->token),
                                    .created_at = token->created_at,
                                    .updated_at = token->updated_at};
    }
    if (!answer.tokens.items)
        request_answer_internal(request);
    else
        request_answer(request, 200, &api_push_token_list_schema, &answer);
}

static void handle_list_push(struct request *request)
{
    if (request_state(request, sizeof(struct account_state)))
        request_store_read(request, run_list_push, done_list_push);
}

static const struct route routes[] = {
    {ROUTE_GET, "/v1/account/profile", .handle = handle_profile},
    {ROUTE_GET, "/v1/account/settings", .failure = SETTINGS_READ_FAILED, .handle = handle_settings},
    {ROUTE_POST, "/v1/account/settings", .body = &api_settings_update_schema,
     .failure = SETTINGS_WRITE_FAILED, .failure_has_success = true, .handle = handle_set_settings},
    {ROUTE_POST, "/v1/push-tokens", .body = &api_push_token_request_schema,
     .failure = "Failed to register push token", .handle = handle_add_push},
    {ROUTE_GET, "/v1/push-tokens", .failure = "Failed to get push tokens",
     .handle = handle_list_push},
    {ROUTE_DELETE, "/v1/push-tokens/:token", .failure = "Failed to delete push token",
     .handle = handle_remove_push},
};

const struct route_table ROUTES_ACCOUNT = ROUTE_TABLE(routes);
