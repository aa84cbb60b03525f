#include <errno.h>
#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/tls.h"
#include "net/tls_context.h"
#include "net/tls_fault.h"
#include "net/url.h"

struct tls_client {
    SSL_CTX *context;
};

struct tls_handshake {
    SSL *ssl;
    struct event *ready;
    struct event_base *base;
    int descriptor;
    char *host;
    unsigned char received[5];
    size_t received_length;
    struct tls_certificate_fault certificate;
    tls_handshake_done *done;
    void *context;
};

/* ---- the context ---- */

static int trust_file(SSL_CTX *context, const char *path, struct error *error)
{
    if (!path || !*path)
        return SSL_CTX_set_default_verify_file(context) == 1
                   ? 0
                   : tls_context_failed("the system's trusted certificates", error);
    if (SSL_CTX_load_verify_file(context, path) == 1)
        return 0;
    ERR_clear_error();
    error_set(error, ERROR_INVALID,
              "no certificate can be read from %.256s, which SSL_CERT_FILE names", path);
    return error_fix(error,
                     "let SSL_CERT_FILE name a file of certificates in PEM form, or unset it");
}

/* A list with colons, of which OpenSSL ignores what is not there. One at least has to be. */
static int trust_directory(SSL_CTX *context, const char *list, struct error *error)
{
    if (!list || !*list)
        return SSL_CTX_set_default_verify_dir(context) == 1
                   ? 0
                   : tls_context_failed("the system's trusted certificates", error);
    char *copy = strdup(list), *rest = copy, *path;
    bool found = false;
    struct stat status;
    while ((path = strsep(&rest, ":")))
        found = found || (stat(path, &status) == 0 && S_ISDIR(status.st_mode));
    free(copy);
    if (!found) {
        error_set(error, ERROR_INVALID, "%.256s, which SSL_CERT_DIR names, is not a directory",
                  list);
        return error_fix(error, "let SSL_CERT_DIR name a directory of certificates, or unset it");
    }
    if (SSL_CTX_load_verify_dir(context, list) != 1)
        return tls_context_failed("the certificates that SSL_CERT_DIR names", error);
    return 0;
}

static int on_verify(int accepted, X509_STORE_CTX *store)
{
    const SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct tls_handshake *handshake = SSL_get_app_data(ssl);
    if (!accepted && handshake)
        tls_certificate_fault_note(&handshake->certificate, store);
    return accepted;
}

struct tls_client *tls_client_new(struct error *error)
{
    static const unsigned char protocols[] = "\x08http/1.1";
    struct tls_client *client = calloc(1, sizeof *client);
    if (!client) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    client->context = tls_context_new(TLS_client_method(), error);
    if (!client->context || trust_file(client->context, getenv("SSL_CERT_FILE"), error) < 0 ||
        trust_directory(client->context, getenv("SSL_CERT_DIR"), error) < 0) {
        tls_client_free(client);
        return NULL;
    }
    SSL_CTX_set_verify(client->context, SSL_VERIFY_PEER, on_verify);
    SSL_CTX_set_alpn_protos(client->context, protocols, sizeof protocols - 1);
    ERR_clear_error();
    return client;
}

void tls_client_free(struct tls_client *client)
{
    if (!client)
        return;
    SSL_CTX_free(client->context);
    free(client);
}

/* ---- a handshake ---- */

/* Everything but the descriptor and `ssl`, when they were handed on. */
static void free_handshake(struct tls_handshake *handshake)
{
    if (handshake->ready)
        event_free(handshake->ready);
    SSL_free(handshake->ssl);
    if (handshake->descriptor >= 0)
        close(handshake->descriptor);
    free(handshake->host);
    free(handshake);
}

void tls_handshake_cancel(struct tls_handshake *handshake)
{
    free_handshake(handshake);
}

static void finish(struct tls_handshake *handshake, struct bufferevent *stream,
                   const struct error *error)
{
    tls_handshake_done *done = handshake->done;
    void *context = handshake->context;
    free_handshake(handshake);
    done(stream, error, context);
}

static void hand_over(struct tls_handshake *handshake)
{
    struct error error;
    SSL_set_app_data(handshake->ssl, NULL);
    BIO_set_callback_ex(SSL_get_rbio(handshake->ssl), NULL);
    struct bufferevent *stream =
        bufferevent_openssl_socket_new(handshake->base, handshake->descriptor, handshake->ssl,
                                       BUFFEREVENT_SSL_OPEN, BEV_OPT_CLOSE_ON_FREE);
    if (!stream) {
        error_set(&error, ERROR_MEMORY, "out of memory");
        finish(handshake, NULL, &error);
        return;
    }
    handshake->ssl = NULL;
    handshake->descriptor = -1;
    finish(handshake, stream, NULL);
}

static void fail(struct tls_handshake *handshake, int ssl_error, int system_error)
{
    struct tls_fault fault = {
        .host = handshake->host,
        .certificate = &handshake->certificate,
        .ssl_error = ssl_error,
        .system_error = system_error,
        .code = ERR_peek_error(),
        .received = handshake->received,
        .received_length = handshake->received_length,
    };
    struct error error;
    tls_fault_explain(&fault, &error);
    ERR_clear_error();
    finish(handshake, NULL, &error);
}

static void wait_for(struct tls_handshake *handshake, short events);

static void on_ready(evutil_socket_t descriptor, short events, void *context)
{
    struct tls_handshake *handshake = context;
    (void)descriptor;
    (void)events;
    ERR_clear_error();
    errno = 0;
    int result = SSL_do_handshake(handshake->ssl);
    int system_error = errno;
    int ssl_error = SSL_get_error(handshake->ssl, result);
    if (result == 1)
        hand_over(handshake);
    else if (ssl_error == SSL_ERROR_WANT_READ)
        wait_for(handshake, EV_READ);
    else if (ssl_error == SSL_ERROR_WANT_WRITE)
        wait_for(handshake, EV_WRITE);
    else
        fail(handshake, ssl_error, system_error);
}

static void wait_for(struct tls_handshake *handshake, short events)
{
    event_del(handshake->ready);
    event_assign(handshake->ready, handshake->base, handshake->descriptor, events, on_ready,
                 handshake);
    event_add(handshake->ready, NULL);
}

/* Keeps the first bytes that come: they tell what speaks there, when it is not TLS. */
static long on_transport(BIO *bio, int operation, const char *bytes, size_t length, int argument,
                         long other, int result, size_t *processed)
{
    struct tls_handshake *handshake = (struct tls_handshake *)BIO_get_callback_arg(bio);
    size_t room = sizeof handshake->received - handshake->received_length;
    (void)length;
    (void)argument;
    (void)other;
    if (operation == (BIO_CB_READ | BIO_CB_RETURN) && result > 0 && processed) {
        size_t taken = *processed < room ? *processed : room;
        memcpy(handshake->received + handshake->received_length, bytes, taken);
        handshake->received_length += taken;
    }
    return result;
}

/* The name goes to the server (SNI) and must be in its certificate. */
static int set_host(SSL *ssl, const char *host)
{
    if (url_host_is_address(host))
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1 ? 0 : -1;
    SSL_set_hostflags(ssl,
                      X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    return SSL_set1_host(ssl, host) == 1 && SSL_set_tlsext_host_name(ssl, host) == 1 ? 0 : -1;
}

struct tls_handshake *tls_client_handshake(struct tls_client *client, struct event_base *base,
                                           int descriptor, const char *host,
                                           tls_handshake_done *done, void *context,
                                           struct error *error)
{
    struct tls_handshake *handshake = calloc(1, sizeof *handshake);
    if (!handshake) {
        close(descriptor);
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    handshake->base = base;
    handshake->descriptor = descriptor;
    handshake->done = done;
    handshake->context = context;
    handshake->host = strdup(host);
    handshake->ssl = SSL_new(client->context);
    /* A connected socket can be written to: the first turn of the loop begins the handshake. */
    handshake->ready = event_new(base, descriptor, EV_WRITE, on_ready, handshake);
    if (!handshake->host || !handshake->ssl || !handshake->ready ||
        SSL_set_fd(handshake->ssl, descriptor) != 1 || set_host(handshake->ssl, host) < 0 ||
        event_add(handshake->ready, NULL) < 0) {
        free_handshake(handshake);
        ERR_clear_error();
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    SSL_set_app_data(handshake->ssl, handshake);
    BIO_set_callback_arg(SSL_get_rbio(handshake->ssl), (char *)handshake);
    BIO_set_callback_ex(SSL_get_rbio(handshake->ssl), on_transport);
    SSL_set_connect_state(handshake->ssl);
    return handshake;
}
