/* One call of the HTTP client, and what client and call know of each other. */
#ifndef NET_HTTP_CALL_H
#define NET_HTTP_CALL_H

#include <sys/queue.h>

#include "net/client_connection.h"
#include "net/http_client.h"
#include "net/http_pool.h"
#include "net/http_request.h"

enum http_call_state {
    HTTP_CALL_WAITING, /* in the client's line */
    HTTP_CALL_DIALING,
    HTTP_CALL_TALKING, /* has a connection */
    HTTP_CALL_OVER,
};

struct http_call {
    TAILQ_ENTRY(http_call) entry;
    struct http_client *client;
    enum http_call_state state;

    struct http_request request;
    struct url url;
    char *unix_path, *key, *peer;
    struct slice body;
    bool has_body, streamed, refuse_redirects;
    int64_t body_length, body_sent; /* bytes given to connections, without chunks' framing */
    struct http_timeouts timeouts;

    struct dial *dial;
    struct client_connection *connection;
    struct http_reader *reader; /* of the answer, when it is over: it holds the head */
    struct event *patience, *deadline;
    int patience_ms;
    const char *awaited;  /* what `patience` waits for */
    bool reused, retried; /* the connection had served before; a fresh one was tried since */
    bool body_finished, source_asked;
    bool has_head, paused;
    bool redirecting;
    struct url redirect;
    unsigned redirects;
    size_t redirect_body;

    const struct http_call_listener *listener;
    void *context;
    void (*release)(void *context); /* frees `context` together with the call; NULL: not ours */
};

struct http_client {
    struct event_base *base;
    struct dialer *dialer;
    struct http_pool *pool;
    struct event *start;                         /* begins calls from the event loop */
    TAILQ_HEAD(http_call_list, http_call) calls; /* in the order of their beginning */
    size_t waiting;
};

/* Sends as many waiting calls on their way as may go. Calls no listener. */
void http_client_schedule(struct http_client *client);

/* The call has a connection from now on. */
void http_call_attach(struct http_call *call, struct client_connection *connection, bool reused);

/* Starts to connect. */
void http_call_dial(struct http_call *call);

/* Ends the call and tells so. `error` may be part of the call. */
void http_call_finish(struct http_call *call, const struct error *error);

/* The answer is `whole`, so that the connection can be kept, or nobody wants the rest. */
void http_call_release_connection(struct http_call *call, bool whole);

/* Frees a call that is in no list any more. */
void http_call_free(struct http_call *call);

/* Sends what there is room for, or asks for it. */
void http_call_pump_body(struct http_call *call);

/* Sets the timer for what the call waits for now. */
void http_call_be_patient(struct http_call *call);

extern const struct client_connection_listener HTTP_CALL_CONNECTION;

#endif
