/* HTTP/1.1 client. Connections are kept and used again; bodies are streamed both ways.

   Bounds: HTTP_CLIENT_CONNECTIONS_MAX connections to one origin, calls beyond wait in line,
   HTTP_CLIENT_WAITING_MAX of them; HTTP_CLIENT_IDLE_MAX kept connections altogether, each for
   HTTP_CLIENT_KEEP_MS; heads as net/http_parser.h. */
#ifndef NET_HTTP_CLIENT_H
#define NET_HTTP_CLIENT_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

#include "net/dialer.h"
#include "net/http_parser.h"
#include "net/url.h"
#include "wire/error.h"
#include "wire/slice.h"

#define HTTP_CLIENT_CONNECTIONS_MAX  6u
#define HTTP_CLIENT_WAITING_MAX      256u
#define HTTP_CLIENT_IDLE_MAX         8u
#define HTTP_CLIENT_KEEP_MS          30000
#define HTTP_CLIENT_FIRST_BYTE_MS    60000
#define HTTP_CLIENT_STANDSTILL_MS    60000
#define HTTP_CLIENT_REDIRECTS_MAX    5u
#define HTTP_CLIENT_REQUEST_HEAD_MAX (64u * 1024u)
#define HTTP_CLIENT_UNSENT_MAX       (256u * 1024u) /* of a streamed body; then its source waits */

struct http_client;

/* `dialer` is borrowed and must outlive the client. NULL when out of memory. */
struct http_client *http_client_new(struct event_base *base, struct dialer *dialer);

/* Ends all calls silently and closes all connections. */
void http_client_free(struct http_client *client);

/* Closes the connections that no call uses: after the network changed. */
void http_client_close_idle(struct http_client *client);

struct http_request_field {
    const char *name;
    const char *value;
};

#define HTTP_BODY_CHUNKED (-1)

/* Milliseconds; 0 for the default, -1 for none. */
struct http_timeouts {
    int connect;    /* 30 s: until the connection stands */
    int first_byte; /* 60 s: from the request sent to the first byte of the answer */
    int idle;       /* 60 s: between any two signs of life while something is sent or received;
                       time in which the call is paused does not count */
    int total;      /* none: everything, redirects included */
};

struct http_call;

/* What a call is to do. Everything is copied but `body`. */
struct http_request_options {
    const char *method;    /* NULL: GET */
    const char *url;       /* http or https */
    const char *unix_path; /* connect to this socket instead; NULL: to the URL's host */
    const struct http_request_field *fields;
    size_t field_count; /* Host, Content-Length, Transfer-Encoding, Connection are ours */
    struct slice body;  /* borrowed until `done`; sent with its length */
    /* A streamed body: `source` of the listener is asked for it. */
    bool streamed;
    int64_t streamed_length; /* bytes, or HTTP_BODY_CHUNKED */
    struct http_timeouts timeouts;
    bool refuse_redirects; /* 3xx answers are given as they are instead of followed */
};

/* Functions that are not wanted may be NULL, except `done`. In each of them the call may be paused,
   resumed and cancelled, and any call begun. */
struct http_call_listener {
    /* The head of the answer; `url` gave it: another than was asked for after a redirect. What
       comes before the answer (1xx) is skipped. Both are borrowed. */
    void (*head)(struct http_call *call, const struct http_head *head, const struct url *url,
                 void *context);
    void (*body)(struct http_call *call, struct slice bytes, void *context);
    /* Room for more of a streamed body: answer with http_call_send() or http_call_finish_body(),
       here or later. Asked again when what was sent has gone out. */
    void (*source)(struct http_call *call, void *context);
    /* The end: `error` is NULL when the whole answer came. The call is freed by then. */
    void (*done)(const struct error *error, void *context);
};

/* Begins a call; its functions are called from the event loop, never from here. NULL, with `error`
   filled, when the request cannot be sent as it stands (a URL or a field that is malformed, too
   many calls waiting). */
struct http_call *http_client_begin(struct http_client *client,
                                    const struct http_request_options *request,
                                    const struct http_call_listener *listener, void *context,
                                    struct error *error);

/* Ends a call at any time before `done`, which is then not called. */
void http_call_cancel(struct http_call *call);

/* While paused nothing more is read, so that a server that sends faster than the listener takes has
   to wait. */
void http_call_pause(struct http_call *call);
void http_call_resume(struct http_call *call);

/* A piece of a streamed body, copied; ERROR_LIMIT when it is more than was announced or the unsent
   bytes are above HTTP_CLIENT_UNSENT_MAX already. */
int http_call_send(struct http_call *call, struct slice bytes, struct error *error);
/* The streamed body is complete; with less than was announced the call fails. */
int http_call_finish_body(struct http_call *call, struct error *error);

/* ---- whole answers ---- */

struct http_answer {
    const struct http_head *head;
    const struct url *url; /* that gave it */
    struct slice body;
};

/* One of the two is NULL; `answer` is borrowed. */
typedef void http_fetched(const struct http_answer *answer, const struct error *error,
                          void *context);

/* As http_client_begin(), with the answer collected; a body above `limit` bytes fails with
   ERROR_LIMIT. `streamed` must not be set. */
struct http_call *http_client_fetch(struct http_client *client,
                                    const struct http_request_options *request, size_t limit,
                                    http_fetched *fetched, void *context, struct error *error);

#endif
