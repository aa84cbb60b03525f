/* The agent's process and its streams: a PTY, or pipes. Reads what it writes, writes what it is
   given to read, notices its end. */
#ifndef HOLDER_AGENT_H
#define HOLDER_AGENT_H

#include <event2/event.h>
#include <stdbool.h>

#include "os/pty.h"
#include "wire/error.h"
#include "wire/frame.h"

#define AGENT_INPUT_MAX (1024u * 1024u) /* bytes that wait to be read by the agent; see below */
#define AGENT_READ_MAX  (64u * 1024u)   /* bytes taken from a stream in one loop turn */
#define AGENT_DRAIN_MS                                                                             \
    500 /* for output, after the agent's end, while others keep its                                \
           streams open */

struct agent;

struct agent_listener {
    /* At most AGENT_READ_MAX bytes; valid during the call. */
    void (*output)(enum frame_stream stream, const char *bytes, size_t length, void *context);
    /* agent_input_queued() fell to half of AGENT_INPUT_MAX. */
    void (*input_drained)(void *context);
    /* Once: the process has ended and its output is read, or did not end within AGENT_DRAIN_MS;
       then more output may still come. */
    void (*exited)(const struct frame_exit *exit, void *context);
};

/* Starts `program` on a PTY of that size, or on pipes when `columns` is 0. NULL with `error` filled
   when it cannot be started. */
struct agent *agent_new(struct event_base *base, const struct program *program, unsigned columns,
                        unsigned rows, const struct agent_listener *listener, void *context,
                        struct error *error);
/* Closes the streams; does not end the process. */
void agent_free(struct agent *agent);

pid_t agent_pid(const struct agent *agent);

/* Queues bytes for its terminal or standard input; ignored once that is closed. Who calls this
   stops taking input when agent_input_queued() exceeds AGENT_INPUT_MAX. */
void agent_write(struct agent *agent, const void *bytes, size_t length);
size_t agent_input_queued(const struct agent *agent);

/* Pipes: closes its standard input once everything queued is written. Ignored for a PTY. */
void agent_close_input(struct agent *agent);

/* Stops and goes on reading a stream: the agent blocks when it writes more than a pipe holds. */
void agent_pause_output(struct agent *agent, enum frame_stream stream, bool paused);

void agent_resize(struct agent *agent, unsigned columns, unsigned rows);

/* Sends a signal to the agent's process group, or to it and everything that it and its children
   started. Returns how many processes or groups were reached. */
int agent_signal(struct agent *agent, int number, enum frame_signal_target target);

#endif
