/* Answers collected. */
#include <stdlib.h>

#include "net/http_call.h"

struct fetch {
    struct buffer body;
    size_t limit;
    const struct http_head *head; /* of the reader that the call keeps until it is freed */
    const struct url *url;
    http_fetched *fetched;
    void *context;
};

static void on_head(struct http_call *call, const struct http_head *head, const struct url *url,
                    void *context)
{
    struct fetch *fetch = context;
    (void)call;
    fetch->head = head;
    fetch->url = url;
}

static void on_body(struct http_call *call, struct slice bytes, void *context)
{
    struct fetch *fetch = context;
    struct error error;
    if (bytes.length > fetch->limit - fetch->body.length) {
        error_set(&error, ERROR_LIMIT, "the answer of %s has more than %zu bytes", call->peer,
                  fetch->limit);
        error_fix(&error, "check that the address is that of the HTTP server meant");
    } else {
        buffer_append(&fetch->body, bytes.data, bytes.length);
        if (!fetch->body.failed)
            return;
        error_set(&error, ERROR_MEMORY, "out of memory");
    }
    http_call_finish(call, &error);
}

static void on_done(const struct error *error, void *context)
{
    struct fetch *fetch = context;
    struct http_answer answer = {
        .head = fetch->head,
        .url = fetch->url,
        .body = slice_of(fetch->body.data, fetch->body.length),
    };
    fetch->fetched(error ? NULL : &answer, error, fetch->context);
}

static void release(void *context)
{
    struct fetch *fetch = context;
    buffer_free(&fetch->body);
    free(fetch);
}

static const struct http_call_listener listener = {
    .head = on_head,
    .body = on_body,
    .done = on_done,
};

struct http_call *http_client_fetch(struct http_client *client,
                                    const struct http_request_options *request, size_t limit,
                                    http_fetched *fetched, void *context, struct error *error)
{
    struct fetch *fetch = calloc(1, sizeof *fetch);
    if (!fetch || request->streamed) {
        error_set(error, fetch ? ERROR_INVALID : ERROR_MEMORY,
                  fetch ? "a body that is fetched for cannot be streamed" : "out of memory");
        free(fetch);
        return NULL;
    }
    fetch->limit = limit;
    fetch->fetched = fetched;
    fetch->context = context;
    struct http_call *call = http_client_begin(client, request, &listener, fetch, error);
    if (call)
        call->release = release;
    else
        release(fetch);
    return call;
}
