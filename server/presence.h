/* Heartbeats of sessions and machines ("Presence" in the notes on the realtime protocol): each is
   told at once, and written to the store now and then; who is silent becomes inactive. */
#ifndef SERVER_PRESENCE_H
#define SERVER_PRESENCE_H

#include "connection.h"

#define PRESENCE_SILENT_MS  (10 * 60 * 1000) /* after this long they are inactive */
#define PRESENCE_SWEEP_MS   (60 * 1000)      /* between looks for those */
#define PRESENCE_KNOWN_MS   (30 * 1000)      /* that one belongs to its account is asked so often */
#define PRESENCE_WRITE_MS   (30 * 1000)      /* a heartbeat is written when it is so much younger */
#define PRESENCE_FLUSH_MS   (5 * 1000)       /* how long one waits to be written */
#define PRESENCE_STOPPED_MS (60 * 1000)      /* after its end a session's heartbeats mean nothing */

struct heartbeats;

/* Sweeps at once. NULL: out of memory. */
struct heartbeats *heartbeats_new(struct application *application);

/* Submits what waits to be written, and sweeps no more. */
void heartbeats_stop(struct heartbeats *heartbeats);

/* After the store was closed. NULL is fine. */
void heartbeats_free(struct heartbeats *heartbeats);

/* As in realtime.h. */
void heartbeats_session_stopped(struct heartbeats *heartbeats, struct slice account,
                                struct slice session);
void heartbeats_session_resumed(struct heartbeats *heartbeats, struct slice account,
                                struct slice session);

/* Tells the account's user-scoped sockets. */
void presence_tell_session(struct hub *hub, struct slice account, const char *session, bool active,
                           int64_t at, bool thinking);
void presence_tell_machine(struct hub *hub, struct slice account, const char *machine, bool active,
                           int64_t at);

#endif
