/* UNIX stream sockets: all are close-on-exec and non-blocking. */
#ifndef OS_UNIX_SOCKET_H
#define OS_UNIX_SOCKET_H

#include <stdbool.h>

#include "wire/error.h"

/* A listening socket at `path`, mode 0600. A dead socket file there is replaced; ERROR_EXISTS when
   somebody answers on it. Returns the descriptor or -1. */
int unix_socket_listen(const char *path, struct error *error);

/* Connects. ERROR_CLOSED when nobody listens there (no such file, or a dead one), other codes for
   other failures. Returns the descriptor or -1. */
int unix_socket_connect(const char *path, struct error *error);

/* Accepts a connection, as accept(2): -1 with errno set. */
int unix_socket_accept(int listener);

/* Two connected sockets, as socketpair(2): -1 with errno set. */
int unix_socket_pair(int pair[2]);

/* True when the process at the other end runs as this process's user (or as root). */
bool unix_socket_peer_is_allowed(int descriptor);

#endif
