/* A socket of a client that was let in. */
#ifndef SERVER_CONNECTION_H
#define SERVER_CONNECTION_H

#include <stdint.h>
#include <sys/queue.h>

#include "application.h"
#include "hub.h"
#include "net/socket_endpoint.h"
#include "wire/identifier.h"
#include "wire/slice.h"

struct heartbeats;
struct rpc;
struct rpc_registration;

struct realtime {
    struct application *application;
    struct socket_endpoint *endpoint;
    struct engine_server_settings sessions;
    struct socket_source source;
    struct heartbeats *heartbeats;
    struct rpc *rpc;
};

struct connection {
    struct realtime *realtime;
    struct socket_session *session; /* NULL: the client has gone */
    uint32_t socket;
    unsigned holds;
    char *account;
    char *target; /* the id of its session or machine; NULL for user-scoped ones */
    char id[ENGINE_ID_LENGTH + 1];
    struct hub_member member;
    LIST_HEAD(, rpc_registration) methods;
    unsigned method_count;
};

/* What was begun for a connection ends without it, too: it lives while it is held. */
void connection_hold(struct connection *connection);
void connection_release(struct connection *connection);

static inline struct slice connection_account(const struct connection *connection)
{
    return slice_of_string(connection->account);
}

/* To nobody when the client has gone. `value` is JSON; empty: no argument. */
void connection_emit(struct connection *connection, const char *name, struct slice value);
void connection_acknowledge(struct connection *connection, int64_t id, struct slice value);

#endif
