/* A JSON-RPC 2.0 peer on a connected stream, one message a line. Either side may call the other. */
#ifndef NET_JSON_RPC_PEER_H
#define NET_JSON_RPC_PEER_H

#include <event2/event.h>

#include "wire/error.h"
#include "wire/json.h"

#define JSON_RPC_LINE_MAX  (4u * 1024u * 1024u)  /* a longer line ends the connection */
#define JSON_RPC_QUEUE_MAX (16u * 1024u * 1024u) /* unsent bytes; above it the connection ends */
#define JSON_RPC_CALLS_MAX 256u /* requests not answered yet; above it reading pauses */

struct json_rpc_peer;

/* A request that waits for its answer. Answer it exactly once, at any time, with
   json_rpc_call_answer() or json_rpc_call_fail(); both are harmless when the peer is gone by then.
 */
struct json_rpc_call;

struct json_rpc_peer_listener {
    /* `params` is borrowed, an object or array or NULL. NULL here answers "method not found". */
    void (*request)(struct json_rpc_peer *peer, struct json_rpc_call *call, const char *method,
                    struct json_object *params, void *context);
    /* May be NULL. */
    void (*notification)(struct json_rpc_peer *peer, const char *method, struct json_object *params,
                         void *context);
    /* The connection ended; `reason` is one sentence. Replies that were awaited have been told
       before. The peer must be freed, here or later. */
    void (*closed)(struct json_rpc_peer *peer, const char *reason, void *context);
    /* The unsent bytes fell below the mark given to json_rpc_peer_watch_queue(). May be NULL. */
    void (*drained)(struct json_rpc_peer *peer, void *context);
};

/* `result` for success (borrowed; NULL for null), `error` for failure: one of them. */
typedef void json_rpc_reply(struct json_object *result, const struct error *error, void *context);

/* Takes over `descriptor` (connected, non-blocking). NULL when memory runs out; the descriptor is
 * then closed. */
struct json_rpc_peer *json_rpc_peer_new(struct event_base *base, int descriptor,
                                        const struct json_rpc_peer_listener *listener,
                                        void *context);

/* Closes at once; unanswered calls become harmless, awaited replies are dropped silently. Safe
   inside a listener function. NULL is allowed. */
void json_rpc_peer_free(struct json_rpc_peer *peer);

/* Sends a request. `params` is borrowed and may be NULL. `reply` is called once, unless the peer is
 * freed first. */
void json_rpc_peer_call(struct json_rpc_peer *peer, const char *method, struct json_object *params,
                        json_rpc_reply *reply, void *context);
void json_rpc_peer_notify(struct json_rpc_peer *peer, const char *method,
                          struct json_object *params);

/* Ends the connection once everything queued is sent; then `closed` is called. */
void json_rpc_peer_finish(struct json_rpc_peer *peer);

/* Unsent bytes now, and a wish to hear through `drained` when they fall to `mark` or below. */
size_t json_rpc_peer_queued(const struct json_rpc_peer *peer);
void json_rpc_peer_watch_queue(struct json_rpc_peer *peer, size_t mark);

/* `result` is taken over; NULL means {}. */
void json_rpc_call_answer(struct json_rpc_call *call, struct json_object *result);
void json_rpc_call_fail(struct json_rpc_call *call, const struct error *error);
/* Fails with JSON-RPC's own "method not found". */
void json_rpc_call_fail_unknown(struct json_rpc_call *call, const char *method);

/* The peer the call came from; NULL when it is gone. */
struct json_rpc_peer *json_rpc_call_peer(const struct json_rpc_call *call);

#endif
