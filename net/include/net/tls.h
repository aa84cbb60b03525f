/* TLS by OpenSSL: TLS 1.2 or later, ALPN "http/1.1". Clients always verify the chain and the name;
   there is no switch for that.

   The trusted issuers are the system's. SSL_CERT_FILE and SSL_CERT_DIR take their place, as in
   OpenSSL's own programs; one that cannot be read is an error. */
#ifndef NET_TLS_H
#define NET_TLS_H

#include <event2/bufferevent.h>
#include <event2/event.h>

#include "wire/error.h"

struct tls_client;

/* NULL, with `error` filled, when the trusted issuers cannot be read. */
struct tls_client *tls_client_new(struct error *error);
void tls_client_free(struct tls_client *client);

struct tls_handshake;

/* `stream` is the encrypted connection, the caller's from now on, or NULL with `error` filled. It
   is the last that is heard of the handshake, which is freed by then. */
typedef void tls_handshake_done(struct bufferevent *stream, const struct error *error,
                                void *context);

/* Makes a connected descriptor (taken over) an encrypted stream to `host`, a name or an address in
   the form of struct url. No time limit: the caller has one. `done` is called from the event loop,
   never from here. NULL with `error` filled and the descriptor closed on failure. */
struct tls_handshake *tls_client_handshake(struct tls_client *client, struct event_base *base,
                                           int descriptor, const char *host,
                                           tls_handshake_done *done, void *context,
                                           struct error *error);

/* Ends a handshake that has not called `done`, which it then never does. */
void tls_handshake_cancel(struct tls_handshake *handshake);

struct tls_server;

/* Files in PEM form: the certificate with those between it and its issuer, and its key. A key that
   every user of the machine may read, that somebody else could replace, that wants a pass phrase or
   does not belong to the certificate is refused. */
struct tls_server *tls_server_new(const char *certificate_path, const char *key_path,
                                  struct error *error);

/* Reads the files again, for connections from now on. On failure the old ones stay. */
int tls_server_reload(struct tls_server *server, struct error *error);
void tls_server_free(struct tls_server *server);

/* Makes an accepted descriptor (taken over) a stream whose handshake is under way:
   BEV_EVENT_CONNECTED tells its end, BEV_EVENT_ERROR its failure. NULL, the descriptor closed, when
   out of memory. */
struct bufferevent *tls_server_stream(struct tls_server *server, struct event_base *base,
                                      int descriptor);

/* Says why a stream ended, encrypted or not, given the BEV_EVENT_ bits of its event callback and
   the errno of that moment. An encrypted stream that ended without its closing message is
   BEV_EVENT_ERROR and told as cut off. `peer` names the other end in the message. */
void tls_stream_error(struct bufferevent *stream, short events, const char *peer,
                      struct error *error);

/* Frees a stream; on an encrypted one the closing message is sent first, where that does not wait.
 */
void tls_stream_free(struct bufferevent *stream);

#endif
