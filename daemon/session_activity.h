/* Busy, idle or waiting: made of the notes of an agent's hooks, where it has any, and of the output
   of its terminal. */
#ifndef DAEMON_SESSION_ACTIVITY_H
#define DAEMON_SESSION_ACTIVITY_H

#include "session.h"

/* A note came. */
void session_activity_note(struct session *session, enum agent_note_kind kind);

/* The terminal became active, or quiet. */
void session_activity_output(struct session *session, bool active);

#endif
