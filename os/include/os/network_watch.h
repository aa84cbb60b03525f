/* Tells that the network of this machine has changed: an interface came up or went down, an address
   came or went. rtnetlink(7) on Linux, route(4) on macOS and the BSDs. Costs nothing while nothing
   changes. */
#ifndef OS_NETWORK_WATCH_H
#define OS_NETWORK_WATCH_H

#include <stdbool.h>

#include "wire/error.h"

/* A non-blocking descriptor that becomes readable, to be closed with close(2); or -1 with
   ERROR_SYSTEM, or ERROR_UNSUPPORTED where there is no such thing. */
int network_watch_open(struct error *error);

/* Reads all there is to read. Whether some of it means that connections may have been lost, or can
   be made again. */
bool network_watch_read(int descriptor);

#endif
