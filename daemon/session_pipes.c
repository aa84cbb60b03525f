#include "session_pipes.h"

#include "daemon.h"
#include "holder_link.h"
#include "os/clock.h"

#define KEPT          (512u * 1024u) /* of the 1 MiB that a holder keeps of each pipe */
#define STEP          (64u * 1024u)
#define STANDSTILL_MS 5000

static void release(struct session *session, int stream);

static void on_timer(evutil_socket_t descriptor, short what, void *context)
{
    (void)descriptor, (void)what;
    release(context, 0);
    release(context, 1);
}

static void look_later(struct session *session)
{
    struct timeval time = {STANDSTILL_MS / 1000, 0};
    if (!session->pipe_timer)
        session->pipe_timer = evtimer_new(session->daemon->base, on_timer, session);
    if (session->pipe_timer && !evtimer_pending(session->pipe_timer, NULL))
        evtimer_add(session->pipe_timer, &time);
}

static void release(struct session *session, int stream)
{
    uint64_t end = session->pipe_end[stream] > KEPT ? session->pipe_end[stream] - KEPT : 0;
    uint64_t limit = end;
    int64_t now = clock_monotonic_ms();
    struct pipe_reader *reader;
    LIST_FOREACH(reader, &session->pipe_readers, entry)
    if (reader->have[stream] < limit && now - reader->progress_at < STANDSTILL_MS)
        limit = reader->have[stream];
    if (limit < end)
        look_later(session);
    if (!session->link || limit < session->pipe_released[stream] + STEP)
        return;
    session->pipe_released[stream] = limit;
    holder_link_processed(session->link, (uint8_t)(stream + FRAME_STREAM_OUTPUT), limit);
}

void session_pipes_follow(struct session *session)
{
    if (session->terminal || !session->link)
        return;
    for (int i = 0; i < 2; i++) {
        session->pipe_released[i] = 0;
        holder_link_follow(session->link, (uint8_t)(i + FRAME_STREAM_OUTPUT), 0);
    }
}

void session_pipes_read(struct session *session, uint8_t stream, uint64_t end)
{
    if (session->terminal)
        return;
    session->pipe_end[stream - FRAME_STREAM_OUTPUT] = end;
    release(session, stream - FRAME_STREAM_OUTPUT);
}

void session_pipes_add(struct session *session, struct pipe_reader *reader, uint64_t from,
                       uint64_t error_from)
{
    if (session->terminal)
        return;
    reader->have[0] = from;
    reader->have[1] = error_from;
    reader->progress_at = clock_monotonic_ms();
    LIST_INSERT_HEAD(&session->pipe_readers, reader, entry);
}

void session_pipes_advance(struct session *session, struct pipe_reader *reader, uint8_t stream,
                           uint64_t end)
{
    if (!reader->entry.le_prev)
        return;
    reader->have[stream - FRAME_STREAM_OUTPUT] = end;
    reader->progress_at = clock_monotonic_ms();
    release(session, stream - FRAME_STREAM_OUTPUT);
}

void session_pipes_remove(struct pipe_reader *reader)
{
    if (reader->entry.le_prev)
        LIST_REMOVE(reader, entry);
    reader->entry.le_prev = NULL;
}
