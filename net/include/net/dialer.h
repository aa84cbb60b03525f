/* Connections to a server by name: proxy, look-up, racing of IPv6 and IPv4, proxy, TLS.

   The environment's proxies are obeyed (net/proxy.h). Names are looked up by DNS with the system's
   /etc/resolv.conf and /etc/hosts, both read anew when there is something to look up; localhost is
   known without. IPv6 and IPv4 race as RFC 8305 says. Nothing runs and no timer is set while no
   connection is being made. The process has to ignore SIGPIPE. */
#ifndef NET_DIALER_H
#define NET_DIALER_H

#include <event2/bufferevent.h>
#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

#include "net/url.h"
#include "wire/error.h"

#define DIAL_TIMEOUT_MS    30000 /* when the caller names none */
#define DIAL_ADDRESSES_MAX 16u   /* of a name that has more, these are tried */

struct dialer;

/* For tests; NULL for the system's. */
struct dialer_options {
    const char *resolver_path; /* in the place of /etc/resolv.conf */
    const char *hosts_path;    /* in the place of /etc/hosts; its order is the order of trying */
};

/* `options` may be NULL. NULL when out of memory. */
struct dialer *dialer_new(struct event_base *base, const struct dialer_options *options);

/* Ends what is being dialed, silently. */
void dialer_free(struct dialer *dialer);

struct dial_address {
    const char
        *unix_path;   /* a UNIX socket to connect to, or NULL; `host` is then the server's name */
    const char *host; /* in the form of struct url */
    uint16_t port;
    bool tls;
    bool direct; /* whatever the environment says, no proxy */
};

struct dial;

/* `stream` is connected, without callbacks, and the caller's (tls_stream_free() or
   bufferevent_free()), or NULL with `error` filled: ERROR_NOT_FOUND for an unknown name,
   ERROR_CLOSED when nobody accepts there, ERROR_REFUSED for a certificate or a proxy that says no,
   ERROR_UNSUPPORTED for a server too old, ERROR_TIMEOUT, ERROR_INVALID for settings that cannot be
   read, ERROR_SYSTEM. `dial` is freed by then; everything may be freed inside. */
typedef void dial_done(struct bufferevent *stream, const struct error *error, void *context);

/* Starts to connect. `address` is copied. `timeout_ms` covers everything from look-up to handshake;
   0 means DIAL_TIMEOUT_MS. `done` is called once, from the event loop and never from here, unless
   dial_cancel() comes first. NULL when out of memory; `done` is then not called. */
struct dial *dialer_dial(struct dialer *dialer, const struct dial_address *address, int timeout_ms,
                         dial_done *done, void *context);

/* The server of a URL; what it points to is `url`'s. */
struct dial_address dial_address_of_url(const struct url *url);

/* Allowed at any time before `done` was called. */
void dial_cancel(struct dial *dial);

#endif
