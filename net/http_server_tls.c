#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <unistd.h>

#include "net/http_connection.h"

/* OpenSSL writes, and fails, inside of calls that write: the callbacks come later, from the loop.
 */
static struct bufferevent *make_tls(struct event_base *base, int descriptor, struct ssl_ctx_st *tls)
{
    SSL *session = SSL_new(tls);
    if (!session)
        return NULL;
    struct bufferevent *stream =
        bufferevent_openssl_socket_new(base, descriptor, session, BUFFEREVENT_SSL_ACCEPTING,
                                       BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
    if (!stream) {
        SSL_free(session);
        return NULL;
    }
    bufferevent_openssl_set_allow_dirty_shutdown(stream, 1);
    return stream;
}

int http_server_listen_tls(struct http_server *server, int descriptor, struct ssl_ctx_st *tls,
                           struct error *error)
{
    SSL_CTX_up_ref(tls);
    return http_server_add_listener(server, descriptor, make_tls, tls, SSL_CTX_free, error);
}
