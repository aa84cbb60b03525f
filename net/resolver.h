/* Addresses of a name: of literal addresses and localhost (RFC 6761) without asking, by /etc/hosts,
   by DNS, IPv4 and IPv6 at the same time.

   The DNS client, evdns, lives while there are questions only: so /etc/resolv.conf is read when it
   is needed, and no timer or socket is left when nobody asks. Other sources of nsswitch.conf(5) are
   not asked. */
#ifndef NET_RESOLVER_H
#define NET_RESOLVER_H

#include <event2/event.h>

#include "net/dialer.h"
#include "net/socket_address.h"
#include "wire/error.h"

struct resolver;

/* NULL when out of memory. `options` may be NULL. */
struct resolver *resolver_new(struct event_base *base, const struct dialer_options *options);

/* Lookups must have been cancelled. What evdns has to tell of questions in flight is freed when the
   event loop runs next. */
void resolver_free(struct resolver *resolver);

struct lookup_listener {
    /* All addresses of one family (port 0), or of both, in the order in which to try them. May be
       called once for each family. The lookup may be cancelled inside. */
    void (*found)(const union socket_address *addresses, size_t count, void *context);
    /* Nothing more comes; the lookup is freed by then. `error` is NULL when something was found. */
    void (*ended)(const struct error *error, void *context);
};

struct lookup;

/* `host` as in struct url; copied. The listener is called from the event loop, never from here.
   NULL when out of memory. */
struct lookup *resolver_lookup(struct resolver *resolver, const char *host,
                               const struct lookup_listener *listener, void *context);

/* At any time before `ended`. */
void lookup_cancel(struct lookup *lookup);

#endif
