/* An agent on pipes stops when its holder has no room left for what it writes, so that nothing is
   lost while the daemon is down. While it is up the daemon reads along, and lets go of all but the
   last part, of what its followers have; one that stands still is waited for a few seconds only. */
#ifndef DAEMON_SESSION_PIPES_H
#define DAEMON_SESSION_PIPES_H

#include "session.h"

/* The part of a stream that one follower has. */
struct pipe_reader {
    LIST_ENTRY(pipe_reader) entry;
    uint64_t have[2];    /* offsets; UINT64_MAX: not known */
    int64_t progress_at; /* clock_monotonic_ms() */
};

/* Begins to read along; does nothing when the session has a terminal. */
void session_pipes_follow(struct session *session);

/* Bytes of a stream, up to `end`, came from the holder. */
void session_pipes_read(struct session *session, uint8_t stream, uint64_t end);

/* A follower begins, goes on, and ends. The reader belongs to the follower. */
void session_pipes_add(struct session *session, struct pipe_reader *reader, uint64_t from,
                       uint64_t error_from);
void session_pipes_advance(struct session *session, struct pipe_reader *reader, uint8_t stream,
                           uint64_t end);
void session_pipes_remove(struct pipe_reader *reader);

#endif
