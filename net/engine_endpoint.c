#include "net/engine_endpoint.h"

#include <stdlib.h>
#include <string.h>

#include "net/engine_session.h"
#include "os/clock.h"

static const struct http_header CORS[] = {
    {{"Access-Control-Allow-Origin", 27}, {"*", 1}},
    {{"Access-Control-Allow-Credentials", 32}, {"true", 4}},
};

void engine_session_enter(struct engine_session *session)
{
    session->depth++;
}

static void set_timer(struct engine_session *session)
{
    const struct engine_endpoint *endpoint = session->endpoint;
    int64_t due = engine_server_deadline(session->server);
    if (endpoint->listener->deadline) {
        int64_t wanted = endpoint->listener->deadline(session, endpoint->context);
        due = wanted < due ? wanted : due;
    }
    if (due == INT64_MAX)
        timers_clear(endpoint->timers, &session->timer);
    else if (session->timer.place == 0 || session->timer.due != due)
        timers_set(endpoint->timers, &session->timer, due);
}

void engine_session_leave(struct engine_session *session)
{
    if (--session->depth > 0)
        return;
    if (session->server) {
        set_timer(session);
        return;
    }
    timers_clear(session->endpoint->timers, &session->timer);
    buffer_free(&session->body);
    free(session);
}

static void on_time(struct timer *timer)
{
    struct engine_session *session =
        (struct engine_session *)((char *)timer - offsetof(struct engine_session, timer));
    const struct engine_endpoint *endpoint = session->endpoint;
    int64_t now = clock_monotonic_ms();
    engine_session_enter(session);
    if (engine_server_deadline(session->server) <= now)
        engine_server_time(session->server, now);
    if (session->server && endpoint->listener->time)
        endpoint->listener->time(session, now, endpoint->context);
    engine_session_leave(session);
}

/* What a session says. */

static void on_message(struct engine_server *server, struct slice data, bool binary, void *context)
{
    (void)server;
    struct engine_session *session = context;
    session->endpoint->listener->message(session, data, binary, session->endpoint->context);
}

static void on_answer_poll(struct engine_server *server, struct slice payload, void *context)
{
    (void)server;
    struct engine_session *session = context;
    struct http_exchange *exchange = session->poll;
    session->poll = NULL;
    engine_answer_poll(exchange, payload);
}

static void on_cut_post(struct engine_server *server, void *context)
{
    (void)server;
    struct engine_session *session = context;
    struct http_exchange *exchange = session->post;
    session->post = NULL;
    buffer_free(&session->body);
    if (exchange)
        http_exchange_abort(exchange);
}

static void on_send_frame(struct engine_server *server, struct slice data, bool binary,
                          void *context)
{
    (void)server;
    struct engine_session *session = context;
    if (session->carrier)
        websocket_send(session->carrier->websocket, data, binary);
}

static void on_close_websocket(struct engine_server *server, void *context)
{
    (void)server;
    struct engine_session *session = context;
    struct engine_carrier *carrier = session->carrier;
    session->carrier = NULL;
    if (!carrier)
        return;
    carrier->session = NULL;
    websocket_close(carrier->websocket, 0, NULL);
}

static void on_ended(struct engine_server *server, enum engine_end reason, void *context)
{
    struct engine_session *session = context;
    struct engine_endpoint *endpoint = session->endpoint;
    HASH_DEL(endpoint->sessions, session);
    engine_session_enter(session);
    endpoint->listener->closed(session, reason, endpoint->context);
    session->server = NULL;
    engine_server_free(server);
    if (session->poll)
        http_exchange_abort(session->poll);
    if (session->post)
        http_exchange_abort(session->post);
    session->poll = session->post = NULL;
    engine_session_leave(session);
}

static const struct engine_server_listener SESSION = {
    .message = on_message,
    .answer_poll = on_answer_poll,
    .cut_post = on_cut_post,
    .send_frame = on_send_frame,
    .close_websocket = on_close_websocket,
    .ended = on_ended,
};

/* NULL: out of memory. */
static struct engine_session *new_session(struct engine_endpoint *endpoint,
                                          enum engine_transport transport)
{
    char id[ENGINE_ID_LENGTH + 1];
    struct engine_session *session = calloc(1, sizeof *session);
    if (!session)
        return NULL;
    engine_id_make(endpoint->settings.random, endpoint->settings.id_counter, id);
    session->endpoint = endpoint;
    session->timer.expired = on_time;
    session->server = engine_server_new(endpoint->settings.sessions, &SESSION, session, id,
                                        transport, clock_monotonic_ms());
    if (!session->server) {
        free(session);
        return NULL;
    }
    const char *key = engine_server_id(session->server);
    HASH_ADD_KEYPTR(hh, endpoint->sessions, key, ENGINE_ID_LENGTH, session);
    return session;
}

/* WebSockets. */

static void on_websocket_message(struct websocket *websocket, struct slice data, bool binary,
                                 void *context)
{
    (void)websocket;
    struct engine_session *session = ((struct engine_carrier *)context)->session;
    if (!session)
        return;
    engine_session_enter(session);
    if (binary)
        engine_server_binary(session->server, data, clock_monotonic_ms());
    else
        engine_server_text(session->server, data, clock_monotonic_ms());
    engine_session_leave(session);
}

static void on_websocket_closed(struct websocket *websocket, int code, const struct error *error,
                                void *context)
{
    (void)code;
    (void)error;
    struct engine_carrier *carrier = context;
    struct engine_session *session = carrier->session;
    LIST_REMOVE(carrier, entry);
    free(carrier);
    websocket_free(websocket);
    if (!session)
        return;
    session->carrier = NULL;
    engine_session_enter(session);
    engine_server_websocket_lost(session->server);
    engine_session_leave(session);
}

static const struct websocket_listener WEBSOCKET = {.message = on_websocket_message,
                                                    .closed = on_websocket_closed};

/* NULL when the handshake was refused or memory ran out; the exchange is gone in any case. */
static struct engine_carrier *accept_websocket(struct engine_endpoint *endpoint,
                                               struct http_exchange *exchange)
{
    struct engine_carrier *carrier = calloc(1, sizeof *carrier);
    if (!carrier) {
        http_exchange_abort(exchange);
        return NULL;
    }
    carrier->endpoint = endpoint;
    carrier->websocket =
        websocket_accept(exchange, CORS, 2, &endpoint->websockets, &WEBSOCKET, carrier);
    if (!carrier->websocket) {
        free(carrier);
        return NULL;
    }
    LIST_INSERT_HEAD(&endpoint->carriers, carrier, entry);
    return carrier;
}

static void shut(struct engine_endpoint *endpoint, struct http_exchange *exchange)
{
    struct engine_carrier *carrier = accept_websocket(endpoint, exchange);
    if (carrier)
        websocket_close(carrier->websocket, 0, NULL);
}

static void upgrade(struct engine_session *session, struct http_exchange *exchange)
{
    struct engine_carrier *carrier = accept_websocket(session->endpoint, exchange);
    if (!carrier)
        return;
    engine_session_enter(session);
    struct engine_carrier *former = session->carrier;
    if (!former)
        session->carrier = carrier;
    carrier->session = session;
    if (!engine_server_websocket(session->server, clock_monotonic_ms())) {
        session->carrier = former;
        carrier->session = NULL;
        websocket_close(carrier->websocket, 0, NULL);
    }
    engine_session_leave(session);
}

/* Sessions that begin. */

static void open_session(struct engine_endpoint *endpoint, struct http_exchange *exchange,
                         enum engine_transport transport)
{
    char peer[64];
    struct engine_carrier *carrier = NULL;
    http_exchange_peer(exchange, peer, NULL);
    if (HASH_COUNT(endpoint->sessions) >= endpoint->settings.sessions_max) {
        engine_answer(exchange, 503, "text/plain", slice_of_string("Too many sessions"));
        return;
    }
    if (transport == ENGINE_WEBSOCKET && !(carrier = accept_websocket(endpoint, exchange)))
        return;
    struct engine_session *session = new_session(endpoint, transport);
    if (!session && carrier) {
        websocket_close(carrier->websocket, 0, NULL);
    } else if (!session) {
        engine_answer(exchange, 503, "text/plain", slice_of_string("Out of memory"));
    } else {
        engine_session_enter(session);
        if (carrier) {
            session->carrier = carrier;
            carrier->session = session;
            engine_server_websocket(session->server, clock_monotonic_ms());
        } else {
            engine_take_poll(session, exchange);
        }
        if (session->server)
            endpoint->listener->opened(session, peer, endpoint->context);
        engine_session_leave(session);
    }
}

static enum engine_method method_of(struct slice method)
{
    static const struct {
        const char *name;
        enum engine_method method;
    } METHODS[] = {{"GET", ENGINE_GET}, {"POST", ENGINE_POST}, {"OPTIONS", ENGINE_OPTIONS}};
    for (size_t i = 0; i < sizeof METHODS / sizeof *METHODS; i++)
        if (slice_equals(method, METHODS[i].name))
            return METHODS[i].method;
    return ENGINE_METHOD_OTHER;
}

static struct engine_session *find(struct engine_endpoint *endpoint,
                                   const struct engine_query *query)
{
    struct engine_session *session = NULL;
    if (query->has_id && strlen(query->id) == ENGINE_ID_LENGTH)
        HASH_FIND(hh, endpoint->sessions, query->id, ENGINE_ID_LENGTH, session);
    return session;
}

void engine_endpoint_take(struct engine_endpoint *endpoint, struct http_exchange *exchange)
{
    const struct http_head *head = http_exchange_head(exchange);
    struct engine_refusal refusal;
    struct engine_request request = {.method = method_of(head->method),
                                     .upgrade = websocket_is_requested(head)};
    engine_query_parse(engine_query_of(head), &request.query);
    http_head_find(head, "origin", &request.origin);
    struct engine_session *session = find(endpoint, &request.query);
    if (session)
        request.session_transport = engine_server_transport(session->server);
    switch (engine_request_check(&request, &refusal)) {
    case ENGINE_REFUSE:
        engine_refuse(exchange, &refusal, request.upgrade);
        break;
    case ENGINE_PREFLIGHT:
        engine_answer_preflight(exchange);
        break;
    case ENGINE_OPEN:
        open_session(endpoint, exchange, request.query.transport);
        break;
    case ENGINE_RECEIVE:
        engine_take_poll(session, exchange);
        break;
    case ENGINE_SEND:
        engine_take_post(session, exchange);
        break;
    case ENGINE_UPGRADE:
        upgrade(session, exchange);
        break;
    case ENGINE_SHUT:
        shut(endpoint, exchange);
        break;
    }
}

bool engine_endpoint_wants(const struct engine_endpoint *endpoint, const struct http_head *head)
{
    size_t length = endpoint->path_length;
    struct slice target = head->target;
    if (target.length < length || memcmp(target.data, endpoint->settings.path, length) != 0)
        return false;
    return target.length == length || target.data[length] == '/' || target.data[length] == '?';
}

struct engine_endpoint *engine_endpoint_new(struct timers *timers,
                                            const struct engine_endpoint_settings *settings,
                                            const struct engine_endpoint_listener *listener,
                                            void *context)
{
    struct engine_endpoint *endpoint = calloc(1, sizeof *endpoint);
    if (!endpoint)
        return NULL;
    endpoint->timers = timers;
    endpoint->settings = *settings;
    endpoint->path_length = strlen(settings->path);
    endpoint->websockets = WEBSOCKET_SETTINGS;
    endpoint->websockets.message_max = settings->sessions->max_payload;
    endpoint->websockets.queue_max = settings->queue_max;
    endpoint->websockets.queue_full = settings->queue_max / 2;
    endpoint->websockets.random = settings->random;
    endpoint->listener = listener;
    endpoint->context = context;
    LIST_INIT(&endpoint->carriers);
    return endpoint;
}

void engine_endpoint_close(struct engine_endpoint *endpoint)
{
    struct engine_session *session;
    while ((session = endpoint->sessions)) {
        engine_session_enter(session);
        engine_server_abort(session->server);
        engine_session_leave(session);
    }
}

void engine_endpoint_free(struct engine_endpoint *endpoint)
{
    if (!endpoint)
        return;
    engine_endpoint_close(endpoint);
    struct engine_carrier *carrier;
    while ((carrier = LIST_FIRST(&endpoint->carriers))) {
        LIST_REMOVE(carrier, entry);
        websocket_free(carrier->websocket);
        free(carrier);
    }
    free(endpoint);
}

size_t engine_endpoint_session_count(const struct engine_endpoint *endpoint)
{
    return HASH_COUNT(endpoint->sessions);
}

bool engine_session_send(struct engine_session *session, struct slice data, bool binary)
{
    if (!session->server)
        return false;
    engine_session_enter(session);
    bool sent = engine_server_send(session->server, data, binary);
    engine_session_leave(session);
    return sent;
}

void engine_session_close(struct engine_session *session)
{
    if (!session->server)
        return;
    engine_session_enter(session);
    engine_server_close(session->server, clock_monotonic_ms());
    engine_session_leave(session);
}

const char *engine_session_id(const struct engine_session *session)
{
    return engine_server_id(session->server);
}

void engine_session_set_data(struct engine_session *session, void *data)
{
    session->data = data;
}

void *engine_session_data(const struct engine_session *session)
{
    return session->data;
}
