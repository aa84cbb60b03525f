/* session.send, session.keys, session.write */
#include "api_method.h"
#include "holder_link.h"
#include "key_names.h"
#include "prompt.h"
#include "session_input.h"
#include "wire/base64.h"

#define SEND_DEFAULT_MS 10000
#define SEND_MOST_MS    (60 * 60 * 1000)
#define SEND_BYTES_MAX  (512 * 1024)

static void send_prompt(struct api_call *call)
{
    if (!api_link(call))
        return;
    prompt_deliver(call, api_string(call->params, "text"),
                   api_boolean(call->params, "submit", true),
                   api_integer(call->params, "timeoutMs", SEND_DEFAULT_MS));
}

static void on_taken(const struct frame_status *status, const struct error *error, void *context)
{
    (void)status;
    if (error)
        api_fail(context, error);
    else
        api_answer(context, NULL);
}

/* What was acknowledged must reach the agent even when the daemon dies now: an answer of the holder
   on the same connection says that it has the bytes. */
static void answer_when_taken(struct api_call *call)
{
    holder_link_get_status(call->session->input, on_taken, call);
}

static void send_input(struct api_call *call, const char *bytes, size_t length)
{
    struct error error;
    if (session_input(call->session, bytes, length, &error) < 0)
        api_fail(call, &error);
    else
        answer_when_taken(call);
}

/* The bytes of a cursor key depend on a mode that the agent sets. */
static void on_modes(const struct frame_status *status, const struct error *error, void *context)
{
    struct api_call *call = context;
    struct json_object *keys = api_value(call->params, "keys");
    struct buffer bytes = {0};
    if (error) {
        api_fail(call, error);
        return;
    }
    bool application_cursor = (status->modes & FRAME_MODE_APPLICATION_CURSOR) != 0;
    for (size_t i = 0; i < json_object_array_length(keys); i++)
        key_names_append(&bytes, json_object_get_string(json_object_array_get_idx(keys, i)),
                         application_cursor);
    send_input(call, buffer_string(&bytes), bytes.length);
    buffer_free(&bytes);
}

static void press_keys(struct api_call *call)
{
    struct holder_link *link = api_link(call);
    if (link)
        holder_link_get_status(link, on_modes, call);
}

/* The bytes to write. -1 with `error` filled when the parameters do not make sense together. */
static int read_bytes(struct api_call *call, struct buffer *bytes, bool end, struct error *error)
{
    const char *text = api_string(call->params, "text");
    const char *base64 = api_string(call->params, "base64");
    if (text && base64)
        return error_set(error, ERROR_INVALID, "\"text\" and \"base64\" exclude each other");
    if (!text && !base64 && !end)
        return error_set(error, ERROR_INVALID, "neither \"text\" nor \"base64\" is given");
    if (end && call->session->terminal) {
        error_set(error, ERROR_UNSUPPORTED, "the session is on a terminal, whose input has no end");
        return error_fix(error, "press its key with session.keys: \"C-d\"");
    }
    if (text)
        buffer_append_string(bytes, text);
    return base64 ? base64_decode(BASE64_STANDARD, slice_of_string(base64), bytes, error) : 0;
}

static void write_bytes(struct api_call *call)
{
    struct error error;
    struct buffer bytes = {0};
    bool end = api_boolean(call->params, "end", false);
    int result = read_bytes(call, &bytes, end, &error);
    if (result == 0 && bytes.length > 0)
        result = session_input(call->session, bytes.data, bytes.length, &error);
    if (result == 0 && end)
        result = session_input_end(call->session, &error);
    buffer_free(&bytes);
    if (result < 0)
        api_fail(call, &error);
    else
        answer_when_taken(call);
}

static const struct api_param SEND[] = {
    {.name = "session", .type = API_STRING},
    {.name = "text", .type = API_STRING, .required = true, .most = SEND_BYTES_MAX},
    {.name = "submit", .type = API_BOOLEAN},
    {.name = "timeoutMs", .type = API_INTEGER, .least = 1, .most = SEND_MOST_MS},
    API_PARAM_END,
};
static const struct api_param KEYS[] = {
    {.name = "session", .type = API_STRING},
    {.name = "keys", .type = API_STRINGS, .required = true},
    API_PARAM_END,
};
static const struct api_param WRITE[] = {
    {.name = "session", .type = API_STRING},
    {.name = "text", .type = API_STRING},
    {.name = "base64", .type = API_STRING},
    {.name = "end", .type = API_BOOLEAN},
    API_PARAM_END,
};

const struct api_method API_INPUT_METHODS[] = {
    {"session.send", send_prompt, API_LIVE_SESSION, SEND},
    {"session.keys", press_keys, API_LIVE_SESSION, KEYS},
    {"session.write", write_bytes, API_LIVE_SESSION, WRITE},
    {0},
};
