#include "net/realtime_client.h"

#include <stdlib.h>
#include <string.h>

#include "net/realtime_link.h"
#include "os/clock.h"
#include "wire/backoff.h"

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
    struct realtime_server server;
    const struct realtime_listener *listener;
    void *context;
    struct socket_client *socket;
    struct realtime_link *link;    /* NULL while it waits, or is not to connect */
    struct realtime_link *closing; /* one that has ended; its Close frame is on its way */
    struct timer timer;
    int64_t began;      /* the latest attempt */
    int64_t retry_at;   /* INT64_MAX: does not wait for the next attempt */
    int64_t join_by;    /* INT64_MAX: is not joining */
    unsigned attempt;   /* failed ones in a row */
    bool wanted;        /* to be connected */
    bool was_joined;    /* the link that is ending */
    const char *reason; /* of its end */
    bool freed;         /* by a listener function: memory goes when the outermost call returns */
    unsigned depth;
};

static void set_timer(struct realtime_client *client)
{
    int64_t due = socket_client_deadline(client->socket);
    due = client->retry_at < due ? client->retry_at : due;
    due = client->join_by < due ? client->join_by : due;
    if (due == INT64_MAX)
        timers_clear(client->server.timers, &client->timer);
    else if (client->timer.place == 0 || client->timer.due != due)
        timers_set(client->server.timers, &client->timer, due);
}

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
    realtime_server_end(&client->server);
    free(client);
}

static const char *origin_of(const struct realtime_client *client)
{
    return buffer_string(&client->server.origin);
}

/* Decides when to try again: in ms, or -1. */
static int64_t plan_retry(struct realtime_client *client)
{
    const struct realtime_settings *settings = client->server.settings;
    if (!client->wanted)
        return -1;
    int64_t delay = backoff_reconnect(settings->reconnect_least, settings->reconnect_most,
                                      client->attempt, backoff_random(settings->websocket.random));
    if (client->attempt < 31)
        client->attempt++;
    client->retry_at = clock_monotonic_ms() + delay;
    return delay;
}

/* The link. */

static void link_opened(struct realtime_link *link, int64_t max_payload, void *context)
{
    struct realtime_client *client = context;
    (void)link;
    enter(client);
    client->retry_at = INT64_MAX;
    client->join_by = clock_monotonic_ms() + client->server.settings->join_timeout;
    socket_client_opened(client->socket, max_payload);
    leave(client);
}

static void link_message(struct realtime_link *link, struct slice data, bool binary, void *context)
{
    struct realtime_client *client = context;
    (void)link;
    enter(client);
    socket_client_message(client->socket, data, binary);
    leave(client);
}

static void link_ended(struct realtime_link *link, enum engine_end reason,
                       const struct error *error, void *context)
{
    struct realtime_client *client = context;
    enter(client);
    client->link = NULL;
    client->join_by = client->retry_at = INT64_MAX;
    realtime_link_free(client->closing);
    client->closing = link;
    socket_client_lost(client->socket, reason);
    bool was_joined = client->was_joined;
    client->was_joined = false;
    int64_t retry_in = plan_retry(client);
    if (!client->freed && was_joined)
        client->listener->disconnected(client, client->reason, error, retry_in, client->context);
    else if (!client->freed && (client->wanted || error->code == ERROR_REFUSED))
        client->listener->failed(client, error, retry_in, client->context);
    leave(client);
}

static void link_closed(struct realtime_link *link, void *context)
{
    struct realtime_client *client = context;
    client->closing = NULL;
    realtime_link_free(link);
}

static const struct realtime_link_listener LINK_LISTENER = {
    link_opened,
    link_message,
    link_ended,
    link_closed,
};

static void end_link(struct realtime_client *client, const struct error *error)
{
    if (client->link)
        realtime_link_end(client->link, ENGINE_END_FORCED, error);
}

/* In the place of one that is still being dialed. */
static void begin_attempt(struct realtime_client *client)
{
    realtime_link_free(client->link);
    client->began = clock_monotonic_ms();
    client->retry_at = INT64_MAX;
    client->was_joined = false;
    client->link = realtime_link_new(&client->server, &LINK_LISTENER, client);
    if (!client->link) /* out of memory: later */
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
    end_link(client, &error);
}

static void socket_event(struct socket_client *socket, uint32_t connection,
                         const struct socketio_packet *packet, void *context)
{
    struct realtime_client *client = context;
    (void)socket;
    client->listener->event(client, connection, packet, client->context);
}

/* Told to the owner when the link has come to its end, which follows. */
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
    if (client->link)
        realtime_link_send(client->link, data, binary);
}

static bool socket_writable(struct socket_client *socket, void *context)
{
    struct realtime_client *client = context;
    (void)socket;
    return client->link && realtime_link_is_writable(client->link);
}

static void socket_close(struct socket_client *socket, void *context)
{
    struct realtime_client *client = context;
    const char *reason = client->was_joined ? client->reason : "";
    struct error error;
    (void)socket;
    if (strcmp(reason, "io server disconnect") == 0)
        error_set(&error, ERROR_REFUSED, "%s ended the connection for good", origin_of(client));
    else if (strcmp(reason, "io client disconnect") == 0)
        error_set(&error, ERROR_CLOSED, "the connection to %s was closed", origin_of(client));
    else
        error_set(&error, ERROR_INVALID, "%s sent what is not Socket.IO", origin_of(client));
    end_link(client, &error);
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

/* What is being dialed cannot prove itself: it may go by a way that is gone. */
static bool is_probed(struct realtime_client *client)
{
    return client->link && realtime_link_probe(client->link);
}

static void on_time(struct timer *timer)
{
    struct realtime_client *client =
        (struct realtime_client *)((char *)timer - offsetof(struct realtime_client, timer));
    int64_t now = clock_monotonic_ms();
    struct error error;
    enter(client);
    socket_client_time(client->socket, now);
    if (!client->freed && now >= client->join_by) {
        error_set(&error, ERROR_TIMEOUT, "%s did not answer the request to join in time",
                  origin_of(client));
        end_link(client, &error);
    }
    if (!client->freed && now >= client->retry_at) {
        client->retry_at = INT64_MAX;
        if (!is_probed(client))
            begin_attempt(client);
    }
    leave(client);
}

/* What the owner calls. */

struct realtime_client *realtime_client_new(struct dialer *dialer, struct timers *timers,
                                            const char *url,
                                            const struct realtime_settings *settings,
                                            const struct realtime_listener *listener, void *context,
                                            struct error *error)
{
    struct realtime_client *client = calloc(1, sizeof *client);
    if (!client) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    client->server =
        (struct realtime_server){.dialer = dialer, .timers = timers, .settings = settings};
    client->listener = listener;
    client->context = context;
    client->timer.expired = on_time;
    client->retry_at = client->join_by = INT64_MAX;
    if (realtime_server_begin(&client->server, url, error) != 0) {
        free(client);
        return NULL;
    }
    client->socket = socket_client_new(&settings->socket, &SOCKET_LISTENER, client);
    if (client->socket)
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
    timers_clear(client->server.timers, &client->timer);
    realtime_link_free(client->link);
    realtime_link_free(client->closing);
    client->link = client->closing = NULL;
    socket_client_free(client->socket);
    leave(client);
}

void realtime_client_connect(struct realtime_client *client)
{
    enter(client);
    client->wanted = true;
    if (!client->link && client->retry_at == INT64_MAX)
        begin_attempt(client);
    leave(client);
}

void realtime_client_disconnect(struct realtime_client *client)
{
    struct error error;
    enter(client);
    client->wanted = false;
    client->retry_at = INT64_MAX;
    socket_client_disconnect(client->socket);
    error_set(&error, ERROR_CLOSED, "the connection to %s was closed", origin_of(client));
    end_link(client, &error);
    leave(client);
}

void realtime_client_network_changed(struct realtime_client *client)
{
    if (!client->wanted)
        return;
    enter(client);
    client->attempt = 0;
    if (!is_probed(client)) {
        /* Changes come in bursts: an attempt is given some time before the next takes its place. */
        int64_t now = clock_monotonic_ms();
        int64_t due = client->began + client->server.settings->reconnect_least;
        due = due > now ? due : now;
        client->retry_at = due < client->retry_at ? due : client->retry_at;
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
