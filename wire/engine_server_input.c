/* What comes in for a session: polls, POSTs, WebSockets and their frames. */
#include "engine_server_state.h"

/* Polling. */

bool engine_server_poll(struct engine_server *session, int64_t now)
{
    bool taken = !session->polled;
    (void)now;
    if (session->state == ENGINE_SERVER_ENDED)
        return false;
    engine_server_enter(session);
    if (!taken) {
        engine_server_end(session, ENGINE_END_TRANSPORT_ERROR);
    } else if (session->state == ENGINE_SERVER_CLOSING) {
        if (session->waiting.length == 0)
            engineio_payload_put(&session->waiting,
                                 &(struct engineio_packet){.type = ENGINEIO_NOOP});
        engineio_payload_put(&session->waiting, &(struct engineio_packet){.type = ENGINEIO_CLOSE});
        engine_server_flush_poll(session);
        engine_server_end(session, ENGINE_END_FORCED);
    } else {
        session->polled = true;
        if (session->waiting.length > 0)
            engine_server_flush_poll(session);
    }
    engine_server_leave(session);
    return taken;
}

void engine_server_poll_lost(struct engine_server *session)
{
    if (!session->polled)
        return;
    session->polled = false;
    engine_server_enter(session);
    engine_server_end(session, ENGINE_END_TRANSPORT_ERROR);
    engine_server_leave(session);
}

bool engine_server_post(struct engine_server *session, bool binary)
{
    if (session->state == ENGINE_SERVER_ENDED)
        return false;
    engine_server_enter(session);
    bool taken = !session->posted && !binary;
    if (taken)
        session->posted = true;
    else
        engine_server_end(session, ENGINE_END_TRANSPORT_ERROR);
    engine_server_leave(session);
    return taken;
}

void engine_server_post_too_large(struct engine_server *session)
{
    session->posted = false;
}

void engine_server_post_lost(struct engine_server *session)
{
    if (!session->posted)
        return;
    session->posted = false;
    engine_server_enter(session);
    engine_server_end(session, ENGINE_END_TRANSPORT_ERROR);
    engine_server_leave(session);
}

static void message(struct engine_server *session, const struct engineio_packet *packet,
                    int64_t now)
{
    (void)now;
    session->listener->message(session, packet->data, packet->binary, session->context);
}

/* The server pings; a client that does is not one of revision 4. */
static void ping(struct engine_server *session, const struct engineio_packet *packet, int64_t now)
{
    (void)packet, (void)now;
    engine_server_end(session, ENGINE_END_TRANSPORT_ERROR);
}

static void pong(struct engine_server *session, const struct engineio_packet *packet, int64_t now)
{
    (void)packet;
    session->pinged = false;
    session->ping_at = now + session->settings->ping_interval;
}

/* A pending poll is answered "6" then. On a WebSocket the packet is ignored: the client closes. */
static void close_packet(struct engine_server *session, const struct engineio_packet *packet,
                         int64_t now)
{
    (void)packet, (void)now;
    if (session->transport != ENGINE_POLLING)
        return;
    if (session->polled)
        engine_server_answer_poll(session, slice_of_string("6"));
    engine_server_end(session, ENGINE_END_TRANSPORT_CLOSE);
}

static void take_packet(struct engine_server *session, const struct engineio_packet *packet,
                        int64_t now)
{
    static void (*const takers[])(struct engine_server *, const struct engineio_packet *,
                                  int64_t) = {
        [ENGINEIO_CLOSE] = close_packet, [ENGINEIO_PING] = ping, [ENGINEIO_PONG] = pong,
        [ENGINEIO_MESSAGE] = message,    [ENGINEIO_NOOP] = NULL, /* the others are ignored */
    };
    if (session->state == ENGINE_SERVER_OPEN && takers[packet->type])
        takers[packet->type](session, packet, now);
}

void engine_server_post_payload(struct engine_server *session, struct slice payload, int64_t now)
{
    struct engineio_payload cursor = {.rest = payload};
    struct engineio_packet packet;
    struct buffer scratch = {0};
    int status = 1;
    if (!session->posted)
        return;
    session->posted = false;
    engine_server_enter(session);
    while (session->state == ENGINE_SERVER_OPEN &&
           (status = engineio_payload_next(&cursor, &packet, &scratch, NULL)) > 0)
        take_packet(session, &packet, now);
    if (status < 0)
        engine_server_end(session, ENGINE_END_PARSE_ERROR);
    buffer_free(&scratch);
    engine_server_leave(session);
}

/* WebSocket. */

bool engine_server_websocket(struct engine_server *session, int64_t now)
{
    if (session->state != ENGINE_SERVER_OPEN || session->websocket ||
        (session->transport == ENGINE_WEBSOCKET && session->waiting.length == 0))
        return false;
    session->websocket = true;
    if (session->transport == ENGINE_POLLING) {
        session->until = now + session->settings->upgrade_timeout;
        return true;
    }
    engine_server_enter(session);
    engine_server_flush_websocket(session); /* the handshake */
    engine_server_leave(session);
    return true;
}

static void complete_upgrade(struct engine_server *session, int64_t now)
{
    session->until = INT64_MAX;
    session->noop_at = INT64_MAX;
    session->transport = ENGINE_WEBSOCKET;
    if (session->pinged) /* the answer may have been lost with the other transport */
        session->ping_at = now + session->settings->ping_timeout;
    if (session->polled)
        engine_server_answer_poll(session, slice_of_string("6"));
    if (session->posted)
        engine_server_cut_post(session);
    engine_server_flush_websocket(session);
}

/* On a WebSocket that is to become the transport. */
static void take_probe(struct engine_server *session, const struct engineio_packet *packet,
                       int64_t now)
{
    if (packet && packet->type == ENGINEIO_PING && slice_equals(packet->data, "probe")) {
        session->noop_at = now + ENGINE_SERVER_NOOP_INTERVAL;
        engine_server_send_frame(
            session, &(struct engineio_packet){ENGINEIO_PONG, false, slice_of_string("probe")});
    } else if (packet && packet->type == ENGINEIO_UPGRADE) {
        complete_upgrade(session, now);
    } else {
        engine_server_abandon_upgrade(session, false);
    }
}

void engine_server_text(struct engine_server *session, struct slice frame, int64_t now)
{
    struct engineio_packet packet;
    struct buffer scratch = {0};
    if (session->state != ENGINE_SERVER_OPEN || !session->websocket)
        return;
    engine_server_enter(session);
    bool parsed = engineio_parse(frame, &packet, &scratch, NULL) == 0;
    if (engine_server_is_upgrading(session))
        take_probe(session, parsed ? &packet : NULL, now);
    else if (parsed)
        take_packet(session, &packet, now);
    else
        engine_server_end(session, ENGINE_END_PARSE_ERROR);
    buffer_free(&scratch);
    engine_server_leave(session);
}

void engine_server_binary(struct engine_server *session, struct slice frame, int64_t now)
{
    struct engineio_packet packet = {ENGINEIO_MESSAGE, true, frame};
    if (session->state != ENGINE_SERVER_OPEN || !session->websocket)
        return;
    engine_server_enter(session);
    if (engine_server_is_upgrading(session))
        take_probe(session, NULL, now);
    else
        take_packet(session, &packet, now);
    engine_server_leave(session);
}

void engine_server_websocket_lost(struct engine_server *session)
{
    if (session->state == ENGINE_SERVER_ENDED || !session->websocket)
        return;
    engine_server_enter(session);
    if (engine_server_is_upgrading(session)) {
        engine_server_abandon_upgrade(session, true);
    } else {
        session->websocket = false;
        engine_server_end(session, ENGINE_END_TRANSPORT_CLOSE);
    }
    engine_server_leave(session);
}
