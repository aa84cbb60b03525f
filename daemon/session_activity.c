#include "session_activity.h"

#include "agent_sign.h"
#include "daemon.h"
#include "holder_link.h"
#include "os/clock.h"

/* A turn that was interrupted at the keyboard leaves no note of its end (Claude's Stop hook does
   not run then), but a line in its transcript, unless nothing was answered yet. A working agent
   animates its screen, so that a long silence means that it does not work. */
#define SILENT_BUSY_SECONDS  10
#define SILENT_READY_SECONDS 3 /* when its input line is there and empty */
#define LOOK_SECONDS         2 /* between two looks at the screen of an agent that writes */

static void look(struct session *session);

static void start_timer(struct session *session, event_callback_fn callback, int seconds)
{
    if (session->quiet_timer)
        event_free(session->quiet_timer);
    session->quiet_timer = evtimer_new(session->daemon->base, callback, session);
    struct timeval time = {seconds, 0};
    if (session->quiet_timer)
        evtimer_add(session->quiet_timer, &time);
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

static void on_look_again(evutil_socket_t descriptor, short what, void *context)
{
    (void)descriptor, (void)what;
    struct session *session = context;
    if (session->state == SESSION_RUNNING && session->terminal_active)
        look(session);
}

/* Codex animates its title while it asks; of Claude Code only the end of an answered question has
   to be seen, as its tool may run for long. */
static bool must_look_while_active(const struct session *session)
{
    return session->dialect->question && (session->dialect->activity == AGENT_ACTIVITY_OUTPUT ||
                                          session->activity == SESSION_WAITING);
}

static void on_question(struct session *session)
{
    session->question_at = clock_monotonic_ms();
    session_set_activity(session, SESSION_WAITING);
    session_announce(session, SESSION_CHANGED_ACTIVITY);
}

static void on_sign_while_active(struct session *session, enum agent_sign sign)
{
    if (sign == AGENT_SIGN_QUESTION)
        on_question(session);
    else if (session->activity == SESSION_WAITING)
        session_set_activity(session, SESSION_BUSY);
    if (must_look_while_active(session))
        start_timer(session, on_look_again, LOOK_SECONDS);
}

static bool is_interrupted(const struct session *session)
{
    if (!session->dialect->is_interrupted || !session->native_id)
        return false;
    char **environment = session_environment(session);
    bool interrupted = environment && session->dialect->is_interrupted(
                                          (const char *const *)environment, session->native_id);
    session_environment_free(environment);
    return interrupted;
}

static void on_sign_when_quiet(struct session *session, enum agent_sign sign)
{
    if (sign == AGENT_SIGN_QUESTION) {
        on_question(session);
    } else if (session->dialect->activity == AGENT_ACTIVITY_OUTPUT) {
        session_set_activity(session, SESSION_IDLE);
    } else if (session->activity == SESSION_WAITING && sign == AGENT_SIGN_READY) {
        /* A question that was refused at the keyboard leaves no note, but the prompt is back. */
        session->turn_open = false;
        session_set_activity(session, SESSION_IDLE);
    } else if (session->activity == SESSION_BUSY && session->turn_open && is_interrupted(session)) {
        session->turn_open = false;
        session_set_activity(session, SESSION_IDLE);
    } else if (session->activity == SESSION_BUSY && session->turn_open) {
        start_timer(session, on_long_silence,
                    sign == AGENT_SIGN_READY ? SILENT_READY_SECONDS : SILENT_BUSY_SECONDS);
    }
}

static void on_screen(const struct frame_screen *screen, const struct error *error, void *context)
{
    struct session *session = context;
    if (error || session->state != SESSION_RUNNING)
        return;
    enum agent_sign sign = agent_sign_read(session->dialect, screen->text);
    if (session->terminal_active)
        on_sign_while_active(session, sign);
    else
        on_sign_when_quiet(session, sign);
}

static void look(struct session *session)
{
    if (session->link)
        holder_link_get_screen(session->link, true, on_screen, session);
}

static void on_active(struct session *session)
{
    if (session->dialect->activity == AGENT_ACTIVITY_OUTPUT)
        session_set_activity(session, SESSION_BUSY);
    if (must_look_while_active(session))
        start_timer(session, on_look_again, LOOK_SECONDS);
}

static void on_quiet(struct session *session)
{
    bool notes = session->dialect->activity == AGENT_ACTIVITY_NOTES;
    if (notes && session->activity == SESSION_BUSY && !session->turn_open)
        session_set_activity(session, SESSION_IDLE); /* it has started up */
    if (session->dialect->question)
        look(session);
    else if (!notes)
        session_set_activity(session, SESSION_IDLE);
}

void session_activity_output(struct session *session, bool active)
{
    bool changed = session->terminal_active != active;
    session->terminal_active = active;
    if (session->state != SESSION_RUNNING)
        return;
    if (session->quiet_timer)
        evtimer_del(session->quiet_timer);
    if (active)
        on_active(session);
    else
        on_quiet(session);
    /* Waiters for silence want to know even when the activity stays what it was. */
    if (changed)
        session_announce(session, SESSION_CHANGED_ACTIVITY);
}

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
        if (session->terminal_active)
            start_timer(session, on_look_again, LOOK_SECONDS);
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
