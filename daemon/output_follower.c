#include "output_follower.h"

#include <stdlib.h>
#include <string.h>

#include "daemon.h"
#include "os/unix_socket.h"
#include "session_pipes.h"

struct output_follower {
    struct daemon *daemon;
    char session[SESSION_ID_LENGTH + 1];
    struct pipe_reader reader;
    struct holder_link *link;
    const struct output_follower_listener *listener;
    void *context;
    bool pipes, ready, exited;
    uint64_t have[2], last[2]; /* of each stream: told up to here; known to be there */
    bool *freed;               /* set to true when it is freed by its listener */
};

static void end(struct output_follower *follower)
{
    const struct output_follower_listener *listener = follower->listener;
    void *context = follower->context;
    output_follower_free(follower);
    listener->ended(context);
}

static void end_when_whole(struct output_follower *follower)
{
    if (follower->exited && follower->have[0] >= follower->last[0] &&
        follower->have[1] >= follower->last[1])
        end(follower);
}

static void on_status(const struct frame_status *status, const struct error *error, void *context)
{
    struct output_follower *follower = context;
    if (error)
        return; /* `closed` tells it */
    follower->last[0] = status->output_next;
    follower->last[1] = status->error_next;
    if (!follower->ready) {
        follower->ready = true;
        follower->listener->ready(status->output_next, status->error_next, follower->context);
        return;
    }
    follower->exited = status->exit.kind != FRAME_EXIT_NONE;
    end_when_whole(follower);
}

static void on_welcome(struct holder_link *link, const struct frame_welcome *welcome, void *context)
{
    (void)welcome;
    holder_link_get_status(link, on_status, context);
}

static void on_output(struct holder_link *link, uint8_t stream, uint64_t offset,
                      struct frame_string bytes, void *context)
{
    (void)link;
    struct output_follower *follower = context;
    struct session *session = session_table_find(&follower->daemon->sessions, follower->session);
    if (stream != FRAME_STREAM_OUTPUT && stream != FRAME_STREAM_ERROR)
        return;
    follower->have[stream - 1] = offset + bytes.length;
    if (session && follower->pipes)
        session_pipes_advance(session, &follower->reader, stream, offset + bytes.length);
    bool freed = false;
    follower->freed = &freed;
    follower->listener->output(stream, offset, bytes, follower->context);
    if (freed)
        return;
    follower->freed = NULL;
    end_when_whole(follower);
}

static void on_gap(struct holder_link *link, uint8_t stream, uint64_t from, uint64_t to,
                   void *context)
{
    (void)link;
    struct output_follower *follower = context;
    if (stream == FRAME_STREAM_OUTPUT || stream == FRAME_STREAM_ERROR)
        follower->have[stream - 1] = to;
    follower->listener->gap(stream, from, to, follower->context);
}

static void on_exited(struct holder_link *link, const struct frame_exit *exit, void *context)
{
    (void)exit;
    holder_link_get_status(link, on_status, context);
}

static void on_closed(struct holder_link *link, const struct error *error, void *context)
{
    (void)link, (void)error;
    end(context);
}

static const struct holder_link_listener LISTENER = {
    .welcome = on_welcome,
    .output = on_output,
    .gap = on_gap,
    .exited = on_exited,
    .closed = on_closed,
};

struct output_follower *output_follower_new(struct session *session,
                                            const struct output_follower_listener *listener,
                                            void *context, struct error *error)
{
    if (session->followers >= OUTPUT_FOLLOWERS_MAX) {
        error_set(error, ERROR_LIMIT, "%d requests follow the output of the session %s already",
                  OUTPUT_FOLLOWERS_MAX, session->id);
        error_fix(error, "end some of the subscriptions and waits for text");
        return NULL;
    }
    struct output_follower *follower = calloc(1, sizeof *follower);
    char *path = paths_holder_socket(session->daemon->paths, session->id);
    int descriptor = follower && path ? unix_socket_connect(path, error)
                                      : error_set(error, ERROR_MEMORY, "out of memory");
    free(path);
    if (descriptor >= 0) {
        follower->listener = listener;
        follower->pipes = !session->terminal;
        follower->daemon = session->daemon;
        memcpy(follower->session, session->id, sizeof follower->session);
        follower->context = context;
        follower->link = holder_link_new(session->daemon->base, descriptor, &LISTENER, follower);
        session->followers += follower->link != NULL;
        if (follower->link)
            return follower;
        error_set(error, ERROR_MEMORY, "out of memory");
    }
    free(follower);
    return NULL;
}

void output_follower_free(struct output_follower *follower)
{
    if (!follower)
        return;
    if (follower->freed)
        *follower->freed = true;
    struct session *session = session_table_find(&follower->daemon->sessions, follower->session);
    if (session)
        session->followers--;
    session_pipes_remove(&follower->reader);
    holder_link_free(follower->link);
    free(follower);
}

void output_follower_start(struct output_follower *follower, uint64_t from, uint64_t error_from)
{
    struct session *session = session_table_find(&follower->daemon->sessions, follower->session);
    follower->have[0] = from;
    follower->have[1] = error_from;
    if (session)
        session_pipes_add(session, &follower->reader, from, error_from);
    holder_link_follow(follower->link, FRAME_STREAM_OUTPUT, from);
    if (follower->pipes)
        holder_link_follow(follower->link, FRAME_STREAM_ERROR, error_from);
    /* It may have exited before: EXITED does not come a second time. */
    holder_link_get_status(follower->link, on_status, follower);
}

void output_follower_pause(struct output_follower *follower, bool pause)
{
    holder_link_pause(follower->link, pause);
}

struct holder_link *output_follower_link(struct output_follower *follower)
{
    return follower->link;
}
