/* The server's side of Socket.IO on one Engine.IO session (sections 8 and 9 of the realtime notes):
   namespaces, joining them, events, acknowledgements both ways. Pure: what it sends goes to the
   engine session, whose messages come in here. `now` is in ms of a monotonic clock.

   A namespace that a client joins is a socket. Within the session each has a number that is never
   used again, so that late answers cannot reach the wrong one: a call with the number of a socket
   that is gone does nothing and returns false.

   Any breach of the protocol closes the engine session, as clients expect. Kinder than the
   reference: what comes for a namespace while its join is being decided is held, up to
   `held_max` bytes. Idle, with one namespace, it takes about 200 bytes. */
#ifndef WIRE_SOCKET_SERVER_H
#define WIRE_SOCKET_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/error.h"
#include "wire/random.h"
#include "wire/slice.h"
#include "wire/socketio.h"

#define SOCKET_SERVER_NAMESPACES_MAX 8u /* joined or being joined on one session */

struct socket_server_settings {
    int64_t connect_timeout; /* ms from the opening until a namespace must have been joined */
    size_t held_max;         /* bytes of packets that wait for a join */
    size_t calls_max;        /* events whose acknowledgement is awaited */
};

/* What the Happy server uses. 20 s, 1 MiB, 1024. */
extern const struct socket_server_settings SOCKET_SERVER_SETTINGS;

/* Where ids come from: one for all sessions of a process. */
struct socket_source {
    const struct random_source *random;
    uint32_t identifier; /* shared with the ids of engine sessions: engine_id_make() */
    int64_t call; /* the next acknowledgement id. Start it at something that no process before
                     used, such as the time in ms: a client may answer late */
};

struct socket_server;

/* Functions may call back into the server, and may free it. What they are given is borrowed for the
   call. Namespaces are as on the wire: "/" or longer. */
struct socket_server_listener {
    /* Somebody wants to join. `auth` is a JSON object, or empty. Return false when there is no such
       namespace; else decide with socket_server_accept() or socket_server_refuse(), here or later.
     */
    bool (*connect)(struct socket_server *server, uint32_t socket, struct slice namespace,
                    struct slice auth, void *context);
    /* An event: socketio_event() takes it apart. With an `id` of 0 or more it is to be
       acknowledged, at most once. */
    void (*event)(struct socket_server *server, uint32_t socket,
                  const struct socketio_packet *packet, void *context);
    /* A socket that was accepted is gone, or one that was being decided: the client left the
       namespace, or the session was closed. `reason` is static, in the words of the reference. */
    void (*disconnected)(struct socket_server *server, uint32_t socket, const char *reason,
                         void *context);
    /* To the engine session. */
    void (*send)(struct socket_server *server, struct slice data, bool binary, void *context);
    /* Close the engine session. The sockets have been told. */
    void (*close)(struct socket_server *server, void *context);
};

struct socket_server *socket_server_new(const struct socket_server_settings *settings,
                                        const struct socket_server_listener *listener,
                                        void *context, struct socket_source *source, int64_t now);

/* Calls that wait fail with ERROR_CLOSED; nothing else is told. Safe inside a listener function.
   NULL is allowed. */
void socket_server_free(struct socket_server *server);

/* The engine session ended; `reason` is static. */
void socket_server_ended(struct socket_server *server, const char *reason);

/* A message of the engine session. */
void socket_server_message(struct socket_server *server, struct slice data, bool binary,
                           int64_t now);

/* When socket_server_time() wants to be called; INT64_MAX: never. */
int64_t socket_server_deadline(const struct socket_server *server);
void socket_server_time(struct socket_server *server, int64_t now);

/* Decide about a join. Accepting sends the socket's id, then delivers what was held: emit in the
   `connect` that accepts only after accepting. `data` is JSON or empty. */
bool socket_server_accept(struct socket_server *server, uint32_t socket);
bool socket_server_refuse(struct socket_server *server, uint32_t socket, const char *message,
                          struct slice data);

/* The id of an accepted socket; NULL otherwise. */
const char *socket_server_id(const struct socket_server *server, uint32_t socket);

/* Emits an event: an array whose first item is its name (socketio_put_event()). */
bool socket_server_emit(struct socket_server *server, uint32_t socket,
                        const struct socketio_message *message);

/* Emits and waits for the acknowledgement for `timeout` ms. `reply` is called exactly once: with
   ERROR_CLOSED when the socket is gone (within this call if it already is), ERROR_TIMEOUT, or
   ERROR_LIMIT when too many are awaited. */
void socket_server_call(struct socket_server *server, uint32_t socket,
                        const struct socketio_message *message, int64_t timeout, int64_t now,
                        socketio_reply *reply, void *reply_context);

/* Answers an event: an array of arguments. */
bool socket_server_acknowledge(struct socket_server *server, uint32_t socket, int64_t id,
                               const struct socketio_message *message);

/* Makes a client leave (41). Official clients do not come back after it: closing the engine session
   is what makes them try again. */
bool socket_server_disconnect(struct socket_server *server, uint32_t socket);

#endif
