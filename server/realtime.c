#include "realtime.h"

#include <stdlib.h>
#include <string.h>

#include "client_request.h"
#include "connection.h"
#include "presence.h"
#include "rpc.h"
#include "wire/client_event.h"

#define SESSIONS_MAX 20000u                /* Engine.IO sessions of the process */
#define QUEUE_MAX    (16u * 1024u * 1024u) /* unsent bytes of one */

/* Connections. */

void connection_hold(struct connection *connection)
{
    connection->holds++;
}

void connection_release(struct connection *connection)
{
    if (!connection || --connection->holds > 0)
        return;
    free(connection->account);
    free(connection->target);
    free(connection);
}

static struct socket_server *server_of(const struct connection *connection)
{
    return connection->session ? socket_session_server(connection->session) : NULL;
}

static void emit_message(struct connection *connection, struct slice event)
{
    struct socketio_message message = {.data = event};
    struct socket_server *server = server_of(connection);
    if (server)
        socket_server_emit(server, connection->socket, &message);
}

void connection_emit(struct connection *connection, const char *name, struct slice value)
{
    struct buffer data = {0};
    socketio_put_event(&data, name, value);
    if (!data.failed)
        emit_message(connection, slice_of(data.data, data.length));
    buffer_free(&data);
}

void connection_acknowledge(struct connection *connection, int64_t id, struct slice value)
{
    struct buffer data = {0};
    struct socket_server *server = server_of(connection);
    buffer_append_byte(&data, '[');
    buffer_append(&data, value.data, value.length);
    buffer_append_byte(&data, ']');
    struct socketio_message message = {.data = slice_of(data.data, data.length)};
    if (server && !data.failed)
        socket_server_acknowledge(server, connection->socket, id, &message);
    buffer_free(&data);
}

static void deliver(struct hub_member *member, struct slice event)
{
    emit_message((struct connection *)((char *)member - offsetof(struct connection, member)),
                 event);
}

/* NULL: out of memory. */
static struct connection *connection_new(struct realtime *realtime, const char *account,
                                         const struct client_auth *auth)
{
    const char *target = auth->client_type == CLIENT_SCOPE_SESSION_SCOPED   ? auth->session_id
                         : auth->client_type == CLIENT_SCOPE_MACHINE_SCOPED ? auth->machine_id
                                                                            : NULL;
    struct connection *connection = calloc(1, sizeof *connection);
    if (!connection)
        return NULL;
    connection->realtime = realtime;
    connection->holds = 1;
    connection->account = strdup(account);
    connection->target = target ? strdup(target) : NULL;
    LIST_INIT(&connection->methods);
    connection->member = (struct hub_member){
        .account = connection->account,
        .scope = auth->client_type,
        .target = connection->target,
        .socket = connection->id,
        .app_active = is_text(auth->app_state) && strcmp(auth->app_state, "active") == 0,
        .deliver = deliver,
    };
    if (connection->account && (!target || connection->target))
        return connection;
    connection_release(connection);
    return NULL;
}

/* The socket application. */

/* Other sockets of a machine keep it online: a daemon's old connection may end after it came back.
 */
static void tell_machine(struct connection *connection, bool active)
{
    struct application *application = connection->realtime->application;
    struct slice account = connection_account(connection);
    if (connection->member.scope != CLIENT_SCOPE_MACHINE_SCOPED)
        return;
    if (!active && hub_has(application->hub, account, CLIENT_SCOPE_MACHINE_SCOPED,
                           slice_of_string(connection->target)))
        return;
    presence_tell_machine(application->hub, account, connection->target, active,
                          application->now_ms());
}

static void leave(struct connection *connection)
{
    connection->session = NULL;
    rpc_leave(connection->realtime->rpc, connection);
    hub_leave(connection->realtime->application->hub, &connection->member);
    tell_machine(connection, false);
    connection_release(connection);
}

static void let_in(struct realtime *realtime, struct socket_session *session, uint32_t socket,
                   const char *account, const struct client_auth *auth)
{
    struct connection *connection = connection_new(realtime, account, auth);
    if (!connection || !hub_join(realtime->application->hub, &connection->member)) {
        connection_release(connection);
        socket_session_close(session);
        return;
    }
    connection->session = session;
    connection->socket = socket;
    connection_hold(connection);
    socket_session_set_data(session, connection);
    socket_server_accept(socket_session_server(session), socket);
    struct socket_server *server = server_of(connection);
    const char *id = server ? socket_server_id(server, socket) : NULL;
    if (id) {
        strncpy(connection->id, id, ENGINE_ID_LENGTH);
        tell_machine(connection, true);
    }
    connection_release(connection);
}

static void decide(struct realtime *realtime, struct socket_session *session, uint32_t socket,
                   const struct client_auth *auth)
{
    struct application *application = realtime->application;
    char account[TOKEN_CLAIM_MAX + 1];
    const char *refusal = client_auth_refusal(auth);
    if (!refusal && tokens_verify(application->tokens, slice_of_string(auth->token),
                                  application->now_ms(), account, NULL) != 0)
        refusal = "Invalid authentication token";
    if (refusal)
        socket_server_refuse(socket_session_server(session), socket, refusal, slice_of(NULL, 0));
    else
        let_in(realtime, session, socket, account, auth);
}

static bool on_connect(struct socket_session *session, uint32_t socket, struct slice namespace,
                       struct slice auth, void *context)
{
    struct arena arena = {0};
    struct client_auth value;
    if (!slice_equals(namespace, "/"))
        return false;
    if (auth.length == 0)
        auth = slice_of_string("{}");
    /* What cannot be read is nothing that was given. */
    if (schema_parse(&client_auth_schema, auth, &arena, &value, NULL) != 0)
        value = (struct client_auth){0};
    decide(context, session, socket, &value);
    arena_free(&arena);
    return true;
}

static void on_event(struct socket_session *session, uint32_t socket,
                     const struct socketio_packet *packet, void *context)
{
    (void)context;
    struct connection *connection = socket_session_data(session);
    if (connection && connection->socket == socket)
        client_request_begin(connection, packet);
}

static void on_disconnected(struct socket_session *session, uint32_t socket, const char *reason,
                            void *context)
{
    (void)reason;
    (void)context;
    struct connection *connection = socket_session_data(session);
    if (!connection || connection->socket != socket)
        return;
    socket_session_set_data(session, NULL);
    leave(connection);
}

static const struct socket_endpoint_listener SOCKETS = {
    .connect = on_connect, .event = on_event, .disconnected = on_disconnected};

/* The whole. */

static struct hub *make_hub(struct application *application, struct error *error)
{
    struct hub_settings settings = {application->random, application->now_ms};
    return hub_new(&settings, error);
}

static struct socket_endpoint *make_endpoint(struct realtime *realtime)
{
    realtime->sessions = ENGINE_SERVER_SETTINGS;
    realtime->source = (struct socket_source){
        .random = realtime->application->random,
        .call = realtime->application->now_ms(),
    };
    struct engine_endpoint_settings settings = {
        .path = "/v1/updates",
        .sessions = &realtime->sessions,
        .sessions_max = SESSIONS_MAX,
        .queue_max = QUEUE_MAX,
        .random = realtime->application->random,
        .id_counter = &realtime->source.identifier,
    };
    return socket_endpoint_new(realtime->application->timers, &settings, &SOCKET_SERVER_SETTINGS,
                               &realtime->source, &SOCKETS, realtime);
}

struct realtime *realtime_new(struct application *application, struct error *error)
{
    struct realtime *realtime = calloc(1, sizeof *realtime);
    struct hub *hub = realtime ? make_hub(application, error) : NULL;
    if (!hub) {
        free(realtime);
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    application->hub = hub;
    application->realtime = realtime;
    realtime->application = application;
    realtime->rpc = rpc_new(application->timers);
    realtime->endpoint = make_endpoint(realtime);
    if (realtime->rpc && realtime->endpoint)
        realtime->heartbeats = heartbeats_new(application);
    if (realtime->heartbeats)
        return realtime;
    realtime_free(realtime);
    error_set(error, ERROR_MEMORY, "out of memory");
    return NULL;
}

void realtime_stop(struct realtime *realtime)
{
    if (!realtime)
        return;
    engine_endpoint_close(realtime_engine(realtime));
    heartbeats_stop(realtime->heartbeats);
}

void realtime_free(struct realtime *realtime)
{
    if (!realtime)
        return;
    struct application *application = realtime->application;
    socket_endpoint_free(realtime->endpoint);
    rpc_free(realtime->rpc);
    heartbeats_free(realtime->heartbeats);
    hub_free(application->hub);
    application->hub = NULL;
    application->realtime = NULL;
    free(realtime);
}

struct engine_endpoint *realtime_engine(struct realtime *realtime)
{
    return socket_endpoint_engine(realtime->endpoint);
}

void realtime_session_stopped(struct realtime *realtime, struct slice account, struct slice session)
{
    if (realtime)
        heartbeats_session_stopped(realtime->heartbeats, account, session);
}

void realtime_session_resumed(struct realtime *realtime, struct slice account, struct slice session)
{
    if (realtime)
        heartbeats_session_resumed(realtime->heartbeats, account, session);
}
