#include "net/http_client.h"

#include <stdlib.h>
#include <string.h>

#include "net/http_call.h"

static void on_start(evutil_socket_t descriptor, short events, void *context)
{
    (void)descriptor;
    (void)events;
    http_client_schedule(context);
}

struct http_client *http_client_new(struct event_base *base, struct dialer *dialer)
{
    struct http_client *client = calloc(1, sizeof *client);
    if (!client)
        return NULL;
    client->base = base;
    client->dialer = dialer;
    TAILQ_INIT(&client->calls);
    client->pool = http_pool_new(base);
    client->start = evtimer_new(base, on_start, client);
    if (!client->pool || !client->start) {
        http_client_free(client);
        return NULL;
    }
    return client;
}

void http_client_free(struct http_client *client)
{
    struct http_call *call;
    if (!client)
        return;
    while ((call = TAILQ_FIRST(&client->calls))) {
        TAILQ_REMOVE(&client->calls, call, entry);
        http_call_free(call);
    }
    http_pool_free(client->pool);
    if (client->start)
        event_free(client->start);
    free(client);
}

void http_client_close_idle(struct http_client *client)
{
    http_pool_close(client->pool, NULL);
}

/* ---- who may go ---- */

static size_t count_busy(const struct http_client *client, const char *key)
{
    const struct http_call *call;
    size_t count = 0;
    TAILQ_FOREACH(call, &client->calls, entry)
    {
        count += call->state != HTTP_CALL_WAITING && strcmp(call->key, key) == 0;
    }
    return count;
}

static void send_on(struct http_call *call)
{
    struct http_client *client = call->client;
    struct client_connection *connection = NULL;
    if (count_busy(client, call->key) >= HTTP_CLIENT_CONNECTIONS_MAX)
        return;
    client->waiting--;
    /* Where one kept connection was dead, others are: a retry gets a new one. */
    if (call->retried)
        http_pool_close(client->pool, call->key);
    else
        connection = http_pool_take(client->pool, call->key);
    if (connection)
        http_call_attach(call, connection, true);
    else
        http_call_dial(call);
}

void http_client_schedule(struct http_client *client)
{
    struct http_call *call;
    TAILQ_FOREACH(call, &client->calls, entry)
    {
        if (call->state == HTTP_CALL_WAITING)
            send_on(call);
    }
}

/* ---- beginning ---- */

static int or_default(int given, int otherwise)
{
    return given == 0 ? otherwise : given;
}

static void on_deadline(evutil_socket_t descriptor, short events, void *context)
{
    struct http_call *call = context;
    struct error error;
    (void)descriptor;
    (void)events;
    error_set(&error, ERROR_TIMEOUT, "the request to %s took longer than %d.%d s", call->peer,
              call->timeouts.total / 1000, call->timeouts.total % 1000 / 100);
    error_fix(&error, "try again when the network or the server is less busy");
    http_call_finish(call, &error);
}

static void on_impatience(evutil_socket_t descriptor, short events, void *context)
{
    struct http_call *call = context;
    struct error error;
    (void)descriptor;
    (void)events;
    error_set(&error, ERROR_TIMEOUT, "%s %s within %d.%d s", call->peer, call->awaited,
              call->patience_ms / 1000, call->patience_ms % 1000 / 100);
    error_fix(&error, "check the network, and that the server is well");
    http_call_finish(call, &error);
}

static int set_body(struct http_call *call, const struct http_request_options *request,
                    struct error *error)
{
    call->streamed = request->streamed;
    call->body = request->body;
    call->body_length =
        request->streamed ? request->streamed_length : (int64_t)request->body.length;
    if (call->body_length < HTTP_BODY_CHUNKED)
        return error_set(error, ERROR_INVALID, "the length of the request's body is negative");
    call->has_body = request->streamed || request->body.length > 0 ||
                     strcmp(call->request.method, "POST") == 0 ||
                     strcmp(call->request.method, "PUT") == 0 ||
                     strcmp(call->request.method, "PATCH") == 0;
    return 0;
}

/* What connections of the call can be shared with, and what its server is called in errors. */
static int set_peer(struct http_call *call, struct error *error)
{
    struct buffer key = {0}, peer = {0};
    url_put_origin(&key, &call->url);
    buffer_append_format(&key, " %s", call->unix_path ? call->unix_path : "");
    url_put_authority(&peer, &call->url);
    call->key = buffer_take(&key);
    call->peer = buffer_take(&peer);
    return call->key && call->peer ? 0 : error_set(error, ERROR_MEMORY, "out of memory");
}

static int set_up(struct http_call *call, const struct http_request_options *request,
                  struct error *error)
{
    if (url_parse(request->url, &call->url, error) < 0)
        return -1;
    if (call->url.scheme != URL_HTTP && call->url.scheme != URL_HTTPS)
        return error_set(error, ERROR_INVALID, "an HTTP request goes to an http or https URL");
    if (http_request_copy(&call->request, request, error) < 0 || set_body(call, request, error) < 0)
        return -1;
    call->timeouts = (struct http_timeouts){
        .connect = or_default(request->timeouts.connect, DIAL_TIMEOUT_MS),
        .first_byte = or_default(request->timeouts.first_byte, HTTP_CLIENT_FIRST_BYTE_MS),
        .idle = or_default(request->timeouts.idle, HTTP_CLIENT_STANDSTILL_MS),
        .total = or_default(request->timeouts.total, -1),
    };
    call->refuse_redirects = request->refuse_redirects;
    if (request->unix_path && !(call->unix_path = strdup(request->unix_path)))
        return error_set(error, ERROR_MEMORY, "out of memory");
    call->patience = evtimer_new(call->client->base, on_impatience, call);
    call->deadline = evtimer_new(call->client->base, on_deadline, call);
    if (!call->patience || !call->deadline)
        return error_set(error, ERROR_MEMORY, "out of memory");
    return set_peer(call, error);
}

struct http_call *http_client_begin(struct http_client *client,
                                    const struct http_request_options *request,
                                    const struct http_call_listener *listener, void *context,
                                    struct error *error)
{
    if (client->waiting >= HTTP_CLIENT_WAITING_MAX) {
        error_set(error, ERROR_LIMIT, "%u HTTP requests wait for a connection already",
                  HTTP_CLIENT_WAITING_MAX);
        return NULL;
    }
    struct http_call *call = calloc(1, sizeof *call);
    if (!call) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    call->client = client;
    call->listener = listener;
    call->context = context;
    if (set_up(call, request, error) < 0) {
        http_call_free(call);
        return NULL;
    }
    if (call->timeouts.total > 0) {
        struct timeval time = {call->timeouts.total / 1000, call->timeouts.total % 1000 * 1000};
        event_add(call->deadline, &time);
    }
    TAILQ_INSERT_TAIL(&client->calls, call, entry);
    client->waiting++;
    event_active(client->start, EV_TIMEOUT, 0);
    return call;
}
