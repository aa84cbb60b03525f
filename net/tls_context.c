#include "net/tls_context.h"

#include <openssl/err.h>

SSL_CTX *tls_context_new(const SSL_METHOD *method, struct error *error)
{
    SSL_CTX *context = SSL_CTX_new(method);
    if (!context || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1) {
        SSL_CTX_free(context);
        ERR_clear_error();
        error_set(error, ERROR_SYSTEM, "OpenSSL cannot be set up for TLS 1.2 or later");
        error_fix(error, "check OpenSSL's configuration (openssl.cnf, OPENSSL_CONF)");
        return NULL;
    }
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    /* What waits to be written is in an evbuffer, whose memory moves. */
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    return context;
}

int tls_context_failed(const char *what, struct error *error)
{
    const char *reason = ERR_reason_error_string(ERR_peek_error());
    error_set(error, ERROR_INVALID, "%s cannot be read: %s", what,
              reason ? reason : "no reason known");
    ERR_clear_error();
    return -1;
}
