/* The local API: the listening socket, its peers, and the way from a line to a method. */
#ifndef DAEMON_LOCAL_API_H
#define DAEMON_LOCAL_API_H

#include <sys/queue.h>

#include "event_log.h"
#include "net/json_rpc_peer.h"
#include "wire/error.h"

#define API_CONNECTIONS_MAX 128

struct api_call;
struct daemon;
struct local_api;
struct session;
struct subscription;

/* One connection. */
struct api_peer {
    LIST_ENTRY(api_peer) entry;
    struct local_api *api;
    struct json_rpc_peer *rpc;
    LIST_HEAD(, api_call) calls; /* that are not answered yet */
    LIST_HEAD(, subscription) subscriptions;
    int subscription_count;
    int64_t next_subscription;
};

/* `listener` is taken over, in every case. NULL with `error` filled. */
struct local_api *local_api_new(struct daemon *daemon, int listener, struct error *error);
void local_api_free(struct local_api *api);

/* Begins to take connections. */
void local_api_open(struct local_api *api);

/* The session is about to be freed: calls that have not been answered let go of it. */
void local_api_forget_session(struct local_api *api, const struct session *session);

/* Sends what is queued, as far as that goes at once: the daemon ends. */
void local_api_finish(struct local_api *api);

/* For event_log_listen(), with the API as its context. */
const struct event_log_listener *local_api_event_listener(void);

#endif
