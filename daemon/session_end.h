/* The end of a session: what the holder still has of it is fetched and put on the disk, and only
   then may the holder go. */
#ifndef DAEMON_SESSION_END_H
#define DAEMON_SESSION_END_H

#include "session.h"

/* The agent has exited. Does nothing when its end is under way already, and not broken. */
void session_end_begin(struct session *session, const struct frame_exit *exit);

/* Bytes of a stream came, or a gap in it; without an end under way they are ignored. */
void session_end_output(struct session *session, uint8_t stream, uint64_t offset,
                        struct frame_string bytes);
void session_end_gap(struct session *session, uint8_t stream, uint64_t from, uint64_t to);

/* The connection to the holder broke meanwhile. True when it is to be made again, to begin anew
   with session_end_begin(); else what was fetched must do. */
bool session_end_broken(struct session *session);

/* The holder is gone: with the agent's exit status known, this is its end, else the session is
 * lost.
 */
void session_end_lost(struct session *session, const char *reason);

#endif
