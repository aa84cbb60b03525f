/* Engine.IO packets, protocol revision 4 ("Engine.IO packets" in the realtime notes,
   github.com/socketio/engine.io-protocol), in both forms they travel in:

     WebSocket   a text frame "<digit><data>", or a binary frame with the bytes of a message
     polling     packets joined by U+001E; a binary message is "b" and base64 */
#ifndef WIRE_ENGINEIO_H
#define WIRE_ENGINEIO_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/buffer.h"
#include "wire/error.h"
#include "wire/slice.h"

#define ENGINEIO_REVISION    4
#define ENGINEIO_MAX_PAYLOAD 1000000u /* bytes of a frame or of a polled payload, by default */

enum engineio_type {
    ENGINEIO_OPEN,
    ENGINEIO_CLOSE,
    ENGINEIO_PING,
    ENGINEIO_PONG,
    ENGINEIO_MESSAGE,
    ENGINEIO_UPGRADE,
    ENGINEIO_NOOP,
};

struct engineio_packet {
    enum engineio_type type;
    bool binary;       /* only a message can be */
    struct slice data; /* borrowed */
};

/* Reads a text frame. `data` points into it, or into `scratch` (which the caller keeps and frees)
   for base64. Returns 0, or -1 with ERROR_INVALID ("parser error"), which ends the session. A
   binary frame needs no reading: it is a binary message. */
int engineio_parse(struct slice frame, struct engineio_packet *packet, struct buffer *scratch,
                   struct error *error);

/* Appends the payload of the frame for a packet: a binary frame if `binary`, else a text frame. */
void engineio_print(const struct engineio_packet *packet, struct buffer *frame);

/* Walks over a polled payload: begin with {.rest = payload}. */
struct engineio_payload {
    struct slice rest;
    bool ended;
};

/* The next packet: 1, or 0 when there is none, or -1 as engineio_parse(): the packets before it
   count. */
int engineio_payload_next(struct engineio_payload *payload, struct engineio_packet *packet,
                          struct buffer *scratch, struct error *error);

/* Appends a packet to a payload, with the separator unless it is the first. */
void engineio_payload_put(struct buffer *payload, const struct engineio_packet *packet);

/* The data of the open packet. */
struct engineio_handshake {
    struct slice id;        /* printed as it is: no character that JSON escapes */
    bool upgrade_websocket; /* the only upgrade there is */
    int64_t ping_interval;  /* ms */
    int64_t ping_timeout;   /* ms */
    int64_t max_payload;    /* bytes; 0 when the server does not say */
};
void engineio_handshake_print(const struct engineio_handshake *handshake, struct buffer *data);

/* `id` points into `data`. Intervals must be from 1 ms to 1 day. Returns 0, or -1 with
   ERROR_INVALID. */
int engineio_handshake_parse(struct slice data, struct engineio_handshake *handshake,
                             struct error *error);

#endif
