#include "net/http_pool.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "net/http_client.h"

struct kept {
    TAILQ_ENTRY(kept) entry;
    struct http_pool *pool;
    struct client_connection *connection; /* NULL: handed out */
    struct event *expiry;
    char *key;
};

struct http_pool {
    struct event_base *base;
    TAILQ_HEAD(kept_list, kept) kept; /* the youngest first */
    size_t count;
};

static void drop(struct kept *kept)
{
    TAILQ_REMOVE(&kept->pool->kept, kept, entry);
    kept->pool->count--;
    if (kept->connection)
        client_connection_free(kept->connection);
    event_free(kept->expiry);
    free(kept->key);
    free(kept);
}

static void on_expiry(evutil_socket_t descriptor, short events, void *context)
{
    (void)descriptor;
    (void)events;
    drop(context);
}

static void on_lost(const struct error *error, void *context)
{
    (void)error;
    drop(context);
}

static const struct client_connection_listener listener = {.lost = on_lost};

struct http_pool *http_pool_new(struct event_base *base)
{
    struct http_pool *pool = calloc(1, sizeof *pool);
    if (!pool)
        return NULL;
    pool->base = base;
    TAILQ_INIT(&pool->kept);
    return pool;
}

void http_pool_free(struct http_pool *pool)
{
    if (!pool)
        return;
    http_pool_close(pool, NULL);
    free(pool);
}

void http_pool_give(struct http_pool *pool, struct client_connection *connection, const char *key,
                    int keep_ms)
{
    struct timeval time = {keep_ms / 1000, keep_ms % 1000 * 1000};
    struct kept *kept = calloc(1, sizeof *kept);
    if (kept) {
        kept->key = strdup(key);
        kept->expiry = evtimer_new(pool->base, on_expiry, kept);
    }
    if (!kept || !kept->key || !kept->expiry || event_add(kept->expiry, &time) < 0) {
        if (kept && kept->expiry)
            event_free(kept->expiry);
        free(kept ? kept->key : NULL);
        free(kept);
        client_connection_free(connection);
        return;
    }
    kept->pool = pool;
    kept->connection = connection;
    client_connection_listen(connection, &listener, kept);
    TAILQ_INSERT_HEAD(&pool->kept, kept, entry);
    if (++pool->count > HTTP_CLIENT_IDLE_MAX)
        drop(TAILQ_LAST(&pool->kept, kept_list));
}

struct client_connection *http_pool_take(struct http_pool *pool, const char *key)
{
    struct kept *kept, *next;
    for (kept = TAILQ_FIRST(&pool->kept); kept; kept = next) {
        next = TAILQ_NEXT(kept, entry);
        if (strcmp(kept->key, key) != 0)
            continue;
        struct client_connection *connection = kept->connection;
        bool quiet = client_connection_is_quiet(connection);
        if (quiet)
            kept->connection = NULL;
        drop(kept);
        if (quiet)
            return connection;
    }
    return NULL;
}

void http_pool_close(struct http_pool *pool, const char *key)
{
    struct kept *kept, *next;
    for (kept = TAILQ_FIRST(&pool->kept); kept; kept = next) {
        next = TAILQ_NEXT(kept, entry);
        if (!key || strcmp(kept->key, key) == 0)
            drop(kept);
    }
}
