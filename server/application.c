#include "application.h"

#include <stdlib.h>

#include "cors.h"
#include "net/http_server.h"
#include "os/clock.h"
#include "os/log.h"
#include "realtime.h"
#include "request.h"
#include "token_key.h"
#include "wire/server_secret.h"

static const struct route_table *const TABLES[] = {
    &ROUTES_ACCOUNT, &ROUTES_ARTIFACT, &ROUTES_AUTH,   &ROUTES_KEY_VALUE,
    &ROUTES_MACHINE, &ROUTES_MESSAGE,  &ROUTES_PEOPLE, &ROUTES_SERVICE,
    &ROUTES_SESSION, &ROUTES_USAGE,    &ROUTES_VENDOR,
};

static void on_request(struct http_exchange *exchange, void *context)
{
    struct application *application = context;
    struct engine_endpoint *engine = realtime_engine(application->realtime);
    if (engine_endpoint_wants(engine, http_exchange_head(exchange)))
        engine_endpoint_take(engine, exchange);
    else if (!cors_answer(exchange))
        request_begin(application, exchange);
}

static void on_stopped(struct http_server *server, void *context)
{
    struct application *application = context;
    (void)server;
    if (application->stopped)
        application->stopped(application->context);
}

static const struct http_server_listener SERVER_LISTENER = {.request = on_request,
                                                            .stopped = on_stopped};

static void on_store(evutil_socket_t descriptor, short what, void *context)
{
    struct application *application = context;
    (void)descriptor;
    (void)what;
    store_dispatch(application->store);
}

static int open_store(struct application *application, struct error *error)
{
    char *path = settings_path(application->settings, "happy-server.db");
    if (!path)
        return error_set(error, ERROR_MEMORY, "out of memory");
    application->store = store_open(&(struct store_settings){.path = path}, error);
    free(path);
    if (!application->store)
        return -1;
    application->store_event = event_new(application->base, store_descriptor(application->store),
                                         EV_READ | EV_PERSIST, on_store, application);
    if (!application->store_event || event_add(application->store_event, NULL) != 0)
        return error_set(error, ERROR_MEMORY, "out of memory");
    return 0;
}

static int make_tokens(struct application *application, struct error *error)
{
    struct key_pair pair;
    if (token_key_load(application->settings, &pair, error) != 0)
        return -1;
    application->tokens = tokens_new(&pair);
    return application->tokens ? 0 : error_set(error, ERROR_MEMORY, "out of memory");
}

struct application *application_new(struct event_base *base, const struct settings *settings,
                                    struct error *error)
{
    struct application *application = calloc(1, sizeof *application);
    if (!application) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    application->base = base;
    application->settings = settings;
    application->random = &RANDOM_SYSTEM;
    application->now_ms = clock_now_ms;
    application->router = router_new(TABLES, sizeof TABLES / sizeof *TABLES);
    application->server = http_server_new(base, NULL, &SERVER_LISTENER, application);
    if (!application->router || !application->server) {
        error_set(error, ERROR_MEMORY, "out of memory");
        goto failed;
    }
    application->timers = http_server_timers(application->server);
    if (open_store(application, error) != 0 || make_tokens(application, error) != 0 ||
        !realtime_new(application, error))
        goto failed;
    return application;
failed:
    application_free(application);
    return NULL;
}

/* The store closes while everything that its jobs tell of still lives. */
void application_free(struct application *application)
{
    if (!application)
        return;
    if (application->store_event)
        event_free(application->store_event);
    realtime_stop(application->realtime);
    store_close(application->store);
    realtime_free(application->realtime);
    http_server_free(application->server);
    tokens_free(application->tokens);
    secret_free(application->at_rest_root);
    router_free(application->router);
    free(application);
}

const struct secret *application_at_rest_root(struct application *application, struct error *error)
{
    if (!application->at_rest_root)
        application->at_rest_root = server_at_rest_root(application->settings->secret, error);
    return application->at_rest_root;
}

int application_start(struct application *application, struct error *error)
{
    const struct settings *settings = application->settings;
    int port = http_server_listen_tcp(application->server, settings->host, settings->port, error);
    if (port < 0)
        return -1;
    application->port = (unsigned)port;
    return 0;
}

void application_stop(struct application *application, void (*stopped)(void *context),
                      void *context)
{
    if (application->stopping)
        return;
    application->stopping = true;
    application->stopped = stopped;
    application->context = context;
    realtime_stop(application->realtime);
    http_server_stop(application->server);
}
