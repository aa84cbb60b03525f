/* Engine.IO on an HTTP server, below one path: long polling and WebSocket with the upgrade between
   them. The rules are those of wire/engine_request.h and wire/engine_server.h; this carries bytes
   and time between them and connections. CORS: every origin. Poll answers of 1024 bytes and more
   are compressed for those who accept gzip or deflate. */
#ifndef NET_ENGINE_ENDPOINT_H
#define NET_ENGINE_ENDPOINT_H

#include "net/http_server.h"
#include "net/websocket.h"
#include "wire/engine_server.h"
#include "wire/random.h"

struct engine_endpoint;
struct engine_session;

struct engine_endpoint_settings {
    const char *path; /* "/v1/updates"; targets below it are taken, and itself */
    const struct engine_server_settings *sessions;
    size_t sessions_max; /* more are refused with 503 */
    size_t queue_max;    /* unsent bytes of a WebSocket; more end the session */
    const struct random_source *random;
    uint32_t *id_counter; /* shared with other ids of the process: engine_id_make() */
};

/* Functions may send, and close the session. */
struct engine_endpoint_listener {
    /* A session has begun; its open packet is on the way. `peer` is the client's address. */
    void (*opened)(struct engine_session *session, const char *peer, void *context);
    void (*message)(struct engine_session *session, struct slice data, bool binary, void *context);
    /* The session is gone after this. */
    void (*closed)(struct engine_session *session, enum engine_end reason, void *context);
    /* When `time` wants to be called, in ms of clock_monotonic_ms(); INT64_MAX: never. Asked after
       everything that happens to the session. Both may be NULL. */
    int64_t (*deadline)(struct engine_session *session, void *context);
    void (*time)(struct engine_session *session, int64_t now, void *context);
};

/* `settings` (copied; what it points to must live on) and `listener` outlive it. NULL: out of
   memory. */
struct engine_endpoint *engine_endpoint_new(struct timers *timers,
                                            const struct engine_endpoint_settings *settings,
                                            const struct engine_endpoint_listener *listener,
                                            void *context);

/* Ends all sessions, which are told `closed`, and cuts what is still there. Before the server is
   freed. */
void engine_endpoint_free(struct engine_endpoint *endpoint);

/* Ends all sessions, so that clients come back by themselves: Close frames without a code. */
void engine_endpoint_close(struct engine_endpoint *endpoint);

/* Whether a request is for the endpoint, by its target; such a one is handed over. */
bool engine_endpoint_wants(const struct engine_endpoint *endpoint, const struct http_head *head);
void engine_endpoint_take(struct engine_endpoint *endpoint, struct http_exchange *exchange);

size_t engine_endpoint_session_count(const struct engine_endpoint *endpoint);

/* False when the session is closed. */
bool engine_session_send(struct engine_session *session, struct slice data, bool binary);
void engine_session_close(struct engine_session *session);
const char *engine_session_id(const struct engine_session *session);

/* Something of the application's. */
void engine_session_set_data(struct engine_session *session, void *data);
void *engine_session_data(const struct engine_session *session);

#endif
