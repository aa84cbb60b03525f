/* A TCP connection to whichever address of a host answers first: RFC 8305. */
#ifndef NET_CONNECT_RACE_H
#define NET_CONNECT_RACE_H

#include <event2/event.h>
#include <stdint.h>

#include "net/resolver.h"
#include "wire/error.h"

#define CONNECT_PACE_MS      250 /* between the starts of two attempts, section 5 */
#define CONNECT_IPV6_HEAD_MS 50  /* an IPv4 address waits so long for IPv6 ones, section 3 */

struct connect_race;

/* `descriptor` is connected, non-blocking, and the caller's; or -1 with `error` filled. The race is
   freed by then. */
typedef void connect_race_done(int descriptor, const struct error *error, void *context);

/* `done` is called once, from the event loop. There is no time limit but the system's. NULL when
   out of memory. */
struct connect_race *connect_race_new(struct resolver *resolver, struct event_base *base,
                                      const char *host, uint16_t port, connect_race_done *done,
                                      void *context);

/* Before `done` was called. */
void connect_race_free(struct connect_race *race);

#endif
