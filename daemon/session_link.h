/* What a session hears from its holder, and what becomes of it. */
#ifndef DAEMON_SESSION_LINK_H
#define DAEMON_SESSION_LINK_H

#include "session.h"

/* Speaks with the session's holder over the connected descriptor, which is taken over. -1 when
   memory runs out. */
int session_link_open(struct session *session, int descriptor);

/* NULL, with `error` filled, unless the session runs and its holder can be spoken to: ERROR_ENDED
   when it ended, ERROR_CLOSED when the holder is not there. */
struct holder_link *session_link_of(struct session *session, struct error *error);

/* Looks for the agent's own session id where its notes do not tell it. */
void session_find_native_id(struct session *session);

#endif
