/* Connections that no call uses, kept for the next. */
#ifndef NET_HTTP_POOL_H
#define NET_HTTP_POOL_H

#include "net/client_connection.h"

struct http_pool;

struct http_pool *http_pool_new(struct event_base *base); /* NULL: out of memory */
void http_pool_free(struct http_pool *pool);

/* Takes a connection over for `keep_ms`; the oldest goes when there are more than
   HTTP_CLIENT_IDLE_MAX. `key` is copied. */
void http_pool_give(struct http_pool *pool, struct client_connection *connection, const char *key,
                    int keep_ms);

/* The youngest connection of that key, the caller's from now on, or NULL. */
struct client_connection *http_pool_take(struct http_pool *pool, const char *key);

/* Closes those of a key; NULL: all. */
void http_pool_close(struct http_pool *pool, const char *key);

#endif
