#include "net/http_call.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

void http_call_free(struct http_call *call)
{
    if (call->dial)
        dial_cancel(call->dial);
    if (call->connection)
        client_connection_free(call->connection);
    http_reader_free(call->reader);
    if (call->patience)
        event_free(call->patience);
    if (call->deadline)
        event_free(call->deadline);
    http_request_free(&call->request);
    url_free(&call->url);
    url_free(&call->redirect);
    free(call->unix_path);
    free(call->key);
    free(call->peer);
    if (call->release)
        call->release(call->context);
    free(call);
}

static void leave(struct http_call *call)
{
    struct http_client *client = call->client;
    if (call->state == HTTP_CALL_WAITING)
        client->waiting--;
    call->state = HTTP_CALL_OVER;
    if (call->dial)
        dial_cancel(call->dial);
    call->dial = NULL;
    TAILQ_REMOVE(&client->calls, call, entry);
    event_active(client->start, EV_TIMEOUT, 0);
}

void http_call_cancel(struct http_call *call)
{
    if (call->state != HTTP_CALL_OVER)
        leave(call);
    http_call_free(call);
}

/* Servers say how long they keep a connection ("Keep-Alive: timeout=5"): a little less is safe. */
static int keep_ms(const struct http_reader *reader)
{
    struct slice value, item;
    static const char name[] = "timeout=";
    int keep = HTTP_CLIENT_KEEP_MS;
    if (!http_head_find(http_reader_head(reader), "Keep-Alive", &value))
        return keep;
    while (http_list_next(&value, &item)) {
        if (item.length <= sizeof name - 1 || item.length > sizeof name + 3 ||
            memcmp(item.data, name, sizeof name - 1) != 0)
            continue;
        int seconds = 0;
        for (size_t i = sizeof name - 1; i < item.length; i++)
            seconds = item.data[i] >= '0' && item.data[i] <= '9' ? seconds * 10 + item.data[i] - '0'
                                                                 : INT_MAX / 10000;
        if (seconds < HTTP_CLIENT_KEEP_MS / 1000)
            keep = seconds * 1000 - 1000;
    }
    return keep;
}

/* The answer is whole, or nobody wants the rest. */
void http_call_release_connection(struct http_call *call, bool whole)
{
    struct client_connection *connection = call->connection;
    if (!connection)
        return;
    call->connection = NULL;
    bool sent = !call->has_body || call->body_finished;
    bool reusable = whole && sent && !call->paused && client_connection_is_reusable(connection);
    http_reader_free(call->reader);
    call->reader = client_connection_take_reader(connection);
    int keep = reusable ? keep_ms(call->reader) : 0;
    if (keep > 0)
        http_pool_give(call->client->pool, connection, call->key, keep);
    else
        client_connection_free(connection);
}

void http_call_finish(struct http_call *call, const struct error *error)
{
    struct error copy;
    if (error)
        copy = *error;
    leave(call);
    http_call_release_connection(call, error == NULL);
    event_del(call->patience);
    event_del(call->deadline);
    call->listener->done(error ? &copy : NULL, call->context);
    http_call_free(call);
}

/* ---- patience ---- */

void http_call_be_patient(struct http_call *call)
{
    int timeout = -1;
    bool sent = (!call->has_body || call->body_finished) && call->connection &&
                client_connection_unsent(call->connection) == 0;
    if (call->paused || !call->connection) {
        timeout = -1;
    } else if (client_connection_has_received(call->connection)) {
        timeout = call->timeouts.idle;
        call->awaited = "sent no more of its answer";
    } else if (sent) {
        timeout = call->timeouts.first_byte;
        call->awaited = "did not answer";
    } else if (client_connection_unsent(call->connection) > 0) {
        timeout = call->timeouts.idle;
        call->awaited = "took no more of the request";
    }
    event_del(call->patience);
    call->patience_ms = timeout;
    if (timeout > 0) {
        struct timeval time = {timeout / 1000, timeout % 1000 * 1000};
        event_add(call->patience, &time);
    }
}

void http_call_pause(struct http_call *call)
{
    if (call->paused)
        return;
    call->paused = true;
    if (call->connection)
        client_connection_pause(call->connection);
    http_call_be_patient(call);
}

void http_call_resume(struct http_call *call)
{
    if (!call->paused)
        return;
    call->paused = false;
    if (call->connection)
        client_connection_resume(call->connection);
    http_call_be_patient(call);
}

/* ---- the request ---- */

static void on_dialed(struct bufferevent *stream, const struct error *error, void *context)
{
    struct http_call *call = context;
    struct error memory;
    call->dial = NULL;
    if (!stream) {
        http_call_finish(call, error);
        return;
    }
    struct client_connection *connection = client_connection_new(stream, call->peer);
    if (connection) {
        http_call_attach(call, connection, false);
        return;
    }
    error_set(&memory, ERROR_MEMORY, "out of memory");
    http_call_finish(call, &memory);
}

/* Also called while the client goes through its calls: failures are told later, by timers. */
void http_call_dial(struct http_call *call)
{
    struct dial_address address = dial_address_of_url(&call->url);
    struct timeval now = {0};
    address.unix_path = call->unix_path;
    call->state = HTTP_CALL_DIALING;
    int timeout = call->timeouts.connect > 0 ? call->timeouts.connect : INT_MAX;
    call->dial = dialer_dial(call->client->dialer, &address, timeout, on_dialed, call);
    if (!call->dial) {
        call->awaited = "could not be connected to for want of memory";
        call->patience_ms = 0;
        event_add(call->patience, &now);
    }
}

void http_call_attach(struct http_call *call, struct client_connection *connection, bool reused)
{
    struct buffer head = {0};
    struct timeval now = {0};
    call->state = HTTP_CALL_TALKING;
    call->connection = connection;
    call->reused = reused;
    call->body_sent = 0;
    call->body_finished = !call->has_body;
    call->source_asked = call->has_head = false;
    client_connection_listen(connection, &HTTP_CALL_CONNECTION, call);
    http_request_put_head(&head, &call->request, &call->url,
                          call->has_body ? call->body_length : HTTP_NO_BODY);
    bool is_head = strcmp(call->request.method, "HEAD") == 0;
    if (head.failed || client_connection_begin(connection, is_head) < 0) {
        call->awaited = "could not be asked for want of memory";
        call->patience_ms = 0;
        event_add(call->patience, &now);
        buffer_free(&head);
        return;
    }
    client_connection_write(connection, head.data, head.length);
    buffer_free(&head);
    /* A streamed body is asked for when the head has gone out: here no listener may be called. */
    if (!call->streamed)
        http_call_pump_body(call);
    if (call->paused)
        client_connection_pause(connection);
    http_call_be_patient(call);
}

static void fail_body(struct http_call *call)
{
    struct error error;
    error_set(&error, ERROR_INVALID,
              "the body of the request to %s ended before its announced length", call->peer);
    http_call_finish(call, &error);
}

void http_call_pump_body(struct http_call *call)
{
    if (call->body_finished)
        return;
    if (call->streamed) {
        call->source_asked = true;
        if (call->listener->source)
            call->listener->source(call, call->context);
        else
            fail_body(call);
        return;
    }
    size_t left = call->body.length - (size_t)call->body_sent;
    size_t length = left < CLIENT_CONNECTION_HIGH ? left : CLIENT_CONNECTION_HIGH;
    client_connection_write(call->connection, call->body.data + call->body_sent, length);
    call->body_sent += (int64_t)length;
    call->body_finished = length == left;
}

static int check_asked(const struct http_call *call, struct error *error)
{
    if (call->streamed && call->connection && call->source_asked && !call->body_finished)
        return 0;
    return error_set(error, ERROR_INVALID, "the HTTP request does not wait for more of its body");
}

int http_call_send(struct http_call *call, struct slice bytes, struct error *error)
{
    if (check_asked(call, error) < 0)
        return -1;
    if (client_connection_unsent(call->connection) > HTTP_CLIENT_UNSENT_MAX)
        return error_set(error, ERROR_LIMIT, "more than %u bytes of the request's body are unsent",
                         HTTP_CLIENT_UNSENT_MAX);
    bool chunked = call->body_length == HTTP_BODY_CHUNKED;
    if (!chunked && (uint64_t)bytes.length > (uint64_t)(call->body_length - call->body_sent))
        return error_set(error, ERROR_LIMIT,
                         "the request's body is longer than its announced length");
    struct buffer text = {0};
    if (chunked && bytes.length > 0) /* an empty chunk would be the last */
        buffer_append_format(&text, "%zx\r\n", bytes.length);
    buffer_append(&text, bytes.data, bytes.length);
    if (chunked && bytes.length > 0)
        buffer_append_string(&text, "\r\n");
    if (text.failed)
        return error_set(error, ERROR_MEMORY, "out of memory");
    client_connection_write(call->connection, text.data, text.length);
    buffer_free(&text);
    call->body_sent += (int64_t)bytes.length;
    http_call_be_patient(call);
    return 0;
}

int http_call_finish_body(struct http_call *call, struct error *error)
{
    if (check_asked(call, error) < 0)
        return -1;
    if (call->body_length != HTTP_BODY_CHUNKED && call->body_sent != call->body_length)
        return error_set(error, ERROR_INVALID,
                         "the request's body is shorter than its announced length");
    if (call->body_length == HTTP_BODY_CHUNKED)
        client_connection_write(call->connection, "0\r\n\r\n", 5);
    call->body_finished = true;
    http_call_be_patient(call);
    return 0;
}
