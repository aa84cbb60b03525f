/* One Engine.IO session on the client's side, over a WebSocket from the start, as every official
   client has it. Pure: the owner carries bytes and time. `now` is in ms of a monotonic clock. */
#ifndef WIRE_ENGINE_CLIENT_H
#define WIRE_ENGINE_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/engine_end.h"
#include "wire/engineio.h"
#include "wire/slice.h"

#define ENGINE_CLIENT_OPEN_TIMEOUT 20000 /* ms, as the reference client */

struct engine_client;

/* Functions may call back into the session, and may free it. Slices are borrowed for the call. */
struct engine_client_listener {
    /* The handshake has come: messages may be sent. */
    void (*opened)(struct engine_client *session, const struct engineio_handshake *handshake,
                   void *context);
    void (*message)(struct engine_client *session, struct slice data, bool binary, void *context);
    void (*send_frame)(struct engine_client *session, struct slice data, bool binary,
                       void *context);
    /* Send a Close frame without a code and let the connection go. */
    void (*close_websocket)(struct engine_client *session, void *context);
    /* Told exactly once, unless the session is freed before. */
    void (*ended)(struct engine_client *session, enum engine_end reason, void *context);
};

/* Begins when the connection is being opened: the handshake must come within `open_timeout` ms from
   `now`. NULL: out of memory. */
struct engine_client *engine_client_new(const struct engine_client_listener *listener,
                                        void *context, int64_t open_timeout, int64_t now);

/* Tells nothing. Safe inside a listener function. NULL is allowed. */
void engine_client_free(struct engine_client *session);

/* Whether the handshake has come and the session has not ended. */
bool engine_client_is_open(const struct engine_client *session);

/* The largest message the server takes, in bytes; 0: it did not say. */
int64_t engine_client_max_payload(const struct engine_client *session);

/* Sends a message. False when the session is not open. */
bool engine_client_send(struct engine_client *session, struct slice data, bool binary);

/* Ends it, for ENGINE_END_FORCED or another reason. */
void engine_client_close(struct engine_client *session, enum engine_end reason);

/* The server pings; when it has not for the interval and the timeout of its handshake together, the
   session ends. INT64_MAX: never. */
int64_t engine_client_deadline(const struct engine_client *session);
void engine_client_time(struct engine_client *session, int64_t now);

void engine_client_text(struct engine_client *session, struct slice frame, int64_t now);
void engine_client_binary(struct engine_client *session, struct slice frame);
void engine_client_websocket_lost(struct engine_client *session);

#endif
