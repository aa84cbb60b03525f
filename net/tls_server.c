#include <errno.h>
#include <event2/bufferevent_ssl.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/tls.h"
#include "net/tls_context.h"

struct tls_server {
    SSL_CTX *context;
    char *certificate_path, *key_path;
};

static int on_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_length,
                   const unsigned char *in, unsigned in_length, void *context)
{
    static const unsigned char ours[] = "\x08http/1.1";
    unsigned char *chosen;
    (void)ssl;
    (void)context;
    if (SSL_select_next_proto(&chosen, out_length, ours, sizeof ours - 1, in, in_length) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

/* A key that wants a pass phrase: a daemon has nobody to ask. */
static int on_pass_phrase(char *out, int size, int writing, void *context)
{
    (void)out;
    (void)size;
    (void)writing;
    *(bool *)context = true;
    return -1;
}

static int check_key_file(int descriptor, const char *path, struct error *error)
{
    struct stat status;
    if (fstat(descriptor, &status) < 0 || !S_ISREG(status.st_mode))
        return error_set(error, ERROR_INVALID, "the key %s is not a file", path);
    if (status.st_uid != geteuid() && status.st_uid != 0) {
        error_set(error, ERROR_REFUSED, "the key %s belongs to another user", path);
        return error_fix(error, "chown it to the user that runs this program");
    }
    if (status.st_mode & (S_IROTH | S_IWOTH | S_IWGRP)) {
        error_set(error, ERROR_REFUSED, "other users may read or change the key %s (mode %04o)",
                  path, (unsigned)status.st_mode & 07777);
        return error_fix(error, "chmod 600 %s", path);
    }
    return 0;
}

static EVP_PKEY *read_key(const char *path, struct error *error)
{
    bool has_pass_phrase = false;
    EVP_PKEY *key = NULL;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        error_set_errno(error, "the key %s cannot be opened", path);
        return NULL;
    }
    BIO *file =
        check_key_file(descriptor, path, error) == 0 ? BIO_new_fd(descriptor, BIO_NOCLOSE) : NULL;
    if (!file)
        goto out;
    key = PEM_read_bio_PrivateKey(file, NULL, on_pass_phrase, &has_pass_phrase);
    if (!key && has_pass_phrase) {
        error_set(error, ERROR_UNSUPPORTED, "the key %s wants a pass phrase", path);
        error_fix(error, "write it without one: openssl pkey -in %s -out NEW", path);
    } else if (!key) {
        error_set(error, ERROR_INVALID, "there is no private key in PEM form in %s", path);
    }
    ERR_clear_error();
out:
    BIO_free(file);
    close(descriptor);
    return key;
}

static int read_files(SSL_CTX *context, const char *certificate_path, const char *key_path,
                      struct error *error)
{
    if (access(certificate_path, R_OK) < 0)
        return error_set_errno(error, "the certificate %s cannot be opened", certificate_path);
    if (SSL_CTX_use_certificate_chain_file(context, certificate_path) != 1) {
        ERR_clear_error();
        return error_set(error, ERROR_INVALID, "there is no certificate in PEM form in %s",
                         certificate_path);
    }
    EVP_PKEY *key = read_key(key_path, error);
    if (!key)
        return -1;
    int fits = X509_check_private_key(SSL_CTX_get0_certificate(context), key) == 1 &&
               SSL_CTX_use_PrivateKey(context, key) == 1;
    EVP_PKEY_free(key);
    ERR_clear_error();
    if (fits)
        return 0;
    error_set(error, ERROR_INVALID, "the key %s does not belong to the certificate %s", key_path,
              certificate_path);
    return error_fix(error, "the server's own certificate must be the first of its file");
}

struct tls_server *tls_server_new(const char *certificate_path, const char *key_path,
                                  struct error *error)
{
    struct tls_server *server = calloc(1, sizeof *server);
    if (server) {
        server->certificate_path = strdup(certificate_path);
        server->key_path = strdup(key_path);
    }
    if (!server || !server->certificate_path || !server->key_path)
        error_set(error, ERROR_MEMORY, "out of memory");
    else if (tls_server_reload(server, error) == 0)
        return server;
    tls_server_free(server);
    return NULL;
}

int tls_server_reload(struct tls_server *server, struct error *error)
{
    SSL_CTX *context = tls_context_new(TLS_server_method(), error);
    if (!context)
        return -1;
    if (read_files(context, server->certificate_path, server->key_path, error) < 0) {
        SSL_CTX_free(context);
        return -1;
    }
    SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_alpn_select_cb(context, on_alpn, NULL);
    SSL_CTX_free(server->context); /* connections hold it as long as they need it */
    server->context = context;
    return 0;
}

void tls_server_free(struct tls_server *server)
{
    if (!server)
        return;
    SSL_CTX_free(server->context);
    free(server->certificate_path);
    free(server->key_path);
    free(server);
}

struct bufferevent *tls_server_stream(struct tls_server *server, struct event_base *base,
                                      int descriptor)
{
    SSL *ssl = SSL_new(server->context);
    /* A write can fail within the call: whoever wrote is told from the event loop. */
    struct bufferevent *stream =
        ssl ? bufferevent_openssl_socket_new(base, descriptor, ssl, BUFFEREVENT_SSL_ACCEPTING,
                                             BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS)
            : NULL;
    if (!stream) {
        SSL_free(ssl);
        close(descriptor);
        ERR_clear_error();
    }
    return stream;
}
