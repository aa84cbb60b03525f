/* One connection to a holder, in the role of control: frames out as calls, frames in through a
   listener (wire/frame.h, docs/holder-protocol.md). */
#ifndef DAEMON_HOLDER_LINK_H
#define DAEMON_HOLDER_LINK_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "wire/error.h"
#include "wire/frame.h"

#define HOLDER_LINK_QUEUE_MAX (1024u * 1024u) /* unsent bytes; above it input is refused */
#define HOLDER_LINK_ANSWER_MS 10000           /* a holder that does not answer so long hangs */

struct holder_link;

/* Any of them may be NULL. What points into a frame is valid during the call only. The link may be
   freed inside every one of them. */
struct holder_link_listener {
    void (*welcome)(struct holder_link *link, const struct frame_welcome *welcome, void *context);
    void (*started)(struct holder_link *link, uint32_t pid, void *context);
    void (*note)(struct holder_link *link, uint64_t sequence, int64_t at, struct frame_string note,
                 void *context);
    void (*activity)(struct holder_link *link, bool active, int64_t last_output_at,
                     uint64_t bytes_read, void *context);
    void (*terminals)(struct holder_link *link, uint16_t terminals, void *context);
    void (*resized)(struct holder_link *link, uint16_t columns, uint16_t rows, void *context);
    void (*exited)(struct holder_link *link, const struct frame_exit *exit, void *context);
    void (*output)(struct holder_link *link, uint8_t stream, uint64_t offset,
                   struct frame_string bytes, void *context);
    void (*gap)(struct holder_link *link, uint8_t stream, uint64_t from, uint64_t to,
                void *context);
    /* The connection is over: refused, ended or broken. Requests that waited were told before. */
    void (*closed)(struct holder_link *link, const struct error *error, void *context);
};

/* Takes over the connected, non-blocking descriptor and says HELLO. NULL when memory runs out; the
   descriptor is then closed. */
struct holder_link *holder_link_new(struct event_base *base, int descriptor,
                                    const struct holder_link_listener *listener, void *context);

/* Ends the connection at once, after a try to send what is queued; replies that wait are dropped
   silently. NULL is allowed. */
void holder_link_free(struct holder_link *link);

/* The holder's process; 0 before WELCOME. */
pid_t holder_link_peer_pid(const struct holder_link *link);

/* Bytes not sent yet. */
size_t holder_link_queued(const struct holder_link *link);

/* Ends the connection as if the holder had: requests that wait fail, `closed` is called. */
void holder_link_abort(struct holder_link *link, const struct error *error);

/* Sends frames as they are made; the buffer is freed. */
void holder_link_send(struct holder_link *link, struct buffer *frames);
void holder_link_send_empty(struct holder_link *link, enum frame_type type);

/* -1, ERROR_LIMIT, when too much waits to be sent: the agent does not read. */
int holder_link_input(struct holder_link *link, const void *bytes, size_t length,
                      struct error *error);
void holder_link_resize(struct holder_link *link, uint16_t columns, uint16_t rows);
void holder_link_signal(struct holder_link *link, int signal, enum frame_signal_target target);
void holder_link_follow(struct holder_link *link, uint8_t stream, uint64_t offset);
void holder_link_processed(struct holder_link *link, uint8_t stream, uint64_t offset);
void holder_link_acknowledge_notes(struct holder_link *link, uint64_t sequence);
void holder_link_detach_all(struct holder_link *link, const char *reason);

/* Requests. The reply comes once, with the value or with the error (ERROR_CLOSED, ERROR_TIMEOUT).
 */
typedef void holder_status_reply(const struct frame_status *status, const struct error *error,
                                 void *context);
typedef void holder_screen_reply(const struct frame_screen *screen, const struct error *error,
                                 void *context);
/* The lines are still in `lines`. */
typedef void holder_history_reply(const struct frame_history *history, struct frame_reader *lines,
                                  const struct error *error, void *context);

void holder_link_get_status(struct holder_link *link, holder_status_reply *reply, void *context);
void holder_link_get_screen(struct holder_link *link, bool colours, holder_screen_reply *reply,
                            void *context);
void holder_link_get_history(struct holder_link *link, uint64_t first, uint32_t count,
                             uint8_t flags, holder_history_reply *reply, void *context);

/* Replies to this context will not come. */
void holder_link_cancel(struct holder_link *link, const void *context);

/* Stops and goes on reading: what the holder sends meanwhile waits in the socket. */
void holder_link_pause(struct holder_link *link, bool pause);

#endif
