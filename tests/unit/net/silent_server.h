/* A server on the loopback that takes connections and says nothing: TLS handshakes with it stay
   under way. */
#ifndef TEST_SILENT_SERVER_H
#define TEST_SILENT_SERVER_H

#include <stdint.h>

/* A listening, non-blocking descriptor, the caller's. No proxy is asked for connections to it. */
int silent_server_listen(uint16_t *port);

#endif
