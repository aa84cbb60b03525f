#include "net/socket_endpoint.h"

#include <stdlib.h>

#include "net/engine_session.h"
#include "os/clock.h"

struct socket_endpoint {
    struct engine_endpoint *engine;
    const struct socket_server_settings *sockets;
    struct socket_source *source;
    const struct socket_endpoint_listener *listener;
    void *context;
};

struct socket_session {
    struct socket_endpoint *endpoint;
    struct engine_session *engine; /* NULL: ended */
    struct socket_server *server;
    void *data;
};

static bool on_connect(struct socket_server *server, uint32_t socket, struct slice namespace,
                       struct slice auth, void *context)
{
    (void)server;
    struct socket_session *session = context;
    return session->endpoint->listener->connect(session, socket, namespace, auth,
                                                session->endpoint->context);
}

static void on_event(struct socket_server *server, uint32_t socket,
                     const struct socketio_packet *packet, void *context)
{
    (void)server;
    struct socket_session *session = context;
    session->endpoint->listener->event(session, socket, packet, session->endpoint->context);
}

static void on_disconnected(struct socket_server *server, uint32_t socket, const char *reason,
                            void *context)
{
    (void)server;
    struct socket_session *session = context;
    session->endpoint->listener->disconnected(session, socket, reason, session->endpoint->context);
}

static void on_send(struct socket_server *server, struct slice data, bool binary, void *context)
{
    (void)server;
    struct socket_session *session = context;
    if (session->engine)
        engine_session_send(session->engine, data, binary);
}

static void on_close(struct socket_server *server, void *context)
{
    (void)server;
    struct socket_session *session = context;
    if (session->engine)
        engine_session_close(session->engine);
}

static const struct socket_server_listener SERVER = {
    .connect = on_connect,
    .event = on_event,
    .disconnected = on_disconnected,
    .send = on_send,
    .close = on_close,
};

static void engine_opened(struct engine_session *engine, const char *peer, void *context)
{
    struct socket_endpoint *endpoint = context;
    struct socket_session *session = calloc(1, sizeof *session);
    if (session)
        session->server = socket_server_new(endpoint->sockets, &SERVER, session, endpoint->source,
                                            clock_monotonic_ms());
    if (!session || !session->server) {
        free(session);
        engine_session_close(engine);
        return;
    }
    session->endpoint = endpoint;
    session->engine = engine;
    engine_session_set_data(engine, session);
    if (endpoint->listener->opened)
        endpoint->listener->opened(session, peer, endpoint->context);
}

static void engine_message(struct engine_session *engine, struct slice data, bool binary,
                           void *context)
{
    (void)context;
    struct socket_session *session = engine_session_data(engine);
    if (session)
        socket_server_message(session->server, data, binary, clock_monotonic_ms());
}

static void engine_closed(struct engine_session *engine, enum engine_end reason, void *context)
{
    struct socket_endpoint *endpoint = context;
    struct socket_session *session = engine_session_data(engine);
    if (!session)
        return;
    session->engine = NULL;
    engine_session_set_data(engine, NULL);
    socket_server_ended(session->server, engine_end_name(reason));
    if (endpoint->listener->closed)
        endpoint->listener->closed(session, endpoint->context);
    socket_server_free(session->server);
    free(session);
}

static int64_t engine_deadline(struct engine_session *engine, void *context)
{
    (void)context;
    struct socket_session *session = engine_session_data(engine);
    return session ? socket_server_deadline(session->server) : INT64_MAX;
}

static void engine_time(struct engine_session *engine, int64_t now, void *context)
{
    (void)context;
    struct socket_session *session = engine_session_data(engine);
    if (session && socket_server_deadline(session->server) <= now)
        socket_server_time(session->server, now);
}

static const struct engine_endpoint_listener ENGINE = {
    .opened = engine_opened,
    .message = engine_message,
    .closed = engine_closed,
    .deadline = engine_deadline,
    .time = engine_time,
};

struct socket_endpoint *
socket_endpoint_new(struct timers *timers, const struct engine_endpoint_settings *settings,
                    const struct socket_server_settings *sockets, struct socket_source *source,
                    const struct socket_endpoint_listener *listener, void *context)
{
    struct engine_endpoint_settings engine = *settings;
    struct socket_endpoint *endpoint = calloc(1, sizeof *endpoint);
    if (!endpoint)
        return NULL;
    *endpoint = (struct socket_endpoint){
        .sockets = sockets, .source = source, .listener = listener, .context = context};
    engine.random = source->random;
    engine.id_counter = &source->identifier;
    endpoint->engine = engine_endpoint_new(timers, &engine, &ENGINE, endpoint);
    if (endpoint->engine)
        return endpoint;
    free(endpoint);
    return NULL;
}

void socket_endpoint_free(struct socket_endpoint *endpoint)
{
    if (!endpoint)
        return;
    engine_endpoint_free(endpoint->engine);
    free(endpoint);
}

struct engine_endpoint *socket_endpoint_engine(struct socket_endpoint *endpoint)
{
    return endpoint->engine;
}

struct socket_server *socket_session_server(struct socket_session *session)
{
    return session->engine ? session->server : NULL;
}

void socket_session_call(struct socket_session *session, uint32_t socket,
                         const struct socketio_message *message, int64_t timeout,
                         socketio_reply *reply, void *reply_context)
{
    /* What is sent may end the session, and free it. */
    struct engine_session *engine = session->engine;
    if (engine)
        engine_session_enter(engine);
    socket_server_call(session->server, socket, message, timeout, clock_monotonic_ms(), reply,
                       reply_context);
    if (engine)
        engine_session_leave(engine);
}

void socket_session_close(struct socket_session *session)
{
    if (session->engine)
        engine_session_close(session->engine);
}

void socket_session_set_data(struct socket_session *session, void *data)
{
    session->data = data;
}

void *socket_session_data(const struct socket_session *session)
{
    return session->data;
}
