#include "session_end.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "daemon.h"
#include "holder_link.h"
#include "os/log.h"
#include "os/unix_socket.h"
#include "session_link.h"

#define LINES_AT_ONCE  2000
#define OUTPUT_SECONDS 10 /* for the last bytes of the streams */
#define TRIES_MAX      3  /* when the connection breaks meanwhile */

struct session_end {
    struct frame_exit exit;
    struct session_record *record;
    int tries;
    uint64_t history_next; /* lines asked for next */
    uint64_t next[2];      /* of each stream: one behind the last byte there is */
    uint64_t have[2];      /* of each stream: one behind the last byte fetched */
    bool fetching;
    bool broken; /* the connection did, and is made again */
    struct event *deadline;
};

static void fetch_history(struct session *session);
static void fetch_output(struct session *session);
static void finish(struct session *session, bool collect);

/* On a new connection COLLECT is the answer to WELCOME, see session_link.c. */
static void collect(struct session *session)
{
    struct error error;
    if (session->link) {
        holder_link_send_empty(session->link, FRAME_COLLECT);
    } else {
        char *path = paths_holder_socket(session->daemon->paths, session->id);
        int descriptor = path ? unix_socket_connect(path, &error) : -1;
        if (descriptor >= 0)
            session_link_open(session, descriptor);
        free(path);
    }
    error_set(&error, ERROR_ENDED, "the session has ended");
    if (session->input)
        holder_link_abort(session->input, &error);
}

/* Then session_end_broken() is called; any other failure costs only what was asked for. */
static bool is_broken(const struct error *error)
{
    return error && error->code == ERROR_CLOSED;
}

/* Drops the oldest lines until the rest fits. */
static void trim_lines(struct session_record *record)
{
    struct frame_reader reader = {.data = (const unsigned char *)record->lines.data,
                                  .length = record->lines.length};
    while (reader.length - reader.offset > RECORD_BYTES_MAX) {
        frame_get_u8(&reader);
        frame_get_string(&reader);
        if (reader.failed)
            return;
        record->first++;
    }
    buffer_drain(&record->lines, reader.offset);
}

static void on_history(const struct frame_history *history, struct frame_reader *lines,
                       const struct error *error, void *context)
{
    struct session *session = context;
    if (is_broken(error))
        return;
    if (error) {
        fetch_output(session);
        return;
    }
    struct session_record *record = session->end->record;
    if (record->lines.length == 0)
        record->first = history->first;
    buffer_append(&record->lines, lines->data + lines->offset, lines->length - lines->offset);
    record->next = history->first + history->count;
    trim_lines(record);
    session->end->history_next = record->next;
    if (history->count > 0 && record->next < history->next)
        fetch_history(session);
    else
        fetch_output(session);
}

static void fetch_history(struct session *session)
{
    holder_link_get_history(session->link, session->end->history_next, LINES_AT_ONCE,
                            FRAME_HISTORY_COLOURS | FRAME_HISTORY_WITH_SCREEN, on_history, session);
}

static void on_screen(const struct frame_screen *screen, const struct error *error, void *context)
{
    struct session *session = context;
    if (is_broken(error))
        return;
    struct session_record *record = session->end->record;
    if (!error) {
        record->columns = screen->columns;
        record->rows = screen->rows;
        record->cursor_column = screen->cursor_column;
        record->cursor_row = screen->cursor_row;
        record->cursor_visible = screen->cursor_visible;
        record->alternate = screen->alternate;
        buffer_append(&record->screen, screen->text.data, screen->text.length);
    }
    fetch_history(session);
}

static void on_status(const struct frame_status *status, const struct error *error, void *context)
{
    struct session *session = context;
    struct session_end *end = session->end;
    if (is_broken(error))
        return;
    if (!error) {
        end->record->screen_first = status->history_next;
        end->history_next = status->history_first;
        end->have[0] = status->output_first;
        end->next[0] = status->output_next;
        end->next[1] = status->error_next;
        session->last_output_at = status->last_output_at;
        session_set_title(session, status->title);
    }
    holder_link_get_screen(session->link, true, on_screen, session);
}

static void on_deadline(evutil_socket_t descriptor, short what, void *context)
{
    (void)descriptor, (void)what;
    struct session *session = context;
    log_warning("session %s: its last output could not be fetched in time", session->id);
    finish(session, true);
}

static void finish_when_whole(struct session *session)
{
    const struct session_end *end = session->end;
    if (end->have[0] >= end->next[0] && end->have[1] >= end->next[1])
        finish(session, true);
}

static void fetch_output(struct session *session)
{
    struct session_end *end = session->end;
    if (end->next[0] - end->have[0] > RECORD_OUTPUT_MAX)
        end->have[0] = end->next[0] - RECORD_OUTPUT_MAX;
    end->record->output[0].first = end->have[0];
    end->fetching = true;
    end->deadline = evtimer_new(session->daemon->base, on_deadline, session);
    struct timeval time = {OUTPUT_SECONDS, 0};
    if (end->deadline)
        evtimer_add(end->deadline, &time);
    holder_link_follow(session->link, FRAME_STREAM_OUTPUT, end->have[0]);
    if (!session->terminal)
        holder_link_follow(session->link, FRAME_STREAM_ERROR, 0);
    finish_when_whole(session);
}

void session_end_gap(struct session *session, uint8_t stream, uint64_t from, uint64_t to)
{
    struct session_end *end = session->end;
    if (end && end->fetching && end->have[stream - 1] == from)
        end->have[stream - 1] = end->record->output[stream - 1].first = to;
    if (end && end->fetching)
        finish_when_whole(session);
}

/* Bytes that were on their way before they were asked for do not fit to those fetched so far. */
void session_end_output(struct session *session, uint8_t stream, uint64_t offset,
                        struct frame_string bytes)
{
    struct session_end *end = session->end;
    if (!end || !end->fetching || end->have[stream - 1] != offset)
        return;
    struct session_record *record = end->record;
    struct buffer *kept = &record->output[stream - 1].bytes;
    buffer_append(kept, bytes.data, bytes.length);
    if (kept->length > RECORD_OUTPUT_MAX) {
        record->output[stream - 1].first += kept->length - RECORD_OUTPUT_MAX;
        buffer_drain(kept, kept->length - RECORD_OUTPUT_MAX);
    }
    end->have[stream - 1] = offset + bytes.length;
    finish_when_whole(session);
}

/* Without memory the holder keeps it all, and a later start of the daemon ends it. */
void session_end_begin(struct session *session, const struct frame_exit *exit)
{
    if (!session_is_live(session) || (session->end && !session->end->broken))
        return;
    struct session_end *end = session->end ? session->end : calloc(1, sizeof *end);
    struct session_record *record = calloc(1, sizeof *record);
    if (!end || !record) {
        free(record);
        if (end != session->end)
            free(end);
        return;
    }
    session_record_free(end->record);
    *end = (struct session_end){.exit = *exit, .record = record, .tries = end->tries + 1};
    session->end = end;
    holder_link_get_status(session->link, on_status, session);
}

bool session_end_broken(struct session *session)
{
    struct session_end *end = session->end;
    end->fetching = false;
    end->broken = true;
    if (end->deadline)
        event_free(end->deadline);
    end->deadline = NULL;
    if (end->tries < TRIES_MAX)
        return true;
    finish(session, true);
    return false;
}

static void finish(struct session *session, bool can_collect)
{
    struct session_end *end = session->end;
    char reason[128];
    if (!end)
        return;
    session->end = NULL;
    if (session->link)
        holder_link_cancel(session->link, session);
    session_find_native_id(session);
    session_store_record(session->daemon->store, session, end->record);
    session_exit_reason(&end->exit, reason, sizeof reason);
    session_set_ended(session, SESSION_ENDED, reason, session_exit_code(&end->exit), end->exit.at);
    log_info("session %s (%s) ended: %s", session->id, session->name, reason);
    if (can_collect)
        daemon_after_commit(session->daemon, session, collect);
    if (end->deadline)
        event_free(end->deadline);
    free(end);
}

void session_end_lost(struct session *session, const char *reason)
{
    if (session->end)
        finish(session, false);
    if (!session_is_live(session))
        return;
    if (process_tree_kill(session->pid, session->pid_started, SIGKILL) > 0)
        log_warning("session %s: what was left of its agent was killed", session->id);
    session_set_ended(session, SESSION_LOST, reason, -1, 0);
    log_warning("session %s (%s) is lost: %s", session->id, session->name, reason);
}
