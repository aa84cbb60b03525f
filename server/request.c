#include "request.h"

#include <stdlib.h>
#include <string.h>

#include "os/log.h"
#include "request_body.h"
#include "wire/api_error.h"

/* What holds a request: its exchange, a store job, and a function of this file that is at work. */
static void hold(struct request *request)
{
    request->holds++;
}

static void release(struct request *request)
{
    if (--request->holds > 0)
        return;
    request->application->requests--;
    arena_free(&request->arena);
    free(request);
}

struct http_exchange *request_take_exchange(struct request *request)
{
    struct http_exchange *exchange = request->exchange;
    if (!exchange)
        return NULL;
    request->exchange = NULL;
    /* Whoever calls this holds the request himself. */
    release(request);
    return exchange;
}

void *request_state(struct request *request, size_t size)
{
    request->state = arena_allocate(&request->arena, size);
    if (!request->state)
        request_answer_internal(request);
    return request->state;
}

/* ---- store jobs ---- */

static void answer_failed_job(struct request *request)
{
    const struct route *route = request->route;
    if (route->failed)
        route->failed(request);
    else if (!route->failure)
        request_answer_internal(request);
    else if (route->failure_has_success)
        request_answer_failure(request, 500, route->failure);
    else
        request_answer_error(request, 500, route->failure);
}

static int run_job(struct store_transaction *tx, void *context, struct error *error)
{
    struct request *request = context;
    return request->run(tx, request, error);
}

static void end_job(void *context, const struct error *error)
{
    struct request *request = context;
    if (error) {
        log_warning("%s: %s", request->route->pattern, error->message);
        answer_failed_job(request);
    } else {
        request->done(request);
    }
    release(request);
}

/* A job that is over may be submitted again by its own done(), whose results it takes away. */
static void submit(struct request *request,
                   int (*submit_job)(struct store *, struct store_job *, struct error *))
{
    struct error error;
    request->job = (struct store_job){.run = run_job, .done = end_job, .context = request};
    hold(request);
    if (submit_job(request->application->store, &request->job, &error) == 0)
        return;
    log_warning("%s: %s", request->route->pattern, error.message);
    answer_failed_job(request);
    release(request);
}

void request_store(struct request *request,
                   int (*run)(struct store_transaction *tx, struct request *request,
                              struct error *error),
                   void (*done)(struct request *request))
{
    request->run = run;
    request->done = done;
    submit(request, store_submit);
}

void request_store_read(struct request *request,
                        int (*run)(struct store_transaction *tx, struct request *request,
                                   struct error *error),
                        void (*done)(struct request *request))
{
    request->run = run;
    request->done = done;
    submit(request, store_submit_read);
}

/* ---- from the head to the handler ---- */

static void authenticate(struct request *request, const struct http_head *head)
{
    static const char scheme[] = "Bearer ";
    struct application *application = request->application;
    struct slice value;
    struct error error;
    request->refusal = NULL;
    if (request->route->access == ROUTE_OPEN)
        return;
    if (!http_head_find(head, "Authorization", &value) || value.length < sizeof scheme ||
        memcmp(value.data, scheme, sizeof scheme - 1) != 0) {
        request->refusal = "Missing authorization header";
        return;
    }
    value = slice_of(value.data + sizeof scheme - 1, value.length - (sizeof scheme - 1));
    if (tokens_verify(application->tokens, value, application->now_ms(), request->account,
                      &error) != 0)
        request->refusal = "Invalid token";
}

static void on_whole(struct http_exchange *exchange, struct slice text, void *context)
{
    struct request *request = context;
    struct buffer answer = {0};
    hold(request);
    if (!request_body_read(request, text, &answer))
        request_answer_json(request, 400, slice_of(answer.data, answer.length));
    else if (request->refusal)
        request_answer_error(request, 401, request->refusal);
    else
        request->route->handle(request);
    (void)exchange;
    buffer_free(&answer);
    release(request);
}

static void on_lost(struct http_exchange *exchange, void *context)
{
    struct request *request = context;
    (void)exchange;
    request->exchange = NULL;
    release(request);
}

static const struct http_exchange_listener listener = {.whole = on_whole, .lost = on_lost};

/* Answers what is wrong with the head. False when nothing is. */
static bool refuse_body(struct request *request, const struct http_head *head)
{
    struct buffer answer = {0};
    const struct route *route = request->route;
    int status = request_body_refusal(request, head, &answer);
    if (status == 0)
        return false;
    if (status == 413) {
        http_exchange_be_last(request->exchange);
        if (route->too_large) {
            buffer_clear(&answer);
            api_error_print(&answer, route->too_large);
        }
    }
    request_answer_json(request, status, slice_of(answer.data, answer.length));
    buffer_free(&answer);
    return true;
}

static void take_client(struct request *request, const struct http_head *head)
{
    struct slice value;
    if (!http_head_find(head, "X-Happy-Client", &value))
        return;
    if (value.length >= sizeof request->client)
        value.length = sizeof request->client - 1;
    memcpy(request->client, value.data, value.length);
}

/* The route, or an answer. */
static const struct route *find_route(struct request *request, const struct http_head *head,
                                      struct slice *query)
{
    struct buffer answer = {0};
    int status = 404;
    struct slice path = head->target;
    const char *mark = memchr(path.data, '?', path.length);
    *query = slice_of(NULL, 0);
    if (mark) {
        path.length = (size_t)(mark - path.data);
        *query = slice_of(mark + 1, head->target.length - path.length - 1);
    }
    if (route_path_is_malformed(path)) {
        status = 400;
        api_error_print_bad_url(&answer, path);
    } else {
        const struct route *route =
            router_match(request->application->router, head->method, path, &request->parameters);
        if (route)
            return route;
        const char *method = arena_string(&request->arena, head->method);
        api_error_print_no_route(&answer, head->target, method ? method : "");
    }
    request_answer_json(request, status, slice_of(answer.data, answer.length));
    buffer_free(&answer);
    return NULL;
}

/* Goes as far as the head allows: to an answer, or to the gathering of the body. */
static void begin(struct request *request)
{
    const struct http_head *head = http_exchange_head(request->exchange);
    struct slice query;
    request->route = find_route(request, head, &query);
    if (!request->route)
        return;
    take_client(request, head);
    authenticate(request, head);
    if (refuse_body(request, head))
        return;
    request->query_text = arena_string(&request->arena, query);
    if (!request->query_text)
        request_answer_internal(request);
    else
        http_exchange_collect(request->exchange, request_body_max(request), &listener, request);
}

void request_begin(struct application *application, struct http_exchange *exchange)
{
    struct request *request = calloc(1, sizeof *request);
    if (!request) {
        http_exchange_abort(exchange);
        return;
    }
    request->application = application;
    request->exchange = exchange;
    application->requests++;
    hold(request); /* the exchange's */
    hold(request);
    begin(request);
    release(request);
}
