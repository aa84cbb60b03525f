#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>

#include "net/tls.h"
#include "net/tls_fault.h"

/* The first of the errors that the stream kept; the others are dropped. */
static unsigned long take_code(struct bufferevent *stream)
{
    unsigned long code = bufferevent_get_openssl_error(stream);
    while (bufferevent_get_openssl_error(stream) != 0)
        ;
    return code;
}

void tls_stream_error(struct bufferevent *stream, short events, const char *peer,
                      struct error *error)
{
    int system_error = errno;
    bool encrypted = bufferevent_openssl_get_ssl(stream) != NULL;
    unsigned long code = encrypted ? take_code(stream) : 0;
    const char *reason = code ? ERR_reason_error_string(code) : NULL;
    if (events & BEV_EVENT_TIMEOUT) {
        error_set(error, ERROR_TIMEOUT, "%s did not answer in time", peer);
    } else if (events & BEV_EVENT_EOF) {
        error_set(error, ERROR_CLOSED, "%s closed the connection", peer);
    } else if (encrypted && tls_is_cut_off(SSL_ERROR_SYSCALL, code, system_error)) {
        error_set(error, ERROR_CLOSED,
                  "the connection to %s was cut off: its end was not announced", peer);
    } else if (reason) {
        error_set(error, ERROR_CLOSED, "the TLS connection to %s failed: %s", peer, reason);
    } else {
        errno = system_error;
        error_set_errno(error, "the connection to %s was lost", peer);
        error->code = ERROR_CLOSED;
    }
}

void tls_stream_free(struct bufferevent *stream)
{
    SSL *ssl = bufferevent_openssl_get_ssl(stream);
    if (ssl && SSL_is_init_finished(ssl) &&
        evbuffer_get_length(bufferevent_get_output(stream)) == 0) {
        SSL_shutdown(ssl);
        ERR_clear_error();
    }
    bufferevent_free(stream);
}
