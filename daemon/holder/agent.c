#include "agent.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/process.h"

struct stream {
    struct agent *agent;
    enum frame_stream number;
    int descriptor; /* -1: closed */
    bool paused;
    struct event *readable;
};

struct agent {
    struct event_base *base;
    const struct agent_listener *listener;
    void *context;
    pid_t pid; /* 0 once it was reaped */
    int slave; /* of the PTY; -1 for pipes and after the end */
    int input; /* the PTY's master or the standard input's pipe; -1: closed */
    bool closes_input, told;
    struct buffer queue;
    size_t written; /* of `queue` */
    struct stream streams[2];
    struct event *writable, *child, *drain;
    struct frame_exit exit;
};

static void tell_exit(struct agent *agent)
{
    if (agent->told || agent->pid)
        return;
    agent->told = true;
    event_del(agent->drain);
    agent->listener->exited(&agent->exit, agent->context);
}

static bool is_terminal(const struct agent *agent)
{
    return agent->input >= 0 && agent->input == agent->streams[0].descriptor;
}

static void close_stream(struct stream *stream)
{
    if (stream->descriptor < 0)
        return;
    struct agent *agent = stream->agent;
    event_del(stream->readable);
    if (is_terminal(agent) && agent->input == stream->descriptor) {
        event_del(agent->writable);
        agent->input = -1;
    }
    close(stream->descriptor);
    stream->descriptor = -1;
}

static bool all_closed(const struct agent *agent)
{
    return agent->streams[0].descriptor < 0 && agent->streams[1].descriptor < 0;
}

static void on_readable(evutil_socket_t descriptor, short what, void *context)
{
    (void)what;
    struct stream *stream = context;
    struct agent *agent = stream->agent;
    static char bytes[AGENT_READ_MAX];
    size_t length = 0;
    ssize_t got = 1;
    while (length < sizeof bytes) {
        got = read(descriptor, bytes + length, sizeof bytes - length);
        if (got <= 0 && !(got < 0 && errno == EINTR))
            break;
        length += got > 0 ? (size_t)got : 0;
    }
    /* EIO is a PTY's way to say that nobody has its other end open. */
    bool ended = got == 0 || (got < 0 && errno != EAGAIN);
    if (ended)
        close_stream(stream);
    if (length)
        agent->listener->output(stream->number, bytes, length, agent->context);
    if (ended && all_closed(agent))
        tell_exit(agent);
}

/* Bytes that were ready when the process ended are read before its end is told, in as many loop
   turns as they take: reading then finds the end, or nothing for AGENT_DRAIN_MS. What a paused
   stream still holds is waited for. */
static void on_drain_time(evutil_socket_t descriptor, short what, void *context)
{
    (void)descriptor;
    (void)what;
    struct agent *agent = context;
    for (int i = 0; i < 2; i++)
        if (agent->streams[i].descriptor >= 0 && agent->streams[i].paused)
            return;
    tell_exit(agent);
}

static void start_drain_timer(struct agent *agent)
{
    const struct timeval limit = {AGENT_DRAIN_MS / 1000, AGENT_DRAIN_MS % 1000 * 1000};
    event_add(agent->drain, &limit);
}

static void begin_drain(struct agent *agent)
{
    if (agent->slave >= 0)
        close(agent->slave);
    agent->slave = -1;
    if (all_closed(agent))
        tell_exit(agent);
    else
        start_drain_timer(agent);
}

static void on_child(evutil_socket_t number, short what, void *context)
{
    (void)number;
    (void)what;
    struct agent *agent = context;
    int status;
    pid_t pid;
    /* Also the agent's orphans, which this process adopts. */
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid != agent->pid)
            continue;
        agent->pid = 0;
        agent->exit.at = clock_now_ms();
        agent->exit.kind = WIFSIGNALED(status) ? FRAME_EXIT_SIGNAL : FRAME_EXIT_CODE;
        agent->exit.value =
            (uint32_t)(WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
        begin_drain(agent);
    }
}

static void close_pipe_input(struct agent *agent)
{
    event_del(agent->writable);
    close(agent->input);
    agent->input = -1;
    buffer_free(&agent->queue);
    agent->written = 0;
}

static void write_queue(struct agent *agent)
{
    size_t before = agent_input_queued(agent);
    while (agent->written < agent->queue.length) {
        ssize_t count = write(agent->input, agent->queue.data + agent->written,
                              agent->queue.length - agent->written);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && errno != EAGAIN) {
            agent->written = agent->queue.length;
            if (!is_terminal(agent))
                agent->closes_input = true;
            break;
        }
        if (count < 0)
            break;
        agent->written += (size_t)count;
    }
    if (agent->written == agent->queue.length) {
        buffer_free(&agent->queue);
        agent->written = 0;
        event_del(agent->writable);
        if (agent->closes_input && !is_terminal(agent))
            close_pipe_input(agent);
    } else {
        event_add(agent->writable, NULL);
    }
    if (before > AGENT_INPUT_MAX / 2 && agent_input_queued(agent) <= AGENT_INPUT_MAX / 2)
        agent->listener->input_drained(agent->context);
}

static void on_writable(evutil_socket_t descriptor, short what, void *context)
{
    (void)descriptor;
    (void)what;
    struct agent *agent = context;
    if (agent->input >= 0)
        write_queue(agent);
}

void agent_write(struct agent *agent, const void *bytes, size_t length)
{
    if (agent->input < 0 || agent->closes_input || length == 0)
        return;
    /* What is written already is dropped before the buffer would grow for it. */
    if (agent->written > agent->queue.length / 2) {
        buffer_drain(&agent->queue, agent->written);
        agent->written = 0;
    }
    bool waits = agent_input_queued(agent) > 0;
    buffer_append(&agent->queue, bytes, length);
    if (!waits)
        write_queue(agent);
}

size_t agent_input_queued(const struct agent *agent)
{
    return agent->queue.length - agent->written;
}

void agent_close_input(struct agent *agent)
{
    if (agent->input < 0 || is_terminal(agent))
        return;
    agent->closes_input = true;
    write_queue(agent);
}

static int open_streams(struct agent *agent, const struct program *program, unsigned columns,
                        unsigned rows, struct error *error)
{
    int ends[3] = {-1, -1, -1};
    if (columns) {
        struct pty pty;
        agent->pid = pty_start(program, columns, rows, &pty, error);
        if (agent->pid > 0) {
            agent->slave = pty.slave;
            ends[0] = ends[1] = pty.master;
        }
    } else {
        agent->pid = pipes_start(program, ends, error);
    }
    if (agent->pid < 0) {
        agent->pid = 0;
        return -1;
    }
    agent->input = ends[0];
    agent->streams[0].descriptor = ends[1];
    agent->streams[1].descriptor = ends[2];
    return 0;
}

static int add_events(struct agent *agent, struct error *error)
{
    agent->writable =
        event_new(agent->base, agent->input, EV_WRITE | EV_PERSIST, on_writable, agent);
    agent->drain = evtimer_new(agent->base, on_drain_time, agent);
    if (!agent->writable || !agent->drain)
        return error_set(error, ERROR_MEMORY, "out of memory");
    for (int i = 0; i < 2; i++) {
        struct stream *stream = &agent->streams[i];
        if (stream->descriptor < 0)
            continue;
        stream->readable =
            event_new(agent->base, stream->descriptor, EV_READ | EV_PERSIST, on_readable, stream);
        if (!stream->readable)
            return error_set(error, ERROR_MEMORY, "out of memory");
        /* Keys are answered first: connections have priority 0. */
        event_priority_set(stream->readable, 1);
        event_add(stream->readable, NULL);
    }
    return 0;
}

struct agent *agent_new(struct event_base *base, const struct program *program, unsigned columns,
                        unsigned rows, const struct agent_listener *listener, void *context,
                        struct error *error)
{
    struct agent *agent = calloc(1, sizeof *agent);
    if (!agent) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    agent->base = base;
    agent->listener = listener;
    agent->context = context;
    agent->slave = agent->input = -1;
    agent->streams[0] = (struct stream){agent, FRAME_STREAM_OUTPUT, -1, false, NULL};
    agent->streams[1] = (struct stream){agent, FRAME_STREAM_ERROR, -1, false, NULL};
    /* Before the process is there, so that its end is not missed. */
    agent->child = evsignal_new(base, SIGCHLD, on_child, agent);
    if (!agent->child || event_add(agent->child, NULL) < 0) {
        error_set(error, ERROR_MEMORY, "out of memory");
        goto failed;
    }
    if (open_streams(agent, program, columns, rows, error) < 0 || add_events(agent, error) < 0)
        goto failed;
    return agent;
failed:
    agent_free(agent);
    return NULL;
}

static void free_event(struct event *event)
{
    if (event)
        event_free(event);
}

void agent_free(struct agent *agent)
{
    if (!agent)
        return;
    for (int i = 0; i < 2; i++) {
        free_event(agent->streams[i].readable);
        if (agent->streams[i].descriptor >= 0 && agent->streams[i].descriptor != agent->input)
            close(agent->streams[i].descriptor);
    }
    free_event(agent->writable);
    free_event(agent->child);
    free_event(agent->drain);
    if (agent->input >= 0)
        close(agent->input);
    if (agent->slave >= 0)
        close(agent->slave);
    buffer_free(&agent->queue);
    free(agent);
}

pid_t agent_pid(const struct agent *agent)
{
    return agent->pid;
}

void agent_pause_output(struct agent *agent, enum frame_stream number, bool paused)
{
    struct stream *stream = &agent->streams[number - FRAME_STREAM_OUTPUT];
    if (stream->descriptor < 0)
        return;
    if (stream->paused && !paused && !agent->pid && !agent->told)
        start_drain_timer(agent);
    stream->paused = paused;
    if (paused)
        event_del(stream->readable);
    else
        event_add(stream->readable, NULL);
}

void agent_resize(struct agent *agent, unsigned columns, unsigned rows)
{
    if (is_terminal(agent))
        pty_set_size(agent->input, columns, rows);
}

int agent_signal(struct agent *agent, int number, enum frame_signal_target target)
{
    if (target == FRAME_SIGNAL_TREE) {
        pid_t self = getpid();
        return process_tree_kill(self, process_start_time(self), number);
    }
    return agent->pid && kill(-agent->pid, number) == 0 ? 1 : 0;
}
