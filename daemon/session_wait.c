#include "session_wait.h"

#include "session_link.h"

static void on_change(struct session *session, enum session_change change, void *context)
{
    (void)session;
    struct session_wait *wait = context;
    if (change != SESSION_REMOVED) {
        if (wait->changed)
            wait->changed(wait, change);
        return;
    }
    struct error error;
    error_set(&error, ERROR_ENDED, "the session is gone");
    session_wait_fail(wait, &error);
}

static void on_deadline(evutil_socket_t descriptor, short what, void *context)
{
    (void)descriptor, (void)what;
    struct session_wait *wait = context;
    if (wait->expired) {
        wait->expired(wait);
        return;
    }
    struct error error;
    error_set(&error, ERROR_TIMEOUT, "it did not happen in time");
    error_fix(&error, "give a longer \"timeoutMs\"");
    session_wait_fail(wait, &error);
}

static void on_cancel(struct api_call *call)
{
    struct session_wait *wait = call->state;
    wait->release(wait);
}

void session_wait_begin(struct session_wait *wait, struct api_call *call, int64_t timeout_ms)
{
    wait->call = call;
    wait->session = call->session;
    wait->observer.changed = on_change;
    wait->observer.context = wait;
    session_observe(wait->session, &wait->observer);
    call->cancel = on_cancel;
    call->state = wait;
    if (timeout_ms <= 0)
        return;
    wait->deadline = evtimer_new(call->daemon->base, on_deadline, wait);
    struct timeval time = {timeout_ms / 1000, timeout_ms % 1000 * 1000};
    if (wait->deadline)
        evtimer_add(wait->deadline, &time);
}

void session_wait_answer(struct session_wait *wait, struct json_object *result)
{
    struct api_call *call = wait->call;
    wait->release(wait);
    api_answer(call, result);
}

void session_wait_fail(struct session_wait *wait, const struct error *error)
{
    struct api_call *call = wait->call;
    struct error copy = *error;
    wait->release(wait);
    api_fail(call, &copy);
}

void session_wait_fail_ended(struct session_wait *wait)
{
    struct error error;
    error_set(&error, ERROR_ENDED, "the session %s (%s) has ended: %s", wait->session->id,
              wait->session->name, wait->session->reason ? wait->session->reason : "");
    session_wait_fail(wait, &error);
}

void session_wait_stop(struct session_wait *wait)
{
    session_unobserve(&wait->observer);
    if (wait->deadline)
        event_free(wait->deadline);
    wait->deadline = NULL;
}
