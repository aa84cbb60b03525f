/* HTTP/1.x messages read from a stream of bytes (RFC 9112): heads as values, bodies in parts. Pure:
   no socket, no clock. The head is taken apart by libhttp-parser; what that lets pass, and a second
   reader on the way may understand otherwise, is refused here: bare CR or LF, NUL and other control
   characters, folded lines, white space around a header's name, two lengths, a length beside a
   transfer coding, codings other than "chunked", sloppy chunks.

   (The prefix is http_reader_, since the library owns http_parser_.) */
#ifndef NET_HTTP_PARSER_H
#define NET_HTTP_PARSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/error.h"
#include "wire/slice.h"

#define HTTP_HEAD_MAX       (64u * 1024u) /* bytes of start line and headers: 431 */
#define HTTP_TARGET_MAX     (16u * 1024u) /* bytes of a request's target: 414 */
#define HTTP_HEADERS_MAX    100u          /* headers of a message: 431 */
#define HTTP_CHUNK_LINE_MAX 256u          /* bytes of a chunk's size and extensions: 400 */
#define HTTP_TRAILER_MAX    (8u * 1024u)  /* bytes of the trailers, which are dropped: 431 */
#define HTTP_LENGTH_UNKNOWN (-1)

struct http_header {
    struct slice name, value; /* the value without the blanks around it */
};

/* A head, whole. Everything points into the reader, until its http_reader_restart(). */
struct http_head {
    struct slice method, target; /* of a request */
    int status;                  /* of a response */
    struct slice reason;
    int minor_version; /* of HTTP/1: 0 or 1 */
    const struct http_header *headers;
    size_t header_count;
    bool keep_alive; /* what version and Connection say about the time after this message */
    bool upgrade;    /* "Connection: upgrade" with an Upgrade header; or a response 101 */
    bool has_body;   /* some body follows, perhaps an empty one */
    bool chunked;
    /* Bytes of the body: 0 without one, HTTP_LENGTH_UNKNOWN for a chunked one and for a response
       that lasts until the connection ends. */
    int64_t content_length;
};

/* The first header of that name, in any case. False, and an empty value, when there is none. */
bool http_head_find(const struct http_head *head, const char *name, struct slice *value);
size_t http_head_count(const struct http_head *head, const char *name);

/* Whether a header with a list of that name (all its lines together) has the item, in any case and
   without regard to its parameters (";q=0" too). */
bool http_head_lists(const struct http_head *head, const char *name, const char *item);

/* Walks over "a, b;q=1, c": begin with the value. Items come without blanks, with their parameters;
   empty ones are left out. False at the end. */
bool http_list_next(struct slice *rest, struct slice *item);

/* Letters A to Z in either case. */
bool http_name_equals(struct slice name, const char *other);

enum http_role {
    HTTP_REQUESTS,
    HTTP_RESPONSES,
};

enum http_event {
    HTTP_EVENT_ERROR = -1, /* the connection is of no more use; see http_reader_status() */
    HTTP_EVENT_MORE = 0,   /* all input is used up, more is needed */
    HTTP_EVENT_HEAD,       /* http_reader_head() is there */
    HTTP_EVENT_BODY,       /* the next part of the body */
    HTTP_EVENT_END,        /* the message is whole; the rest of the input is not part of it */
};

/* About 250 bytes between messages. */
struct http_reader;
struct http_reader *http_reader_new(enum http_role role); /* NULL: out of memory */
void http_reader_free(struct http_reader *reader);        /* NULL is allowed */

/* Takes bytes from the front of `input` until there is something to tell. `part` (for
   HTTP_EVENT_BODY) points into `input`. Not called again after HTTP_EVENT_END before
   http_reader_restart(). The same bytes give the same events and bodies, however they are split. */
enum http_event http_reader_next(struct http_reader *reader, struct slice *input,
                                 struct slice *part, struct error *error);

/* The connection has ended: HTTP_EVENT_END when that ends the message, HTTP_EVENT_MORE when none
   had begun, HTTP_EVENT_ERROR (ERROR_CLOSED) when something is missing. */
enum http_event http_reader_finish(struct http_reader *reader, struct error *error);

/* Right after HTTP_EVENT_HEAD of a response: it has no body whatever its head says, because the
   request was HEAD, or CONNECT and succeeded. */
void http_reader_skip_body(struct http_reader *reader);

/* Forgets the message, so that the next one can be read. */
void http_reader_restart(struct http_reader *reader);

/* From HTTP_EVENT_HEAD to http_reader_restart(), else NULL. */
const struct http_head *http_reader_head(const struct http_reader *reader);

/* Whether bytes of a message were taken in whose HTTP_EVENT_END is still to come. */
bool http_reader_has_begun(const struct http_reader *reader);

/* After HTTP_EVENT_ERROR of a request: the status to answer with: 400, 414, 431, 501 or 505. */
int http_reader_status(const struct http_reader *reader);

#endif
