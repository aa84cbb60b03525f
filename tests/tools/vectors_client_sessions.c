/* Recorded sessions, played against the client's side: what the server sent is played, what the
   recorded client sent is asked for by the calls a program would make, and compared. */
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/engine_client.h"
#include "wire/socket_client.h"

#define OUTPUTS_MAX 32

struct sent {
    bool close, binary;
    struct buffer data;
};

struct player {
    struct vectors *vectors;
    struct json_object *log;
    size_t at;
    int64_t now;
    struct engine_client *engine;
    struct socket_client *socket;
    uint32_t connection; /* of the last event */
    bool event, joined;
    struct buffer reply; /* what the last answer was */
    struct sent sent[OUTPUTS_MAX];
    size_t first, count;
};

static void put(struct player *player, bool close, struct slice data, bool binary)
{
    if (player->count == OUTPUTS_MAX) {
        fprintf(stderr, "vectors: the client sends more than is taken\n");
        exit(2);
    }
    struct sent *sent = &player->sent[(player->first + player->count++) % OUTPUTS_MAX];
    buffer_clear(&sent->data);
    buffer_append(&sent->data, data.data, data.length);
    sent->close = close;
    sent->binary = binary;
}

static struct sent *take(struct player *player)
{
    if (player->count == 0)
        return NULL;
    struct sent *sent = &player->sent[player->first];
    player->first = (player->first + 1) % OUTPUTS_MAX;
    player->count--;
    return sent;
}

static void engine_opened(struct engine_client *engine, const struct engineio_handshake *handshake,
                          void *context)
{
    struct player *player = context;
    (void)engine;
    socket_client_opened(player->socket, handshake->max_payload);
}

static void engine_message(struct engine_client *engine, struct slice data, bool binary,
                           void *context)
{
    struct player *player = context;
    (void)engine;
    socket_client_message(player->socket, data, binary);
}

static void engine_send_frame(struct engine_client *engine, struct slice data, bool binary,
                              void *context)
{
    (void)engine;
    put(context, false, data, binary);
}

static void engine_close_websocket(struct engine_client *engine, void *context)
{
    (void)engine;
    put(context, true, slice_of(NULL, 0), false);
}

static void engine_ended(struct engine_client *engine, enum engine_end reason, void *context)
{
    struct player *player = context;
    (void)engine;
    socket_client_lost(player->socket, reason);
}

static const struct engine_client_listener ENGINE_LISTENER = {
    engine_opened, engine_message, engine_send_frame, engine_close_websocket, engine_ended,
};

/* The recorded object is what the program gives. */
static void socket_auth(struct socket_client *socket, struct buffer *auth, void *context)
{
    struct player *player = context;
    (void)socket;
    for (size_t i = player->at; i < json_object_array_length(player->log); i++) {
        struct json_object *item = json_object_array_get_idx(player->log, i);
        const char *direction = vector_text(item, "dir"), *text = vector_text(item, "text");
        if (direction && strcmp(direction, "client->server") == 0 && text &&
            strncmp(text, "40", 2) == 0) {
            buffer_append_string(auth, text + 2);
            return;
        }
    }
}

static void socket_connected(struct socket_client *socket, struct slice id, void *context)
{
    struct player *player = context;
    (void)socket, (void)id;
    player->joined = true;
}

static void socket_refused(struct socket_client *socket, const char *message, struct slice data,
                           void *context)
{
    (void)socket, (void)message, (void)data, (void)context;
}

static void socket_event(struct socket_client *socket, uint32_t connection,
                         const struct socketio_packet *packet, void *context)
{
    struct player *player = context;
    (void)socket, (void)packet;
    player->event = true;
    player->connection = connection;
}

static void socket_disconnected(struct socket_client *socket, enum socket_client_end how,
                                const char *reason, void *context)
{
    (void)socket, (void)how, (void)reason, (void)context;
}

static void socket_send(struct socket_client *socket, struct slice data, bool binary, void *context)
{
    struct player *player = context;
    (void)socket;
    engine_client_send(player->engine, data, binary);
}

static bool socket_writable(struct socket_client *socket, void *context)
{
    (void)socket, (void)context;
    return true;
}

static void socket_close(struct socket_client *socket, void *context)
{
    struct player *player = context;
    (void)socket;
    engine_client_close(player->engine, ENGINE_END_FORCED);
}

static const struct socket_client_listener SOCKET_LISTENER = {
    socket_auth,         socket_connected, socket_refused,  socket_event,
    socket_disconnected, socket_send,      socket_writable, socket_close,
};

static void replied(const struct socketio_packet *answer, const struct error *error, void *context)
{
    struct player *player = context;
    buffer_clear(&player->reply);
    if (!error)
        buffer_append(&player->reply, answer->data.data, answer->data.length);
}

static bool is(struct json_object *item, const char *key, const char *text)
{
    const char *value = vector_text(item, key);
    return value && strcmp(value, text) == 0;
}

/* The packet that begins with the item, attachments included. */
static bool read_packet(struct player *player, struct socketio_decoder *decoder,
                        struct socketio_packet *packet)
{
    struct slice text = vector_slice(json_object_array_get_idx(player->log, player->at), "text");
    int status =
        socketio_decode_text(decoder, slice_of(text.data + 1, text.length - 1), packet, NULL);
    for (size_t i = player->at + 1; status == 0 && i < json_object_array_length(player->log); i++) {
        struct buffer bytes = {0};
        if (vector_frame_bytes(json_object_array_get_idx(player->log, i), &bytes))
            status = socketio_decode_binary(decoder, vector_buffer(&bytes), packet, NULL);
        buffer_free(&bytes);
    }
    return status == 1;
}

/* Makes the client send what was recorded. */
static void ask_for(struct player *player, struct json_object *item)
{
    struct slice text = vector_slice(item, "text");
    struct socketio_decoder *decoder = socketio_decoder_new();
    struct socketio_packet packet;
    if (text.length > 1 && text.data[0] == '4' && read_packet(player, decoder, &packet)) {
        struct socketio_message message = {packet.data, packet.attachments,
                                           packet.attachment_count};
        if (packet.type == SOCKETIO_EVENT && packet.id >= 0)
            socket_client_call(player->socket, &message, 30000, player->now, replied, player);
        else if (packet.type == SOCKETIO_EVENT)
            socket_client_emit(player->socket, &message, NULL);
        else if (packet.type == SOCKETIO_ACK)
            socket_client_acknowledge(player->socket, player->connection, packet.id, &message,
                                      NULL);
        else if (packet.type == SOCKETIO_DISCONNECT)
            socket_client_disconnect(player->socket);
    }
    socketio_decoder_free(decoder);
}

static void expect_sent(struct player *player, struct json_object *item)
{
    struct buffer bytes = {0};
    bool binary = vector_frame_bytes(item, &bytes);
    if (!binary)
        ask_for(player, item);
    struct sent *sent = take(player);
    vector_expect(player->vectors, sent != NULL, "nothing was sent");
    if (sent) {
        bool close = is(item, "opcode", "close");
        struct slice expected = binary ? vector_buffer(&bytes) : vector_slice(item, "text");
        vector_expect(player->vectors, sent->close == close && sent->binary == binary, "opcode");
        vector_expect(player->vectors, vector_same(vector_buffer(&sent->data), expected), "sent %s",
                      buffer_string(&sent->data));
    }
    buffer_free(&bytes);
}

/* Plays what the server sent, and looks whether it came up. */
static void play(struct player *player, struct json_object *item)
{
    struct slice text = vector_slice(item, "text");
    struct buffer bytes = {0};
    player->event = player->joined = false;
    buffer_clear(&player->reply);
    if (is(item, "opcode", "close")) {
        engine_client_websocket_lost(player->engine);
    } else if (vector_frame_bytes(item, &bytes)) {
        engine_client_binary(player->engine, vector_buffer(&bytes));
    } else {
        engine_client_text(player->engine, text, player->now);
        if (text.length > 1 && text.data[0] == '4') {
            const char *bracket = memchr(text.data, '[', text.length);
            size_t before = bracket ? (size_t)(bracket - text.data) : 0;
            if (text.data[1] == '0')
                vector_expect(player->vectors, player->joined, "not joined");
            if (text.data[1] == '2')
                vector_expect(player->vectors, player->event, "no event");
            if (text.data[1] == '3')
                vector_expect(player->vectors,
                              vector_same(vector_buffer(&player->reply),
                                          slice_of(bracket, text.length - before)),
                              "no answer: %s", buffer_string(&player->reply));
        }
    }
    buffer_free(&bytes);
}

static void begin_session(struct player *player)
{
    if (player->engine)
        engine_client_websocket_lost(player->engine);
    engine_client_free(player->engine);
    player->engine =
        engine_client_new(&ENGINE_LISTENER, player, ENGINE_CLIENT_OPEN_TIMEOUT, player->now);
}

void vectors_run_client(struct vectors *vectors, struct json_object *document)
{
    struct player player = {.vectors = vectors, .log = vector_member(document, "log")};
    player.socket = socket_client_new(&SOCKET_CLIENT_SETTINGS, &SOCKET_LISTENER, &player);
    bool closed = false;
    for (size_t i = 0; i < json_object_array_length(player.log); i++) {
        struct json_object *item = json_object_array_get_idx(player.log, i);
        bool from_client = is(item, "dir", "client->server");
        player.at = i;
        player.now = json_object_get_int64(vector_member(item, "t"));
        if (is(item, "transport", "websocket-handshake") && from_client)
            begin_session(&player);
        if (!is(item, "transport", "websocket"))
            continue;
        bool close = is(item, "opcode", "close");
        if (close && closed) /* answered by the WebSocket */
            continue;
        closed = close;
        const char *text = vector_text(item, "text");
        char name[80];
        snprintf(name, sizeof name, "%zu %s: %.40s", i, from_client ? "sends" : "takes",
                 text ? text : vector_text(item, "opcode"));
        vector_begin(vectors, "client", i, name);
        if (from_client)
            expect_sent(&player, item);
        else
            play(&player, item);
        vector_end(vectors);
    }
    vector_begin(vectors, "client", 0, "nothing else is sent");
    struct sent *sent = take(&player);
    vector_expect(vectors, !sent, "sent %s", sent ? buffer_string(&sent->data) : "");
    vector_end(vectors);
    engine_client_free(player.engine);
    socket_client_free(player.socket);
    buffer_free(&player.reply);
    for (size_t i = 0; i < OUTPUTS_MAX; i++)
        buffer_free(&player.sent[i].data);
}
