#include "wire/engine_client.h"

#include <stdlib.h>

enum state { OPENING, OPEN, ENDED };

struct engine_client {
    const struct engine_client_listener *listener;
    void *context;
    int64_t deadline;    /* of the handshake, then of the next ping */
    int64_t ping_within; /* ms */
    int64_t max_payload;
    unsigned char state;
    bool connected; /* its WebSocket was not told to close, nor lost */
    bool freed;     /* by a listener function: memory goes when the outermost call returns */
    unsigned char depth;
};

static void enter(struct engine_client *session)
{
    session->depth++;
}

static void leave(struct engine_client *session)
{
    if (--session->depth == 0 && session->freed)
        free(session);
}

struct engine_client *engine_client_new(const struct engine_client_listener *listener,
                                        void *context, int64_t open_timeout, int64_t now)
{
    struct engine_client *session = calloc(1, sizeof *session);
    if (!session)
        return NULL;
    session->listener = listener;
    session->context = context;
    session->deadline = now + open_timeout;
    session->connected = true;
    return session;
}

void engine_client_free(struct engine_client *session)
{
    if (!session)
        return;
    session->state = ENDED;
    session->freed = true;
    enter(session);
    leave(session);
}

bool engine_client_is_open(const struct engine_client *session)
{
    return session->state == OPEN;
}

int64_t engine_client_max_payload(const struct engine_client *session)
{
    return session->max_payload;
}

static void end(struct engine_client *session, enum engine_end reason)
{
    if (session->state == ENDED)
        return;
    session->state = ENDED;
    if (session->connected && !session->freed)
        session->listener->close_websocket(session, session->context);
    if (!session->freed)
        session->listener->ended(session, reason, session->context);
}

static void send_packet(struct engine_client *session, const struct engineio_packet *packet)
{
    struct buffer frame = {0};
    if (packet->binary) {
        session->listener->send_frame(session, packet->data, true, session->context);
        return;
    }
    engineio_print(packet, &frame);
    if (frame.failed)
        end(session, ENGINE_END_MEMORY);
    else
        session->listener->send_frame(session, slice_of(frame.data, frame.length), false,
                                      session->context);
    buffer_free(&frame);
}

bool engine_client_send(struct engine_client *session, struct slice data, bool binary)
{
    if (session->state != OPEN)
        return false;
    enter(session);
    send_packet(session, &(struct engineio_packet){ENGINEIO_MESSAGE, binary, data});
    leave(session);
    return true;
}

void engine_client_close(struct engine_client *session, enum engine_end reason)
{
    enter(session);
    end(session, reason);
    leave(session);
}

int64_t engine_client_deadline(const struct engine_client *session)
{
    return session->state == ENDED ? INT64_MAX : session->deadline;
}

void engine_client_time(struct engine_client *session, int64_t now)
{
    if (session->state == ENDED || now < session->deadline)
        return;
    enter(session);
    end(session, session->state == OPENING ? ENGINE_END_OPEN_TIMEOUT : ENGINE_END_PING_TIMEOUT);
    leave(session);
}

static void open_packet(struct engine_client *session, const struct engineio_packet *packet,
                        int64_t now)
{
    struct engineio_handshake handshake;
    if (session->state != OPENING)
        return;
    if (engineio_handshake_parse(packet->data, &handshake, NULL) != 0) {
        end(session, ENGINE_END_PARSE_ERROR);
        return;
    }
    session->state = OPEN;
    session->max_payload = handshake.max_payload;
    session->ping_within = handshake.ping_interval + handshake.ping_timeout;
    session->deadline = now + session->ping_within;
    session->listener->opened(session, &handshake, session->context);
}

static void ping(struct engine_client *session, const struct engineio_packet *packet, int64_t now)
{
    (void)packet;
    if (session->state != OPEN)
        return;
    session->deadline = now + session->ping_within;
    send_packet(session, &(struct engineio_packet){.type = ENGINEIO_PONG});
}

static void close_packet(struct engine_client *session, const struct engineio_packet *packet,
                         int64_t now)
{
    (void)packet, (void)now;
    end(session, ENGINE_END_TRANSPORT_CLOSE);
}

static void message(struct engine_client *session, const struct engineio_packet *packet,
                    int64_t now)
{
    (void)now;
    if (session->state == OPEN)
        session->listener->message(session, packet->data, packet->binary, session->context);
}

void engine_client_text(struct engine_client *session, struct slice frame, int64_t now)
{
    static void (*const takers[])(struct engine_client *, const struct engineio_packet *,
                                  int64_t) = {
        [ENGINEIO_OPEN] = open_packet, [ENGINEIO_CLOSE] = close_packet, [ENGINEIO_PING] = ping,
        [ENGINEIO_MESSAGE] = message,  [ENGINEIO_NOOP] = NULL, /* the others are ignored */
    };
    struct engineio_packet packet;
    struct buffer scratch = {0};
    if (session->state == ENDED)
        return;
    enter(session);
    if (engineio_parse(frame, &packet, &scratch, NULL) != 0)
        end(session, ENGINE_END_PARSE_ERROR);
    else if (takers[packet.type])
        takers[packet.type](session, &packet, now);
    buffer_free(&scratch);
    leave(session);
}

void engine_client_binary(struct engine_client *session, struct slice frame)
{
    if (session->state != OPEN)
        return;
    enter(session);
    session->listener->message(session, frame, true, session->context);
    leave(session);
}

void engine_client_websocket_lost(struct engine_client *session)
{
    session->connected = false;
    enter(session);
    end(session, ENGINE_END_TRANSPORT_CLOSE);
    leave(session);
}
