#include "net/realtime_client.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "os/clock.h"
#include "wire/backoff.h"
#include "wire/engine_client.h"

const struct realtime_settings REALTIME_SETTINGS = {
    .path = "/v1/updates/",
    .reconnect_least = BACKOFF_RECONNECT_LEAST,
    .reconnect_most = BACKOFF_RECONNECT_MOST,
    .open_timeout = ENGINE_CLIENT_OPEN_TIMEOUT,
    .join_timeout = 20000,
    .probe_timeout = 5000,
    .socket = {.namespace = "/",
               .queue_max = 8u * 1024u * 1024u,
               .message_max = 1000000,
               .calls_max = 4096},
    .websocket = {.message_max = 64u * 1024u * 1024u,
                  .queue_full = 1024 * 1024,
                  .queue_max = 16 * 1024 * 1024,
                  .open_time = ENGINE_CLIENT_OPEN_TIMEOUT,
                  .close_time = 5000,
                  .random = &RANDOM_SYSTEM},
};

struct realtime_client {
    struct dialer *dialer;
    struct timers *timers;
    const struct realtime_settings *settings;
    const struct realtime_listener *listener;
    void *context;
    struct url url;
    struct buffer origin; /* for messages */
    struct buffer authority;
    struct buffer target;

    struct socket_client *socket;
    /* The connection, from the attempt on: `dial`, then `websocket`; NULL while it waits. */
    struct engine_client *engine;
    struct dial *dial;
    struct websocket *websocket;
    struct websocket *closing; /* one that has been told to close */

    struct timer timer;
    int64_t retry_at; /* INT64_MAX: does not wait for the next attempt */
    int64_t join_by;  /* INT64_MAX: is not joining */
    int64_t probe_by; /* INT64_MAX: no probe is on its way */
    uint64_t heard;   /* of the websocket, when the probe was sent */
    unsigned attempt; /* failed ones in a row */

    bool wanted;         /* to be connected */
    bool was_joined;     /* the connection that is ending */
    const char *reason;  /* of its end */
    struct error *error; /* what is known about its end, while it ends */

    bool freed; /* by a listener function: memory goes when the outermost call returns */
    unsigned depth;
};

static void begin_attempt(struct realtime_client *client);
static void set_timer(struct realtime_client *client);

static void enter(struct realtime_client *client)
{
    client->depth++;
}

static void leave(struct realtime_client *client)
{
    if (--client->depth > 0)
        return;
    if (!client->freed) {
        set_timer(client);
        return;
    }
    url_free(&client->url);
    buffer_free(&client->origin);
    buffer_free(&client->authority);
    buffer_free(&client->target);
    free(client);
}

static int64_t soonest(int64_t first, int64_t second)
{
    return first < second ? first : second;
}

static void set_timer(struct realtime_client *client)
{
    int64_t due = soonest(client->retry_at, soonest(client->join_by, client->probe_by));
    due = soonest(due, socket_client_deadline(client->socket));
    if (client->engine)
        due = soonest(due, engine_client_deadline(client->engine));
    if (due == INT64_MAX)
        timers_clear(client->timers, &client->timer);
    else if (client->timer.place == 0 || client->timer.due != due)
        timers_set(client->timers, &client->timer, due);
}

/* The end of a connection, or of an attempt. */

static const char *origin_of(const struct realtime_client *client)
{
    return buffer_string(&client->origin);
}

/* A sentence for an end that nobody has explained. */
static void explain(const struct realtime_client *client, enum engine_end reason,
                    struct error *error)
{
    const char *origin = origin_of(client);
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

/* Decides when to try again: in ms, or -1. */
static int64_t plan_retry(struct realtime_client *client)
{
    if (!client->wanted)
        return -1;
    int64_t delay =
        backoff_reconnect(client->settings->reconnect_least, client->settings->reconnect_most,
                          client->attempt, backoff_random(client->settings->websocket.random));
    if (client->attempt < 31)
        client->attempt++;
    client->retry_at = clock_monotonic_ms() + delay;
    return delay;
}

static void tell_end(struct realtime_client *client, const struct error *error)
{
    bool was_joined = client->was_joined;
    client->was_joined = false;
    int64_t retry_in = plan_retry(client);
    if (client->freed)
        return;
    if (was_joined)
        client->listener->disconnected(client, client->reason, error, retry_in, client->context);
    else if (client->wanted || error->code == ERROR_REFUSED)
        client->listener->failed(client, error, retry_in, client->context);
}

static void engine_ended(struct engine_client *engine, enum engine_end reason, void *context)
{
    struct realtime_client *client = context;
    struct error error;
    if (client->error)
        error = *client->error;
    else
        explain(client, reason, &error);
    client->engine = NULL;
    client->join_by = client->probe_by = INT64_MAX;
    if (client->dial)
        dial_cancel(client->dial);
    client->dial = NULL;
    engine_client_free(engine);
    socket_client_lost(client->socket, reason);
    tell_end(client, &error);
}

/* Ends the connection for a reason that the sentence tells. */
static void end_with(struct realtime_client *client, enum engine_end reason, struct error *error)
{
    client->error = error;
    if (client->engine)
        engine_client_close(client->engine, reason);
    client->error = NULL;
}

/* The Engine.IO session. */

static void engine_opened(struct engine_client *engine, const struct engineio_handshake *handshake,
                          void *context)
{
    struct realtime_client *client = context;
    (void)engine;
    client->join_by = clock_monotonic_ms() + client->settings->join_timeout;
    socket_client_opened(client->socket, handshake->max_payload);
}

static void engine_message(struct engine_client *engine, struct slice data, bool binary,
                           void *context)
{
    struct realtime_client *client = context;
    (void)engine;
    socket_client_message(client->socket, data, binary);
}

static void engine_send_frame(struct engine_client *engine, struct slice data, bool binary,
                              void *context)
{
    struct realtime_client *client = context;
    (void)engine;
    if (client->websocket)
        websocket_send(client->websocket, data, binary);
}

/* The closing handshake goes on in the background, for one connection at a time. */
static void engine_close_websocket(struct engine_client *engine, void *context)
{
    struct realtime_client *client = context;
    (void)engine;
    if (!client->websocket)
        return;
    websocket_free(client->closing);
    client->closing = client->websocket;
    client->websocket = NULL;
    websocket_close(client->closing, 0, NULL);
}

static const struct engine_client_listener ENGINE_LISTENER = {
    .opened = engine_opened,
    .message = engine_message,
    .send_frame = engine_send_frame,
    .close_websocket = engine_close_websocket,
    .ended = engine_ended,
};

/* The WebSocket. */

static void websocket_message(struct websocket *websocket, struct slice data, bool binary,
                              void *context)
{
    struct realtime_client *client = context;
    if (websocket != client->websocket)
        return;
    enter(client);
    if (binary)
        engine_client_binary(client->engine, data);
    else
        engine_client_text(client->engine, data, clock_monotonic_ms());
    leave(client);
}

static void websocket_closed(struct websocket *websocket, int code, const struct error *error,
                             void *context)
{
    struct realtime_client *client = context;
    struct error told = *error;
    (void)code;
    if (websocket == client->closing) {
        client->closing = NULL;
        websocket_free(websocket);
        return;
    }
    enter(client);
    client->websocket = NULL;
    websocket_free(websocket);
    client->error = &told;
    engine_client_websocket_lost(client->engine);
    client->error = NULL;
    leave(client);
}

static const struct websocket_listener WEBSOCKET_LISTENER = {
    .message = websocket_message,
    .closed = websocket_closed,
};

static void dialed(struct bufferevent *stream, const struct error *error, void *context)
{
    struct realtime_client *client = context;
    struct error told;
    struct websocket_request request = {.host = buffer_string(&client->authority),
                                        .target = buffer_string(&client->target),
                                        .peer = origin_of(client)};
    client->dial = NULL;
    enter(client);
    if (stream) {
        client->websocket =
            websocket_connect(stream, client->timers, &request, &client->settings->websocket,
                              &WEBSOCKET_LISTENER, client);
        error_set(&told, ERROR_MEMORY, "out of memory");
    } else {
        told = *error;
    }
    if (!client->websocket)
        end_with(client, ENGINE_END_TRANSPORT_ERROR, &told);
    leave(client);
}

static void begin_attempt(struct realtime_client *client)
{
    struct dial_address address = dial_address_of_url(&client->url);
    client->retry_at = INT64_MAX;
    client->was_joined = false;
    client->engine = engine_client_new(&ENGINE_LISTENER, client, client->settings->open_timeout,
                                       clock_monotonic_ms());
    if (client->engine)
        client->dial = dialer_dial(client->dialer, &address, (int)client->settings->open_timeout,
                                   dialed, client);
    if (client->engine && client->dial)
        return;
    /* Out of memory: later. */
    engine_client_free(client->engine);
    client->engine = NULL;
    plan_retry(client);
}

/* The socket. */

static void socket_auth(struct socket_client *socket, struct buffer *auth, void *context)
{
    struct realtime_client *client = context;
    (void)socket;
    client->listener->auth(client, auth, client->context);
}

static void socket_connected(struct socket_client *socket, struct slice id, void *context)
{
    struct realtime_client *client = context;
    (void)socket;
    client->attempt = 0;
    client->join_by = INT64_MAX;
    client->listener->connected(client, id, client->context);
}

static void socket_refused(struct socket_client *socket, const char *message, struct slice data,
                           void *context)
{
    struct realtime_client *client = context;
    struct error error;
    (void)socket, (void)data;
    client->wanted = false;
    error_set(&error, ERROR_REFUSED, "%s refused the connection: %s", origin_of(client),
              message[0] ? message : "it does not say why");
    end_with(client, ENGINE_END_FORCED, &error);
}

static void socket_event(struct socket_client *socket, uint32_t connection,
                         const struct socketio_packet *packet, void *context)
{
    struct realtime_client *client = context;
    (void)socket;
    client->listener->event(client, connection, packet, client->context);
}

/* Told to the owner when the connection has come to its end, which follows. */
static void socket_disconnected(struct socket_client *socket, enum socket_client_end how,
                                const char *reason, void *context)
{
    struct realtime_client *client = context;
    (void)socket;
    client->was_joined = true;
    client->reason = reason;
    if (how != SOCKET_CLIENT_TRANSPORT)
        client->wanted = false;
}

static void socket_send(struct socket_client *socket, struct slice data, bool binary, void *context)
{
    struct realtime_client *client = context;
    (void)socket;
    if (client->engine)
        engine_client_send(client->engine, data, binary);
}

static bool socket_writable(struct socket_client *socket, void *context)
{
    struct realtime_client *client = context;
    (void)socket;
    return client->websocket && websocket_queued(client->websocket) == 0;
}

static void socket_close(struct socket_client *socket, void *context)
{
    struct realtime_client *client = context;
    struct error error;
    (void)socket;
    if (client->was_joined && strcmp(client->reason, "io server disconnect") == 0)
        error_set(&error, ERROR_REFUSED, "%s ended the connection for good", origin_of(client));
    else if (client->was_joined && strcmp(client->reason, "parse error") == 0)
        error_set(&error, ERROR_INVALID, "%s sent what is not Socket.IO", origin_of(client));
    else
        error_set(&error, ERROR_CLOSED, "the connection to %s was closed", origin_of(client));
    end_with(client, ENGINE_END_FORCED, &error);
}

static const struct socket_client_listener SOCKET_LISTENER = {
    .auth = socket_auth,
    .connected = socket_connected,
    .refused = socket_refused,
    .event = socket_event,
    .disconnected = socket_disconnected,
    .send = socket_send,
    .writable = socket_writable,
    .close = socket_close,
};

/* Time. */

static void check_probe(struct realtime_client *client)
{
    struct error error;
    client->probe_by = INT64_MAX;
    if (!client->websocket || websocket_heard(client->websocket) != client->heard)
        return;
    error_set(&error, ERROR_TIMEOUT, "%s cannot be reached any more since the network changed",
              origin_of(client));
    client->attempt = 0;
    end_with(client, ENGINE_END_PING_TIMEOUT, &error);
    if (client->wanted && !client->freed) /* the network is another one: no reason to wait */
        client->retry_at = soonest(client->retry_at, clock_monotonic_ms());
}

static void on_time(struct timer *timer)
{
    struct realtime_client *client =
        (struct realtime_client *)((char *)timer - offsetof(struct realtime_client, timer));
    int64_t now = clock_monotonic_ms();
    struct error error;
    enter(client);
    socket_client_time(client->socket, now);
    if (!client->freed && client->engine)
        engine_client_time(client->engine, now);
    if (!client->freed && now >= client->probe_by)
        check_probe(client);
    if (!client->freed && now >= client->join_by) {
        error_set(&error, ERROR_TIMEOUT, "%s did not answer the request to join in time",
                  origin_of(client));
        end_with(client, ENGINE_END_FORCED, &error);
    }
    if (!client->freed && now >= client->retry_at)
        begin_attempt(client);
    leave(client);
}

/* What the owner calls. */

static int print_addresses(struct realtime_client *client, struct error *error)
{
    url_put_origin(&client->origin, &client->url);
    url_put_authority(&client->authority, &client->url);
    buffer_append_format(&client->target, "%s?EIO=%d&transport=websocket", client->settings->path,
                         ENGINEIO_REVISION);
    if (client->origin.failed || client->authority.failed || client->target.failed)
        return error_set(error, ERROR_MEMORY, "out of memory");
    return 0;
}

struct realtime_client *realtime_client_new(struct dialer *dialer, struct timers *timers,
                                            const char *url,
                                            const struct realtime_settings *settings,
                                            const struct realtime_listener *listener, void *context,
                                            struct error *error)
{
    struct url parsed;
    if (url_parse(url, &parsed, error) != 0)
        return NULL;
    struct realtime_client *client = calloc(1, sizeof *client);
    if (!client) {
        url_free(&parsed);
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    client->dialer = dialer;
    client->timers = timers;
    client->settings = settings;
    client->listener = listener;
    client->context = context;
    client->url = parsed;
    client->timer.expired = on_time;
    client->retry_at = client->join_by = client->probe_by = INT64_MAX;
    client->socket = socket_client_new(&settings->socket, &SOCKET_LISTENER, client);
    if (client->socket && print_addresses(client, error) == 0)
        return client;
    error_set(error, ERROR_MEMORY, "out of memory");
    realtime_client_free(client);
    return NULL;
}

void realtime_client_free(struct realtime_client *client)
{
    if (!client || client->freed)
        return;
    enter(client);
    client->freed = true;
    client->wanted = false;
    timers_clear(client->timers, &client->timer);
    if (client->dial)
        dial_cancel(client->dial);
    client->dial = NULL;
    engine_client_free(client->engine);
    client->engine = NULL;
    websocket_free(client->websocket);
    websocket_free(client->closing);
    client->websocket = client->closing = NULL;
    socket_client_free(client->socket);
    client->socket = NULL;
    leave(client);
}

void realtime_client_connect(struct realtime_client *client)
{
    enter(client);
    client->wanted = true;
    if (!client->engine && client->retry_at == INT64_MAX)
        begin_attempt(client);
    leave(client);
}

void realtime_client_disconnect(struct realtime_client *client)
{
    enter(client);
    client->wanted = false;
    client->retry_at = INT64_MAX;
    socket_client_disconnect(client->socket);
    if (!client->freed && client->engine)
        engine_client_close(client->engine, ENGINE_END_FORCED);
    leave(client);
}

void realtime_client_network_changed(struct realtime_client *client)
{
    if (!client->wanted)
        return;
    enter(client);
    client->attempt = 0;
    if (!client->engine) {
        client->retry_at = clock_monotonic_ms();
    } else if (!client->websocket) { /* what is being dialed may go by a way that is gone */
        dial_cancel(client->dial);
        client->dial = NULL;
        engine_client_free(client->engine);
        client->engine = NULL;
        client->retry_at = clock_monotonic_ms();
    } else if (client->probe_by == INT64_MAX) {
        client->heard = websocket_heard(client->websocket);
        client->probe_by = clock_monotonic_ms() + client->settings->probe_timeout;
        websocket_ping(client->websocket);
    }
    leave(client);
}

bool realtime_client_is_connected(const struct realtime_client *client)
{
    return socket_client_is_joined(client->socket);
}

int realtime_client_emit(struct realtime_client *client, const struct socketio_message *message,
                         struct error *error)
{
    enter(client);
    int status = socket_client_emit(client->socket, message, error);
    leave(client);
    return status;
}

bool realtime_client_emit_volatile(struct realtime_client *client,
                                   const struct socketio_message *message)
{
    enter(client);
    bool sent = socket_client_emit_volatile(client->socket, message);
    leave(client);
    return sent;
}

void realtime_client_call(struct realtime_client *client, const struct socketio_message *message,
                          int64_t timeout, socketio_reply *reply, void *reply_context)
{
    enter(client);
    socket_client_call(client->socket, message, timeout, clock_monotonic_ms(), reply,
                       reply_context);
    leave(client);
}

int realtime_client_acknowledge(struct realtime_client *client, uint32_t connection, int64_t id,
                                const struct socketio_message *message, struct error *error)
{
    enter(client);
    int status = socket_client_acknowledge(client->socket, connection, id, message, error);
    leave(client);
    return status;
}
