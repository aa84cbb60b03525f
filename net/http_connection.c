#include "net/http_connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "os/clock.h"

#define PROGRESS_MIN    1024u /* bytes that must move within the stall time */
#define LINGER_TIME     2000  /* ms */
#define REQUESTS_A_TURN 32u   /* of one connection, before others have their turn */

static void on_output(struct evbuffer *output, const struct evbuffer_cb_info *info, void *context);

static struct evbuffer *output_of(const struct http_connection *connection)
{
    return bufferevent_get_output(connection->stream);
}

/* Tells the owner of the exchange, if it has one, that there will be no answer. */
static void lose_exchange(struct http_connection *connection)
{
    struct http_exchange *exchange = connection->exchange;
    if (!exchange)
        return;
    const struct http_exchange_listener *listener = exchange->listener;
    exchange->listener = NULL;
    if (listener && listener->lost && !exchange->has_ended)
        listener->lost(exchange, exchange->context);
    exchange->has_ended = true;
}

static void free_exchange(struct http_connection *connection)
{
    if (connection->exchange)
        http_exchange_free(connection->exchange);
    connection->exchange = NULL;
    http_reader_free(connection->reader);
    connection->reader = NULL;
}

void http_connection_end(struct http_connection *connection)
{
    connection->is_dead = true;
    if (connection->is_busy)
        return;
    struct http_server *server = connection->server;
    connection->is_busy = true;
    lose_exchange(connection);
    free_exchange(connection);
    timers_clear(server->timers, &connection->timer);
    if (connection->stream)
        bufferevent_free(connection->stream);
    LIST_REMOVE(connection, entry);
    free(connection);
    http_server_left(server);
}

void http_connection_forget(struct http_connection *connection)
{
    evbuffer_remove_cb(output_of(connection), on_output, connection);
    connection->stream = NULL;
    connection->exchange->has_ended = true;
    connection->exchange->listener = NULL;
    http_connection_end(connection);
}

void http_connection_close(struct http_connection *connection)
{
    connection->is_closing = true;
}

/* The next turn of the loop goes on, so that whoever answers is not called from its own call. */
void http_connection_wake(struct http_connection *connection)
{
    if (!connection->is_busy)
        bufferevent_trigger(connection->stream, EV_READ,
                            BEV_TRIG_IGNORE_WATERMARKS | BEV_TRIG_DEFER_CALLBACKS);
}

/* Writing. */

/* What the system takes at once spares two calls for each answer. */
static size_t send_now(const struct http_connection *connection, struct slice first,
                       struct slice second)
{
    if (connection->is_tls || evbuffer_get_length(output_of(connection)) > 0)
        return 0;
    struct iovec parts[2] = {{(void *)first.data, first.length},
                             {(void *)second.data, second.length}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    ssize_t sent = sendmsg(bufferevent_getfd(connection->stream), &message, MSG_NOSIGNAL);
    return sent > 0 ? (size_t)sent : 0;
}

static void queue(const struct http_connection *connection, struct slice bytes, size_t skip)
{
    if (bytes.length > skip)
        bufferevent_write(connection->stream, bytes.data + skip, bytes.length - skip);
}

void http_connection_send(struct http_connection *connection, struct slice first,
                          struct slice second)
{
    if (connection->is_dead)
        return;
    size_t sent = send_now(connection, first, second);
    connection->sent += (uint32_t)(sent < PROGRESS_MIN ? sent : PROGRESS_MIN);
    if (sent == first.length + second.length)
        return;
    queue(connection, first, sent);
    queue(connection, second, sent > first.length ? sent - first.length : 0);
    if (evbuffer_get_length(output_of(connection)) > HTTP_ANSWER_MAX) {
        connection->is_dead = true;
        http_connection_wake(connection);
    } else if (connection->deadline != DEADLINE_STALL) {
        http_connection_set_deadline(connection);
    }
}

/* Bytes leave the output: counted for the stall deadline. */
static void on_output(struct evbuffer *output, const struct evbuffer_cb_info *info, void *context)
{
    (void)output;
    struct http_connection *connection = context;
    connection->sent += (uint32_t)(info->n_deleted < PROGRESS_MIN ? info->n_deleted : PROGRESS_MIN);
}

void http_connection_refuse(struct http_connection *connection, int status)
{
    struct buffer *out = &connection->server->scratch;
    buffer_clear(out);
    buffer_append_format(out, "HTTP/1.1 %d %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                         status, http_reason(status));
    lose_exchange(connection);
    http_connection_send(connection, slice_of(out->data, out->length), slice_of(NULL, 0));
    http_connection_close(connection);
}

/* Deadlines. */

static bool is_stallable(const struct http_connection *connection)
{
    const struct http_exchange *exchange = connection->exchange;
    return evbuffer_get_length(output_of(connection)) > 0 ||
           (exchange && !exchange->is_whole && !exchange->paused);
}

static enum http_deadline wanted_deadline(const struct http_connection *connection)
{
    if (connection->lingers)
        return DEADLINE_LINGER;
    if (is_stallable(connection))
        return DEADLINE_STALL;
    if (connection->exchange)
        return DEADLINE_NONE;
    return connection->reader ? DEADLINE_HEAD : DEADLINE_IDLE;
}

static int time_of(const struct http_connection *connection, enum http_deadline deadline)
{
    const struct http_server_limits *limits = &connection->server->limits;
    switch (deadline) {
    case DEADLINE_HEAD:
        return limits->head_time;
    case DEADLINE_STALL:
        return limits->stall_time;
    case DEADLINE_LINGER:
        return LINGER_TIME;
    default:
        return limits->idle_time;
    }
}

/* Idle time begins anew with each request; the others run on. */
void http_connection_set_deadline(struct http_connection *connection)
{
    enum http_deadline wanted = wanted_deadline(connection);
    if (wanted == connection->deadline && wanted != DEADLINE_IDLE)
        return;
    connection->deadline = wanted;
    connection->received = connection->sent = 0;
    if (wanted == DEADLINE_NONE)
        timers_clear(connection->server->timers, &connection->timer);
    else
        timers_set(connection->server->timers, &connection->timer,
                   clock_monotonic_ms() + time_of(connection, wanted));
}

static bool has_stalled(const struct http_connection *connection)
{
    if (evbuffer_get_length(output_of(connection)) > 0 && connection->sent < PROGRESS_MIN)
        return true;
    const struct http_exchange *exchange = connection->exchange;
    return exchange && !exchange->is_whole && !exchange->paused &&
           connection->received < PROGRESS_MIN;
}

static void settle(struct http_connection *connection);

static void on_deadline(struct timer *timer)
{
    struct http_connection *connection =
        (struct http_connection *)((char *)timer - offsetof(struct http_connection, timer));
    enum http_deadline missed = connection->deadline;
    connection->deadline = DEADLINE_NONE;
    if (missed == DEADLINE_STALL && is_stallable(connection) && !has_stalled(connection)) {
        http_connection_set_deadline(connection);
        return;
    }
    bool can_tell = evbuffer_get_length(output_of(connection)) == 0 &&
                    !(connection->exchange && connection->exchange->has_started);
    if (can_tell && !connection->is_closing &&
        ((missed == DEADLINE_HEAD && connection->reader) ||
         (missed == DEADLINE_STALL && connection->exchange))) {
        http_connection_refuse(connection, 408);
        settle(connection);
    } else {
        http_connection_end(connection);
    }
}

/* Reading. */

static bool begin_exchange(struct http_connection *connection)
{
    struct http_exchange *exchange = calloc(1, sizeof *exchange);
    if (!exchange)
        return false;
    exchange->connection = connection;
    exchange->body_max = HTTP_BODY_MAX;
    exchange->context = connection->server->context;
    connection->exchange = exchange;
    return true;
}

/* RFC 9110, 10.1.1 */
static bool expects_continue(const struct http_head *head)
{
    return head->minor_version == 1 && head->has_body && http_head_count(head, "expect") > 0;
}

static void take_head(struct http_connection *connection)
{
    const struct http_head *head = http_reader_head(connection->reader);
    struct slice expected;
    if (http_head_find(head, "expect", &expected) && !http_name_equals(expected, "100-continue")) {
        http_connection_refuse(connection, 417);
        return;
    }
    if (slice_equals(head->method, "CONNECT")) {
        http_connection_refuse(connection, 501);
        return;
    }
    if (!begin_exchange(connection)) {
        http_connection_end(connection);
        return;
    }
    struct http_exchange *exchange = connection->exchange;
    connection->server->listener->request(exchange, connection->server->context);
    if (connection->is_dead || exchange->has_ended || exchange->has_started)
        return;
    if (head->content_length > 0 && (uint64_t)head->content_length > exchange->body_max)
        http_connection_refuse(connection, 413);
    else if (expects_continue(head))
        http_connection_send(connection, slice_of_string("HTTP/1.1 100 Continue\r\n\r\n"),
                             slice_of(NULL, 0));
}

static void take_body(struct http_connection *connection, struct slice part)
{
    struct http_exchange *exchange = connection->exchange;
    const struct http_exchange_listener *listener = exchange->listener;
    exchange->body_seen += part.length;
    connection->received += (uint32_t)(part.length < PROGRESS_MIN ? part.length : PROGRESS_MIN);
    if (exchange->has_ended) {
        if (exchange->body_seen > HTTP_UNREAD_BODY_MAX + exchange->body_max)
            http_connection_end(connection);
    } else if (exchange->body_seen > exchange->body_max) {
        if (exchange->has_started)
            http_connection_end(connection);
        else
            http_connection_refuse(connection, 413);
    } else if (exchange->collects) {
        buffer_append(&exchange->body, part.data, part.length);
        if (exchange->body.failed)
            http_connection_end(connection);
    } else if (listener && listener->body) {
        listener->body(exchange, part, exchange->context);
    }
}

static void tell_peer_finished(struct http_exchange *exchange)
{
    if (exchange->is_whole && exchange->listener && exchange->listener->peer_finished)
        exchange->listener->peer_finished(exchange, exchange->context);
}

static void take_end(struct http_connection *connection)
{
    struct http_exchange *exchange = connection->exchange;
    exchange->is_whole = true;
    if (exchange->listener && exchange->listener->whole)
        exchange->listener->whole(exchange, slice_of(exchange->body.data, exchange->body.length),
                                  exchange->context);
    if (connection->has_ended)
        tell_peer_finished(exchange);
}

/* Whether more of the input may be looked at. */
static bool can_read(const struct http_connection *connection)
{
    const struct http_exchange *exchange = connection->exchange;
    if (connection->is_dead || connection->is_closing)
        return false;
    if (exchange)
        return !exchange->is_whole && !exchange->paused;
    return evbuffer_get_length(output_of(connection)) <= HTTP_ANSWER_LOW;
}

/* One step through the input. False when there is nothing to do before more comes. */
static bool step(struct http_connection *connection)
{
    struct evbuffer *input = bufferevent_get_input(connection->stream);
    size_t length = evbuffer_get_contiguous_space(input);
    bool at_end = connection->exchange && !connection->exchange->is_whole;
    if (length == 0 && !at_end)
        return false;
    if (!connection->reader && !(connection->reader = http_reader_new(HTTP_REQUESTS))) {
        http_connection_end(connection);
        return false;
    }
    struct slice bytes = slice_of(length ? evbuffer_pullup(input, (ssize_t)length) : NULL, length);
    struct slice rest = bytes, part;
    enum http_event event = http_reader_next(connection->reader, &rest, &part, NULL);
    if (event == HTTP_EVENT_BODY)
        take_body(connection, part);
    evbuffer_drain(input, bytes.length - rest.length);
    if (event == HTTP_EVENT_HEAD)
        take_head(connection);
    else if (event == HTTP_EVENT_END)
        take_end(connection);
    else if (event == HTTP_EVENT_ERROR)
        http_connection_refuse(connection, http_reader_status(connection->reader));
    return event > HTTP_EVENT_MORE || (event == HTTP_EVENT_MORE && length > 0);
}

/* True when an exchange is over and the next request may begin. */
static bool finish_exchange(struct http_connection *connection)
{
    const struct http_exchange *exchange = connection->exchange;
    if (!exchange || !exchange->has_ended || !exchange->is_whole)
        return false;
    free_exchange(connection);
    return true;
}

/* What the client still sends is read and dropped for a moment: closing with unread bytes would
   reset the connection, and the answer might not arrive. */
static void linger(struct http_connection *connection)
{
    struct evbuffer *input = bufferevent_get_input(connection->stream);
    if (!connection->lingers) {
        connection->lingers = true;
        if (!connection->is_tls)
            shutdown(bufferevent_getfd(connection->stream), SHUT_WR);
    }
    evbuffer_drain(input, evbuffer_get_length(input));
}

static bool has_unread(const struct http_connection *connection)
{
    return connection->lingers || connection->exchange || connection->reader ||
           evbuffer_get_length(bufferevent_get_input(connection->stream)) > 0;
}

/* The client went in the middle of a request. */
static bool is_cut_short(const struct http_connection *connection)
{
    const struct http_exchange *exchange = connection->exchange;
    return connection->has_ended && exchange && !exchange->is_whole && !exchange->paused &&
           !connection->is_closing;
}

/* No request runs, and none will. */
static bool has_nothing_to_do(const struct http_connection *connection)
{
    const struct http_exchange *exchange = connection->exchange;
    if (connection->is_closing)
        return !exchange || exchange->has_ended;
    if (exchange || evbuffer_get_length(bufferevent_get_input(connection->stream)) > 0)
        return false;
    return connection->has_ended || (connection->server->is_stopping && !connection->reader);
}

/* After the input was looked at, or output went, or a deadline passed. Frees what is over. */
static void settle(struct http_connection *connection)
{
    if (connection->is_busy)
        return;
    if (connection->is_dead || is_cut_short(connection)) {
        http_connection_end(connection);
        return;
    }
    bool is_over = has_nothing_to_do(connection) && evbuffer_get_length(output_of(connection)) == 0;
    if (is_over && (connection->has_ended || !has_unread(connection))) {
        http_connection_end(connection);
        return;
    }
    if (is_over)
        linger(connection);
    http_connection_set_deadline(connection);
}

static void pump(struct http_connection *connection)
{
    unsigned requests = 0;
    if (connection->is_busy)
        return;
    connection->is_busy = true;
    finish_exchange(connection);
    while (requests < REQUESTS_A_TURN && can_read(connection) && step(connection))
        requests += finish_exchange(connection);
    connection->is_busy = false;
    if (requests == REQUESTS_A_TURN)
        http_connection_wake(connection);
    settle(connection);
}

static void on_read(struct bufferevent *stream, void *context)
{
    (void)stream;
    pump(context);
}

static void on_write(struct bufferevent *stream, void *context)
{
    (void)stream;
    struct http_connection *connection = context;
    struct http_exchange *exchange = connection->exchange;
    if (exchange && exchange->wants_more && !exchange->has_ended) {
        exchange->wants_more = false;
        if (exchange->listener && exchange->listener->drained)
            exchange->listener->drained(exchange, exchange->context);
    }
    pump(connection);
}

static void on_event(struct bufferevent *stream, short what, void *context)
{
    (void)stream;
    struct http_connection *connection = context;
    if (what & BEV_EVENT_CONNECTED)
        return;
    if (!(what & BEV_EVENT_EOF) || !(what & BEV_EVENT_READING)) {
        http_connection_end(connection);
        return;
    }
    connection->has_ended = true;
    if (connection->exchange)
        tell_peer_finished(connection->exchange);
    pump(connection);
}

void http_connection_begin(struct http_server *server, struct bufferevent *stream, bool is_tls)
{
    struct http_connection *connection = calloc(1, sizeof *connection);
    if (!connection || !evbuffer_add_cb(bufferevent_get_output(stream), on_output, connection)) {
        free(connection);
        bufferevent_free(stream);
        return;
    }
    connection->server = server;
    connection->stream = stream;
    connection->is_tls = is_tls;
    connection->timer.expired = on_deadline;
    LIST_INSERT_HEAD(&server->connections, connection, entry);
    server->connection_count++;
    bufferevent_setcb(stream, on_read, on_write, on_event, connection);
    bufferevent_setwatermark(stream, EV_READ, 0, HTTP_INPUT_MAX);
    bufferevent_setwatermark(stream, EV_WRITE, HTTP_ANSWER_LOW, 0);
    bufferevent_enable(stream, EV_READ | EV_WRITE);
    connection->deadline = DEADLINE_HEAD;
    timers_set(server->timers, &connection->timer, clock_monotonic_ms() + server->limits.head_time);
}
