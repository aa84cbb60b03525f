/* Subscriptions of a peer of the local API: what local_api.c tells them. */
#ifndef DAEMON_API_SUBSCRIBE_H
#define DAEMON_API_SUBSCRIBE_H

#include "local_api.h"

#define API_SUBSCRIPTIONS_MAX 64 /* of one connection */

/* The peer is gone: ends its subscriptions. */
void api_subscriptions_close(struct api_peer *peer);

/* There is room again in the peer's queue. */
void api_subscriptions_drained(struct api_peer *peer);

/* An event is on the disk. */
void api_subscriptions_event(struct api_peer *peer, const struct logged_event *event);

#endif
