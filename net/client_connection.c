#include "net/client_connection.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent_ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "net/tls.h"

struct client_connection {
    struct bufferevent *stream;
    struct http_reader *reader; /* NULL between requests */
    char *peer;
    bool is_head, paused, sent, received;
    bool ended;          /* the stream told its end */
    bool ended_well;     /* as the protocol below has it */
    bool writing_failed; /* but an answer may still come */
    bool keep_alive;
    unsigned informational;
    unsigned exchange; /* counts them, so that what was told of one is not mistaken for the next */
    struct error end;
    unsigned holds; /* functions of the stream that are under way */
    bool dead;      /* freed meanwhile: goes when the last of them ends */
    const struct client_connection_listener *listener;
    void *context;
};

static void on_output(struct evbuffer *out, const struct evbuffer_cb_info *info, void *context);

static void let_go(struct client_connection *connection)
{
    if (--connection->holds > 0 || !connection->dead)
        return;
    http_reader_free(connection->reader);
    free(connection->peer);
    free(connection);
}

void client_connection_free(struct client_connection *connection)
{
    connection->holds++;
    connection->dead = true;
    evbuffer_remove_cb(bufferevent_get_output(connection->stream), on_output, connection);
    tls_stream_free(connection->stream);
    let_go(connection);
}

static void lose(struct client_connection *connection, const struct error *error)
{
    struct error copy = *error;
    connection->listener->lost(&copy, connection->context);
}

/* ---- the answer ---- */

static void refuse(struct client_connection *connection, const struct error *problem)
{
    struct error error;
    error_set(&error, problem->code, "the answer of %s is malformed: %s", connection->peer,
              problem->message);
    error_fix(&error, "check that the address is that of the HTTP server meant");
    lose(connection, &error);
}

static void refuse_informational(struct client_connection *connection, int status)
{
    struct error error;
    error_set(&error, ERROR_INVALID, "%s answered with status %d, which was not asked for%s",
              connection->peer, status, status == 101 ? "" : " so often");
    lose(connection, &error);
}

/* Returns false when there is nothing more to do with the connection here. */
static bool take_head(struct client_connection *connection)
{
    const struct http_head *head = http_reader_head(connection->reader);
    if (head->status < 200) {
        if (head->status != 101 && ++connection->informational <= HTTP_INFORMATIONAL_MAX)
            return true;
        refuse_informational(connection, head->status);
        return false;
    }
    connection->keep_alive = head->keep_alive;
    if (connection->is_head)
        http_reader_skip_body(connection->reader);
    connection->listener->head(head, connection->context);
    return !connection->dead;
}

static bool take_end(struct client_connection *connection)
{
    if (http_reader_head(connection->reader)->status < 200) {
        http_reader_restart(connection->reader);
        return true;
    }
    connection->listener->whole(connection->context);
    return false;
}

/* One event of the reader; false when it was the last for now. */
static bool take_next(struct client_connection *connection, struct evbuffer *in)
{
    struct error error;
    struct slice part;
    size_t length = evbuffer_get_contiguous_space(in);
    struct slice input = slice_of(length ? evbuffer_pullup(in, (ev_ssize_t)length) : NULL, length);
    enum http_event event = http_reader_next(connection->reader, &input, &part, &error);
    size_t consumed = length - input.length;
    switch (event) {
    case HTTP_EVENT_MORE:
        evbuffer_drain(in, consumed);
        return evbuffer_get_length(in) > 0;
    case HTTP_EVENT_HEAD:
        evbuffer_drain(in, consumed);
        return take_head(connection);
    case HTTP_EVENT_BODY:
        connection->listener->body(part, connection->context);
        if (connection->dead)
            return false;
        evbuffer_drain(in, consumed);
        return true;
    case HTTP_EVENT_END:
        evbuffer_drain(in, consumed);
        return take_end(connection);
    case HTTP_EVENT_ERROR:
        break;
    }
    refuse(connection, &error);
    return false;
}

/* Returns false when the exchange is over. */
static bool take_input(struct client_connection *connection)
{
    unsigned exchange = connection->exchange;
    struct evbuffer *in = bufferevent_get_input(connection->stream);
    bool more = true;
    while (more && !connection->paused && !connection->dead && connection->exchange == exchange)
        more = take_next(connection, in);
    return !connection->dead && connection->exchange == exchange;
}

static void take_stream_end(struct client_connection *connection)
{
    struct error error;
    enum http_event event =
        connection->ended_well ? http_reader_finish(connection->reader, &error) : HTTP_EVENT_MORE;
    if (event == HTTP_EVENT_END) {
        connection->listener->whole(connection->context);
        return;
    }
    if (event == HTTP_EVENT_ERROR)
        error_set(&error, ERROR_CLOSED, "%s closed the connection in the middle of its answer",
                  connection->peer);
    else if (connection->ended_well)
        error_set(&error, ERROR_CLOSED, "%s closed the connection before it answered",
                  connection->peer);
    else
        error = connection->end;
    if (!*error.fix)
        error_fix(&error, "try again; the server's log may tell why it did this");
    lose(connection, &error);
}

static void progress(struct client_connection *connection)
{
    if (!take_input(connection) || !connection->ended || connection->paused)
        return;
    if (evbuffer_get_length(bufferevent_get_input(connection->stream)) == 0)
        take_stream_end(connection);
}

/* ---- the stream ---- */

static void lose_idle(struct client_connection *connection)
{
    struct error error;
    error_set(&error, ERROR_CLOSED, "%s closed an idle connection", connection->peer);
    lose(connection, &error);
}

static void on_read(struct bufferevent *stream, void *context)
{
    struct client_connection *connection = context;
    bool has_input = evbuffer_get_length(bufferevent_get_input(stream)) > 0;
    connection->holds++;
    if (!connection->reader) {
        if (has_input)
            lose_idle(connection);
        let_go(connection);
        return;
    }
    if (has_input && !connection->paused) {
        connection->received = true;
        connection->listener->received(connection->context);
    }
    if (!connection->dead)
        progress(connection);
    let_go(connection);
}

static void on_write(struct bufferevent *stream, void *context)
{
    struct client_connection *connection = context;
    (void)stream;
    connection->holds++;
    if (connection->reader)
        connection->listener->room(connection->context);
    let_go(connection);
}

static void on_output(struct evbuffer *out, const struct evbuffer_cb_info *info, void *context)
{
    struct client_connection *connection = context;
    (void)out;
    if (info->n_deleted == 0 || !connection->reader)
        return;
    connection->sent = true;
    connection->listener->sent(connection->context);
}

static void on_event(struct bufferevent *stream, short events, void *context)
{
    struct client_connection *connection = context;
    bool encrypted = bufferevent_openssl_get_ssl(stream) != NULL;
    /* A server that has heard enough may close its ear, and answer. */
    if (!encrypted && (events & BEV_EVENT_WRITING) && (events & BEV_EVENT_ERROR)) {
        connection->writing_failed = true;
        bufferevent_disable(stream, EV_WRITE);
        return;
    }
    tls_stream_error(stream, events, connection->peer, &connection->end);
    connection->ended = true;
    connection->ended_well = (events & BEV_EVENT_EOF) != 0;
    connection->holds++;
    if (connection->reader)
        progress(connection);
    else
        lose_idle(connection);
    let_go(connection);
}

struct client_connection *client_connection_new(struct bufferevent *stream, const char *peer)
{
    struct client_connection *connection = calloc(1, sizeof *connection);
    if (connection)
        connection->peer = strdup(peer);
    if (!connection || !connection->peer ||
        !evbuffer_add_cb(bufferevent_get_output(stream), on_output, connection)) {
        free(connection ? connection->peer : NULL);
        free(connection);
        bufferevent_free(stream);
        return NULL;
    }
    connection->stream = stream;
    bufferevent_setcb(stream, on_read, on_write, on_event, connection);
    bufferevent_setwatermark(stream, EV_READ, 0, CLIENT_CONNECTION_HIGH);
    bufferevent_setwatermark(stream, EV_WRITE, CLIENT_CONNECTION_LOW, 0);
    bufferevent_enable(stream, EV_READ | EV_WRITE);
    return connection;
}

void client_connection_listen(struct client_connection *connection,
                              const struct client_connection_listener *listener, void *context)
{
    connection->listener = listener;
    connection->context = context;
}

int client_connection_begin(struct client_connection *connection, bool is_head)
{
    connection->reader = http_reader_new(HTTP_RESPONSES);
    connection->is_head = is_head;
    connection->sent = connection->received = connection->keep_alive = false;
    connection->informational = 0;
    connection->exchange++;
    return connection->reader ? 0 : -1;
}

void client_connection_write(struct client_connection *connection, const void *bytes, size_t length)
{
    if (!connection->writing_failed)
        bufferevent_write(connection->stream, bytes, length);
}

size_t client_connection_unsent(const struct client_connection *connection)
{
    return evbuffer_get_length(bufferevent_get_output(connection->stream));
}

bool client_connection_has_sent(const struct client_connection *connection)
{
    return connection->sent;
}

bool client_connection_has_received(const struct client_connection *connection)
{
    return connection->received;
}

void client_connection_pause(struct client_connection *connection)
{
    connection->paused = true;
    bufferevent_disable(connection->stream, EV_READ);
}

void client_connection_resume(struct client_connection *connection)
{
    connection->paused = false;
    bufferevent_enable(connection->stream, EV_READ);
    bufferevent_trigger(connection->stream, EV_READ,
                        BEV_TRIG_IGNORE_WATERMARKS | BEV_TRIG_DEFER_CALLBACKS);
}

struct http_reader *client_connection_take_reader(struct client_connection *connection)
{
    struct http_reader *reader = connection->reader;
    connection->reader = NULL;
    connection->exchange++;
    return reader;
}

bool client_connection_is_reusable(const struct client_connection *connection)
{
    return connection->keep_alive && !connection->ended && !connection->writing_failed &&
           client_connection_unsent(connection) == 0 &&
           evbuffer_get_length(bufferevent_get_input(connection->stream)) == 0;
}

bool client_connection_is_quiet(const struct client_connection *connection)
{
    char byte;
    int descriptor = bufferevent_getfd(connection->stream);
    ssize_t length;
    do
        length = recv(descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    while (length < 0 && errno == EINTR);
    return length < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}
