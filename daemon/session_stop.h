/* Asks an agent to end, in its own way: the steps of its dialect, then SIGTERM. */
#ifndef DAEMON_SESSION_STOP_H
#define DAEMON_SESSION_STOP_H

#include "session.h"

/* Begins; does nothing when it has begun. It lasts until the session ends. */
void session_stop_begin(struct session *session);

#endif
