/* A Socket.IO client's socket (sections 8, 10 and 11 of the realtime notes): it lives as long as
   its owner wants, over any number of connections, one after the other. Pure: the owner opens
   engine sessions, carries messages between them and this, and decides when to try again. `now` is
   in ms of a monotonic clock.

   Events that are emitted while the namespace is not joined wait, in order, and go out before
   `connected` is told. The queue has a bound; an event that does not fit is refused, those that
   wait stay. */
#ifndef WIRE_SOCKET_CLIENT_H
#define WIRE_SOCKET_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/engine_end.h"
#include "wire/error.h"
#include "wire/slice.h"
#include "wire/socketio.h"

struct socket_client_settings {
    const char *namespace; /* "/" */
    size_t queue_max;      /* bytes that wait for the join */
    size_t message_max;    /* bytes of a message, until a server says what it takes */
    size_t calls_max;      /* events whose acknowledgement is awaited */
};

/* "/", 8 MiB, 1000000, 4096. */
extern const struct socket_client_settings SOCKET_CLIENT_SETTINGS;

enum socket_client_end {
    SOCKET_CLIENT_TRANSPORT, /* the engine session ended: try again */
    SOCKET_CLIENT_SERVER, /* "io server disconnect": the server wants no more. Do not try again */
    SOCKET_CLIENT_CLIENT, /* "io client disconnect" */
};

struct socket_client;

/* Functions may call back into the client, and may free it. What they are given is borrowed for the
   call. */
struct socket_client_listener {
    /* A connection is there: append the JSON object of the CONNECT packet, or nothing. Called for
       each connection. */
    void (*auth)(struct socket_client *client, struct buffer *auth, void *context);
    /* The namespace is joined; what waited has been sent. `id` is the socket's. */
    void (*connected)(struct socket_client *client, struct slice id, void *context);
    /* The server refused: `message` is what it says, `data` JSON or empty. `close` follows. Trying
       again at once leads nowhere. */
    void (*refused)(struct socket_client *client, const char *message, struct slice data,
                    void *context);
    /* An event: socketio_event() takes it apart. With an `id` of 0 or more the server waits for
       socket_client_acknowledge(). `connection` is for that. */
    void (*event)(struct socket_client *client, uint32_t connection,
                  const struct socketio_packet *packet, void *context);
    /* A joined namespace was left. `reason` is static, in the words of the reference. */
    void (*disconnected)(struct socket_client *client, enum socket_client_end end,
                         const char *reason, void *context);
    /* To the engine session. */
    void (*send)(struct socket_client *client, struct slice data, bool binary, void *context);
    /* Whether the engine session would send at once: volatile events are dropped when not. */
    bool (*writable)(struct socket_client *client, void *context);
    /* Close the engine session. Not told again by socket_client_lost() being called. */
    void (*close)(struct socket_client *client, void *context);
};

/* `settings` and `listener` must outlive it. NULL: out of memory. */
struct socket_client *socket_client_new(const struct socket_client_settings *settings,
                                        const struct socket_client_listener *listener,
                                        void *context);

/* Calls that wait fail with ERROR_CLOSED; nothing else is told. Safe inside a listener function.
   NULL is allowed. */
void socket_client_free(struct socket_client *client);

/* An engine session is open: asks to join. `max_payload` is what its server takes, 0 if unknown:
   what waits and is longer is dropped, and its call fails with ERROR_LIMIT. */
void socket_client_opened(struct socket_client *client, int64_t max_payload);
/* It ended. Calls that were sent fail with ERROR_CLOSED, those in the queue stay there. */
void socket_client_lost(struct socket_client *client, enum engine_end reason);
/* A message of it. */
void socket_client_message(struct socket_client *client, struct slice data, bool binary);

bool socket_client_is_joined(const struct socket_client *client);

/* When socket_client_time() wants to be called; INT64_MAX: never. */
int64_t socket_client_deadline(const struct socket_client *client);
void socket_client_time(struct socket_client *client, int64_t now);

/* Emits an event: an array whose first item is its name (socketio_put_event()). Returns 0, or -1
   with ERROR_LIMIT when the queue is full or the message too long for the server, which would cut
   the connection, or ERROR_MEMORY. */
int socket_client_emit(struct socket_client *client, const struct socketio_message *message,
                       struct error *error);

/* Emits if that can be done at once; says whether it was. */
bool socket_client_emit_volatile(struct socket_client *client,
                                 const struct socketio_message *message);

/* Emits and waits for the acknowledgement for `timeout` ms, the time in the queue included (a call
   that waits there too long is taken out of it); 0: without end. `reply` is called exactly once,
   with ERROR_CLOSED, ERROR_TIMEOUT, ERROR_LIMIT or ERROR_MEMORY when there is no answer. */
void socket_client_call(struct socket_client *client, const struct socketio_message *message,
                        int64_t timeout, int64_t now, socketio_reply *reply, void *reply_context);

/* Answers an event: an array of arguments. Returns 0, or -1 and nothing is sent: ERROR_CLOSED when
   the connection it came by is gone, ERROR_LIMIT when the message is too long, ERROR_MEMORY. */
int socket_client_acknowledge(struct socket_client *client, uint32_t connection, int64_t id,
                              const struct socketio_message *message, struct error *error);

/* Leaves (41) and has the engine session closed. */
void socket_client_disconnect(struct socket_client *client);

#endif
