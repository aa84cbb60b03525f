/* session.stop */
#include <signal.h>
#include <stdlib.h>

#include "holder_link.h"
#include "os/log.h"
#include "session_stop.h"
#include "session_wait.h"

#define TIMEOUT_DEFAULT_MS 10000
#define TIMEOUT_MOST_MS    (60 * 60 * 1000)

static void release(struct session_wait *wait)
{
    session_wait_stop(wait);
    free(wait);
}

static void on_change(struct session_wait *wait, enum session_change change)
{
    (void)change;
    if (!session_is_live(wait->session))
        session_wait_answer(wait, session_to_json(wait->session, false));
}

static void on_expired(struct session_wait *wait)
{
    struct error error;
    error_set(&error, ERROR_TIMEOUT, "the agent of the session %s did not end in time",
              wait->session->id);
    error_fix(&error, "end it with \"happyctl stop --force %s\"", wait->session->id);
    session_wait_fail(wait, &error);
}

static void stop(struct api_call *call)
{
    struct session *session = call->session;
    if (!session_is_live(session)) {
        api_answer(call, session_to_json(session, false));
        return;
    }
    struct holder_link *link = api_link(call);
    if (!link)
        return;
    struct session_wait *wait = calloc(1, sizeof *wait);
    if (!wait) {
        struct error error;
        error_set(&error, ERROR_MEMORY, "out of memory");
        api_fail(call, &error);
        return;
    }
    wait->changed = on_change;
    wait->expired = on_expired;
    wait->release = release;
    session_wait_begin(wait, call, api_integer(call->params, "timeoutMs", TIMEOUT_DEFAULT_MS));
    log_info("session %s (%s) is asked to end", session->id, session->name);
    if (api_boolean(call->params, "force", false))
        holder_link_signal(link, SIGKILL, FRAME_SIGNAL_TREE);
    else
        session_stop_begin(session);
}

static const struct api_param STOP[] = {
    {.name = "session", .type = API_STRING},
    {.name = "force", .type = API_BOOLEAN},
    {.name = "timeoutMs", .type = API_INTEGER, .least = 1, .most = TIMEOUT_MOST_MS},
    API_PARAM_END,
};

const struct api_method API_STOP_METHODS[] = {
    {"session.stop", stop, API_ANY_SESSION | API_WRITES, STOP},
    {0},
};
