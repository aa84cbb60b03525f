/* One Engine.IO session on the server's side (sections 3 and 5 to 7 of the realtime notes): pure,
   as a table of what comes in and what has to go out. The owner carries bytes and time: it calls
   one function for whatever happens, and the listener's functions tell it what to do.

   A session begins with its handshake: make it with engine_server_new(), put it into the table of
   sessions, then call engine_server_poll() for the GET, or engine_server_websocket() for the
   WebSocket, that opened it. It ends with `ended`, told exactly once, unless it is freed before;
   afterwards every call is harmless. An idle session takes about 200 bytes.

   `now` is in ms of a monotonic clock. */
#ifndef WIRE_ENGINE_SERVER_H
#define WIRE_ENGINE_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/engine_end.h"
#include "wire/engine_request.h"
#include "wire/slice.h"

struct engine_server_settings {
    int64_t ping_interval;   /* ms */
    int64_t ping_timeout;    /* ms */
    int64_t upgrade_timeout; /* ms from a WebSocket's arrival to its packet 5 */
    int64_t close_timeout;   /* ms a closed session waits for the poll that is told so */
    size_t max_payload;      /* bytes of a POST body and of a WebSocket message: announced here and
                                kept by whoever reads them */
    size_t buffer_max;       /* bytes that wait for a poll; more end the session */
};

/* What the Happy server uses. 15 s, 45 s, 10 s, 30 s, 1000000 bytes, 4 MiB. */
extern const struct engine_server_settings ENGINE_SERVER_SETTINGS;

struct engine_server;

/* Functions may call back into the session, and may free it. Slices are borrowed for the call. */
struct engine_server_listener {
    /* A message has come. */
    void (*message)(struct engine_server *session, struct slice data, bool binary, void *context);
    /* Answer the pending poll: 200, text/plain; charset=UTF-8, cache-control: no-store. */
    void (*answer_poll)(struct engine_server *session, struct slice payload, void *context);
    /* Cut the connection of the POST that is being received, without an answer. */
    void (*cut_post)(struct engine_server *session, void *context);
    /* Send a frame on the session's WebSocket. */
    void (*send_frame)(struct engine_server *session, struct slice data, bool binary,
                       void *context);
    /* Send a Close frame without a code on it: it belongs to the session no more. */
    void (*close_websocket)(struct engine_server *session, void *context);
    /* The session is to be forgotten. What there was to answer and close was told before. */
    void (*ended)(struct engine_server *session, enum engine_end reason, void *context);
};

/* `id` has ENGINE_ID_LENGTH characters and is copied; `settings` and `listener` must outlive the
   session. `transport` is that of the request that opened it. NULL: out of memory. */
struct engine_server *engine_server_new(const struct engine_server_settings *settings,
                                        const struct engine_server_listener *listener,
                                        void *context, const char *id,
                                        enum engine_transport transport, int64_t now);

/* Tells nothing. Safe inside a listener function. NULL is allowed. */
void engine_server_free(struct engine_server *session);

const char *engine_server_id(const struct engine_server *session);

/* For engine_request_check(). */
enum engine_transport engine_server_transport(const struct engine_server *session);

/* Sends a message. False when the session is closed, or ended because too much was waiting for a
   poll. */
bool engine_server_send(struct engine_server *session, struct slice data, bool binary);

/* Closes in an orderly way: a WebSocket at once; a poll is answered "1", and if none is pending the
   next one gets what waits and "1". Messages that come are ignored from now on. */
void engine_server_close(struct engine_server *session, int64_t now);

/* Closes without waiting for a poll: shutdown. */
void engine_server_abort(struct engine_server *session);

/* When engine_server_time() wants to be called; INT64_MAX: never. Changes with every call. */
int64_t engine_server_deadline(const struct engine_server *session);
void engine_server_time(struct engine_server *session, int64_t now);

/* A GET of the session came. False when another is pending: answer this one 400 without a body, the
   other was answered "1" and the session has ended. */
bool engine_server_poll(struct engine_server *session, int64_t now);
/* Its connection was lost before it was answered: the session ends. */
void engine_server_poll_lost(struct engine_server *session);

/* The head of a POST came. False when another is being received, or when its content type is
   application/octet-stream (`binary`): answer it 400 without a body, the session has ended. (The
   reference leaves the latter without any answer.) */
bool engine_server_post(struct engine_server *session, bool binary);
/* Its body is complete: answer it 200, text/html, "ok", whatever this does to the session. */
void engine_server_post_payload(struct engine_server *session, struct slice payload, int64_t now);
/* Its body is longer than max_payload: answer it 413 without a body; the session stays. */
void engine_server_post_too_large(struct engine_server *session);
/* Its connection was lost: the session ends. */
void engine_server_post_lost(struct engine_server *session);

/* A WebSocket came for the session and shook hands. False when it has one: close this one without a
   code, the session is unharmed. */
bool engine_server_websocket(struct engine_server *session, int64_t now);
void engine_server_text(struct engine_server *session, struct slice frame, int64_t now);
void engine_server_binary(struct engine_server *session, struct slice frame, int64_t now);
/* It was closed or lost. Before the upgrade is complete the session goes on by polling. */
void engine_server_websocket_lost(struct engine_server *session);

#endif
