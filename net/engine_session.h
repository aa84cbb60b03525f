/* A session of an Engine.IO endpoint, and what of HTTP and WebSocket it has at the moment. */
#ifndef NET_ENGINE_SESSION_H
#define NET_ENGINE_SESSION_H

#include <sys/queue.h>
#include <uthash.h>

#include "net/engine_endpoint.h"
#include "wire/buffer.h"
#include "wire/engine_request.h"

/* A WebSocket of the endpoint. It outlives its session until its closing handshake is over. */
struct engine_carrier {
    LIST_ENTRY(engine_carrier) entry;
    struct engine_endpoint *endpoint;
    struct engine_session *session; /* NULL: it is being closed */
    struct websocket *websocket;
};

struct engine_session {
    UT_hash_handle hh; /* by the id of `server` */
    struct engine_endpoint *endpoint;
    struct engine_server *server; /* NULL: ended */
    struct engine_carrier *carrier;
    struct http_exchange *poll; /* the pending one */
    struct http_exchange *post; /* the one that is being received */
    struct buffer body;         /* of the POST */
    struct timer timer;
    void *data;
    unsigned depth; /* of calls into it: it is freed after the outermost one */
};

struct engine_endpoint {
    struct timers *timers;
    struct engine_endpoint_settings settings;
    struct websocket_settings websockets;
    size_t path_length;
    const struct engine_endpoint_listener *listener;
    void *context;
    struct engine_session *sessions;
    LIST_HEAD(, engine_carrier) carriers;
};

/* Around everything that may end the session. The second frees it, or sets its timer. */
void engine_session_enter(struct engine_session *session);
void engine_session_leave(struct engine_session *session);

struct slice engine_query_of(const struct http_head *head);

/* Answers, with the CORS headers and those that `type` and others call for. */
void engine_answer(struct http_exchange *exchange, int status, const char *type, struct slice body);
void engine_answer_preflight(struct http_exchange *exchange);
void engine_answer_poll(struct http_exchange *exchange, struct slice payload);
void engine_refuse(struct http_exchange *exchange, const struct engine_refusal *refusal,
                   bool upgrade);

/* A poll and a POST of the session. */
void engine_take_poll(struct engine_session *session, struct http_exchange *exchange);
void engine_take_post(struct engine_session *session, struct http_exchange *exchange);

#endif
