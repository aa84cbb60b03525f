/* Follows the output of a session from an offset on, over a connection of its own to the holder, so
   that somebody slow holds up nobody else. */
#ifndef DAEMON_OUTPUT_FOLLOWER_H
#define DAEMON_OUTPUT_FOLLOWER_H

#include "holder_link.h"
#include "session.h"

/* Of one session: its holder keeps room for terminals and hooks. */
#define OUTPUT_FOLLOWERS_MAX 40

struct output_follower;

struct output_follower_listener {
    /* The holder is there; offsets behind the newest byte of each stream. Output begins once
       output_follower_start() says from where. */
    void (*ready)(uint64_t next, uint64_t error_next, void *context);
    void (*output)(uint8_t stream, uint64_t offset, struct frame_string bytes, void *context);
    void (*gap)(uint8_t stream, uint64_t from, uint64_t to, void *context);
    /* The agent has ended and all its output was told, or the connection is over. The follower is
       freed behind this call. */
    void (*ended)(void *context);
};

/* NULL with `error` filled when the holder cannot be reached. It may be freed in its listener. */
struct output_follower *output_follower_new(struct session *session,
                                            const struct output_follower_listener *listener,
                                            void *context, struct error *error);
void output_follower_free(struct output_follower *follower);

/* Both streams; that of errors exists for pipes only. */
void output_follower_start(struct output_follower *follower, uint64_t from, uint64_t error_from);

void output_follower_pause(struct output_follower *follower, bool pause);
struct holder_link *output_follower_link(struct output_follower *follower);

#endif
