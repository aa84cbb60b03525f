#include "session_stop.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "daemon.h"
#include "holder_link.h"
#include "session_input.h"

struct session_stop {
    struct session *session;
    struct session_observer observer;
    struct event *timer;
    const struct agent_stop_step *step; /* the next one; NULL behind the last */
};

static void free_stop(struct session_stop *stop)
{
    session_unobserve(&stop->observer);
    stop->session->stop = NULL;
    if (stop->timer)
        event_free(stop->timer);
    free(stop);
}

static void on_change(struct session *session, enum session_change change, void *context)
{
    if (change == SESSION_REMOVED || !session_is_live(session))
        free_stop(context);
}

static void signal_group(struct session *session, int number)
{
    if (session->link)
        holder_link_signal(session->link, number, FRAME_SIGNAL_GROUP);
}

/* An agent on pipes has no keyboard: the end of its input stands for all keys. */
static void press(struct session *session, const char *keys)
{
    struct error error;
    if (session->terminal)
        session_input(session, keys, strlen(keys), &error);
    else
        session_input_end(session, &error);
}

static void run_step(struct session_stop *stop)
{
    struct session *session = stop->session;
    if (!stop->step) {
        signal_group(session, SIGTERM);
        return;
    }
    const struct agent_stop_step *step = stop->step;
    if (step->keys)
        press(session, step->keys);
    if (step->signal)
        signal_group(session, step->signal);
    stop->step = step->wait_ms > 0 ? step + 1 : NULL;
    int wait = step->wait_ms > 0 ? step->wait_ms : 1000;
    struct timeval time = {wait / 1000, wait % 1000 * 1000};
    if (stop->timer)
        evtimer_add(stop->timer, &time);
}

static void on_timer(evutil_socket_t descriptor, short what, void *context)
{
    (void)descriptor, (void)what;
    run_step(context);
}

void session_stop_begin(struct session *session)
{
    if (session->stop)
        return;
    struct session_stop *stop = calloc(1, sizeof *stop);
    if (!stop)
        return;
    stop->session = session;
    stop->step = session->dialect->stop;
    stop->timer = evtimer_new(session->daemon->base, on_timer, stop);
    stop->observer.changed = on_change;
    stop->observer.context = stop;
    session->stop = stop;
    session_observe(session, &stop->observer);
    run_step(stop);
}
