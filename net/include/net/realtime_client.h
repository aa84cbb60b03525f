/* A Socket.IO client on a WebSocket that stays connected as long as its owner wants ("Client duties
   in short" and "Reconnection of the reference client" in the realtime notes).

   Lost, it tries again as the official library does: after 1 s, doubled up to 5 s, more or less by
   half. Better than that: it tries at once when the network changed, and then finds a connection
   that is lost without anybody saying so in `probe_timeout` instead of a minute.

   What is bounded: the events that wait for a connection and the acknowledgements that are awaited
   (wire/socket_client.h: a new one is refused), what the socket does not take (net/websocket.h: the
   connection is cut, and made again). */
#ifndef NET_REALTIME_CLIENT_H
#define NET_REALTIME_CLIENT_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

#include "net/dialer.h"
#include "net/timers.h"
#include "net/websocket.h"
#include "wire/error.h"
#include "wire/socket_client.h"

struct realtime_settings {
    const char *path;        /* "/v1/updates/" */
    int64_t reconnect_least; /* ms */
    int64_t reconnect_most;  /* ms */
    int64_t open_timeout;    /* ms from the beginning of an attempt to the engine's handshake */
    int64_t join_timeout; /* ms from there to the answer to CONNECT; the reference waits for ever */
    int64_t probe_timeout; /* ms that a connection has to prove itself after a network change */
    struct socket_client_settings socket;
    struct websocket_settings websocket;
};

/* 1 s, 5 s, 20 s, 20 s, 5 s; messages that come have at most 64 MiB. */
extern const struct realtime_settings REALTIME_SETTINGS;

struct realtime_client;

/* Functions may call back, and may free the client. What they are given is borrowed. */
struct realtime_listener {
    /* Append the JSON object to join with. Called for every connection. */
    void (*auth)(struct realtime_client *client, struct buffer *auth, void *context);
    /* Joined; what waited has been sent. */
    void (*connected)(struct realtime_client *client, struct slice id, void *context);
    /* Not joined any more. `reason` is in the words of the reference ("transport close", "ping
       timeout", "io server disconnect"), `error` says it in a sentence that names the server.
       `retry_in` is when it tries again, in ms; -1: not by itself. */
    void (*disconnected)(struct realtime_client *client, const char *reason,
                         const struct error *error, int64_t retry_in, void *context);
    /* An attempt failed. `retry_in` is -1 when the server refused to let it join (ERROR_REFUSED,
       which a proxy or a certificate can be the reason of, too): then it does not try again unless
       realtime_client_connect() is called. */
    void (*failed)(struct realtime_client *client, const struct error *error, int64_t retry_in,
                   void *context);
    /* As in struct socket_client_listener. */
    void (*event)(struct realtime_client *client, uint32_t connection,
                  const struct socketio_packet *packet, void *context);
};

/* `url` is that of the server; its path does not count. It is not connected yet. `settings`,
   `listener`, `dialer` and `timers` must outlive it. Returns NULL with ERROR_INVALID for the URL,
   or ERROR_MEMORY. */
struct realtime_client *realtime_client_new(struct dialer *dialer, struct timers *timers,
                                            const char *url,
                                            const struct realtime_settings *settings,
                                            const struct realtime_listener *listener, void *context,
                                            struct error *error);

/* Cuts the connection. Calls that wait fail with ERROR_CLOSED; nothing else is told. NULL is
   allowed. */
void realtime_client_free(struct realtime_client *client);

/* Connects and stays connected. Harmless when it is connected, or trying. */
void realtime_client_connect(struct realtime_client *client);

/* Leaves, and stays away. */
void realtime_client_disconnect(struct realtime_client *client);

/* The network changed (os/network_watch.h): tries at once if it waits or is trying, but not within
   `reconnect_least` of the attempt before, however often this is called; tests the connection if
   there is one. */
void realtime_client_network_changed(struct realtime_client *client);

bool realtime_client_is_connected(const struct realtime_client *client);

/* As socket_client_emit(), socket_client_emit_volatile(), socket_client_call() and
   socket_client_acknowledge(). A reply is called from the loop, or within the call that failed. */
int realtime_client_emit(struct realtime_client *client, const struct socketio_message *message,
                         struct error *error);
bool realtime_client_emit_volatile(struct realtime_client *client,
                                   const struct socketio_message *message);
void realtime_client_call(struct realtime_client *client, const struct socketio_message *message,
                          int64_t timeout, socketio_reply *reply, void *reply_context);
int realtime_client_acknowledge(struct realtime_client *client, uint32_t connection, int64_t id,
                                const struct socketio_message *message, struct error *error);

#endif
