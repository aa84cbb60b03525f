#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <event2/listener.h>

#include "net/http_connection.h"
#include "os/log.h"

#define RETRY_TIME 100 /* ms until accepting is tried again, when descriptors have run out */

struct http_listener {
    SLIST_ENTRY(http_listener) entry;
    struct http_server *server;
    struct evconnlistener *accepting;
    struct event *retry;
    http_stream_maker *maker;
    struct tls_server *tls;
};

static const struct http_server_limits DEFAULTS = {16384, 20000, 72000, 30000};

static struct bufferevent *make_plain(struct event_base *base, int descriptor,
                                      struct tls_server *tls)
{
    (void)tls;
    struct bufferevent *stream = bufferevent_socket_new(base, descriptor, BEV_OPT_CLOSE_ON_FREE);
    if (!stream)
        close(descriptor);
    return stream;
}

static void let_accept(struct http_server *server)
{
    struct http_listener *listener;
    SLIST_FOREACH(listener, &server->listeners, entry)
    if (server->is_full)
        evconnlistener_disable(listener->accepting);
    else
        evconnlistener_enable(listener->accepting);
}

static void on_accept(struct evconnlistener *accepting, evutil_socket_t descriptor,
                      struct sockaddr *address, int length, void *context)
{
    (void)accepting;
    (void)length;
    struct http_listener *listener = context;
    struct http_server *server = listener->server;
    if (address->sa_family != AF_UNIX)
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    struct bufferevent *stream = listener->maker(server->base, descriptor, listener->tls);
    if (!stream)
        return;
    http_connection_begin(server, stream, listener->tls != NULL);
    server->is_full = server->connection_count >= server->limits.connections;
    if (server->is_full)
        let_accept(server);
}

/* The kernel tells again and again about a connection that cannot be taken. */
static void on_accept_error(struct evconnlistener *accepting, void *context)
{
    struct http_listener *listener = context;
    struct timeval wait = {.tv_usec = RETRY_TIME * 1000};
    log_warning("cannot accept a connection: %s", strerror(EVUTIL_SOCKET_ERROR()));
    evconnlistener_disable(accepting);
    evtimer_add(listener->retry, &wait);
}

static void on_retry(evutil_socket_t descriptor, short what, void *context)
{
    (void)descriptor;
    (void)what;
    struct http_listener *listener = context;
    let_accept(listener->server);
}

static void free_listener(struct http_listener *listener)
{
    if (listener->accepting)
        evconnlistener_free(listener->accepting);
    if (listener->retry)
        event_free(listener->retry);
    free(listener);
}

int http_server_add_listener(struct http_server *server, int descriptor, http_stream_maker *maker,
                             struct tls_server *tls, struct error *error)
{
    struct http_listener *listener = calloc(1, sizeof *listener);
    if (!listener) {
        close(descriptor);
        return error_set(error, ERROR_MEMORY, "out of memory");
    }
    *listener = (struct http_listener){.server = server, .maker = maker, .tls = tls};
    listener->retry = evtimer_new(server->base, on_retry, listener);
    listener->accepting =
        evconnlistener_new(server->base, on_accept, listener,
                           LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, descriptor);
    if (!listener->accepting || !listener->retry) {
        if (!listener->accepting)
            close(descriptor);
        free_listener(listener);
        return error_set(error, ERROR_MEMORY, "out of memory");
    }
    evconnlistener_set_error_cb(listener->accepting, on_accept_error);
    SLIST_INSERT_HEAD(&server->listeners, listener, entry);
    return 0;
}

int http_server_listen(struct http_server *server, int descriptor, struct error *error)
{
    return http_server_add_listener(server, descriptor, make_plain, NULL, error);
}

/* A socket that is bound and listens, or -1 with errno set. */
static int listen_at(const struct addrinfo *address)
{
    int descriptor = socket(address->ai_family, SOCK_STREAM, 0);
    if (descriptor < 0)
        return -1;
    evutil_make_socket_nonblocking(descriptor);
    evutil_make_socket_closeonexec(descriptor);
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (address->ai_family == AF_INET6)
        setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &(int){0}, sizeof(int));
    if (bind(descriptor, address->ai_addr, address->ai_addrlen) == 0 &&
        listen(descriptor, SOMAXCONN) == 0)
        return descriptor;
    int reason = errno;
    close(descriptor);
    errno = reason;
    return -1;
}

static int port_of(int descriptor)
{
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    char service[16] = "";
    if (getsockname(descriptor, (struct sockaddr *)&address, &length) != 0 ||
        getnameinfo((struct sockaddr *)&address, length, NULL, 0, service, sizeof service,
                    NI_NUMERICSERV) != 0)
        return -1;
    return (int)strtol(service, NULL, 10);
}

int http_server_listen_tcp(struct http_server *server, const char *host, unsigned port,
                           struct error *error)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *found;
    char service[16];
    snprintf(service, sizeof service, "%u", port);
    if (!host[0])
        hints.ai_family = AF_INET6;
    int failure = getaddrinfo(host[0] ? host : NULL, service, &hints, &found);
    if (failure)
        return error_set(error, ERROR_NOT_FOUND, "cannot find the address \"%s\": %s", host,
                         gai_strerror(failure));
    int descriptor = -1;
    for (const struct addrinfo *at = found; at && descriptor < 0; at = at->ai_next)
        descriptor = listen_at(at);
    freeaddrinfo(found);
    if (descriptor < 0 && !host[0])
        return http_server_listen_tcp(server, "0.0.0.0", port, error);
    if (descriptor < 0) {
        error_set_errno(error, "cannot listen on %s port %u", host, port);
        return error_fix(error, "choose another address or port, or stop what listens there");
    }
    int taken = port_of(descriptor);
    return http_server_listen(server, descriptor, error) == 0 ? taken : -1;
}

struct http_server *http_server_new(struct event_base *base,
                                    const struct http_server_limits *limits,
                                    const struct http_server_listener *listener, void *context)
{
    struct http_server *server = calloc(1, sizeof *server);
    if (!server)
        return NULL;
    *server = (struct http_server){.base = base, .listener = listener, .context = context};
    server->limits = limits ? *limits : DEFAULTS;
    if (server->limits.connections == 0)
        server->limits.connections = DEFAULTS.connections;
    if (server->limits.head_time == 0)
        server->limits.head_time = DEFAULTS.head_time;
    if (server->limits.idle_time == 0)
        server->limits.idle_time = DEFAULTS.idle_time;
    if (server->limits.stall_time == 0)
        server->limits.stall_time = DEFAULTS.stall_time;
    LIST_INIT(&server->connections);
    SLIST_INIT(&server->listeners);
    server->timers = timers_new(base);
    if (server->timers)
        return server;
    free(server);
    return NULL;
}

static void free_listeners(struct http_server *server)
{
    struct http_listener *listener;
    while ((listener = SLIST_FIRST(&server->listeners))) {
        SLIST_REMOVE_HEAD(&server->listeners, entry);
        free_listener(listener);
    }
}

void http_server_free(struct http_server *server)
{
    if (!server)
        return;
    free_listeners(server);
    server->is_stopping = false;
    struct http_connection *connection;
    while ((connection = LIST_FIRST(&server->connections)))
        http_connection_end(connection);
    timers_free(server->timers);
    buffer_free(&server->scratch);
    free(server);
}

void http_server_left(struct http_server *server)
{
    server->connection_count--;
    if (server->is_full && server->connection_count < server->limits.connections) {
        server->is_full = false;
        let_accept(server);
    }
    if (server->is_stopping && server->connection_count == 0 && server->listener->stopped)
        server->listener->stopped(server, server->context);
}

void http_server_stop(struct http_server *server)
{
    if (server->is_stopping)
        return;
    free_listeners(server);
    server->is_stopping = true;
    if (server->connection_count == 0 && server->listener->stopped)
        server->listener->stopped(server, server->context);
    struct http_connection *connection = LIST_FIRST(&server->connections);
    while (connection) {
        struct http_connection *next = LIST_NEXT(connection, entry);
        http_connection_wake(connection);
        connection = next;
    }
}

size_t http_server_connection_count(const struct http_server *server)
{
    return server->connection_count;
}

struct timers *http_server_timers(const struct http_server *server)
{
    return server->timers;
}
