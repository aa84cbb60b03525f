/* Login, and pairing: of terminals, and of further devices of an account. */
#include "request.h"
#include "wire/api_auth.h"
#include "wire/hex.h"
#include "wire/login.h"
#include "wire/pairing.h"

/* A request that nobody answers is forgotten; whoever still polls makes it anew. An answer can be
   fetched for as long. */
#define PAIRING_LIFE_MS (60ll * 60 * 1000)

/* Keys in the store are upper-case hex. */
struct key_text {
    char text[2 * PUBLIC_KEY_SIZE + 1];
};

static void put_key(struct key_text *key, const unsigned char public_key[static PUBLIC_KEY_SIZE])
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < PUBLIC_KEY_SIZE; i++) {
        key->text[2 * i] = digits[public_key[i] >> 4];
        key->text[2 * i + 1] = digits[public_key[i] & 15];
    }
    key->text[2 * PUBLIC_KEY_SIZE] = '\0';
}

static struct slice key_slice(const struct key_text *key)
{
    return slice_of(key->text, 2 * PUBLIC_KEY_SIZE);
}

/* A new token, in the request's memory; NULL, and the request is answered, when there is none. */
static const char *issue(struct request *request, struct slice account, struct slice session)
{
    struct application *application = request->application;
    struct error error;
    struct secret *token = tokens_issue(application->tokens, application->random,
                                        application->now_ms(), account, session, &error);
    const char *text = token ? arena_string(&request->arena, secret_slice(token)) : NULL;
    secret_free(token);
    if (!text)
        request_answer_internal(request);
    return text;
}

/* ---- POST /v1/auth ---- */

struct login {
    struct key_text key;
    struct account account;
};

static int run_login(struct store_transaction *tx, struct request *request, struct error *error)
{
    struct login *login = request->state;
    return tx->op->accounts->log_in(tx, key_slice(&login->key), true, &login->account, error) < 0
               ? -1
               : 0;
}

static void login_done(struct request *request)
{
    struct login *login = request->state;
    const char *token = issue(request, login->account.id, slice_of(NULL, 0));
    if (token)
        request_answer(request, 200, &api_login_answer_schema,
                       &(struct api_login_answer){.success = true, .token = token});
}

static void handle_login(struct request *request)
{
    unsigned char public_key[PUBLIC_KEY_SIZE];
    struct error error;
    struct login *login = request_state(request, sizeof *login);
    if (!login)
        return;
    if (login_request_verify(request->bytes, public_key, &error) == 0) {
        put_key(&login->key, public_key);
        request_store(request, run_login, login_done);
    } else if (error.code == ERROR_REFUSED) {
        request_answer_error(request, 401, "Invalid signature");
    } else {
        request_answer_internal(request);
    }
}

/* ---- the two kinds of pairing ---- */

struct pairing {
    enum auth_request_kind kind;
    struct key_text key;
    bool supports_v2;
    struct slice response;
    struct auth_request found;
    int outcome;
};

/* Answers what is wrong with a key: 401 for another length than 32 bytes, else 500. */
static void refuse_key(struct request *request, const struct error *error)
{
    if (error->code == ERROR_REFUSED)
        request_answer_error(request, 401, "Invalid public key");
    else
        request_answer_internal(request);
}

static int run_announce(struct store_transaction *tx, struct request *request, struct error *error)
{
    struct pairing *pairing = request->state;
    pairing->outcome = tx->op->auth_requests->announce(
        tx, pairing->kind, key_slice(&pairing->key), pairing->supports_v2,
        tx->now_ms + PAIRING_LIFE_MS, &pairing->found, error);
    return pairing->outcome < 0 ? -1 : 0;
}

static void announce_done(struct request *request)
{
    const struct pairing *pairing = request->state;
    const struct auth_request *found = &pairing->found;
    struct api_pairing_state_answer answer = {.state = API_PAIRING_STATE_REQUESTED};
    if (found->response.data) {
        answer.state = API_PAIRING_STATE_AUTHORIZED;
        answer.response = found->response.data;
        answer.token =
            issue(request, found->account,
                  pairing->kind == AUTH_REQUEST_TERMINAL ? found->id : slice_of(NULL, 0));
        if (!answer.token)
            return;
    }
    request_answer(request, 200, &api_pairing_state_answer_schema, &answer);
}

/* A terminal asks once a second, nearly always for what nobody has answered yet: the question is
   read, and only a key that is new is written. */
static int run_find(struct store_transaction *tx, struct request *request, struct error *error)
{
    struct pairing *pairing = request->state;
    pairing->outcome = tx->op->auth_requests->get(tx, pairing->kind, key_slice(&pairing->key),
                                                  &pairing->found, error);
    return pairing->outcome < 0 ? -1 : 0;
}

static void find_done(struct request *request)
{
    const struct pairing *pairing = request->state;
    if (pairing->outcome == STORE_OK)
        announce_done(request);
    else
        request_store(request, run_announce, announce_done);
}

static void announce(struct request *request, enum auth_request_kind kind)
{
    struct pairing_request asked = {.supports_v2 = false};
    struct error error;
    struct pairing *pairing = request_state(request, sizeof *pairing);
    if (!pairing)
        return;
    if (pairing_request_parse(request->bytes, &asked, &error) != 0) {
        refuse_key(request, &error);
        return;
    }
    pairing->kind = kind;
    pairing->supports_v2 = kind == AUTH_REQUEST_TERMINAL && asked.supports_v2;
    put_key(&pairing->key, asked.public_key);
    request_store_read(request, run_find, find_done);
}

static void handle_terminal_request(struct request *request)
{
    announce(request, AUTH_REQUEST_TERMINAL);
}

static void handle_account_request(struct request *request)
{
    announce(request, AUTH_REQUEST_ACCOUNT);
}

static int run_respond(struct store_transaction *tx, struct request *request, struct error *error)
{
    struct pairing *pairing = request->state;
    pairing->outcome = tx->op->auth_requests->answer(tx, pairing->kind, key_slice(&pairing->key),
                                                     request_account(request), pairing->response,
                                                     tx->now_ms + PAIRING_LIFE_MS, error);
    return pairing->outcome < 0 ? -1 : 0;
}

static void respond_done(struct request *request)
{
    const struct pairing *pairing = request->state;
    if (pairing->outcome == STORE_NOT_FOUND)
        request_answer_error(request, 404, "Request not found");
    else
        request_answer_success(request);
}

static void respond(struct request *request, enum auth_request_kind kind)
{
    struct pairing_answer answer;
    struct error error;
    struct pairing *pairing = request_state(request, sizeof *pairing);
    if (!pairing)
        return;
    if (pairing_answer_parse(request->bytes, &answer, &error) != 0) {
        refuse_key(request, &error);
        return;
    }
    pairing->kind = kind;
    put_key(&pairing->key, answer.public_key);
    pairing->response = slice_of_string(arena_string(
        &request->arena, slice_of(buffer_string(&answer.response), answer.response.length)));
    pairing_answer_clear(&answer);
    request_store(request, run_respond, respond_done);
}

static void handle_terminal_response(struct request *request)
{
    respond(request, AUTH_REQUEST_TERMINAL);
}

static void handle_account_response(struct request *request)
{
    respond(request, AUTH_REQUEST_ACCOUNT);
}

/* ---- GET /v1/auth/request/status ---- */

static void answer_status(struct request *request, enum api_pairing_status status, bool supports_v2)
{
    request_answer(
        request, 200, &api_pairing_status_answer_schema,
        &(struct api_pairing_status_answer){.status = status, .supports_v2 = supports_v2});
}

static void status_done(struct request *request)
{
    const struct pairing *pairing = request->state;
    if (pairing->outcome != STORE_OK)
        answer_status(request, API_PAIRING_STATUS_NOT_FOUND, false);
    else if (pairing->found.response.data)
        answer_status(request, API_PAIRING_STATUS_AUTHORIZED, false);
    else
        answer_status(request, API_PAIRING_STATUS_PENDING, pairing->found.supports_v2);
}

static void handle_status(struct request *request)
{
    const struct api_pairing_status_query *query = request->query;
    unsigned char public_key[PUBLIC_KEY_SIZE];
    struct error error;
    struct pairing *pairing = request_state(request, sizeof *pairing);
    if (!pairing)
        return;
    if (pairing_key_parse(slice_of_string(query->public_key), public_key, &error) == 0) {
        pairing->kind = AUTH_REQUEST_TERMINAL;
        put_key(&pairing->key, public_key);
        request_store_read(request, run_find, status_done);
    } else if (error.code == ERROR_REFUSED) {
        answer_status(request, API_PAIRING_STATUS_NOT_FOUND, false);
    } else {
        request_answer_internal(request);
    }
}

#define OPEN(path, schema, handler)                                                                \
    {                                                                                              \
        ROUTE_POST, path, ROUTE_OPEN, .body = &schema, .body_max = ROUTE_SMALL_BODY,               \
                                      .handle = handler                                            \
    }
#define RESPONSE(path, handler)                                                                    \
    {                                                                                              \
        ROUTE_POST, path, .body = &api_pairing_response_request_schema,                            \
                          .body_max = ROUTE_SMALL_BODY, .handle = handler                          \
    }

static const struct route routes[] = {
    OPEN("/v1/auth", api_login_request_schema, handle_login),
    OPEN("/v1/auth/account/request", api_pairing_request_schema, handle_account_request),
    RESPONSE("/v1/auth/account/response", handle_account_response),
    OPEN("/v1/auth/request", api_pairing_request_schema, handle_terminal_request),
    {ROUTE_GET, "/v1/auth/request/status", ROUTE_OPEN, .query = &api_pairing_status_query_schema,
     .handle = handle_status},
    RESPONSE("/v1/auth/response", handle_terminal_response),
};
const struct route_table ROUTES_AUTH = ROUTE_TABLE(routes);
