/* Socket.IO packets, protocol revision 5 ("Socket.IO packets" in the realtime notes,
   github.com/socketio/socket.io-protocol), inside Engine.IO messages:

     <type>[<attachments>-][<namespace>,][<ack id>][<JSON>]   then one binary message an attachment

   JSON stays text: it is checked, and taken apart with wire/json_scan.h where it is used. */
#ifndef WIRE_SOCKETIO_H
#define WIRE_SOCKETIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/buffer.h"
#include "wire/error.h"
#include "wire/json_scan.h"
#include "wire/slice.h"

#define SOCKETIO_ATTACHMENTS_MAX      10u /* of one packet, as the published client */
#define SOCKETIO_ATTACHMENT_DEPTH_MAX 32u /* levels of data that comes with attachments */
#define SOCKETIO_PENDING_MAX          (16u * 1024u * 1024u) /* bytes of a packet and its attachments */
#define SOCKETIO_ID_MAX               ((INT64_C(1) << 53) - 1) /* ack ids are doubles in JavaScript */

enum socketio_type {
    SOCKETIO_CONNECT,
    SOCKETIO_DISCONNECT,
    SOCKETIO_EVENT,
    SOCKETIO_ACK,
    SOCKETIO_CONNECT_ERROR,
    /* Types 5 and 6 on the wire are events and acks with attachments. */
};

struct socketio_packet {
    enum socketio_type type;
    struct slice namespace; /* "/" or longer, with its query if it has one */
    int64_t id;             /* of the acknowledgement; -1: none */
    struct slice data;      /* JSON; empty: absent. With attachments: with their placeholders */
    const struct slice *attachments;
    size_t attachment_count;
};

/* What an event or an acknowledgement says: a JSON array, with placeholders for attachments. */
struct socketio_message {
    struct slice data;
    const struct slice *attachments;
    size_t attachment_count; /* at most SOCKETIO_ATTACHMENTS_MAX */
};

/* What comes of an event that was to be acknowledged: a packet whose data is an array of arguments
   (or empty), or an error that says why there is none. Both are borrowed; one is NULL. */
typedef void socketio_reply(const struct socketio_packet *answer, const struct error *error,
                            void *context);

/* Writing. */

/* Appends ["<name>",<arguments>]: `arguments` is JSON values with commas between, or empty. */
void socketio_put_event(struct buffer *data, const char *name, struct slice arguments);

/* Appends the text message. With attachments, `data` holds their placeholders, and the caller sends
   each as a binary message behind it. */
void socketio_print(const struct socketio_packet *packet, struct buffer *text);

/* Appends {"_placeholder":true,"num":<number>}. */
void socketio_put_placeholder(struct buffer *data, size_t number);

/* Reading. The decoder keeps a packet until its attachments have come. */

struct socketio_decoder;
struct socketio_decoder *socketio_decoder_new(void); /* NULL: out of memory */
void socketio_decoder_free(struct socketio_decoder *decoder);

/* Take a text or a binary message. For texts that announce no attachments
   (socketio_has_attachments()) `decoder` may be NULL when none are missing. Return 1 with a whole
   packet, 0 when attachments are missing, or -1 with ERROR_INVALID or ERROR_LIMIT: the connection
   is to be closed. The packet points into `text` or into the decoder, until its next call. */
bool socketio_has_attachments(struct slice text);
int socketio_decode_text(struct socketio_decoder *decoder, struct slice text,
                         struct socketio_packet *packet, struct error *error);
int socketio_decode_binary(struct socketio_decoder *decoder, struct slice bytes,
                           struct socketio_packet *packet, struct error *error);

/* The name of an event (a JSON string or number), with `arguments` set to walk over what follows
   it. False when the event has no data: nothing is to happen. */
bool socketio_event(const struct socketio_packet *packet, struct slice *name,
                    struct json_cursor *arguments);

/* Whether a value inside `data` stands for an attachment, and which. */
bool socketio_attachment(const struct socketio_packet *packet, struct slice value,
                         struct slice *bytes);

#endif
