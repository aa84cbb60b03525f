#include "engine_server_state.h"

#include <stdlib.h>
#include <string.h>

const struct engine_server_settings ENGINE_SERVER_SETTINGS = {
    .ping_interval = 15000,
    .ping_timeout = 45000,
    .upgrade_timeout = 10000,
    .close_timeout = 30000,
    .max_payload = ENGINEIO_MAX_PAYLOAD,
    .buffer_max = 4u * 1024u * 1024u,
};

void engine_server_enter(struct engine_server *session)
{
    session->depth++;
}

void engine_server_leave(struct engine_server *session)
{
    if (--session->depth > 0 || !session->freed)
        return;
    buffer_free(&session->waiting);
    free(session);
}

bool engine_server_is_upgrading(const struct engine_server *session)
{
    return session->websocket && session->transport == ENGINE_POLLING;
}

/* What goes out. Nothing does once the session was freed. */

void engine_server_answer_poll(struct engine_server *session, struct slice payload)
{
    session->polled = false;
    if (!session->freed)
        session->listener->answer_poll(session, payload, session->context);
}

void engine_server_close_websocket(struct engine_server *session)
{
    session->websocket = false;
    if (!session->freed)
        session->listener->close_websocket(session, session->context);
}

void engine_server_cut_post(struct engine_server *session)
{
    session->posted = false;
    if (!session->freed)
        session->listener->cut_post(session, session->context);
}

void engine_server_send_frame(struct engine_server *session, const struct engineio_packet *packet)
{
    if (session->freed)
        return;
    if (packet->binary) {
        session->listener->send_frame(session, packet->data, true, session->context);
        return;
    }
    struct buffer frame = {0};
    engineio_print(packet, &frame);
    session->listener->send_frame(session, slice_of(frame.data, frame.length), false,
                                  session->context);
    buffer_free(&frame);
}

/* Answers what is open: the reference closes a pending poll with "1". */
void engine_server_end(struct engine_server *session, enum engine_end reason)
{
    if (session->state == ENGINE_SERVER_ENDED)
        return;
    session->state = ENGINE_SERVER_ENDED;
    buffer_free(&session->waiting);
    if (session->polled)
        engine_server_answer_poll(session, slice_of_string("1"));
    if (session->posted)
        engine_server_cut_post(session);
    if (session->websocket)
        engine_server_close_websocket(session);
    if (!session->freed)
        session->listener->ended(session, reason, session->context);
}

/* Gives what waits to the pending poll. */
void engine_server_flush_poll(struct engine_server *session)
{
    struct buffer payload = session->waiting;
    session->waiting = (struct buffer){0};
    engine_server_answer_poll(session, slice_of(payload.data, payload.length));
    buffer_free(&payload);
}

void engine_server_flush_websocket(struct engine_server *session)
{
    struct buffer payload = session->waiting, scratch = {0};
    struct engineio_payload cursor = {.rest = slice_of(payload.data, payload.length)};
    struct engineio_packet packet;
    session->waiting = (struct buffer){0};
    while (payload.length > 0 && session->websocket &&
           engineio_payload_next(&cursor, &packet, &scratch, NULL) > 0)
        engine_server_send_frame(session, &packet);
    buffer_free(&scratch);
    buffer_free(&payload);
}

static bool send_packet(struct engine_server *session, const struct engineio_packet *packet)
{
    if (session->transport == ENGINE_WEBSOCKET) {
        if (session->websocket)
            engine_server_send_frame(session, packet);
        return session->websocket;
    }
    engineio_payload_put(&session->waiting, packet);
    if (session->waiting.failed)
        engine_server_end(session, ENGINE_END_MEMORY);
    else if (session->polled)
        engine_server_flush_poll(session);
    else if (session->waiting.length > session->settings->buffer_max)
        engine_server_end(session, ENGINE_END_OVERFLOW);
    return session->state == ENGINE_SERVER_OPEN;
}

static void queue_handshake(struct engine_server *session)
{
    struct buffer data = {0};
    struct engineio_handshake handshake = {
        .id = slice_of_string(session->id),
        .upgrade_websocket = session->transport == ENGINE_POLLING,
        .ping_interval = session->settings->ping_interval,
        .ping_timeout = session->settings->ping_timeout,
        .max_payload = (int64_t)session->settings->max_payload,
    };
    engineio_handshake_print(&handshake, &data);
    engineio_payload_put(
        &session->waiting,
        &(struct engineio_packet){ENGINEIO_OPEN, false, slice_of(data.data, data.length)});
    session->waiting.failed |= data.failed;
    buffer_free(&data);
}

struct engine_server *engine_server_new(const struct engine_server_settings *settings,
                                        const struct engine_server_listener *listener,
                                        void *context, const char *id,
                                        enum engine_transport transport, int64_t now)
{
    struct engine_server *session = calloc(1, sizeof *session);
    if (!session)
        return NULL;
    session->settings = settings;
    session->listener = listener;
    session->context = context;
    session->transport = (unsigned char)transport;
    memcpy(session->id, id, ENGINE_ID_LENGTH);
    session->ping_at = now + settings->ping_interval;
    session->until = INT64_MAX;
    session->noop_at = INT64_MAX;
    queue_handshake(session);
    if (session->waiting.failed) {
        engine_server_free(session);
        return NULL;
    }
    return session;
}

void engine_server_free(struct engine_server *session)
{
    if (!session)
        return;
    session->state = ENGINE_SERVER_ENDED;
    session->freed = true;
    engine_server_enter(session);
    engine_server_leave(session);
}

const char *engine_server_id(const struct engine_server *session)
{
    return session->id;
}

enum engine_transport engine_server_transport(const struct engine_server *session)
{
    return (enum engine_transport)session->transport;
}

bool engine_server_send(struct engine_server *session, struct slice data, bool binary)
{
    if (session->state != ENGINE_SERVER_OPEN)
        return false;
    engine_server_enter(session);
    bool sent = send_packet(session, &(struct engineio_packet){ENGINEIO_MESSAGE, binary, data});
    engine_server_leave(session);
    return sent;
}

void engine_server_close(struct engine_server *session, int64_t now)
{
    if (session->state != ENGINE_SERVER_OPEN)
        return;
    engine_server_enter(session);
    if (session->transport == ENGINE_WEBSOCKET || session->polled) {
        engine_server_end(session, ENGINE_END_FORCED);
    } else {
        session->state = ENGINE_SERVER_CLOSING;
        if (engine_server_is_upgrading(session))
            engine_server_close_websocket(session);
        session->noop_at = INT64_MAX;
        session->until = now + session->settings->close_timeout;
    }
    engine_server_leave(session);
}

void engine_server_abort(struct engine_server *session)
{
    engine_server_enter(session);
    engine_server_end(session, ENGINE_END_FORCED);
    engine_server_leave(session);
}

int64_t engine_server_deadline(const struct engine_server *session)
{
    if (session->state == ENGINE_SERVER_ENDED)
        return INT64_MAX;
    int64_t first = session->state == ENGINE_SERVER_OPEN ? session->ping_at : INT64_MAX;
    first = session->until < first ? session->until : first;
    return session->noop_at < first ? session->noop_at : first;
}

/* The WebSocket does not become the transport; polling goes on. */
void engine_server_abandon_upgrade(struct engine_server *session, bool lost)
{
    session->until = INT64_MAX;
    session->noop_at = INT64_MAX;
    if (lost)
        session->websocket = false;
    else
        engine_server_close_websocket(session);
}

static void time_ping(struct engine_server *session, int64_t now)
{
    if (session->pinged) {
        engine_server_end(session, ENGINE_END_PING_TIMEOUT);
        return;
    }
    session->pinged = true;
    session->ping_at = now + session->settings->ping_timeout;
    send_packet(session, &(struct engineio_packet){.type = ENGINEIO_PING});
}

void engine_server_time(struct engine_server *session, int64_t now)
{
    engine_server_enter(session);
    if (session->state != ENGINE_SERVER_ENDED && now >= session->until) {
        if (session->state == ENGINE_SERVER_CLOSING)
            engine_server_end(session, ENGINE_END_FORCED);
        else
            engine_server_abandon_upgrade(session, false);
    }
    if (session->state == ENGINE_SERVER_OPEN && now >= session->noop_at) {
        session->noop_at = now + ENGINE_SERVER_NOOP_INTERVAL;
        if (session->polled)
            engine_server_answer_poll(session, slice_of_string("6"));
    }
    if (session->state == ENGINE_SERVER_OPEN && now >= session->ping_at)
        time_ping(session, now);
    engine_server_leave(session);
}
