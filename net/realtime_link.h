/* One connection of a realtime client, from the attempt to its end: dialing, the WebSocket, the
   Engine.IO session on it. */
#ifndef NET_REALTIME_LINK_H
#define NET_REALTIME_LINK_H

#include "net/realtime_client.h"
#include "wire/engine_client.h"

/* Where to: the same for all connections of a client. */
struct realtime_server {
    struct dialer *dialer;
    struct timers *timers;
    const struct realtime_settings *settings;
    struct url url;
    struct buffer origin; /* for messages */
    struct buffer authority;
    struct buffer target;
};

/* Returns 0, to be ended with realtime_server_end(), or -1 with nothing to end. */
int realtime_server_begin(struct realtime_server *server, const char *url, struct error *error);
void realtime_server_end(struct realtime_server *server);

struct realtime_link;

/* Functions may call back, and may free the link. */
struct realtime_link_listener {
    void (*opened)(struct realtime_link *link, int64_t max_payload, void *context);
    void (*message)(struct realtime_link *link, struct slice data, bool binary, void *context);
    /* Told once. `error` is a sentence that names the server. What is left is a Close frame that is
       on its way: free it at once to cut that short, or when `closed` is told. */
    void (*ended)(struct realtime_link *link, enum engine_end reason, const struct error *error,
                  void *context);
    void (*closed)(struct realtime_link *link, void *context);
};

/* Begins an attempt. NULL: out of memory. */
struct realtime_link *realtime_link_new(const struct realtime_server *server,
                                        const struct realtime_link_listener *listener,
                                        void *context);

/* Tells nothing. NULL is allowed. */
void realtime_link_free(struct realtime_link *link);

/* Ends it, with the sentence that says why. */
void realtime_link_end(struct realtime_link *link, enum engine_end reason,
                       const struct error *error);

void realtime_link_send(struct realtime_link *link, struct slice data, bool binary);

/* Whether what is sent goes out at once. */
bool realtime_link_is_writable(const struct realtime_link *link);

/* Asks the other side for a sign of life within the probe's time, or it ends with
   ENGINE_END_PING_TIMEOUT. False when it is still being dialed. Harmless while one is asked for. */
bool realtime_link_probe(struct realtime_link *link);

#endif
