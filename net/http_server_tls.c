#include "net/http_connection.h"
#include "net/tls.h"

static struct bufferevent *make_tls(struct event_base *base, int descriptor, struct tls_server *tls)
{
    return tls_server_stream(tls, base, descriptor);
}

int http_server_listen_tls(struct http_server *server, int descriptor, struct tls_server *tls,
                           struct error *error)
{
    return http_server_add_listener(server, descriptor, make_tls, tls, error);
}
