/* One connection to an HTTP server: writes what it is given, and reads one answer at a time. */
#ifndef NET_CLIENT_CONNECTION_H
#define NET_CLIENT_CONNECTION_H

#include <event2/bufferevent.h>
#include <stdbool.h>

#include "net/http_parser.h"
#include "wire/error.h"

#define CLIENT_CONNECTION_LOW  (16u * 1024u) /* unsent bytes at which there is room for more */
#define CLIENT_CONNECTION_HIGH (64u * 1024u) /* received bytes that wait for who has paused */
#define HTTP_INFORMATIONAL_MAX 16u           /* answers 1xx before the real one */

struct client_connection;

/* In each of them but `sent` the connection may be freed. */
struct client_connection_listener {
    void (*sent)(void *context);     /* some bytes went out */
    void (*room)(void *context);     /* few are left unsent */
    void (*received)(void *context); /* some bytes came in */
    void (*head)(const struct http_head *head, void *context);
    void (*body)(struct slice bytes, void *context);
    void (*whole)(void *context);                           /* the answer is complete */
    void (*lost)(const struct error *error, void *context); /* nothing more comes */
};

/* Takes over `stream`. `peer` names the server in errors; copied. NULL, the stream freed, when out
   of memory. */
struct client_connection *client_connection_new(struct bufferevent *stream, const char *peer);
void client_connection_free(struct client_connection *connection);

/* Without a request on its way, anything that happens is told as `lost`. */
void client_connection_listen(struct client_connection *connection,
                              const struct client_connection_listener *listener, void *context);

/* A request begins. -1 when out of memory. */
int client_connection_begin(struct client_connection *connection, bool is_head);
void client_connection_write(struct client_connection *connection, const void *bytes,
                             size_t length);
size_t client_connection_unsent(const struct client_connection *connection);

/* True when bytes of this request went out, or bytes of its answer came in. */
bool client_connection_has_sent(const struct client_connection *connection);
bool client_connection_has_received(const struct client_connection *connection);

void client_connection_pause(struct client_connection *connection);
void client_connection_resume(struct client_connection *connection);

/* Ends the exchange: the caller has the reader, which holds the answer's head, and frees it. */
struct http_reader *client_connection_take_reader(struct client_connection *connection);

/* After `whole`: whether another request may follow. */
bool client_connection_is_reusable(const struct client_connection *connection);

/* Between requests: whether nothing has come that ends the connection. */
bool client_connection_is_quiet(const struct client_connection *connection);

#endif
