/* Tokens of other services that an account leaves here; encrypted at rest, with a key of their own
   for each account and vendor. */
#include <string.h>

#include "request.h"
#include "stored_value.h"
#include "wire/api_account.h"
#include "wire/record.h"
#include "wire/server_secret.h"

struct vendor_state {
    int outcome;
    const char *vendor;
    struct slice sealed;
    struct vendor_token token;
    struct vendor_token_list list;
};

static const char *vendor_name(enum api_vendor vendor)
{
    static const char *const names[] = {[API_VENDOR_OPENAI] = "openai",
                                        [API_VENDOR_ANTHROPIC] = "anthropic",
                                        [API_VENDOR_GEMINI] = "gemini"};
    return names[vendor];
}

/* NULL when memory runs out. */
static struct secret *token_key(struct request *request, const char *vendor)
{
    const char *const path[] = {"user", request->account, "vendors", vendor, "token"};
    const struct secret *root = application_at_rest_root(request->application, NULL);
    return root ? server_at_rest_key(root, path, sizeof path / sizeof *path, NULL) : NULL;
}

static bool seal_token(struct request *request, const char *vendor, const char *token,
                       struct slice *sealed)
{
    struct secret *key = token_key(request, vendor);
    struct buffer bytes = {0};
    struct record_key record = {RECORD_DATA_KEY, key};
    bool done = key && record_seal(record, request->application->random, slice_of_string(token),
                                   &bytes, NULL) == 0;
    char *kept = done ? arena_allocate(&request->arena, bytes.length) : NULL;
    if (kept) {
        memcpy(kept, bytes.data, bytes.length);
        *sealed = slice_of(kept, bytes.length);
    }
    buffer_free(&bytes);
    secret_free(key);
    return kept != NULL;
}

/* In the request's arena; NULL: it is not sealed with our key. */
static const char *open_token(struct request *request, const struct vendor_token *token)
{
    struct secret *key = token_key(request, stored_text(token->vendor));
    struct buffer text = {0};
    struct record_key record = {RECORD_DATA_KEY, key};
    const char *kept = NULL;
    if (key && record_open(record, token->sealed, &text, NULL) == 0)
        kept = arena_string(&request->arena, slice_of(text.data, text.length));
    secret_buffer_free(&text);
    secret_free(key);
    return kept;
}

/* The state of a request whose path names a vendor. */
static struct vendor_state *begin(struct request *request)
{
    const struct api_vendor_params *params = request->params;
    struct vendor_state *state = request_state(request, sizeof *state);
    if (state)
        state->vendor = vendor_name(params->vendor);
    return state;
}

static void done_change(struct request *request)
{
    request_answer_success(request);
}

static int run_register(struct store_transaction *tx, struct request *request, struct error *error)
{
    const struct vendor_state *state = request->state;
    return tx->op->vendor_tokens->set(tx, request_account(request), slice_of_string(state->vendor),
                                      state->sealed, error);
}

static void handle_register(struct request *request)
{
    const struct api_vendor_register *body = request->body;
    struct vendor_state *state = begin(request);
    if (!state)
        return;
    if (!seal_token(request, state->vendor, body->token, &state->sealed))
        request_answer_internal(request);
    else
        request_store(request, run_register, done_change);
}

static int run_get(struct store_transaction *tx, struct request *request, struct error *error)
{
    struct vendor_state *state = request->state;
    state->outcome = tx->op->vendor_tokens->get(
        tx, request_account(request), slice_of_string(state->vendor), &state->token, error);
    return state->outcome < 0 ? -1 : 0;
}

static void done_get(struct request *request)
{
    const struct vendor_state *state = request->state;
    struct api_vendor_token_answer answer = {.token = json_null_string};
    if (state->outcome == STORE_OK)
        answer.token = open_token(request, &state->token);
    if (!answer.token)
        request_answer_internal(request);
    else
        request_answer(request, 200, &api_vendor_token_answer_schema, &answer);
}

static void handle_get(struct request *request)
{
    if (begin(request))
        request_store_read(request, run_get, done_get);
}

static int run_remove(struct store_transaction *tx, struct request *request, struct error *error)
{
    const struct vendor_state *state = request->state;
    int outcome = tx->op->vendor_tokens->remove(tx, request_account(request),
                                                slice_of_string(state->vendor), error);
    return outcome < 0 ? -1 : 0;
}

static void handle_remove(struct request *request)
{
    if (begin(request))
        request_store(request, run_remove, done_change);
}

static int run_list(struct store_transaction *tx, struct request *request, struct error *error)
{
    struct vendor_state *state = request->state;
    return tx->op->vendor_tokens->list(tx, request_account(request), &state->list, error);
}

static void done_list(struct request *request)
{
    const struct vendor_state *state = request->state;
    struct api_vendor_token_list answer = {.tokens.presence = PRESENT};
    answer.tokens.items =
        arena_allocate(&request->arena, state->list.count * sizeof *answer.tokens.items);
    for (size_t i = 0; answer.tokens.items && i < state->list.count; i++)
        answer.tokens.items[answer.tokens.count++] =
            (struct api_vendor_token){.object.presence = PRESENT,
                                      .vendor = stored_text(state->list.rows[i].vendor),
                                      .token = open_token(request, &state->list.rows[i])};
    if (!answer.tokens.items)
        request_answer_internal(request);
    else
        request_answer(request, 200, &api_vendor_token_list_schema, &answer);
}

static void handle_list(struct request *request)
{
    if (request_state(request, sizeof(struct vendor_state)))
        request_store_read(request, run_list, done_list);
}

static const struct route routes[] = {
    {ROUTE_POST, "/v1/connect/:vendor/register", .params = &api_vendor_params_schema,
     .body = &api_vendor_register_schema, .handle = handle_register},
    {ROUTE_GET, "/v1/connect/:vendor/token", .params = &api_vendor_params_schema,
     .handle = handle_get},
    {ROUTE_DELETE, "/v1/connect/:vendor", .params = &api_vendor_params_schema,
     .handle = handle_remove},
    {ROUTE_GET, "/v1/connect/tokens", .handle = handle_list},
};

const struct route_table ROUTES_VENDOR = ROUTE_TABLE(routes);
