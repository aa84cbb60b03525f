#include "simulated_server.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/base64.h"
#include "wire/json_number.h"

static void put(struct simulated_server *server, enum output_kind kind, int connection, int status,
                struct slice data, bool binary)
{
    if (server->count == SIMULATED_OUTPUTS_MAX) {
        fprintf(stderr, "vectors: the simulated server sends more than is taken\n");
        exit(2);
    }
    struct output *output = &server->outputs[server->count++];
    *output =
        (struct output){.kind = kind, .connection = connection, .binary = binary, .status = status};
    buffer_append(&output->data, data.data, data.length);
}

const struct output *simulated_server_take(struct simulated_server *server, int connection)
{
    buffer_free(&server->taken.data);
    for (size_t i = 0; i < server->count; i++)
        if (connection < 0 || server->outputs[i].connection == connection) {
            server->taken = server->outputs[i];
            server->count--;
            memmove(server->outputs + i, server->outputs + i + 1,
                    (server->count - i) * sizeof server->outputs[0]);
            return &server->taken;
        }
    return NULL;
}

/* The engine session. */

static void engine_message(struct engine_server *engine, struct slice data, bool binary,
                           void *context)
{
    struct simulated_server *server = context;
    (void)engine;
    socket_server_message(server->socket, data, binary, server->now);
}

static void engine_answer_poll(struct engine_server *engine, struct slice payload, void *context)
{
    struct simulated_server *server = context;
    (void)engine;
    put(server, OUTPUT_ANSWER, server->poll, 200, payload, false);
}

static void engine_cut_post(struct engine_server *engine, void *context)
{
    struct simulated_server *server = context;
    (void)engine;
    put(server, OUTPUT_CUT, server->post, 0, slice_of(NULL, 0), false);
}

static void engine_send_frame(struct engine_server *engine, struct slice data, bool binary,
                              void *context)
{
    struct simulated_server *server = context;
    (void)engine;
    put(server, OUTPUT_FRAME, server->websocket, 0, data, binary);
}

static void engine_close_websocket(struct engine_server *engine, void *context)
{
    struct simulated_server *server = context;
    (void)engine;
    put(server, OUTPUT_CLOSE, server->websocket, 0, slice_of(NULL, 0), false);
}

static void engine_ended(struct engine_server *engine, enum engine_end reason, void *context)
{
    struct simulated_server *server = context;
    (void)engine;
    if (server->ended)
        abort();
    server->ended = true;
    server->reason = reason;
    socket_server_ended(server->socket, engine_end_name(reason));
}

static const struct engine_server_listener ENGINE_LISTENER = {
    engine_message,    engine_answer_poll,     engine_cut_post,
    engine_send_frame, engine_close_websocket, engine_ended,
};

/* The sockets on it. */

static bool socket_connect(struct socket_server *socket, uint32_t number, struct slice namespace,
                           struct slice auth, void *context)
{
    struct simulated_server *server = context;
    if (!slice_equals(namespace, "/"))
        return false;
    const char *refusal = server->application->refusal(auth);
    if (refusal)
        socket_server_refuse(socket, number, refusal, slice_of(NULL, 0));
    else
        socket_server_accept(socket, number);
    return true;
}

static void socket_event(struct socket_server *socket, uint32_t number,
                         const struct socketio_packet *packet, void *context)
{
    struct simulated_server *server = context;
    (void)socket;
    server->application->event(server, number, packet);
}

static void socket_disconnected(struct socket_server *socket, uint32_t number, const char *reason,
                                void *context)
{
    (void)socket, (void)number, (void)reason, (void)context;
}

static void socket_send(struct socket_server *socket, struct slice data, bool binary, void *context)
{
    struct simulated_server *server = context;
    (void)socket;
    engine_server_send(server->engine, data, binary);
}

static void socket_close(struct socket_server *socket, void *context)
{
    struct simulated_server *server = context;
    (void)socket;
    engine_server_close(server->engine, server->now);
}

static const struct socket_server_listener SOCKET_LISTENER = {
    socket_connect, socket_event, socket_disconnected, socket_send, socket_close,
};

static void fill(void *context, void *bytes, size_t size)
{
    struct simulated_server *server = context;
    memcpy(bytes, server->id_bytes, size < 12 ? size : 12);
}

void simulated_server_open(struct simulated_server *server, const char *id,
                           enum engine_transport transport)
{
    server->ended = false;
    server->random = (struct random_source){.fill = fill, .context = server};
    server->source.random = &server->random;
    server->engine =
        engine_server_new(&server->settings, &ENGINE_LISTENER, server, id, transport, server->now);
    server->socket = socket_server_new(&SOCKET_SERVER_SETTINGS, &SOCKET_LISTENER, server,
                                       &server->source, server->now);
}

void simulated_server_close(struct simulated_server *server)
{
    engine_server_free(server->engine);
    socket_server_free(server->socket);
    server->engine = NULL;
    server->socket = NULL;
    while (simulated_server_take(server, -1))
        ;
}

void simulated_server_set_id(struct simulated_server *server, struct slice id)
{
    if (base64_decode_exactly(BASE64_URL, id, server->id_bytes, 15, "the id", NULL) != 0)
        return;
    const unsigned char *end = server->id_bytes + 12;
    server->source.identifier = (uint32_t)end[0] << 16 | (uint32_t)end[1] << 8 | end[2];
}

void simulated_server_until(struct simulated_server *server, int64_t now)
{
    for (;;) {
        int64_t engine = engine_server_deadline(server->engine);
        int64_t socket = socket_server_deadline(server->socket);
        int64_t next = engine < socket ? engine : socket;
        if (next > now)
            break;
        server->now = next;
        engine_server_time(server->engine, next);
        socket_server_time(server->socket, next);
    }
    server->now = now;
}

void simulated_server_poll(struct simulated_server *server, int connection)
{
    int before = server->poll;
    server->poll = connection;
    if (engine_server_transport(server->engine) != ENGINE_POLLING || server->ended)
        return;
    /* Of two polls the first is answered while the second comes. */
    if (engine_server_poll(server->engine, server->now))
        return;
    server->outputs[server->count - 1].connection = before;
    put(server, OUTPUT_ANSWER, connection, 400, slice_of(NULL, 0), false);
}

void simulated_server_post(struct simulated_server *server, int connection, struct slice body)
{
    if (!engine_server_post(server->engine, false)) {
        put(server, OUTPUT_ANSWER, connection, 400, slice_of(NULL, 0), false);
        return;
    }
    server->post = connection;
    engine_server_post_payload(server->engine, body, server->now);
    put(server, OUTPUT_ANSWER, connection, 200, slice_of_string("ok"), false);
}

void simulated_server_websocket(struct simulated_server *server, int connection)
{
    int before = server->websocket;
    server->websocket = connection;
    if (engine_server_websocket(server->engine, server->now))
        return;
    put(server, OUTPUT_CLOSE, connection, 0, slice_of(NULL, 0), false);
    server->websocket = before;
}

void simulated_server_frame(struct simulated_server *server, int connection, struct slice data,
                            bool binary)
{
    if (connection != server->websocket)
        return;
    if (binary)
        engine_server_binary(server->engine, data, server->now);
    else
        engine_server_text(server->engine, data, server->now);
}

/* Applications. */

/* The arguments of an event, with commas between them. */
static void put_arguments(struct buffer *text, struct json_cursor cursor)
{
    struct slice value;
    while (json_scan_element(&cursor, &value)) {
        if (text->length > 0)
            buffer_append_byte(text, ',');
        buffer_append(text, value.data, value.length);
    }
}

static void emit(struct simulated_server *server, uint32_t socket, const char *name,
                 const struct buffer *arguments, const struct socketio_packet *attachments)
{
    struct buffer data = {0};
    struct socketio_message message = {{NULL, 0}, NULL, 0};
    socketio_put_event(&data, name, slice_of(arguments->data, arguments->length));
    message.data = slice_of(data.data, data.length);
    if (attachments) {
        message.attachments = attachments->attachments;
        message.attachment_count = attachments->attachment_count;
    }
    socket_server_emit(server->socket, socket, &message);
    buffer_free(&data);
}

static void acknowledge(struct simulated_server *server, uint32_t socket,
                        const struct socketio_packet *packet, const char *arguments)
{
    struct buffer data = {0};
    buffer_append_format(&data, "[%s]", arguments);
    struct socketio_message message = {slice_of(data.data, data.length), packet->attachments,
                                       packet->attachment_count};
    socket_server_acknowledge(server->socket, socket, packet->id, &message);
    buffer_free(&data);
}

static const char *accept_all(struct slice auth)
{
    (void)auth;
    return NULL;
}

/* The socket of the call is the only one. */
static void asked(const struct socketio_packet *answer, const struct error *error, void *context)
{
    struct buffer arguments = {0};
    if (error)
        return;
    put_arguments(&arguments, json_cursor_of(answer->data));
    emit(context, 1, "asked", &arguments, answer);
    buffer_free(&arguments);
}

static void ask(struct simulated_server *server, uint32_t socket)
{
    struct socketio_message message = {
        slice_of_string("[\"rpc-request\",{\"method\":\"m\",\"params\":\"AAEC\"}]"), NULL, 0};
    socket_server_call(server->socket, socket, &message, 30000, server->now, asked, server);
}

static void burst(struct simulated_server *server, uint32_t socket, const char *count)
{
    for (int i = 0; i < atoi(count); i++) {
        struct buffer arguments = {0};
        buffer_append_format(&arguments, "{\"i\":%d}", i);
        emit(server, socket, "update", &arguments, NULL);
        buffer_free(&arguments);
    }
}

static void echo_event(struct simulated_server *server, uint32_t socket,
                       const struct socketio_packet *packet)
{
    struct json_cursor cursor;
    struct slice name;
    struct buffer arguments = {0};
    if (!socketio_event(packet, &name, &cursor))
        return;
    put_arguments(&arguments, cursor);
    if (json_scan_string_is(name, "echo") && packet->id >= 0)
        acknowledge(server, socket, packet, buffer_string(&arguments));
    else if (json_scan_string_is(name, "echo"))
        emit(server, socket, "echo-back", &arguments, packet);
    else if (json_scan_string_is(name, "ping"))
        acknowledge(server, socket, packet, "{}");
    else if (json_scan_string_is(name, "ask-me"))
        ask(server, socket);
    else if (json_scan_string_is(name, "burst"))
        burst(server, socket, buffer_string(&arguments));
    buffer_free(&arguments);
}

const struct simulated_application ECHO_APPLICATION = {accept_all, echo_event};

static bool has_text(struct slice object, const char *key)
{
    struct slice value;
    return json_scan_find(object, key, &value) && json_scan_kind(value) == JSON_STRING &&
           value.length > 2;
}

static const char *happy_refusal(struct slice auth)
{
    struct slice type, token;
    if (auth.length == 0)
        return "Missing authentication token";
    if (!json_scan_find(auth, "token", &token) || slice_equals(token, "\"\""))
        return "Missing authentication token";
    if (!json_scan_find(auth, "clientType", &type))
        type = slice_of_string("\"\"");
    if (slice_equals(type, "\"session-scoped\"") && !has_text(auth, "sessionId"))
        return "Session ID required for session-scoped clients";
    if (slice_equals(type, "\"machine-scoped\"") && !has_text(auth, "machineId"))
        return "Machine ID required for machine-scoped clients";
    return slice_equals(token, "\"$TOKEN\"") ? NULL : "Invalid authentication token";
}

static void happy_event(struct simulated_server *server, uint32_t socket,
                        const struct socketio_packet *packet)
{
    struct socketio_packet answer = {.id = packet->id};
    struct json_cursor cursor;
    struct slice name, argument;
    if (!socketio_event(packet, &name, &cursor) || packet->id < 0)
        return;
    bool argued = json_scan_element(&cursor, &argument);
    if (json_scan_string_is(name, "ping") && !argued)
        acknowledge(server, socket, &answer, "{}");
    else if (json_scan_string_is(name, "usage-report") && argued)
        acknowledge(server, socket, &answer, "{\"success\":false,\"error\":\"Invalid key\"}");
}

const struct simulated_application HAPPY_APPLICATION = {happy_refusal, happy_event};
