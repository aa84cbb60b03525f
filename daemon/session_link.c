#include "session_link.h"

#include <stdlib.h>
#include <string.h>

#include "daemon.h"
#include "event_log.h"
#include "holder_link.h"
#include "os/log.h"
#include "recovery.h"
#include "session_activity.h"
#include "session_end.h"
#include "session_pipes.h"
#include "session_start.h"

#define NOTE_SHOWN_MAX 16384 /* bytes of a note that its event carries */

/* After a look at the holder's state: of one that was taken back, or of one that became active or
   quiet, whose title may be another now. */
static void on_status(const struct frame_status *status, const struct error *error, void *context)
{
    struct session *session = context;
    if (error || session->state != SESSION_RUNNING)
        return;
    session->modes = status->modes;
    session->last_output_at = status->last_output_at;
    session_set_title(session, status->title);
    session_set_size(session, status->columns, status->rows);
    session_set_terminals(session, status->terminals);
}

static void on_welcome(struct holder_link *link, const struct frame_welcome *welcome, void *context)
{
    struct session *session = context;
    if (session->start)
        session_start_greeted(session, link);
    else if (!session_is_live(session)) /* its end is on the disk since before a crash */
        holder_link_send_empty(link, FRAME_COLLECT);
    else
        recovery_greeted(session, welcome);
}

static void on_started(struct holder_link *link, uint32_t pid, void *context)
{
    struct session *session = context;
    if (session->start)
        session_start_done(session, (pid_t)pid);
    session_pipes_follow(session);
    holder_link_get_status(link, on_status, session);
}

static void acknowledge_notes(struct session *session)
{
    if (session->link)
        holder_link_acknowledge_notes(session->link, session->note_sequence);
}

/* A new connection is told all notes that were not acknowledged. */
static void fetch_notes(struct session *session)
{
    struct error error;
    session->notes_left = false;
    error_set(&error, ERROR_CLOSED, "the connection to the session's holder is made anew");
    error_fix(&error, "try again");
    if (session->link)
        holder_link_abort(session->link, &error);
}

static void log_note(struct session *session, uint64_t sequence, int64_t at,
                     struct frame_string note, enum agent_note_kind kind)
{
    static const char *const names[] = {[AGENT_NOTE_OTHER] = "other",
                                        [AGENT_NOTE_SESSION_STARTED] = "sessionStarted",
                                        [AGENT_NOTE_PROMPT_TAKEN] = "promptTaken",
                                        [AGENT_NOTE_TURN_ENDED] = "turnEnded",
                                        [AGENT_NOTE_QUESTION] = "question",
                                        [AGENT_NOTE_QUESTION_SETTLED] = "questionSettled"};
    struct json_object *data = json_object_new_object();
    bool known = (size_t)kind < sizeof names / sizeof names[0];
    json_put_string(data, "kind", known ? names[kind] : "other");
    json_put_integer(data, "number", (int64_t)sequence);
    json_put_integer(data, "notedAt", at);
    json_put_integer(data, "length", (int64_t)note.length);
    struct json_object *content =
        note.length <= NOTE_SHOWN_MAX ? json_parse(note.data, note.length, NULL) : NULL;
    if (content)
        json_put(data, "note", content);
    event_log_append(session->daemon->events, session, "note", data);
}

/* A note that was processed before (its acknowledgement was lost with a former daemon) is only
   acknowledged. While the log is full they stay with the holder, one and all, so that their order
   is kept. */
static void on_note(struct holder_link *link, uint64_t sequence, int64_t at,
                    struct frame_string bytes, void *context)
{
    (void)link;
    struct session *session = context;
    if (session->notes_left)
        return;
    if (event_log_is_full(session->daemon->events)) {
        session->notes_left = true;
        daemon_after_commit(session->daemon, session, fetch_notes);
        return;
    }
    if (sequence > session->note_sequence) {
        struct agent_note note;
        agent_read_note(session->dialect, bytes.data, bytes.length, &note);
        session->note_sequence = sequence;
        daemon_session_changed(session->daemon, session);
        log_note(session, sequence, at, bytes, note.kind);
        session_set_native_id(session, note.native_id);
        session_activity_note(session, note.kind);
        agent_note_clear(&note);
    }
    daemon_after_commit(session->daemon, session, acknowledge_notes);
}

static void on_activity(struct holder_link *link, bool active, int64_t last_output_at,
                        uint64_t bytes_read, void *context)
{
    (void)bytes_read;
    struct session *session = context;
    if (!session_is_live(session))
        return;
    session->last_output_at = last_output_at;
    holder_link_get_status(link, on_status, session);
    session_find_native_id(session);
    session_activity_output(session, active);
}

static void on_terminals(struct holder_link *link, uint16_t terminals, void *context)
{
    (void)link;
    session_set_terminals(context, terminals);
}

static void on_resized(struct holder_link *link, uint16_t columns, uint16_t rows, void *context)
{
    (void)link;
    session_set_size(context, columns, rows);
}

static void on_exited(struct holder_link *link, const struct frame_exit *exit, void *context)
{
    (void)link;
    session_end_begin(context, exit);
}

static void on_output(struct holder_link *link, uint8_t stream, uint64_t offset,
                      struct frame_string bytes, void *context)
{
    (void)link;
    struct session *session = context;
    if (stream != FRAME_STREAM_OUTPUT && stream != FRAME_STREAM_ERROR)
        return;
    session_pipes_read(session, stream, offset + bytes.length);
    session_end_output(session, stream, offset, bytes);
}

static void on_gap(struct holder_link *link, uint8_t stream, uint64_t from, uint64_t to,
                   void *context)
{
    (void)link;
    if (stream == FRAME_STREAM_OUTPUT || stream == FRAME_STREAM_ERROR)
        session_end_gap(context, stream, from, to);
}

static void on_closed(struct holder_link *link, const struct error *error, void *context)
{
    struct session *session = context;
    session->link = NULL;
    holder_link_free(link);
    if (session->start)
        session_start_failed(session, error);
    else if (session->end ? session_end_broken(session) : session_is_live(session)) {
        log_debug("session %s: %s", session->id, error->message);
        recovery_look_again(session);
    }
}

static const struct holder_link_listener LISTENER = {
    .welcome = on_welcome,
    .started = on_started,
    .note = on_note,
    .activity = on_activity,
    .terminals = on_terminals,
    .resized = on_resized,
    .exited = on_exited,
    .output = on_output,
    .gap = on_gap,
    .closed = on_closed,
};

int session_link_open(struct session *session, int descriptor)
{
    session->link = holder_link_new(session->daemon->base, descriptor, &LISTENER, session);
    return session->link ? 0 : -1;
}

struct holder_link *session_link_of(struct session *session, struct error *error)
{
    if (!session_is_live(session)) {
        error_set(error, ERROR_ENDED, "the session %s (%s) has ended: %s", session->id,
                  session->name, session->reason ? session->reason : "");
        error_fix(error, "\"happyctl list\" shows the sessions that run");
        return NULL;
    }
    if (session->state != SESSION_RUNNING || !session->link) {
        error_set(error, ERROR_CLOSED, "the holder of the session %s is not reachable just now",
                  session->id);
        error_fix(error, "try again in a moment");
        return NULL;
    }
    return session->link;
}

void session_find_native_id(struct session *session)
{
    if (session->native_id || !session->dialect->find_native_id)
        return;
    char **environment = session_environment(session);
    const char *none[] = {NULL};
    struct agent_request request = {.session = session->id,
                                    .directory = session->directory,
                                    .environment = (const char *const *)environment,
                                    .arguments = none};
    char *native_id =
        environment ? session->dialect->find_native_id(&request, session->created_at, session->pid)
                    : NULL;
    session_set_native_id(session, native_id);
    free(native_id);
    session_environment_free(environment);
}
