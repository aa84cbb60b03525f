/* The server as one value: what every part of it may reach. One loop, one thread; the store has
   threads of its own (store/store.h). */
#ifndef SERVER_APPLICATION_H
#define SERVER_APPLICATION_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

#include "net/http_server.h"
#include "net/timers.h"
#include "route.h"
#include "settings.h"
#include "store/store.h"
#include "tokens.h"
#include "wire/error.h"
#include "wire/random.h"
#include "wire/secret.h"

struct hub;
struct realtime;

struct application {
    struct event_base *base;         /* the caller's */
    const struct settings *settings; /* the caller's */
    struct store *store;
    struct tokens *tokens;
    struct secret *at_rest_root; /* see application_at_rest_root(); NULL before */
    struct http_server *server;
    struct timers *timers; /* the HTTP server's, for everybody */
    struct router *router;
    const struct random_source *random;
    int64_t (*now_ms)(void); /* since the epoch */
    struct hub *hub;
    struct realtime *realtime;
    unsigned port; /* after application_start() */

    /* The application's own. */
    struct event *store_event;
    unsigned requests; /* that live: with a client, or a job under way */
    bool stopping;
    void (*stopped)(void *context);
    void *context;
};

/* Opens the store and makes everything that needs no port. NULL with `error` filled. */
struct application *application_new(struct event_base *base, const struct settings *settings,
                                    struct error *error);

/* Ends what is left: connections are cut, jobs that were submitted are run. NULL is fine. */
void application_free(struct application *application);

/* The root of the keys of what is encrypted in the store. It is made when it is first asked for,
   which takes 210,000 rounds of PBKDF2. The application's; NULL with `error` filled. */
const struct secret *application_at_rest_root(struct application *application, struct error *error);

/* Binds and listens. Returns 0 or -1. */
int application_start(struct application *application, struct error *error);

/* No new connections; requests that run are answered, then `stopped` is called. */
void application_stop(struct application *application, void (*stopped)(void *context),
                      void *context);

#endif
