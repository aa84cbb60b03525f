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

/* Ends all sessions, and writes the heartbeats that wait. The store must still take jobs. NULL is
   fine. */
void realtime_free(struct realtime *realtime);

/* Where requests go (engine_endpoint_wants(), engine_endpoint_take()), and how all sessions are
   closed when the server stops (engine_endpoint_close()). */
struct engine_endpoint *realtime_engine(struct realtime *realtime);

/* A session was archived or deleted: its heartbeats mean nothing for a minute. Both functions take
   a `realtime` of NULL, and do nothing. */
void realtime_session_stopped(struct realtime *realtime, struct slice account,
                              struct slice session);

/* A session was made or found again by its tag: its heartbeats count. */
void realtime_session_resumed(struct realtime *realtime, struct slice account,
                              struct slice session);

#endif
