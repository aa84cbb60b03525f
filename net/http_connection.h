/* A connection of the HTTP server, and the exchange that runs on it. */
#ifndef NET_HTTP_CONNECTION_H
#define NET_HTTP_CONNECTION_H

#include <event2/buffer.h>
#include <sys/queue.h>

#include "net/http_server.h"

struct http_connection;
struct http_listener;

struct http_exchange {
    struct http_connection *connection;
    const struct http_exchange_listener *listener; /* NULL: nobody listens */
    void *context;
    struct buffer body; /* what http_exchange_collect() gathers */
    uint64_t body_max, body_seen;
    int64_t answer_left; /* bytes the answer still has to have; HTTP_LENGTH_UNKNOWN: chunks */
    bool collects, paused;
    bool has_started; /* the answer's head is out */
    bool has_ended;   /* answered: its owner does not know it any more */
    bool is_whole;    /* the request was read to its end */
    bool no_body;     /* the answer has none: HEAD, 204, 304 */
    bool keep_alive, is_last;
    bool wants_more; /* `drained` is to be told */
};

enum http_deadline {
    DEADLINE_NONE,
    DEADLINE_HEAD,
    DEADLINE_IDLE,
    DEADLINE_STALL,
    DEADLINE_LINGER, /* the answer is out; what the client still sends is dropped for a moment */
};

struct http_connection {
    LIST_ENTRY(http_connection) entry;
    struct http_server *server;
    struct bufferevent *stream;
    struct http_reader *reader;     /* NULL between requests */
    struct http_exchange *exchange; /* NULL between requests */
    struct timer timer;
    enum http_deadline deadline;
    uint32_t received, sent; /* bytes since the stall deadline was set */
    bool is_tls;
    bool is_busy;    /* its input is being read: it is not freed meanwhile */
    bool is_dead;    /* to be freed */
    bool has_ended;  /* the client has closed its sending side */
    bool is_closing; /* no more requests; ends when all is sent */
    bool lingers;
};

struct http_server {
    struct event_base *base;
    struct http_server_limits limits;
    const struct http_server_listener *listener;
    void *context;
    struct timers *timers;
    LIST_HEAD(, http_connection) connections;
    SLIST_HEAD(, http_listener) listeners;
    size_t connection_count;
    bool is_stopping, is_full;
    struct buffer scratch; /* an answer on its way out */
};

/* Takes over the stream, and frees it when memory runs out. */
void http_connection_begin(struct http_server *server, struct bufferevent *stream, bool is_tls);

/* Cuts it; an exchange is told `lost`. */
void http_connection_end(struct http_connection *connection);

/* Frees the connection without its stream. */
void http_connection_forget(struct http_connection *connection);

/* The answer is complete, or the connection shall end: looks at what is next, from the loop. */
void http_connection_wake(struct http_connection *connection);

/* The connection ends when everything is sent. */
void http_connection_close(struct http_connection *connection);

/* Sets or clears the deadline that its state calls for. */
void http_connection_set_deadline(struct http_connection *connection);

/* Sends directly what the system takes, and queues the rest. */
void http_connection_send(struct http_connection *connection, struct slice first,
                          struct slice second);

/* An answer to what is not worth a handler; the connection ends behind it. */
void http_connection_refuse(struct http_connection *connection, int status);

/* Appends a header's line. No byte of a value can end it. */
void http_put_header(struct buffer *out, const struct http_header *header);

void http_exchange_free(struct http_exchange *exchange);

/* A connection went: the listening sockets may go on, and who waits for the end is told. */
void http_server_left(struct http_server *server);

/* Makes the stream of an accepted connection, which it takes over; NULL: out of memory. */
typedef struct bufferevent *http_stream_maker(struct event_base *base, int descriptor,
                                              struct tls_server *tls);
int http_server_add_listener(struct http_server *server, int descriptor, http_stream_maker *maker,
                             struct tls_server *tls, struct error *error);

#endif
