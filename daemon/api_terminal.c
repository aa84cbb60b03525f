/* session.resize, session.detach */
#include "api_method.h"
#include "holder_link.h"

/* Any answer of the holder behind a command says that the command was carried out. */
static void on_resized(const struct frame_status *status, const struct error *error, void *context)
{
    struct api_call *call = context;
    if (error) {
        api_fail(call, error);
        return;
    }
    session_set_size(call->session, status->columns, status->rows);
    api_answer(call, NULL);
}

static void resize(struct api_call *call)
{
    struct holder_link *link = api_link(call);
    if (!link)
        return;
    if (!call->session->terminal) {
        struct error error;
        error_set(&error, ERROR_UNSUPPORTED, "the session has no terminal");
        api_fail(call, &error);
        return;
    }
    holder_link_resize(link, (uint16_t)api_integer(call->params, "columns", 80),
                       (uint16_t)api_integer(call->params, "rows", 24));
    holder_link_get_status(link, on_resized, call);
}

static void on_detached(const struct frame_status *status, const struct error *error, void *context)
{
    struct api_call *call = context;
    if (error) {
        api_fail(call, error);
        return;
    }
    struct json_object *result = json_object_new_object();
    json_put_integer(result, "detached", (int64_t)(intptr_t)call->state);
    session_set_terminals(call->session, status->terminals);
    api_answer(call, result);
}

static void detach(struct api_call *call)
{
    struct holder_link *link = api_link(call);
    if (!link)
        return;
    call->state = (void *)(intptr_t)call->session->terminals;
    holder_link_detach_all(link, "detached by happyctl");
    holder_link_get_status(link, on_detached, call);
}

static const struct api_param RESIZE[] = {
    {.name = "session", .type = API_STRING},
    {.name = "columns", .type = API_INTEGER, .required = true, .least = 1, .most = 1000},
    {.name = "rows", .type = API_INTEGER, .required = true, .least = 1, .most = 1000},
    API_PARAM_END,
};
static const struct api_param DETACH[] = {
    {.name = "session", .type = API_STRING},
    API_PARAM_END,
};

const struct api_method API_TERMINAL_METHODS[] = {
    {"session.resize", resize, API_LIVE_SESSION, RESIZE},
    {"session.detach", detach, API_LIVE_SESSION, DETACH},
    {0},
};
