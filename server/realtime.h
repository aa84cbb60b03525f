/* The Socket.IO application: who connects and as what, the events of clients, RPC and presence
   (part 2 of the notes on the realtime protocol), on a net/socket_endpoint.h at /v1/updates. */
#ifndef SERVER_REALTIME_H
#define SERVER_REALTIME_H

#include "application.h"
#include "net/engine_endpoint.h"
#include "wire/slice.h"

struct realtime;

/* Makes the application's hub, too, and sets both in it. NULL with `error` filled. */
struct realtime *realtime_new(struct application *application, struct error *error);

/* The server stops: ends all sessions, and submits the heartbeats that wait to the store. May be
   called again. NULL is fine. */
void realtime_stop(struct realtime *realtime);

/* After realtime_stop() and store_close(), whose jobs still tell what they did. Frees the hub, too.
   NULL is fine. */
void realtime_free(struct realtime *realtime);

/* Where requests go (engine_endpoint_wants(), engine_endpoint_take()). */
struct engine_endpoint *realtime_engine(struct realtime *realtime);

/* A session was archived or deleted: its heartbeats mean nothing for a minute. Both functions take
   a `realtime` of NULL, and do nothing. */
void realtime_session_stopped(struct realtime *realtime, struct slice account,
                              struct slice session);

/* A session was made or found again by its tag: its heartbeats count. */
void realtime_session_resumed(struct realtime *realtime, struct slice account,
                              struct slice session);

#endif
