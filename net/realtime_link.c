#include "net/realtime_link.h"

#include <stdlib.h>

#include "os/clock.h"

struct realtime_link {
    const struct realtime_server *server;
    const struct realtime_link_listener *listener;
    void *context;
    struct dial *dial;           /* while it is being dialed */
    struct websocket *websocket; /* afterwards, until it is closed */
    struct engine_client *engine;
    struct timer timer;
    int64_t probe_by;          /* INT64_MAX: no probe is on its way */
    uint64_t heard;            /* of the WebSocket, when the probe was sent */
    const struct error *error; /* what is known about its end, while it ends */
    bool freed; /* by a listener function: memory goes when the outermost call returns */
    unsigned depth;
};

int realtime_server_begin(struct realtime_server *server, const char *url, struct error *error)
{
    if (url_parse(url, &server->url, error) != 0)
        return -1;
    url_put_origin(&server->origin, &server->url);
    url_put_authority(&server->authority, &server->url);
    buffer_append_format(&server->target, "%s?EIO=%d&transport=websocket", server->settings->path,
                         ENGINEIO_REVISION);
    if (!server->origin.failed && !server->authority.failed && !server->target.failed)
        return 0;
    realtime_server_end(server);
    return error_set(error, ERROR_MEMORY, "out of memory");
}

void realtime_server_end(struct realtime_server *server)
{
    url_free(&server->url);
    buffer_free(&server->origin);
    buffer_free(&server->authority);
    buffer_free(&server->target);
}

static const char *origin_of(const struct realtime_link *link)
{
    return buffer_string(&link->server->origin);
}

static void set_timer(struct realtime_link *link)
{
    int64_t due = engine_client_deadline(link->engine);
    due = due < link->probe_by ? due : link->probe_by;
    if (due == INT64_MAX)
        timers_clear(link->server->timers, &link->timer);
    else if (link->timer.place == 0 || link->timer.due != due)
        timers_set(link->server->timers, &link->timer, due);
}

static void enter(struct realtime_link *link)
{
    link->depth++;
}

static void leave(struct realtime_link *link)
{
    if (--link->depth > 0)
        return;
    if (link->freed)
        free(link);
    else
        set_timer(link);
}

/* The Engine.IO session. */

static void engine_opened(struct engine_client *engine, const struct engineio_handshake *handshake,
                          void *context)
{
    struct realtime_link *link = context;
    (void)engine;
    link->listener->opened(link, handshake->max_payload, link->context);
}

static void engine_message(struct engine_client *engine, struct slice data, bool binary,
                           void *context)
{
    struct realtime_link *link = context;
    (void)engine;
    link->listener->message(link, data, binary, link->context);
}

static void engine_send_frame(struct engine_client *engine, struct slice data, bool binary,
                              void *context)
{
    struct realtime_link *link = context;
    (void)engine;
    if (link->websocket)
        websocket_send(link->websocket, data, binary);
}

static void engine_close_websocket(struct engine_client *engine, void *context)
{
    struct realtime_link *link = context;
    (void)engine;
    if (link->websocket)
        websocket_close(link->websocket, 0, NULL);
}

/* A sentence for an end that nobody has explained. */
static void explain(const struct realtime_link *link, enum engine_end reason, struct error *error)
{
    const char *origin = origin_of(link);
    switch (reason) {
    case ENGINE_END_PING_TIMEOUT:
        error_set(error, ERROR_TIMEOUT, "nothing was heard of %s any more", origin);
        break;
    case ENGINE_END_OPEN_TIMEOUT:
        error_set(error, ERROR_TIMEOUT, "%s did not answer in time", origin);
        break;
    case ENGINE_END_PARSE_ERROR:
        error_set(error, ERROR_INVALID, "%s does not speak Engine.IO revision 4", origin);
        break;
    default:
        error_set(error, ERROR_CLOSED, "the connection to %s was closed", origin);
    }
}

static void engine_ended(struct engine_client *engine, enum engine_end reason, void *context)
{
    struct realtime_link *link = context;
    struct error error;
    (void)engine;
    if (link->error)
        error = *link->error;
    else
        explain(link, reason, &error);
    link->probe_by = INT64_MAX;
    if (link->dial)
        dial_cancel(link->dial);
    link->dial = NULL;
    bool closed = link->websocket == NULL;
    link->listener->ended(link, reason, &error, link->context);
    if (closed && !link->freed)
        link->listener->closed(link, link->context);
}

static const struct engine_client_listener ENGINE_LISTENER = {
    .opened = engine_opened,
    .message = engine_message,
    .send_frame = engine_send_frame,
    .close_websocket = engine_close_websocket,
    .ended = engine_ended,
};

void realtime_link_end(struct realtime_link *link, enum engine_end reason,
                       const struct error *error)
{
    enter(link);
    link->error = error;
    engine_client_close(link->engine, reason);
    link->error = NULL;
    leave(link);
}

/* The WebSocket. */

static void websocket_message(struct websocket *websocket, struct slice data, bool binary,
                              void *context)
{
    struct realtime_link *link = context;
    (void)websocket;
    enter(link);
    if (binary)
        engine_client_binary(link->engine, data);
    else
        engine_client_text(link->engine, data, clock_monotonic_ms());
    leave(link);
}

static void websocket_closed(struct websocket *websocket, int code, const struct error *error,
                             void *context)
{
    struct realtime_link *link = context;
    struct error told = *error;
    (void)code;
    enter(link);
    bool had_ended = engine_client_deadline(link->engine) == INT64_MAX;
    link->websocket = NULL;
    websocket_free(websocket);
    link->error = &told;
    if (had_ended)
        link->listener->closed(link, link->context);
    else
        engine_client_websocket_lost(link->engine);
    link->error = NULL;
    leave(link);
}

static const struct websocket_listener WEBSOCKET_LISTENER = {
    .message = websocket_message,
    .closed = websocket_closed,
};

static void dialed(struct bufferevent *stream, const struct error *error, void *context)
{
    struct realtime_link *link = context;
    const struct realtime_server *server = link->server;
    struct websocket_request request = {.host = buffer_string(&server->authority),
                                        .target = buffer_string(&server->target),
                                        .peer = origin_of(link)};
    struct error told;
    link->dial = NULL;
    if (stream) {
        link->websocket =
            websocket_connect(stream, server->timers, &request, &server->settings->websocket,
                              &WEBSOCKET_LISTENER, link);
        error_set(&told, ERROR_MEMORY, "out of memory");
    } else {
        told = *error;
    }
    if (!link->websocket)
        realtime_link_end(link, ENGINE_END_TRANSPORT_ERROR, &told);
}

/* Time. */

static void check_probe(struct realtime_link *link)
{
    struct error error;
    link->probe_by = INT64_MAX;
    if (!link->websocket || websocket_heard(link->websocket) != link->heard)
        return;
    error_set(&error, ERROR_TIMEOUT, "%s cannot be reached any more since the network changed",
              origin_of(link));
    realtime_link_end(link, ENGINE_END_PING_TIMEOUT, &error);
}

static void on_time(struct timer *timer)
{
    struct realtime_link *link =
        (struct realtime_link *)((char *)timer - offsetof(struct realtime_link, timer));
    int64_t now = clock_monotonic_ms();
    enter(link);
    engine_client_time(link->engine, now);
    if (!link->freed && now >= link->probe_by)
        check_probe(link);
    leave(link);
}

struct realtime_link *realtime_link_new(const struct realtime_server *server,
                                        const struct realtime_link_listener *listener,
                                        void *context)
{
    struct dial_address address = dial_address_of_url(&server->url);
    int64_t open_timeout = server->settings->open_timeout;
    struct realtime_link *link = calloc(1, sizeof *link);
    if (!link)
        return NULL;
    link->server = server;
    link->listener = listener;
    link->context = context;
    link->timer.expired = on_time;
    link->probe_by = INT64_MAX;
    link->engine = engine_client_new(&ENGINE_LISTENER, link, open_timeout, clock_monotonic_ms());
    if (link->engine)
        link->dial = dialer_dial(server->dialer, &address, (int)open_timeout, dialed, link);
    if (!link->dial) {
        realtime_link_free(link);
        return NULL;
    }
    set_timer(link);
    return link;
}

void realtime_link_free(struct realtime_link *link)
{
    if (!link || link->freed)
        return;
    enter(link);
    link->freed = true;
    timers_clear(link->server->timers, &link->timer);
    if (link->dial)
        dial_cancel(link->dial);
    websocket_free(link->websocket);
    link->websocket = NULL;
    engine_client_free(link->engine);
    leave(link);
}

void realtime_link_send(struct realtime_link *link, struct slice data, bool binary)
{
    enter(link);
    engine_client_send(link->engine, data, binary);
    leave(link);
}

bool realtime_link_is_writable(const struct realtime_link *link)
{
    return link->websocket && websocket_queued(link->websocket) == 0;
}

bool realtime_link_probe(struct realtime_link *link)
{
    if (link->dial)
        return false;
    enter(link);
    if (link->probe_by == INT64_MAX && link->websocket) {
        link->heard = websocket_heard(link->websocket);
        link->probe_by = clock_monotonic_ms() + link->server->settings->probe_timeout;
        websocket_ping(link->websocket);
    }
    leave(link);
    return true;
}
