/* The answer of a call as its connection tells it: redirects, and the second try. */
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "net/http_call.h"

#define REDIRECT_BODY_MAX (64u * 1024u)

static void line_up(struct http_call *call)
{
    call->state = HTTP_CALL_WAITING;
    call->client->waiting++;
    event_active(call->client->start, EV_TIMEOUT, 0);
}

/* ---- redirects ---- */

static bool is_redirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static int check_redirect(struct http_call *call, struct error *error)
{
    if (!url_same_origin(&call->url, &call->redirect)) {
        struct buffer from = {0}, to = {0};
        url_put_origin(&from, &call->url);
        url_put_origin(&to, &call->redirect);
        error_set(error, ERROR_REFUSED, "%.200s redirects to %.200s, which is another server",
                  buffer_string(&from), buffer_string(&to));
        error_fix(error, "when that server is the right one, use its URL instead");
        buffer_free(&from);
        buffer_free(&to);
        return -1;
    }
    if (++call->redirects > HTTP_CLIENT_REDIRECTS_MAX) {
        error_set(error, ERROR_LIMIT, "%s redirects more than %u times", call->peer,
                  HTTP_CLIENT_REDIRECTS_MAX);
        return error_fix(error, "correct the redirects on the server");
    }
    return 0;
}

/* Takes Location into call->redirect. Returns 1 for an answer to follow, 0 for one to give on. */
static int take_location(struct http_call *call, const struct http_head *head, struct error *error)
{
    struct slice value;
    struct error problem;
    if (call->refuse_redirects || !is_redirect(head->status) ||
        !http_head_find(head, "Location", &value))
        return 0;
    char *location = strndup(value.data ? value.data : "", value.length);
    if (!location)
        return error_set(error, ERROR_MEMORY, "out of memory");
    int result = url_resolve(&call->url, location, &call->redirect, &problem);
    free(location);
    if (result < 0) {
        call->redirect = (struct url){0};
        return error_set(error, problem.code, "%s redirects to an address that cannot be used: %s",
                         call->peer, problem.message);
    }
    return check_redirect(call, error) < 0 ? -1 : 1;
}

static void follow(struct http_call *call)
{
    struct error error;
    int status = http_reader_head(call->reader)->status;
    if (http_request_redirect(&call->request, status)) {
        call->has_body = call->streamed = false;
        call->body = slice_of(NULL, 0);
        call->body_length = 0;
    }
    if (call->streamed && call->source_asked) {
        error_set(&error, ERROR_UNSUPPORTED,
                  "%s redirects a request whose body can be sent only once", call->peer);
        error_fix(&error, "send it to the address it redirects to");
        http_call_finish(call, &error);
        return;
    }
    url_free(&call->url);
    call->url = call->redirect;
    call->redirect = (struct url){0};
    call->redirecting = call->retried = false;
    line_up(call);
}

static void go_on(struct http_call *call, bool whole)
{
    http_call_release_connection(call, whole);
    event_del(call->patience);
    follow(call);
}

/* ---- what the connection tells ---- */

static void on_sent(void *context)
{
    http_call_be_patient(context);
}

static void on_room(void *context)
{
    struct http_call *call = context;
    if (call->body_finished || call->redirecting)
        return;
    /* Who is asked for a streamed body may end the call; http_call_send() knows of patience. */
    bool streamed = call->streamed;
    http_call_pump_body(call);
    if (!streamed)
        http_call_be_patient(call);
}

static void on_received(void *context)
{
    http_call_be_patient(context);
}

static void on_head(const struct http_head *head, void *context)
{
    struct http_call *call = context;
    struct error error;
    call->has_head = true;
    int redirect = take_location(call, head, &error);
    call->redirecting = redirect > 0;
    call->redirect_body = 0;
    if (redirect < 0)
        http_call_finish(call, &error);
    else if (redirect == 0 && call->listener->head)
        call->listener->head(call, head, &call->url, call->context);
}

/* The body of a redirect interests nobody; a long one costs the connection. */
static void on_body(struct slice bytes, void *context)
{
    struct http_call *call = context;
    if (!call->redirecting) {
        if (call->listener->body)
            call->listener->body(call, bytes, call->context);
        return;
    }
    call->redirect_body += bytes.length;
    if (call->redirect_body > REDIRECT_BODY_MAX)
        go_on(call, false);
}

static void on_whole(void *context)
{
    struct http_call *call = context;
    if (!call->redirecting) {
        http_call_finish(call, NULL);
        return;
    }
    go_on(call, true);
}

/* A server may close a kept connection at the moment in which a request is sent on it. */
static bool may_retry(const struct http_call *call)
{
    bool repeatable = !call->streamed || !call->source_asked;
    return call->reused && !call->retried && repeatable &&
           !client_connection_has_received(call->connection) &&
           (http_request_is_idempotent(&call->request) ||
            !client_connection_has_sent(call->connection));
}

static void on_lost(const struct error *error, void *context)
{
    struct http_call *call = context;
    if (!may_retry(call)) {
        http_call_finish(call, error);
        return;
    }
    http_call_release_connection(call, false);
    event_del(call->patience);
    call->retried = true;
    line_up(call);
}

const struct client_connection_listener HTTP_CALL_CONNECTION = {
    .sent = on_sent,
    .room = on_room,
    .received = on_received,
    .head = on_head,
    .body = on_body,
    .whole = on_whole,
    .lost = on_lost,
};
