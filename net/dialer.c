#include "net/dialer.h"

#include <event2/buffer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include "net/connect_race.h"
#include "net/proxy.h"
#include "net/proxy_dialog.h"
#include "net/resolver.h"
#include "net/tls.h"
#include "os/unix_socket.h"

struct dialer {
    struct event_base *base;
    struct resolver *resolver;
    struct tls_client *tls; /* made when first needed: it takes time and memory */
    LIST_HEAD(, dial) dials;
};

/* One connection in the making. At most one of lookup, race, dialog and handshake is there. */
struct dial {
    LIST_ENTRY(dial) entry;
    struct dialer *dialer;
    struct event *begin, *timeout;
    int timeout_ms;
    char *host, *unix_path;
    uint16_t port;
    bool tls, direct;
    struct proxy proxy;
    struct lookup *lookup;
    union socket_address target; /* of the server, for proxies that want it; family 0: none yet */
    struct connect_race *race;
    struct proxy_dialog *dialog;
    struct tls_handshake *handshake;
    int descriptor;
    dial_done *done;
    void *context;
};

/* ---- the end ---- */

static void free_dial(struct dial *dial)
{
    LIST_REMOVE(dial, entry);
    if (dial->lookup)
        lookup_cancel(dial->lookup);
    if (dial->race)
        connect_race_free(dial->race);
    if (dial->dialog)
        proxy_dialog_free(dial->dialog);
    if (dial->handshake)
        tls_handshake_cancel(dial->handshake);
    if (dial->descriptor >= 0)
        close(dial->descriptor);
    if (dial->begin)
        event_free(dial->begin);
    if (dial->timeout)
        event_free(dial->timeout);
    proxy_wipe(&dial->proxy);
    free(dial->host);
    free(dial->unix_path);
    free(dial);
}

void dial_cancel(struct dial *dial)
{
    free_dial(dial);
}

static void finish(struct dial *dial, struct bufferevent *stream, const struct error *error)
{
    dial_done *done = dial->done;
    void *context = dial->context;
    free_dial(dial);
    done(stream, error, context);
}

static void fail(struct dial *dial, const struct error *error)
{
    struct error copy = *error;
    finish(dial, NULL, &copy);
}

static void fail_memory(struct dial *dial)
{
    struct error error;
    error_set(&error, ERROR_MEMORY, "out of memory");
    finish(dial, NULL, &error);
}

static const char *what_it_waits_for(const struct dial *dial)
{
    if (dial->handshake)
        return "the TLS handshake did not end";
    if (dial->dialog)
        return "the proxy did not answer";
    if (dial->race && dial->proxy.kind != PROXY_NONE)
        return "the proxy could not be reached";
    return "it did not answer";
}

static void on_timeout(evutil_socket_t descriptor, short events, void *context)
{
    struct dial *dial = context;
    struct error error;
    (void)descriptor;
    (void)events;
    error_set(&error, ERROR_TIMEOUT, "no connection to %s port %u within %d.%d s: %s", dial->host,
              dial->port, dial->timeout_ms / 1000, dial->timeout_ms % 1000 / 100,
              what_it_waits_for(dial));
    error_fix(&error, "check the network, and that a firewall lets the connection pass");
    fail(dial, &error);
}

/* ---- the steps, last one first ---- */

static void on_encrypted(struct bufferevent *stream, const struct error *error, void *context)
{
    struct dial *dial = context;
    dial->handshake = NULL;
    if (stream)
        finish(dial, stream, NULL);
    else
        fail(dial, error);
}

static void encrypt(struct dial *dial)
{
    struct error error;
    struct dialer *dialer = dial->dialer;
    if (!dialer->tls)
        dialer->tls = tls_client_new(&error);
    if (dialer->tls) {
        int descriptor = dial->descriptor;
        dial->descriptor = -1;
        dial->handshake = tls_client_handshake(dialer->tls, dialer->base, descriptor, dial->host,
                                               on_encrypted, dial, &error);
    }
    if (!dial->handshake)
        fail(dial, &error);
}

/* The descriptor leads to the server. */
static void connected(struct dial *dial)
{
    if (dial->tls) {
        encrypt(dial);
        return;
    }
    struct bufferevent *stream =
        bufferevent_socket_new(dial->dialer->base, dial->descriptor, BEV_OPT_CLOSE_ON_FREE);
    if (!stream) {
        fail_memory(dial);
        return;
    }
    dial->descriptor = -1;
    finish(dial, stream, NULL);
}

static void on_proxy_agreed(const struct error *error, void *context)
{
    struct dial *dial = context;
    dial->dialog = NULL;
    if (error)
        fail(dial, error);
    else
        connected(dial);
}

static void talk_to_proxy(struct dial *dial)
{
    struct error error;
    char address[SOCKET_ADDRESS_TEXT_MAX];
    const char *host = proxy_wants_address(dial->proxy.kind)
                           ? socket_address_text(&dial->target, address)
                           : dial->host;
    dial->dialog = proxy_dialog_new(dial->dialer->base, dial->descriptor, &dial->proxy, host,
                                    dial->port, on_proxy_agreed, dial, &error);
    if (!dial->dialog)
        fail(dial, &error);
}

/* A person who reads that there is no host PROXY has to learn whence that name came. */
static void fail_at_proxy(struct dial *dial, const struct error *error)
{
    struct error told;
    error_set(&told, error->code, "the proxy for %s cannot be reached: %s", dial->host,
              error->message);
    error_fix(&told, "check %s in the environment, or name the host in no_proxy",
              dial->tls ? "https_proxy" : "http_proxy");
    finish(dial, NULL, &told);
}

static void on_raced(int descriptor, const struct error *error, void *context)
{
    struct dial *dial = context;
    dial->race = NULL;
    dial->descriptor = descriptor;
    if (descriptor < 0 && dial->proxy.kind != PROXY_NONE)
        fail_at_proxy(dial, error);
    else if (descriptor < 0)
        fail(dial, error);
    else if (dial->proxy.kind != PROXY_NONE)
        talk_to_proxy(dial);
    else
        connected(dial);
}

static void race(struct dial *dial)
{
    bool proxy = dial->proxy.kind != PROXY_NONE;
    dial->race = connect_race_new(dial->dialer->resolver, dial->dialer->base,
                                  proxy ? dial->proxy.host : dial->host,
                                  proxy ? dial->proxy.port : dial->port, on_raced, dial);
    if (!dial->race)
        fail_memory(dial);
}

/* IPv4 when there is a choice: SOCKS4 knows nothing else, and more proxies reach it. */
static void on_target_found(const union socket_address *addresses, size_t count, void *context)
{
    struct dial *dial = context;
    for (size_t i = 0; i < count; i++)
        if (dial->target.generic.sa_family != AF_INET)
            dial->target = addresses[i];
}

static void on_target_ended(const struct error *error, void *context)
{
    struct dial *dial = context;
    dial->lookup = NULL;
    if (error)
        fail(dial, error);
    else
        race(dial);
}

static const struct lookup_listener target_listener = {on_target_found, on_target_ended};

static void look_target_up(struct dial *dial)
{
    dial->lookup = resolver_lookup(dial->dialer->resolver, dial->host, &target_listener, dial);
    if (!dial->lookup)
        fail_memory(dial);
}

static void connect_unix(struct dial *dial)
{
    struct error error;
    dial->descriptor = unix_socket_connect(dial->unix_path, &error);
    if (dial->descriptor >= 0) {
        connected(dial);
        return;
    }
    error_fix(&error, "check that the program that listens there runs");
    fail(dial, &error);
}

static const char *get_environment(const char *name)
{
    return getenv(name);
}

static int choose_proxy(struct dial *dial, struct error *error)
{
    struct proxy_environment environment;
    if (dial->direct)
        return 0;
    proxy_environment_read(&environment, get_environment);
    return proxy_choose(&environment, dial->host, dial->tls, &dial->proxy, error);
}

static void on_begin(evutil_socket_t descriptor, short events, void *context)
{
    struct dial *dial = context;
    struct error error;
    (void)descriptor;
    (void)events;
    if (dial->unix_path)
        connect_unix(dial);
    else if (choose_proxy(dial, &error) < 0)
        fail(dial, &error);
    else if (proxy_wants_address(dial->proxy.kind))
        look_target_up(dial);
    else
        race(dial);
}

/* ---- beginning ---- */

struct dial *dialer_dial(struct dialer *dialer, const struct dial_address *address, int timeout_ms,
                         dial_done *done, void *context)
{
    struct dial *dial = calloc(1, sizeof *dial);
    if (!dial)
        return NULL;
    *dial = (struct dial){
        .dialer = dialer,
        .timeout_ms = timeout_ms > 0 ? timeout_ms : DIAL_TIMEOUT_MS,
        .port = address->port,
        .tls = address->tls,
        .direct = address->direct,
        .descriptor = -1,
        .done = done,
        .context = context,
    };
    LIST_INSERT_HEAD(&dialer->dials, dial, entry);
    struct timeval timeout = {dial->timeout_ms / 1000, dial->timeout_ms % 1000 * 1000};
    dial->host = strdup(address->host);
    dial->unix_path = address->unix_path ? strdup(address->unix_path) : NULL;
    dial->begin = evtimer_new(dialer->base, on_begin, dial);
    dial->timeout = evtimer_new(dialer->base, on_timeout, dial);
    if (!dial->host || (address->unix_path && !dial->unix_path) || !dial->begin || !dial->timeout ||
        event_add(dial->timeout, &timeout) < 0) {
        free_dial(dial);
        return NULL;
    }
    event_active(dial->begin, EV_TIMEOUT, 0);
    return dial;
}

struct dial_address dial_address_of_url(const struct url *url)
{
    return (struct dial_address){.host = url->host, .port = url->port, .tls = url_is_tls(url)};
}

struct dialer *dialer_new(struct event_base *base, const struct dialer_options *options)
{
    struct dialer *dialer = calloc(1, sizeof *dialer);
    if (!dialer)
        return NULL;
    LIST_INIT(&dialer->dials);
    dialer->base = base;
    dialer->resolver = resolver_new(base, options);
    if (!dialer->resolver) {
        free(dialer);
        return NULL;
    }
    return dialer;
}

void dialer_free(struct dialer *dialer)
{
    struct dial *dial;
    if (!dialer)
        return;
    while ((dial = LIST_FIRST(&dialer->dials)))
        free_dial(dial);
    resolver_free(dialer->resolver);
    tls_client_free(dialer->tls);
    free(dialer);
}
