/* Inside of a session: what its life and what comes in (engine_server_input.c) share. */
#ifndef WIRE_ENGINE_SERVER_STATE_H
#define WIRE_ENGINE_SERVER_STATE_H

#include "wire/engine_server.h"
#include "wire/engineio.h"

/* How often a pending poll is answered during an upgrade, so that polling comes to an end; ms. */
#define ENGINE_SERVER_NOOP_INTERVAL 100

enum engine_server_state {
    ENGINE_SERVER_OPEN,
    ENGINE_SERVER_CLOSING, /* closed by us; the poll that is told so has not come */
    ENGINE_SERVER_ENDED,
};

struct engine_server {
    const struct engine_server_settings *settings;
    const struct engine_server_listener *listener;
    void *context;
    struct buffer waiting; /* for a poll: a payload */
    int64_t ping_at;       /* the next ping; once it is sent, the time by which a pong must come */
    int64_t until; /* end of an upgrade, or of the wait for that poll; both cannot be: see close */
    int64_t noop_at; /* the next noop of an upgrade; INT64_MAX before the probe */
    char id[ENGINE_ID_LENGTH + 1];
    unsigned char state;
    unsigned char transport;
    bool pinged;
    bool polled;    /* a poll is pending */
    bool posted;    /* a POST is being received */
    bool websocket; /* there is one: the transport, or what is to become it */
    bool freed;     /* by a listener function: memory goes when the outermost call returns */
    unsigned short depth;
};

/* Around everything that may call the listener, which may free the session. */
void engine_server_enter(struct engine_server *session);
void engine_server_leave(struct engine_server *session);

/* Whether its WebSocket is not yet the transport. */
bool engine_server_is_upgrading(const struct engine_server *session);

/* What goes out. Nothing does once the session was freed. */
void engine_server_answer_poll(struct engine_server *session, struct slice payload);
void engine_server_close_websocket(struct engine_server *session);
void engine_server_cut_post(struct engine_server *session);
void engine_server_send_frame(struct engine_server *session, const struct engineio_packet *packet);

/* Gives what waits to the pending poll, or to the WebSocket. */
void engine_server_flush_poll(struct engine_server *session);
void engine_server_flush_websocket(struct engine_server *session);

/* The WebSocket, unless it is lost already, is closed; polling goes on. */
void engine_server_abandon_upgrade(struct engine_server *session, bool lost);

/* Answers what is open, and tells the end. */
void engine_server_end(struct engine_server *session, enum engine_end reason);

#endif
