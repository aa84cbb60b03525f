#include "wire/socket_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "call_table.h"
#include "packet_store.h"
#include "wire/identifier.h"
#include "wire/json_text.h"

const struct socket_server_settings SOCKET_SERVER_SETTINGS = {
    .connect_timeout = 20000,
    .held_max = 1024u * 1024u,
    .calls_max = 1024,
};

/* A namespace that is joined, or whose join is being decided. */
struct server_socket {
    SLIST_ENTRY(server_socket) entries;
    struct buffer held; /* packets that wait for the decision */
    uint32_t number;
    bool accepted;
    char id[ENGINE_ID_LENGTH + 1];
    size_t name_length;
    char name[];
};
SLIST_HEAD(server_socket_list, server_socket);

struct socket_server {
    const struct socket_server_settings *settings;
    const struct socket_server_listener *listener;
    void *context;
    struct socket_source *source;
    struct socketio_decoder *decoder; /* only while attachments are missing */
    struct server_socket_list sockets;
    struct call_table calls;
    size_t held;
    int64_t connect_until; /* INT64_MAX once a namespace was joined */
    uint32_t last_number;
    bool closed;
    bool freed; /* by a listener function: memory goes when the outermost call returns */
    unsigned depth;
};

static void enter(struct socket_server *server)
{
    server->depth++;
}

static void leave(struct socket_server *server)
{
    if (--server->depth > 0 || !server->freed)
        return;
    socketio_decoder_free(server->decoder);
    free(server);
}

struct socket_server *socket_server_new(const struct socket_server_settings *settings,
                                        const struct socket_server_listener *listener,
                                        void *context, struct socket_source *source, int64_t now)
{
    struct socket_server *server = calloc(1, sizeof *server);
    if (!server)
        return NULL;
    server->settings = settings;
    server->listener = listener;
    server->context = context;
    server->source = source;
    server->connect_until = now + settings->connect_timeout;
    SLIST_INIT(&server->sockets);
    call_table_init(&server->calls);
    return server;
}

static bool every_call(const struct call *call, const void *context)
{
    (void)call, (void)context;
    return true;
}

static bool call_of_socket(const struct call *call, const void *context)
{
    return call->socket == *(const uint32_t *)context;
}

static void drop_socket(struct socket_server *server, struct server_socket *socket)
{
    SLIST_REMOVE(&server->sockets, socket, server_socket, entries);
    server->held -= socket->held.length;
    buffer_free(&socket->held);
    free(socket);
}

void socket_server_free(struct socket_server *server)
{
    if (!server)
        return;
    enter(server);
    server->closed = true;
    server->freed = true;
    while (!SLIST_EMPTY(&server->sockets))
        drop_socket(server, SLIST_FIRST(&server->sockets));
    call_table_close(&server->calls, every_call, NULL);
    leave(server);
}

static struct server_socket *find_number(const struct socket_server *server, uint32_t number)
{
    struct server_socket *socket;
    SLIST_FOREACH(socket, &server->sockets, entries)
    if (socket->number == number)
        return socket;
    return NULL;
}

static struct server_socket *find_accepted(const struct socket_server *server, uint32_t number)
{
    struct server_socket *socket = find_number(server, number);
    return socket && socket->accepted ? socket : NULL;
}

static struct server_socket *find_namespace(const struct socket_server *server, struct slice name)
{
    struct server_socket *socket;
    SLIST_FOREACH(socket, &server->sockets, entries)
    if (socket->name_length == name.length && memcmp(socket->name, name.data, name.length) == 0)
        return socket;
    return NULL;
}

static struct slice name_of(const struct server_socket *socket)
{
    return slice_of(socket->name, socket->name_length);
}

/* The socket is gone: its calls fail, then it is told. */
static void end_socket(struct socket_server *server, struct server_socket *socket,
                       const char *reason)
{
    uint32_t number = socket->number;
    drop_socket(server, socket);
    call_table_close(&server->calls, call_of_socket, &number);
    if (!server->freed)
        server->listener->disconnected(server, number, reason, server->context);
}

static void end(struct socket_server *server, const char *reason)
{
    server->closed = true;
    while (!SLIST_EMPTY(&server->sockets))
        end_socket(server, SLIST_FIRST(&server->sockets), reason);
}

void socket_server_ended(struct socket_server *server, const char *reason)
{
    enter(server);
    end(server, reason);
    leave(server);
}

static void close_session(struct socket_server *server, const char *reason)
{
    if (server->closed)
        return;
    end(server, reason);
    if (!server->freed)
        server->listener->close(server, server->context);
}

static void send_packet(struct socket_server *server, const struct socketio_packet *packet)
{
    struct buffer text = {0};
    socketio_print(packet, &text);
    if (text.failed)
        close_session(server, "out of memory");
    if (!server->closed)
        server->listener->send(server, slice_of(text.data, text.length), false, server->context);
    for (size_t i = 0; i < packet->attachment_count && !server->closed; i++)
        server->listener->send(server, packet->attachments[i], true, server->context);
    buffer_free(&text);
}

int64_t socket_server_deadline(const struct socket_server *server)
{
    int64_t calls = call_table_deadline(&server->calls);
    if (server->closed)
        return INT64_MAX;
    return server->connect_until < calls ? server->connect_until : calls;
}

void socket_server_time(struct socket_server *server, int64_t now)
{
    struct call call;
    enter(server);
    while (call_table_expired(&server->calls, now, &call))
        call_fail_timeout(&call);
    if (now >= server->connect_until)
        close_session(server, "forced server close");
    leave(server);
}

/* Joining. */

static void send_refusal(struct socket_server *server, struct slice name, const char *message,
                         struct slice data)
{
    struct buffer text = {0};
    buffer_append_string(&text, "{\"message\":");
    json_text_print_string(&text, slice_of_string(message));
    if (data.length > 0) {
        buffer_append_string(&text, ",\"data\":");
        buffer_append(&text, data.data, data.length);
    }
    buffer_append_byte(&text, '}');
    send_packet(server, &(struct socketio_packet){.type = SOCKETIO_CONNECT_ERROR,
                                                  .namespace = name,
                                                  .id = -1,
                                                  .data = slice_of(text.data, text.length)});
    buffer_free(&text);
}

static void begin_join(struct socket_server *server, const struct socketio_packet *packet)
{
    struct slice name = packet->namespace;
    struct server_socket *socket;
    size_t count = 0;
    SLIST_FOREACH(socket, &server->sockets, entries)
    count++;
    socket =
        count < SOCKET_SERVER_NAMESPACES_MAX ? calloc(1, sizeof *socket + name.length + 1) : NULL;
    if (!socket) {
        close_session(server, "forced server close");
        return;
    }
    uint32_t number = socket->number = ++server->last_number;
    socket->name_length = name.length;
    memcpy(socket->name, name.data, name.length);
    SLIST_INSERT_HEAD(&server->sockets, socket, entries);
    if (server->listener->connect(server, number, name, packet->data, server->context))
        return;
    socket = find_number(server, number);
    if (!socket)
        return;
    drop_socket(server, socket);
    send_refusal(server, name, "Invalid namespace", slice_of(NULL, 0));
}

static void take_packet(struct socket_server *server, const struct socketio_packet *packet);

/* Delivers what came before the decision. */
static void deliver_held(struct socket_server *server, struct buffer *held)
{
    struct slice rest = slice_of(held->data, held->length), message;
    struct socketio_decoder *decoder = NULL;
    struct socketio_packet packet;
    bool binary;
    while (!server->closed && packet_store_next(&rest, &message, &binary)) {
        if (!decoder && !(decoder = socketio_decoder_new())) {
            close_session(server, "out of memory");
            break;
        }
        int status = binary ? socketio_decode_binary(decoder, message, &packet, NULL)
                            : socketio_decode_text(decoder, message, &packet, NULL);
        /* The socket may have been left by what was delivered before. */
        if (status > 0 && find_namespace(server, packet.namespace))
            take_packet(server, &packet);
    }
    socketio_decoder_free(decoder);
}

bool socket_server_accept(struct socket_server *server, uint32_t number)
{
    struct server_socket *socket = find_number(server, number);
    char data[ENGINE_ID_LENGTH + 16];
    if (!socket || socket->accepted)
        return false;
    enter(server);
    struct buffer held = socket->held;
    socket->held = (struct buffer){0};
    server->held -= held.length;
    socket->accepted = true;
    server->connect_until = INT64_MAX;
    engine_id_make(server->source->random, &server->source->identifier, socket->id);
    int length = snprintf(data, sizeof data, "{\"sid\":\"%s\"}", socket->id);
    send_packet(server, &(struct socketio_packet){.type = SOCKETIO_CONNECT,
                                                  .namespace = name_of(socket),
                                                  .id = -1,
                                                  .data = slice_of(data, (size_t)length)});
    deliver_held(server, &held);
    buffer_free(&held);
    leave(server);
    return true;
}

bool socket_server_refuse(struct socket_server *server, uint32_t number, const char *message,
                          struct slice data)
{
    struct server_socket *socket = find_number(server, number);
    if (!socket || socket->accepted)
        return false;
    enter(server);
    struct buffer name = {0};
    buffer_append(&name, socket->name, socket->name_length);
    drop_socket(server, socket);
    send_refusal(server, slice_of(name.data, name.length), message, data);
    buffer_free(&name);
    leave(server);
    return true;
}

const char *socket_server_id(const struct socket_server *server, uint32_t number)
{
    const struct server_socket *socket = find_accepted(server, number);
    return socket ? socket->id : NULL;
}

/* What comes. */

static void hold(struct socket_server *server, struct server_socket *socket,
                 const struct socketio_packet *packet)
{
    size_t before = socket->held.length;
    packet_store_put(&socket->held, packet);
    server->held += socket->held.length - before;
    if (socket->held.failed || server->held > server->settings->held_max)
        close_session(server, "forced server close");
}

static void take_acknowledgement(struct socket_server *server, uint32_t number,
                                 const struct socketio_packet *packet)
{
    struct call call;
    if (call_table_take(&server->calls, number, packet->id, &call))
        call.reply(packet, NULL, call.context);
}

static void take_packet(struct socket_server *server, const struct socketio_packet *packet)
{
    struct server_socket *socket = find_namespace(server, packet->namespace);
    if (packet->type == SOCKETIO_CONNECT && !socket)
        begin_join(server, packet);
    else if (!socket || packet->type == SOCKETIO_CONNECT || packet->type == SOCKETIO_CONNECT_ERROR)
        close_session(server, "forced server close");
    else if (packet->type == SOCKETIO_DISCONNECT)
        end_socket(server, socket, "client namespace disconnect");
    else if (!socket->accepted)
        hold(server, socket, packet);
    else if (packet->type == SOCKETIO_ACK)
        take_acknowledgement(server, socket->number, packet);
    else if (packet->data.length > 0)
        server->listener->event(server, socket->number, packet, server->context);
}

static int decode(struct socket_server *server, struct slice data, bool binary,
                  struct socketio_packet *packet)
{
    if (!server->decoder && (binary || socketio_has_attachments(data)))
        server->decoder = socketio_decoder_new();
    if (binary)
        return server->decoder ? socketio_decode_binary(server->decoder, data, packet, NULL) : -1;
    if (!server->decoder && socketio_has_attachments(data))
        return -1;
    return socketio_decode_text(server->decoder, data, packet, NULL);
}

void socket_server_message(struct socket_server *server, struct slice data, bool binary,
                           int64_t now)
{
    struct socketio_packet packet;
    (void)now;
    if (server->closed)
        return;
    enter(server);
    int status = decode(server, data, binary, &packet);
    if (status > 0)
        take_packet(server, &packet);
    else if (status < 0)
        close_session(server, "parse error");
    if (status != 0) {
        socketio_decoder_free(server->decoder);
        server->decoder = NULL;
    }
    leave(server);
}

/* What goes. */

static struct socketio_packet packet_of(const struct server_socket *socket, enum socketio_type type,
                                        int64_t id, const struct socketio_message *message)
{
    return (struct socketio_packet){.type = type,
                                    .namespace = name_of(socket),
                                    .id = id,
                                    .data = message->data,
                                    .attachments = message->attachments,
                                    .attachment_count = message->attachment_count};
}

static bool send_on(struct socket_server *server, uint32_t number, enum socketio_type type,
                    int64_t id, const struct socketio_message *message)
{
    struct server_socket *socket = find_accepted(server, number);
    if (!socket)
        return false;
    enter(server);
    struct socketio_packet packet = packet_of(socket, type, id, message);
    send_packet(server, &packet);
    leave(server);
    return true;
}

bool socket_server_emit(struct socket_server *server, uint32_t number,
                        const struct socketio_message *message)
{
    return send_on(server, number, SOCKETIO_EVENT, -1, message);
}

void socket_server_call(struct socket_server *server, uint32_t number,
                        const struct socketio_message *message, int64_t timeout, int64_t now,
                        socketio_reply *reply, void *reply_context)
{
    struct call call = {
        .deadline = now + timeout, .socket = number, .reply = reply, .context = reply_context};
    struct error error;
    if (!find_accepted(server, number)) {
        error_set(&error, ERROR_CLOSED, "socket has been disconnected");
        call_fail(&call, &error);
        return;
    }
    call.id = server->source->call++;
    if (call_table_add(&server->calls, server->settings->calls_max, &call, &error) != 0)
        call_fail(&call, &error);
    else
        send_on(server, number, SOCKETIO_EVENT, call.id, message);
}

bool socket_server_acknowledge(struct socket_server *server, uint32_t number, int64_t id,
                               const struct socketio_message *message)
{
    return send_on(server, number, SOCKETIO_ACK, id, message);
}

bool socket_server_disconnect(struct socket_server *server, uint32_t number)
{
    static const struct socketio_message nothing = {.data = {NULL, 0}};
    enter(server);
    bool sent = send_on(server, number, SOCKETIO_DISCONNECT, -1, &nothing);
    struct server_socket *socket = find_number(server, number);
    if (sent && socket)
        end_socket(server, socket, "server namespace disconnect");
    leave(server);
    return sent;
}
