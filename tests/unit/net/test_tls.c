/* net/tls.h: the files of a server, and a client that speaks to it over a socket pair. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <event2/buffer.h>
#include <event2/bufferevent_ssl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "net/tls.h"
#include "os/unix_socket.h"

static char directory[] = "/tmp/happy-tls-XXXXXX";
static char certificate[64], key[64], other_key[64], locked_key[64];

static void write_key(const char *path, EVP_PKEY *pair, const char *pass_phrase)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(PEM_write_PrivateKey(file, pair, pass_phrase ? EVP_aes_256_cbc() : NULL, NULL,
                                          0, NULL, (void *)pass_phrase),
                     1);
    fclose(file);
    chmod(path, 0600);
}

/* Self-signed, for "it.test". */
static void write_certificate(const char *path, EVP_PKEY *pair, long serial)
{
    X509 *it = X509_new();
    FILE *file = fopen(path, "w");
    ASN1_INTEGER_set(X509_get_serialNumber(it), serial);
    X509_set_version(it, 2);
    X509_gmtime_adj(X509_getm_notBefore(it), -3600);
    X509_gmtime_adj(X509_getm_notAfter(it), 3600);
    X509_set_pubkey(it, pair);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(it), "CN", MBSTRING_ASC,
                               (const unsigned char *)"test", -1, -1, 0);
    X509_set_issuer_name(it, X509_get_subject_name(it));
    X509_EXTENSION *names = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "DNS:it.test");
    X509_add_ext(it, names, -1);
    X509_sign(it, pair, EVP_sha256());
    assert_int_equal(PEM_write_X509(file, it), 1);
    fclose(file);
    chmod(path, 0600);
    X509_EXTENSION_free(names);
    X509_free(it);
}

static int make_files(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    assert_non_null(mkdtemp(directory));
    snprintf(certificate, sizeof certificate, "%s/certificate", directory);
    snprintf(key, sizeof key, "%s/key", directory);
    snprintf(other_key, sizeof other_key, "%s/other", directory);
    snprintf(locked_key, sizeof locked_key, "%s/locked", directory);
    EVP_PKEY *pair = EVP_EC_gen("P-256"), *other = EVP_EC_gen("P-256");
    write_key(key, pair, NULL);
    write_key(locked_key, pair, "secret");
    write_key(other_key, other, NULL);
    write_certificate(certificate, pair, 1);
    EVP_PKEY_free(pair);
    EVP_PKEY_free(other);
    setenv("SSL_CERT_FILE", certificate, 1);
    unsetenv("SSL_CERT_DIR");
    return 0;
}

static int remove_files(void **state)
{
    (void)state;
    unlink(certificate);
    unlink(key);
    unlink(other_key);
    unlink(locked_key);
    return rmdir(directory);
}

static void expect_refusal(const char *certificate_path, const char *key_path, enum error_code code,
                           const char *words)
{
    struct error error;
    assert_null(tls_server_new(certificate_path, key_path, &error));
    assert_int_equal(error.code, code);
    if (!strstr(error.message, words))
        fail_msg("\"%s\" does not say \"%s\"", error.message, words);
}

static void test_server_files(void **state)
{
    (void)state;
    expect_refusal("/nonexistent", key, ERROR_SYSTEM, "/nonexistent");
    expect_refusal(certificate, "/nonexistent", ERROR_SYSTEM, "/nonexistent");
    expect_refusal(key, key, ERROR_INVALID, "no certificate");
    expect_refusal(certificate, certificate, ERROR_INVALID, "no private key");
    expect_refusal(certificate, other_key, ERROR_INVALID, "does not belong");
    expect_refusal(certificate, locked_key, ERROR_UNSUPPORTED, "pass phrase");
    expect_refusal(certificate, directory, ERROR_INVALID, "not a file");
    static const mode_t modes[] = {0604, 0620, 0602, 0666};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        chmod(key, modes[i]);
        expect_refusal(certificate, key, ERROR_REFUSED, "other users");
    }
    chmod(key, 0640);
    struct error error;
    struct tls_server *server = tls_server_new(certificate, key, &error);
    assert_non_null(server);
    tls_server_free(server);
    chmod(key, 0600);
}

/* ---- both ends ---- */

struct ends {
    struct event_base *base;
    struct bufferevent *client, *server;
    struct error error;
    bool done;
    short server_events;
    int handshakes;
};

static void on_handshake(struct bufferevent *stream, const struct error *error, void *context)
{
    struct ends *ends = context;
    ends->client = stream;
    ends->done = true;
    ends->handshakes++;
    if (error)
        ends->error = *error;
    event_base_loopbreak(ends->base);
}

static void on_server_event(struct bufferevent *stream, short events, void *context)
{
    struct ends *ends = context;
    (void)stream;
    ends->server_events |= events;
}

static void connect_ends(struct ends *ends, struct tls_server *server, const char *host)
{
    int pair[2];
    struct error error;
    struct tls_client *client = tls_client_new(&error);
    assert_non_null(client);
    ends->base = event_base_new();
    assert_int_equal(unix_socket_pair(pair), 0);
    ends->server = tls_server_stream(server, ends->base, pair[0]);
    assert_non_null(ends->server);
    bufferevent_setcb(ends->server, NULL, NULL, on_server_event, ends);
    bufferevent_enable(ends->server, EV_READ | EV_WRITE);
    assert_non_null(
        tls_client_handshake(client, ends->base, pair[1], host, on_handshake, ends, &error));
    assert_false(ends->done); /* never from the call itself */
    event_base_dispatch(ends->base);
    assert_true(ends->done);
    tls_client_free(client); /* the stream does not need it */
}

static void free_ends(struct ends *ends)
{
    if (ends->client)
        tls_stream_free(ends->client);
    tls_stream_free(ends->server);
    event_base_loop(ends->base, EVLOOP_NONBLOCK);
    event_base_free(ends->base);
}

static void test_both_ends(void **state)
{
    struct ends ends = {0};
    struct error error;
    char text[6] = "";
    (void)state;
    struct tls_server *server = tls_server_new(certificate, key, &error);
    connect_ends(&ends, server, "it.test");
    assert_non_null(ends.client);
    const unsigned char *protocol;
    unsigned length;
    SSL_get0_alpn_selected(bufferevent_openssl_get_ssl(ends.client), &protocol, &length);
    assert_int_equal(length, 8);
    assert_memory_equal(protocol, "http/1.1", 8);
    bufferevent_write(ends.server, "hello", 5);
    bufferevent_enable(ends.client, EV_READ | EV_WRITE);
    while (evbuffer_get_length(bufferevent_get_input(ends.client)) < 5)
        event_base_loop(ends.base, EVLOOP_ONCE);
    bufferevent_read(ends.client, text, 5);
    assert_string_equal(text, "hello");
    /* The end is announced: the other side sees EOF and no error. */
    tls_stream_free(ends.client);
    ends.client = NULL;
    ends.server_events = 0;
    while (!(ends.server_events & (BEV_EVENT_EOF | BEV_EVENT_ERROR)))
        event_base_loop(ends.base, EVLOOP_ONCE);
    assert_true(ends.server_events & BEV_EVENT_EOF);
    free_ends(&ends);
    tls_server_free(server);
}

static void test_wrong_name(void **state)
{
    struct ends ends = {0};
    struct error error;
    (void)state;
    struct tls_server *server = tls_server_new(certificate, key, &error);
    connect_ends(&ends, server, "other.test");
    assert_null(ends.client);
    assert_int_equal(ends.error.code, ERROR_REFUSED);
    free_ends(&ends);
    tls_server_free(server);
}

static long served_serial(struct tls_server *server)
{
    struct ends ends = {0};
    connect_ends(&ends, server, "it.test");
    assert_non_null(ends.client);
    X509 *seen = SSL_get0_peer_certificate(bufferevent_openssl_get_ssl(ends.client));
    long serial = ASN1_INTEGER_get(X509_get0_serialNumber(seen));
    free_ends(&ends);
    return serial;
}

static void test_reload(void **state)
{
    struct error error;
    (void)state;
    struct tls_server *server = tls_server_new(certificate, key, &error);
    assert_int_equal(served_serial(server), 1);
    FILE *file = fopen(key, "r");
    EVP_PKEY *pair = PEM_read_PrivateKey(file, NULL, NULL, NULL);
    fclose(file);
    write_certificate(certificate, pair, 2);
    EVP_PKEY_free(pair);
    assert_int_equal(tls_server_reload(server, &error), 0);
    assert_int_equal(served_serial(server), 2);
    /* A reload that fails leaves the server as it was. */
    chmod(key, 0644);
    assert_int_equal(tls_server_reload(server, &error), -1);
    assert_int_equal(served_serial(server), 2);
    chmod(key, 0600);
    tls_server_free(server);
}

static void test_cancel(void **state)
{
    struct error error;
    struct ends ends = {.base = event_base_new()};
    int pair[2];
    (void)state;
    struct tls_client *client = tls_client_new(&error);
    assert_int_equal(unix_socket_pair(pair), 0);
    struct tls_handshake *handshake =
        tls_client_handshake(client, ends.base, pair[1], "it.test", on_handshake, &ends, &error);
    event_base_loop(ends.base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
    tls_handshake_cancel(handshake);
    event_base_loop(ends.base, EVLOOP_NONBLOCK);
    assert_int_equal(ends.handshakes, 0);
    char bytes[4096];
    while (recv(pair[0], bytes, sizeof bytes, 0) > 0)
        ;
    assert_int_equal(recv(pair[0], bytes, 1, 0), 0); /* closed */
    close(pair[0]);
    tls_client_free(client);
    event_base_free(ends.base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_server_files), cmocka_unit_test(test_both_ends),
        cmocka_unit_test(test_wrong_name),   cmocka_unit_test(test_reload),
        cmocka_unit_test(test_cancel),
    };
    return cmocka_run_group_tests(tests, make_files, remove_files);
}
