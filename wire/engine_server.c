#include "wire/engine_server.h"

#include <stdlib.h>
#include <string.h>

#include "wire/engineio.h"

/* How often a pending poll is answered during an upgrade, so that polling comes to an end. */
#define NOOP_INTERVAL 100

const struct engine_server_settings ENGINE_SERVER_SETTINGS = {
    .ping_interval = 15000,
    .ping_timeout = 45000,
    .upgrade_timeout = 10000,
    .close_timeout = 30000,
    .max_payload = ENGINEIO_MAX_PAYLOAD,
    .buffer_max = 4u * 1024u * 1024u,
};

enum state {
    OPEN,
    CLOSING, /* closed by us; the poll that is told so has not come */
    ENDED,
};

struct engine_server {
    const struct engine_server_settings *settings;
    const struct engine_server_listener *listener;
    void *context;
    struct buffer waiting; /* for a poll: a payload */
    int64_t ping_at;       /* the next ping; once it is sent, the time by which a pong must come */
    int64_t until;         /* end of an upgrade, or of CLOSING; both cannot be: see close */
    int64_t noop_at;       /* the next noop of an upgrade; INT64_MAX before the probe */
    char id[ENGINE_ID_LENGTH + 1];
    unsigned char state;
    unsigned char transport;
    bool pinged;
    bool polled;    /* a poll is pending */
    bool posted;    /* a POST is being received */
    bool websocket; /* there is one: the transport, or what is to become it */
    bool freed;     /* by a listener function: memory goes when the outermost call returns */
    unsigned char depth;
};

static void enter(struct engine_server *session)
{
    session->depth++;
}

static void leave(struct engine_server *session)
{
    if (--session->depth > 0 || !session->freed)
        return;
    buffer_free(&session->waiting);
    free(session);
}

static bool is_upgrading(const struct engine_server *session)
{
    return session->websocket && session->transport == ENGINE_POLLING;
}

/* What goes out. Nothing does once the session was freed. */

static void answer_poll(struct engine_server *session, struct slice payload)
{
    session->polled = false;
    if (!session->freed)
        session->listener->answer_poll(session, payload, session->context);
}

static void close_websocket(struct engine_server *session)
{
    session->websocket = false;
    if (!session->freed)
        session->listener->close_websocket(session, session->context);
}

static void cut_post(struct engine_server *session)
{
    session->posted = false;
    if (!session->freed)
        session->listener->cut_post(session, session->context);
}

static void send_frame(struct engine_server *session, const struct engineio_packet *packet)
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
static void end(struct engine_server *session, enum engine_end reason)
{
    if (session->state == ENDED)
        return;
    session->state = ENDED;
    buffer_free(&session->waiting);
    if (session->polled)
        answer_poll(session, slice_of_string("1"));
    if (session->posted)
        cut_post(session);
    if (session->websocket)
        close_websocket(session);
    if (!session->freed)
        session->listener->ended(session, reason, session->context);
}

/* Gives what waits to the pending poll. */
static void flush_poll(struct engine_server *session)
{
    struct buffer payload = session->waiting;
    session->waiting = (struct buffer){0};
    answer_poll(session, slice_of(payload.data, payload.length));
    buffer_free(&payload);
}

static void flush_websocket(struct engine_server *session)
{
    struct buffer payload = session->waiting, scratch = {0};
    struct engineio_payload cursor = {.rest = slice_of(payload.data, payload.length)};
    struct engineio_packet packet;
    session->waiting = (struct buffer){0};
    while (payload.length > 0 && session->websocket &&
           engineio_payload_next(&cursor, &packet, &scratch, NULL) > 0)
        send_frame(session, &packet);
    buffer_free(&scratch);
    buffer_free(&payload);
}

static bool send_packet(struct engine_server *session, const struct engineio_packet *packet)
{
    if (session->transport == ENGINE_WEBSOCKET) {
        if (session->websocket)
            send_frame(session, packet);
        return session->websocket;
    }
    engineio_payload_put(&session->waiting, packet);
    if (session->waiting.failed)
        end(session, ENGINE_END_MEMORY);
    else if (session->polled)
        flush_poll(session);
    else if (session->waiting.length > session->settings->buffer_max)
        end(session, ENGINE_END_OVERFLOW);
    return session->state == OPEN;
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
    session->state = ENDED;
    session->freed = true;
    enter(session);
    leave(session);
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
    if (session->state != OPEN)
        return false;
    enter(session);
    bool sent = send_packet(session, &(struct engineio_packet){ENGINEIO_MESSAGE, binary, data});
    leave(session);
    return sent;
}

void engine_server_close(struct engine_server *session, int64_t now)
{
    if (session->state != OPEN)
        return;
    enter(session);
    if (session->transport == ENGINE_WEBSOCKET || session->polled) {
        end(session, ENGINE_END_FORCED);
    } else {
        session->state = CLOSING;
        if (is_upgrading(session))
            close_websocket(session);
        session->noop_at = INT64_MAX;
        session->until = now + session->settings->close_timeout;
    }
    leave(session);
}

void engine_server_abort(struct engine_server *session)
{
    enter(session);
    end(session, ENGINE_END_FORCED);
    leave(session);
}

int64_t engine_server_deadline(const struct engine_server *session)
{
    if (session->state == ENDED)
        return INT64_MAX;
    int64_t first = session->state == OPEN ? session->ping_at : INT64_MAX;
    first = session->until < first ? session->until : first;
    return session->noop_at < first ? session->noop_at : first;
}

/* The WebSocket does not become the transport; polling goes on. */
static void abandon_upgrade(struct engine_server *session, bool lost)
{
    session->until = INT64_MAX;
    session->noop_at = INT64_MAX;
    if (lost)
        session->websocket = false;
    else
        close_websocket(session);
}

static void time_ping(struct engine_server *session, int64_t now)
{
    if (session->pinged) {
        end(session, ENGINE_END_PING_TIMEOUT);
        return;
    }
    session->pinged = true;
    session->ping_at = now + session->settings->ping_timeout;
    send_packet(session, &(struct engineio_packet){.type = ENGINEIO_PING});
}

void engine_server_time(struct engine_server *session, int64_t now)
{
    enter(session);
    if (session->state != ENDED && now >= session->until) {
        if (session->state == CLOSING)
            end(session, ENGINE_END_FORCED);
        else
            abandon_upgrade(session, false);
    }
    if (session->state == OPEN && now >= session->noop_at) {
        session->noop_at = now + NOOP_INTERVAL;
        if (session->polled)
            answer_poll(session, slice_of_string("6"));
    }
    if (session->state == OPEN && now >= session->ping_at)
        time_ping(session, now);
    leave(session);
}

/* Polling. */

bool engine_server_poll(struct engine_server *session, int64_t now)
{
    bool taken = !session->polled;
    (void)now;
    if (session->state == ENDED)
        return false;
    enter(session);
    if (!taken) {
        end(session, ENGINE_END_TRANSPORT_ERROR);
    } else if (session->state == CLOSING) {
        if (session->waiting.length == 0)
            engineio_payload_put(&session->waiting,
                                 &(struct engineio_packet){.type = ENGINEIO_NOOP});
        engineio_payload_put(&session->waiting, &(struct engineio_packet){.type = ENGINEIO_CLOSE});
        flush_poll(session);
        end(session, ENGINE_END_FORCED);
    } else {
        session->polled = true;
        if (session->waiting.length > 0)
            flush_poll(session);
    }
    leave(session);
    return taken;
}

void engine_server_poll_lost(struct engine_server *session)
{
    if (!session->polled)
        return;
    session->polled = false;
    enter(session);
    end(session, ENGINE_END_TRANSPORT_ERROR);
    leave(session);
}

bool engine_server_post(struct engine_server *session, bool binary)
{
    if (session->state == ENDED)
        return false;
    enter(session);
    bool taken = !session->posted && !binary;
    if (taken)
        session->posted = true;
    else
        end(session, ENGINE_END_TRANSPORT_ERROR);
    leave(session);
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
    enter(session);
    end(session, ENGINE_END_TRANSPORT_ERROR);
    leave(session);
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
    end(session, ENGINE_END_TRANSPORT_ERROR);
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
        answer_poll(session, slice_of_string("6"));
    end(session, ENGINE_END_TRANSPORT_CLOSE);
}

static void take_packet(struct engine_server *session, const struct engineio_packet *packet,
                        int64_t now)
{
    static void (*const takers[])(struct engine_server *, const struct engineio_packet *,
                                  int64_t) = {
        [ENGINEIO_CLOSE] = close_packet, [ENGINEIO_PING] = ping, [ENGINEIO_PONG] = pong,
        [ENGINEIO_MESSAGE] = message,    [ENGINEIO_NOOP] = NULL, /* the others are ignored */
    };
    if (session->state == OPEN && takers[packet->type])
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
    enter(session);
    while (session->state == OPEN &&
           (status = engineio_payload_next(&cursor, &packet, &scratch, NULL)) > 0)
        take_packet(session, &packet, now);
    if (status < 0)
        end(session, ENGINE_END_PARSE_ERROR);
    buffer_free(&scratch);
    leave(session);
}

/* WebSocket. */

bool engine_server_websocket(struct engine_server *session, int64_t now)
{
    if (session->state != OPEN || session->websocket ||
        (session->transport == ENGINE_WEBSOCKET && session->waiting.length == 0))
        return false;
    session->websocket = true;
    if (session->transport == ENGINE_POLLING) {
        session->until = now + session->settings->upgrade_timeout;
        return true;
    }
    enter(session);
    flush_websocket(session); /* the handshake */
    leave(session);
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
        answer_poll(session, slice_of_string("6"));
    if (session->posted)
        cut_post(session);
    flush_websocket(session);
}

/* On a WebSocket that is to become the transport. */
static void take_probe(struct engine_server *session, const struct engineio_packet *packet,
                       int64_t now)
{
    if (packet && packet->type == ENGINEIO_PING && slice_equals(packet->data, "probe")) {
        session->noop_at = now + NOOP_INTERVAL;
        send_frame(session,
                   &(struct engineio_packet){ENGINEIO_PONG, false, slice_of_string("probe")});
    } else if (packet && packet->type == ENGINEIO_UPGRADE) {
        complete_upgrade(session, now);
    } else {
        abandon_upgrade(session, false);
    }
}

void engine_server_text(struct engine_server *session, struct slice frame, int64_t now)
{
    struct engineio_packet packet;
    struct buffer scratch = {0};
    if (session->state != OPEN || !session->websocket)
        return;
    enter(session);
    bool parsed = engineio_parse(frame, &packet, &scratch, NULL) == 0;
    if (is_upgrading(session))
        take_probe(session, parsed ? &packet : NULL, now);
    else if (parsed)
        take_packet(session, &packet, now);
    else
        end(session, ENGINE_END_PARSE_ERROR);
    buffer_free(&scratch);
    leave(session);
}

void engine_server_binary(struct engine_server *session, struct slice frame, int64_t now)
{
    struct engineio_packet packet = {ENGINEIO_MESSAGE, true, frame};
    if (session->state != OPEN || !session->websocket)
        return;
    enter(session);
    if (is_upgrading(session))
        take_probe(session, NULL, now);
    else
        take_packet(session, &packet, now);
    leave(session);
}

void engine_server_websocket_lost(struct engine_server *session)
{
    if (session->state == ENDED || !session->websocket)
        return;
    enter(session);
    if (is_upgrading(session)) {
        abandon_upgrade(session, true);
    } else {
        session->websocket = false;
        end(session, ENGINE_END_TRANSPORT_CLOSE);
    }
    leave(session);
}
