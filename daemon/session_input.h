/* Input for an agent, on a connection of its own: a holder stops reading a connection whose input
   the agent does not take, and signals must not wait behind it. */
#ifndef DAEMON_SESSION_INPUT_H
#define DAEMON_SESSION_INPUT_H

#include "session.h"

/* Sends bytes to the agent, over session->input. -1 with `error` filled: as session_link_of(), or
   ERROR_LIMIT when the agent does not read. */
int session_input(struct session *session, const void *bytes, size_t length, struct error *error);

/* Closes the agent's standard input behind what was sent before. */
int session_input_end(struct session *session, struct error *error);

#endif
