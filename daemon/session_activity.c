#include "session_activity.h"

#include "daemon.h"
#include "holder_link.h"
#include "screen_text.h"

/* A turn that was interrupted at the keyboard leaves no note of its end (Claude's Stop hook does
   not run then). A working agent animates its screen, so that a long silence means that it does not
   work. */
#define SILENT_BUSY_SECONDS 10

void session_activity_note(struct session *session, enum agent_note_kind kind)
{
    switch (kind) {
    case AGENT_NOTE_PROMPT_TAKEN:
        session->turn_open = true;
        session_set_activity(session, SESSION_BUSY);
        session_announce(session, SESSION_CHANGED_PROMPT);
        break;
    case AGENT_NOTE_QUESTION:
        session_set_activity(session, SESSION_WAITING);
        break;
    case AGENT_NOTE_QUESTION_SETTLED:
        session_set_activity(session, session->turn_open ? SESSION_BUSY : SESSION_IDLE);
        break;
    case AGENT_NOTE_TURN_ENDED:
        session->turn_open = false;
        session_set_activity(session, SESSION_IDLE);
        break;
    case AGENT_NOTE_SESSION_STARTED:
    case AGENT_NOTE_OTHER:
        break;
    }
}

static void on_long_silence(evutil_socket_t descriptor, short what, void *context)
{
    (void)descriptor, (void)what;
    struct session *session = context;
    if (session->state != SESSION_RUNNING || session->activity != SESSION_BUSY ||
        session->terminal_active)
        return;
    session->turn_open = false;
    session_set_activity(session, SESSION_IDLE);
}

static void start_silence(struct session *session)
{
    if (!session->quiet_timer)
        session->quiet_timer = evtimer_new(session->daemon->base, on_long_silence, session);
    struct timeval time = {SILENT_BUSY_SECONDS, 0};
    if (session->quiet_timer)
        evtimer_add(session->quiet_timer, &time);
}

static bool shows(const struct frame_screen *screen, const char *pattern)
{
    return pattern && screen_text_shows(screen->text, pattern);
}

/* The terminal fell quiet: is it a question that it shows? One that was refused at the keyboard
   leaves no note, but the prompt is back. */
static void on_screen(const struct frame_screen *screen, const struct error *error, void *context)
{
    struct session *session = context;
    const struct agent_dialect *dialect = session->dialect;
    if (error || session->state != SESSION_RUNNING || session->terminal_active)
        return;
    if (shows(screen, dialect->question)) {
        session_set_activity(session, SESSION_WAITING);
    } else if (dialect->activity == AGENT_ACTIVITY_OUTPUT) {
        session_set_activity(session, SESSION_IDLE);
    } else if (session->activity == SESSION_WAITING && shows(screen, dialect->ready)) {
        session->turn_open = false;
        session_set_activity(session, SESSION_IDLE);
    }
}

static void follow_notes(struct session *session, bool active)
{
    if (session->quiet_timer)
        evtimer_del(session->quiet_timer);
    if (active)
        return;
    if (session->activity == SESSION_BUSY && !session->turn_open)
        session_set_activity(session, SESSION_IDLE); /* it has started up */
    else if (session->activity == SESSION_BUSY)
        start_silence(session);
}

void session_activity_output(struct session *session, bool active)
{
    bool changed = session->terminal_active != active;
    session->terminal_active = active;
    if (session->state != SESSION_RUNNING)
        return;
    if (session->dialect->activity == AGENT_ACTIVITY_NOTES)
        follow_notes(session, active);
    else if (active || !session->dialect->question)
        session_set_activity(session, active ? SESSION_BUSY : SESSION_IDLE);
    if (!active && session->dialect->question && session->link)
        holder_link_get_screen(session->link, false, on_screen, session);
    /* Waiters for silence want to know even when the activity stays what it was. */
    if (changed)
        session_announce(session, SESSION_CHANGED_ACTIVITY);
}
