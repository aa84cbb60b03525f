/* Inside of a websocket: what its handshakes and its frames share. */
#ifndef NET_WEBSOCKET_STREAM_H
#define NET_WEBSOCKET_STREAM_H

#include <wslay/wslay.h>

#include "net/websocket.h"
#include "wire/buffer.h"

enum websocket_state {
    WEBSOCKET_OPENING, /* a client that waits for the answer */
    WEBSOCKET_OPEN,
    WEBSOCKET_CLOSING, /* a Close frame was sent or is on its way; messages are dropped */
    WEBSOCKET_CLOSED,
};

/* What only a client has, until it is open. */
struct websocket_opening {
    struct http_reader *reader;
    char key[25];
    char *protocol; /* NULL: none was asked for */
};

struct websocket {
    struct bufferevent *stream;
    struct timers *timers;
    const struct websocket_settings *settings;
    const struct websocket_listener *listener;
    void *context;
    struct timer timer;
    struct websocket_opening *opening;
    char *peer;                     /* NULL: "the client" */
    wslay_frame_context_ptr frames; /* NULL between frames */
    size_t fed, taken;              /* bytes given to wslay, and bytes it gave back as frames */
    uint64_t frame_left;            /* bytes of the frame's payload still to come */
    struct buffer message;          /* the fragments of a message, or a piece of a frame */
    struct buffer control;          /* the payload of a control frame that came in pieces */
    bool *freed;                    /* set when it is freed while one of its functions runs */
    uint64_t heard;                 /* how often something has come */
    int code;                       /* of the end */
    uint8_t state;                  /* enum websocket_state */
    uint8_t opcode;                 /* of the message that comes in fragments; 0: none */
    bool is_client, in_frame, is_full, is_paused, has_received_close;
    bool is_plain;     /* not encrypted: the system can be given bytes directly */
    bool is_broken;    /* the other side broke the protocol: nothing is read from it any more */
    bool is_overflown; /* more was waiting than may */
    bool is_writing;   /* an encrypted stream calls back from within: it is told later */
    bool is_shut;      /* this side of the connection was shut behind a Close frame */
};

/* NULL: out of memory; the stream is freed then. */
struct websocket *websocket_new(struct bufferevent *stream, struct timers *timers,
                                const struct websocket_settings *settings,
                                const struct websocket_listener *listener, void *context);

/* Bytes for the stream: the handshake, a frame. */
void websocket_write(struct websocket *websocket, struct slice first, struct slice second);

/* Tells the end; the caller returns at once. */
void websocket_end(struct websocket *websocket, int code, const struct error *error);

/* Whichever side sent the first Close frame: the end comes within the settings' `close_time`. */
void websocket_limit_closing(struct websocket *websocket);

/* Reads what the stream has. False when the websocket was freed meanwhile. */
bool websocket_read(struct websocket *websocket);

/* The client's handshake: reads the answer. True when it is open, and not freed. */
bool websocket_read_answer(struct websocket *websocket);
void websocket_opening_free(struct websocket_opening *opening);

/* Frames that go out: opcode and payload. */
void websocket_send_frame(struct websocket *websocket, uint8_t opcode, struct slice payload);

/* Sends a Close frame because of a fault of the other side. */
void websocket_fail(struct websocket *websocket, int code);

/* base64 of the hash that answers `key` (24 characters). `accept` gets 28 characters. */
void websocket_accept_key(const char *key, char accept[29]);

#endif
