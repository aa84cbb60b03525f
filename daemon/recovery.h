/* Finds the holders of running sessions: at the start of the daemon, and when a connection to one
   breaks. A session whose holder is gone is lost. */
#ifndef DAEMON_RECOVERY_H
#define DAEMON_RECOVERY_H

#include "session.h"

/* For all sessions that were live when the daemon ended, and for holders that no session knows. */
void recovery_begin(struct daemon *daemon);

/* The connection to the session's holder broke. */
void recovery_look_again(struct session *session);

/* The holder welcomed us; called by session_link.c. */
void recovery_greeted(struct session *session, const struct frame_welcome *welcome);

void recovery_cancel(struct session *session);

#endif
