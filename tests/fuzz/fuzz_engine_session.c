/* Anything that can happen to a session, in any order, on both sides: a byte says what, those
   behind it with what. Nothing may be told twice, or after the end, or about a poll or a WebSocket
   that is not there. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/engine_client.h"
#include "wire/engine_server.h"
#include "wire/socket_client.h"
#include "wire/socket_server.h"

#define BUFFER_MAX 2000u

struct run {
    const uint8_t *data, *end;
    struct engine_server *engine;
    struct socket_server *socket;
    struct engine_client *engine_client;
    struct socket_client *socket_client;
    struct socket_source source;
    int64_t now;
    bool polled, posted, websocket; /* as the carrier sees it */
    bool ended, client_ended, client_connected;
    uint32_t last_socket, connection;
    size_t outgoing; /* bytes told to send since the last poll */
    unsigned calls, replies;
    unsigned mood; /* of the application */
};

static void check(bool held)
{
    if (!held)
        abort();
}

static struct slice take(struct run *run)
{
    if (run->data >= run->end)
        return slice_of("", 0);
    size_t length = *run->data++;
    if (length > (size_t)(run->end - run->data))
        length = (size_t)(run->end - run->data);
    struct slice taken = slice_of(run->data, length);
    run->data += length;
    return taken;
}

static void replied(const struct socketio_packet *answer, const struct error *error, void *context)
{
    struct run *run = context;
    check(!answer != !error);
    run->replies++;
}

static const struct socketio_message EVENT = {{"[\"e\",1]", 7}, NULL, 0};

/* The server's side. */

static void server_message(struct engine_server *engine, struct slice data, bool binary,
                           void *context)
{
    struct run *run = context;
    (void)engine;
    check(!run->ended);
    socket_server_message(run->socket, data, binary, run->now);
}

static void server_answer_poll(struct engine_server *engine, struct slice payload, void *context)
{
    struct run *run = context;
    (void)engine;
    check(run->polled && !run->ended && payload.length > 0);
    check(payload.length < 2 * BUFFER_MAX + 70000);
    run->polled = false;
}

static void server_cut_post(struct engine_server *engine, void *context)
{
    struct run *run = context;
    (void)engine;
    check(run->posted && !run->ended);
    run->posted = false;
}

static void server_send_frame(struct engine_server *engine, struct slice data, bool binary,
                              void *context)
{
    struct run *run = context;
    (void)engine;
    check(run->websocket && !run->ended && (binary || data.length > 0));
}

static void server_close_websocket(struct engine_server *engine, void *context)
{
    struct run *run = context;
    (void)engine;
    check(run->websocket && !run->ended);
    run->websocket = false;
}

static void server_ended(struct engine_server *engine, enum engine_end reason, void *context)
{
    struct run *run = context;
    (void)engine;
    check(!run->ended && !run->polled && !run->posted && !run->websocket);
    run->ended = true;
    socket_server_ended(run->socket, engine_end_name(reason));
}

static const struct engine_server_listener ENGINE_SERVER = {
    server_message,    server_answer_poll,     server_cut_post,
    server_send_frame, server_close_websocket, server_ended};

static bool server_connect(struct socket_server *socket, uint32_t number, struct slice namespace,
                           struct slice auth, void *context)
{
    struct run *run = context;
    (void)namespace, (void)auth;
    check(number > run->last_socket);
    run->last_socket = number;
    if (run->mood % 4 == 0)
        socket_server_accept(socket, number);
    if (run->mood % 4 == 1)
        socket_server_refuse(socket, number, "no", slice_of(NULL, 0));
    return run->mood % 4 != 2;
}

static void server_event(struct socket_server *socket, uint32_t number,
                         const struct socketio_packet *packet, void *context)
{
    struct run *run = context;
    check(socket_server_id(socket, number) != NULL && packet->data.length > 0);
    if (packet->id >= 0)
        socket_server_acknowledge(socket, number, packet->id, &EVENT);
    if (run->mood == 5)
        socket_server_disconnect(socket, number);
    if (run->mood == 6)
        engine_server_close(run->engine, run->now);
    if (run->mood == 7) {
        run->calls++;
        socket_server_call(socket, number, &EVENT, 100, run->now, replied, run);
    }
}

static void server_disconnected(struct socket_server *socket, uint32_t number, const char *reason,
                                void *context)
{
    struct run *run = context;
    check(reason != NULL && number <= run->last_socket);
    check(!socket_server_emit(socket, number, &EVENT));
}

static void server_send(struct socket_server *socket, struct slice data, bool binary, void *context)
{
    struct run *run = context;
    (void)socket;
    engine_server_send(run->engine, data, binary);
}

static void server_close(struct socket_server *socket, void *context)
{
    struct run *run = context;
    (void)socket;
    engine_server_close(run->engine, run->now);
}

static const struct socket_server_listener SOCKET_SERVER = {
    server_connect, server_event, server_disconnected, server_send, server_close};

/* The client's side. */

static void client_opened(struct engine_client *engine, const struct engineio_handshake *handshake,
                          void *context)
{
    struct run *run = context;
    (void)engine;
    check(!run->client_ended);
    socket_client_opened(run->socket_client, handshake->max_payload);
}

static void client_message(struct engine_client *engine, struct slice data, bool binary,
                           void *context)
{
    struct run *run = context;
    (void)engine;
    check(!run->client_ended);
    socket_client_message(run->socket_client, data, binary);
}

static void client_send_frame(struct engine_client *engine, struct slice data, bool binary,
                              void *context)
{
    struct run *run = context;
    (void)engine;
    check(run->client_connected && !run->client_ended && (binary || data.length > 0));
}

static void client_close_websocket(struct engine_client *engine, void *context)
{
    struct run *run = context;
    (void)engine;
    check(run->client_connected && !run->client_ended);
    run->client_connected = false;
}

static void client_ended(struct engine_client *engine, enum engine_end reason, void *context)
{
    struct run *run = context;
    (void)engine;
    check(!run->client_ended && !run->client_connected);
    run->client_ended = true;
    socket_client_lost(run->socket_client, reason);
}

static const struct engine_client_listener ENGINE_CLIENT = {
    client_opened, client_message, client_send_frame, client_close_websocket, client_ended};

static void client_auth(struct socket_client *socket, struct buffer *auth, void *context)
{
    (void)socket, (void)context;
    buffer_append_string(auth, "{}");
}

static void client_connected(struct socket_client *socket, struct slice id, void *context)
{
    (void)id, (void)context;
    check(socket_client_is_joined(socket));
}

static void client_refused(struct socket_client *socket, const char *message, struct slice data,
                           void *context)
{
    (void)data, (void)context;
    check(message && !socket_client_is_joined(socket));
}

static void client_event(struct socket_client *socket, uint32_t connection,
                         const struct socketio_packet *packet, void *context)
{
    struct run *run = context;
    check(socket_client_is_joined(socket) && packet->data.length > 0);
    run->connection = connection;
    if (packet->id >= 0)
        socket_client_acknowledge(socket, connection, packet->id, &EVENT, NULL);
    if (run->mood == 5)
        socket_client_disconnect(socket);
}

static void client_disconnected(struct socket_client *socket, enum socket_client_end how,
                                const char *reason, void *context)
{
    (void)how, (void)context;
    check(reason && !socket_client_is_joined(socket));
}

static void client_send(struct socket_client *socket, struct slice data, bool binary, void *context)
{
    struct run *run = context;
    (void)socket;
    engine_client_send(run->engine_client, data, binary);
}

static bool client_writable(struct socket_client *socket, void *context)
{
    struct run *run = context;
    (void)socket;
    return run->mood & 1;
}

static void client_close(struct socket_client *socket, void *context)
{
    struct run *run = context;
    (void)socket;
    engine_client_close(run->engine_client, ENGINE_END_FORCED);
}

static const struct socket_client_listener SOCKET_CLIENT = {
    client_auth,         client_connected, client_refused,  client_event,
    client_disconnected, client_send,      client_writable, client_close};

static void begin_client(struct run *run)
{
    if (run->engine_client && !run->client_ended) {
        run->client_connected = false;
        engine_client_websocket_lost(run->engine_client);
    }
    engine_client_free(run->engine_client);
    run->engine_client = engine_client_new(&ENGINE_CLIENT, run, 1000, run->now);
    run->client_ended = false;
    run->client_connected = true;
}

/* What can happen. */

static void poll(struct run *run)
{
    bool before = run->polled, ended = run->ended;
    run->polled = run->polled || !ended;
    if (engine_server_transport(run->engine) == ENGINE_WEBSOCKET) {
        run->polled = before; /* refused by engine_request_check() */
        return;
    }
    bool taken = engine_server_poll(run->engine, run->now);
    check(taken == (!before && !ended));
}

static void post(struct run *run, struct slice body)
{
    bool before = run->posted;
    if (engine_server_transport(run->engine) == ENGINE_WEBSOCKET)
        return;
    bool taken = engine_server_post(run->engine, run->mood == 9);
    if (!taken)
        return;
    check(!before);
    run->posted = true;
    if (run->mood == 10)
        return; /* it goes on */
    run->posted = false;
    if (run->mood == 11)
        engine_server_post_lost(run->engine);
    else if (run->mood == 12)
        engine_server_post_too_large(run->engine);
    else
        engine_server_post_payload(run->engine, body, run->now);
}

static void websocket(struct run *run)
{
    bool before = run->websocket;
    run->websocket = true;
    if (!engine_server_websocket(run->engine, run->now))
        run->websocket = before;
}

static void lose(struct run *run)
{
    if (run->mood & 1 && run->websocket) {
        run->websocket = false;
        engine_server_websocket_lost(run->engine);
    } else if (run->polled) {
        run->polled = false;
        engine_server_poll_lost(run->engine);
    }
}

static void pass(struct run *run, struct slice amount)
{
    run->now += amount.length > 0 ? (uint8_t)amount.data[0] * 10 : 5;
    for (int i = 0; i < 10; i++) {
        engine_server_time(run->engine, run->now);
        socket_server_time(run->socket, run->now);
        engine_client_time(run->engine_client, run->now);
        socket_client_time(run->socket_client, run->now);
    }
    check(engine_server_deadline(run->engine) > run->now);
    check(socket_server_deadline(run->socket) > run->now);
    check(engine_client_deadline(run->engine_client) > run->now);
    check(socket_client_deadline(run->socket_client) > run->now);
}

static void emit(struct run *run)
{
    if (run->mood & 1) {
        run->calls++;
        socket_client_call(run->socket_client, &EVENT, run->mood * 10, run->now, replied, run);
    } else if (run->mood & 2) {
        socket_client_emit(run->socket_client, &EVENT, NULL);
    } else {
        run->calls++;
        socket_server_call(run->socket, run->last_socket, &EVENT, 300, run->now, replied, run);
    }
}

static void happen(struct run *run, unsigned what, struct slice with)
{
    switch (what) {
    case 0:
        poll(run);
        break;
    case 1:
        post(run, with);
        break;
    case 2:
        websocket(run);
        break;
    case 3:
        engine_server_text(run->engine, with, run->now);
        break;
    case 4:
        engine_server_binary(run->engine, with, run->now);
        break;
    case 5:
        lose(run);
        break;
    case 6:
        pass(run, with);
        break;
    case 7:
        run->mood = with.length > 0 ? (uint8_t)with.data[0] % 16 : 0;
        break;
    case 8:
        engine_client_text(run->engine_client, with, run->now);
        break;
    case 9:
        engine_client_binary(run->engine_client, with);
        break;
    case 10:
        begin_client(run);
        break;
    case 11:
        emit(run);
        break;
    case 12:
        socket_server_accept(run->socket, run->last_socket);
        break;
    case 13:
        engine_server_send(run->engine, with, run->mood & 1);
        break;
    case 14:
        engine_server_close(run->engine, run->now);
        break;
    default:
        engine_server_abort(run->engine);
        break;
    }
}

static void nothing_random(void *context, void *bytes, size_t size)
{
    (void)context;
    memset(bytes, 1, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct random_source random = {.fill = nothing_random};
    static const struct engine_server_settings settings = {300, 200, 500, 400, 1000, BUFFER_MAX};
    static const struct socket_server_settings server_settings = {1000, 1000, 8};
    static const struct socket_client_settings client_settings = {"/", 500, 300, 8};
    struct run run = {.data = data, .end = data + size, .source = {.random = &random}};
    enum engine_transport transport = size > 0 && data[0] & 1 ? ENGINE_WEBSOCKET : ENGINE_POLLING;
    run.engine =
        engine_server_new(&settings, &ENGINE_SERVER, &run, "AAAAAAAAAAAAAAAAAAAA", transport, 0);
    run.socket = socket_server_new(&server_settings, &SOCKET_SERVER, &run, &run.source, 0);
    run.socket_client = socket_client_new(&client_settings, &SOCKET_CLIENT, &run);
    begin_client(&run);
    if (transport == ENGINE_WEBSOCKET)
        websocket(&run);
    while (run.data < run.end) {
        unsigned what = *run.data++ / 2 % 16;
        happen(&run, what, take(&run));
    }
    engine_server_free(run.engine);
    socket_server_free(run.socket);
    engine_client_free(run.engine_client);
    socket_client_free(run.socket_client);
    check(run.calls == run.replies);
    return 0;
}
