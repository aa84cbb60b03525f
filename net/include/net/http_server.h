/* An HTTP/1.1 server (RFC 9110, RFC 9112) for many connections on one event loop: TCP and UNIX
   sockets, TLS, keep-alive, bodies of requests in parts with back-pressure, answers at once or in
   parts, take-over of a connection for another protocol. Requests of a connection are answered in
   order, one at a time; the next one is not looked at before.

   Refused without asking anybody: malformed requests (net/http_parser.h), 417 for expectations
   other than 100-continue, 408 for heads and bodies that come too slowly. */
#ifndef NET_HTTP_SERVER_H
#define NET_HTTP_SERVER_H

#include <event2/bufferevent.h>
#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/http_parser.h"
#include "net/timers.h"
#include "wire/buffer.h"
#include "wire/error.h"
#include "wire/slice.h"

#define HTTP_INPUT_MAX       (64u * 1024u)         /* bytes read ahead of a connection */
#define HTTP_ANSWER_LOW      (64u * 1024u)         /* unsent bytes at which `drained` is told */
#define HTTP_ANSWER_MAX      (64u * 1024u * 1024u) /* unsent bytes; above it the connection ends */
#define HTTP_BODY_MAX        (1024u * 1024u)       /* of a request, unless told otherwise: 413 */
#define HTTP_UNREAD_BODY_MAX (256u * 1024u) /* dropped to keep a connection; more closes it */

struct http_server;
struct tls_server;

/* A request and its answer. Whoever got it owns it until it has been answered wholly, aborted or
   taken over, or `lost` was told; then the pointer is dead. */
struct http_exchange;

struct http_server_limits {
    unsigned connections; /* at once; more wait in the system's queue. Default 16384 */
    int head_time;        /* ms from a request's first byte (or the connection) to the end of its
                             head: 408. Default 20000 */
    int idle_time;        /* ms between requests. Default 72000 */
    /* ms in which a kibibyte, or all that is left, must have moved: of the request's body (408),
       unless paused, or of the answer (the connection is cut). Default 30000 */
    int stall_time;
};

struct http_server_listener {
    /* A request's head has come. */
    void (*request)(struct http_exchange *exchange, void *context);
    /* After http_server_stop(), when the last connection has gone. May be NULL. */
    void (*stopped)(struct http_server *server, void *context);
};

/* `limits` may be NULL; zeros in it are the defaults. NULL: out of memory. */
struct http_server *http_server_new(struct event_base *base,
                                    const struct http_server_limits *limits,
                                    const struct http_server_listener *listener, void *context);

/* Cuts all connections; exchanges are told `lost`. Not inside of a callback. NULL is allowed. */
void http_server_free(struct http_server *server);

/* Accepts connections from a listening, non-blocking socket, which it takes over (and closes on
   failure). */
int http_server_listen(struct http_server *server, int descriptor, struct error *error);

/* Binds and listens. `host` is a numeric address or a name; "" is all addresses. `port` 0 takes a
   free one. Returns the port, or -1. */
int http_server_listen_tcp(struct http_server *server, const char *host, unsigned port,
                           struct error *error);

/* As http_server_listen(), with TLS by `tls`, which must outlive the server. Programs that call
   this are linked with libevent_openssl and libssl. */
int http_server_listen_tls(struct http_server *server, int descriptor, struct tls_server *tls,
                           struct error *error);

/* No new connections and requests; those that run are finished. Idle connections end at once. */
void http_server_stop(struct http_server *server);

size_t http_server_connection_count(const struct http_server *server);

/* The server's timers, for whatever lives beside it. */
struct timers *http_server_timers(const struct http_server *server);

/* A request. */

struct http_exchange_listener {
    /* The next part of the body, once it is asked for. */
    void (*body)(struct http_exchange *exchange, struct slice part, void *context);
    /* The body is whole; with http_exchange_collect() it is given, else it is empty. */
    void (*whole)(struct http_exchange *exchange, struct slice body, void *context);
    /* The unsent bytes of the answer have fallen to HTTP_ANSWER_LOW or below. May be NULL. */
    void (*drained)(struct http_exchange *exchange, void *context);
    /* The client closed its sending side, or all of it, and the request is whole. When NULL the
       answer goes out all the same. */
    void (*peer_finished)(struct http_exchange *exchange, void *context);
    /* The connection ended before the answer was complete, the body grew too large, or it came too
       slowly. The exchange is gone. */
    void (*lost)(struct http_exchange *exchange, void *context);
};

/* Who answers later, or wants the body, listens. Functions that are NULL are not called; without
   `body` the body is dropped. `context` of the server until then. */
void http_exchange_listen(struct http_exchange *exchange,
                          const struct http_exchange_listener *listener, void *context);

/* Listens, and gathers the body for `whole`: at most `max` bytes of it, else 413 and `lost`. */
void http_exchange_collect(struct http_exchange *exchange, size_t max,
                           const struct http_exchange_listener *listener, void *context);

/* Bytes of body that are accepted when parts are listened to. Default HTTP_BODY_MAX. A request that
   announces more is answered 413 when the handler returns. */
void http_exchange_limit_body(struct http_exchange *exchange, uint64_t max);

/* Stops and goes on with parts of the body; the client is held up. */
void http_exchange_pause(struct http_exchange *exchange);
void http_exchange_resume(struct http_exchange *exchange);

/* Valid as long as the exchange. */
const struct http_head *http_exchange_head(const struct http_exchange *exchange);

/* The other end, as "192.0.2.1", "2001:db8::1" or "unix"; `port` may be NULL. */
void http_exchange_peer(const struct http_exchange *exchange, char address[64], unsigned *port);

/* Its answer. Content-Length, Transfer-Encoding, Connection and Keep-Alive are written here (not
   with 1xx, 204 and 304, which have no body); HEAD gets the head alone. Control characters in
   values become blanks. An answer before the whole body was read ends the connection unless the
   rest is short. */

/* Complete at once; all is copied. */
void http_exchange_answer(struct http_exchange *exchange, int status,
                          const struct http_header *headers, size_t count, struct slice body);

/* In parts, of `length` bytes together or HTTP_LENGTH_UNKNOWN (chunked). A part that does not fit
   `length` and an early end cut the connection, so that nobody takes the answer for whole. */
void http_exchange_start(struct http_exchange *exchange, int status,
                         const struct http_header *headers, size_t count, int64_t length);
void http_exchange_write(struct http_exchange *exchange, struct slice part);
void http_exchange_finish(struct http_exchange *exchange);

/* Before the answer: the connection ends behind it. */
void http_exchange_be_last(struct http_exchange *exchange);

/* Bytes of the answer that the system has not taken. Writers keep them low. */
size_t http_exchange_queued(const struct http_exchange *exchange);

/* Ends the connection without an answer, or in the middle of one. `lost` is not told. */
void http_exchange_abort(struct http_exchange *exchange);

/* Hands the connection over, with what was read behind the request in its input; the caller frees
   it, and whatever deadlines it shall have are his. NULL, and nothing changed, when the request has
   a body or was answered in part. The head is gone afterwards. */
struct bufferevent *http_exchange_take_over(struct http_exchange *exchange);

/* "Not Found" for 404 and so on; "" for those that have no name. */
const char *http_reason(int status);

#endif
