/* Socket.IO on an HTTP server: an Engine.IO endpoint with a wire/socket_server.h on each of its
   sessions. */
#ifndef NET_SOCKET_ENDPOINT_H
#define NET_SOCKET_ENDPOINT_H

#include "net/engine_endpoint.h"
#include "wire/socket_server.h"

struct socket_endpoint;
struct socket_session;

/* As in wire/socket_server.h. Functions may emit, call, acknowledge, and close the session. */
struct socket_endpoint_listener {
    bool (*connect)(struct socket_session *session, uint32_t socket, struct slice namespace,
                    struct slice auth, void *context);
    void (*event)(struct socket_session *session, uint32_t socket,
                  const struct socketio_packet *packet, void *context);
    void (*disconnected)(struct socket_session *session, uint32_t socket, const char *reason,
                         void *context);
    /* A session begins and ends: where the application keeps something for it. May be NULL. */
    void (*opened)(struct socket_session *session, const char *peer, void *context);
    void (*closed)(struct socket_session *session, void *context);
};

/* The ids of sessions and of sockets come from `source`, which must live on, as must `settings`'
   pointers and `sockets`. `settings->id_counter` and `random` are not looked at. */
struct socket_endpoint *
socket_endpoint_new(struct timers *timers, const struct engine_endpoint_settings *settings,
                    const struct socket_server_settings *sockets, struct socket_source *source,
                    const struct socket_endpoint_listener *listener, void *context);
void socket_endpoint_free(struct socket_endpoint *endpoint);

/* Where requests go, and how all sessions are closed. */
struct engine_endpoint *socket_endpoint_engine(struct socket_endpoint *endpoint);

/* For socket_server_accept(), _refuse(), _emit(), _acknowledge(), _disconnect(), _id(). NULL once
   the session has ended. */
struct socket_server *socket_session_server(struct socket_session *session);

/* socket_server_call(), with the clock looked after. `timeout` in ms. */
void socket_session_call(struct socket_session *session, uint32_t socket,
                         const struct socketio_message *message, int64_t timeout,
                         socketio_reply *reply, void *reply_context);

/* Ends the transport; clients come back by themselves. */
void socket_session_close(struct socket_session *session);

void socket_session_set_data(struct socket_session *session, void *data);
void *socket_session_data(const struct socket_session *session);

#endif
