/* WebSocket (RFC 6455) on a stream of libevent, either role, framed by wslay. No extensions. Pings
   are answered. Whatever breaks the protocol is answered with a Close frame: 1002, 1007 for text
   that is not UTF-8, 1009 for messages that are too large.

   An idle connection takes about 300 bytes beside its stream: wslay's buffers are there only while
   a frame is on its way. */
#ifndef NET_WEBSOCKET_H
#define NET_WEBSOCKET_H

#include <event2/bufferevent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/http_parser.h"
#include "net/http_server.h"
#include "net/timers.h"
#include "wire/error.h"
#include "wire/random.h"
#include "wire/slice.h"

#define WEBSOCKET_NO_CODE  1005 /* a Close frame without a code */
#define WEBSOCKET_ABNORMAL 1006 /* no Close frame */

struct websocket;

struct websocket_settings {
    size_t message_max; /* bytes of a message that comes, put together from its frames */
    /* Unsent bytes. Above `queue_full` the listener is told `full`, and `drained` when they are at
       a quarter of it again; above `queue_max` the connection is cut. */
    size_t queue_full, queue_max;
    int64_t open_time;  /* ms for the handshake, of a client */
    int64_t close_time; /* ms from the first Close frame to the end; then the connection is cut */
    const struct random_source *random;
};

/* 1000000 bytes, 1 MiB, 16 MiB, 20 s, 5 s, the system's random source. */
extern const struct websocket_settings WEBSOCKET_SETTINGS;

/* Functions may call back, and may free the websocket. */
struct websocket_listener {
    /* A client's handshake has succeeded. `head` is the server's answer. May be NULL. */
    void (*opened)(struct websocket *websocket, const struct http_head *head, void *context);
    /* `data` is borrowed; text is valid UTF-8. */
    void (*message)(struct websocket *websocket, struct slice data, bool binary, void *context);
    /* Told once, after which it is to be freed. `code` is the other side's, or, when this side
       ended it, the one sent; WEBSOCKET_ABNORMAL without a closing handshake. `error` says why in
       a sentence, naming `peer`; ERROR_REFUSED when the server answered the handshake with another
       status, ERROR_TIMEOUT, ERROR_CLOSED, ERROR_LIMIT, ERROR_INVALID. */
    void (*closed)(struct websocket *websocket, int code, const struct error *error, void *context);
    void (*full)(struct websocket *websocket, void *context);    /* while open; may be NULL */
    void (*drained)(struct websocket *websocket, void *context); /* may be NULL */
};

/* Server: takes a request over when it asks for a WebSocket as it should: version 13 or 8, a key of
   16 bytes. The first subprotocol offered is echoed, extensions are not. `headers` are added to the
   101. NULL when the handshake was refused (400, and answered) or memory ran out; the exchange is
   gone in any case. `settings` and `listener` must outlive it. */
struct websocket *websocket_accept(struct http_exchange *exchange,
                                   const struct http_header *headers, size_t count,
                                   const struct websocket_settings *settings,
                                   const struct websocket_listener *listener, void *context);

/* Whether a request asks for an upgrade to WebSocket. */
bool websocket_is_requested(const struct http_head *head);

struct websocket_request {
    const char *host;     /* for the Host header, with the port if it is not the scheme's own */
    const char *target;   /* path and query */
    const char *protocol; /* the subprotocol to ask for; NULL: none. Another one is refused */
    const struct http_header *headers;
    size_t count;
    const char *peer; /* for messages; NULL: the host */
};

/* Client: takes over a connected stream, encrypted or not, and sends the request at once. NULL, the
   stream freed, when memory runs out. */
struct websocket *websocket_connect(struct bufferevent *stream, struct timers *timers,
                                    const struct websocket_request *request,
                                    const struct websocket_settings *settings,
                                    const struct websocket_listener *listener, void *context);

/* Cuts the connection; tells nothing. Safe inside of a listener function. NULL is allowed. */
void websocket_free(struct websocket *websocket);

/* Sends a message, copied. False when it is not open (yet, or any more). */
bool websocket_send(struct websocket *websocket, struct slice data, bool binary);

/* Unsent bytes. */
size_t websocket_queued(const struct websocket *websocket);

/* To find out whether the other side is still there: sends a ping, which it answers, and counts how
   often something has come. */
void websocket_ping(struct websocket *websocket);
uint64_t websocket_heard(const struct websocket *websocket);

/* Begins to close: a Close frame with `code`, or without one if it is 0, and `reason` (may be NULL,
   at most 123 bytes). Messages that come are dropped from now on; `closed` is told at the end. */
void websocket_close(struct websocket *websocket, int code, const char *reason);

/* Stops and goes on with reading: back-pressure on the other side. */
void websocket_pause(struct websocket *websocket);
void websocket_resume(struct websocket *websocket);

#endif
