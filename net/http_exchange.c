#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <event2/util.h>

#include "net/http_connection.h"

static const struct {
    int status;
    const char *reason;
} REASONS[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Payload Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Entity"},
    {426, "Upgrade Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

const char *http_reason(int status)
{
    for (size_t i = 0; i < sizeof REASONS / sizeof *REASONS; i++)
        if (REASONS[i].status == status)
            return REASONS[i].reason;
    return "";
}

void http_exchange_free(struct http_exchange *exchange)
{
    buffer_free(&exchange->body);
    free(exchange);
}

void http_exchange_listen(struct http_exchange *exchange,
                          const struct http_exchange_listener *listener, void *context)
{
    exchange->listener = listener;
    exchange->context = context;
}

void http_exchange_collect(struct http_exchange *exchange, size_t max,
                           const struct http_exchange_listener *listener, void *context)
{
    http_exchange_listen(exchange, listener, context);
    exchange->collects = true;
    exchange->body_max = max;
}

void http_exchange_limit_body(struct http_exchange *exchange, uint64_t max)
{
    exchange->body_max = max;
}

void http_exchange_pause(struct http_exchange *exchange)
{
    exchange->paused = true;
    http_connection_set_deadline(exchange->connection);
}

void http_exchange_resume(struct http_exchange *exchange)
{
    if (!exchange->paused)
        return;
    exchange->paused = false;
    http_connection_wake(exchange->connection);
}

const struct http_head *http_exchange_head(const struct http_exchange *exchange)
{
    return http_reader_head(exchange->connection->reader);
}

void http_exchange_peer(const struct http_exchange *exchange, char address[64], unsigned *port)
{
    struct sockaddr_storage peer = {.ss_family = AF_UNSPEC};
    socklen_t length = sizeof peer;
    char service[16] = "0";
    getpeername(bufferevent_getfd(exchange->connection->stream), (struct sockaddr *)&peer, &length);
    snprintf(address, 64, "%s", peer.ss_family == AF_UNIX ? "unix" : "unknown");
    if (peer.ss_family == AF_INET || peer.ss_family == AF_INET6)
        getnameinfo((struct sockaddr *)&peer, length, address, 64, service, sizeof service,
                    NI_NUMERICHOST | NI_NUMERICSERV);
    if (strncmp(address, "::ffff:", 7) == 0 && strchr(address, '.'))
        memmove(address, address + 7, strlen(address + 7) + 1);
    if (port)
        *port = (unsigned)strtoul(service, NULL, 10);
}

void http_put_header(struct buffer *out, const struct http_header *header)
{
    buffer_append(out, header->name.data, header->name.length);
    buffer_append(out, ": ", 2);
    size_t begin = out->length;
    buffer_append(out, header->value.data, header->value.length);
    if (out->failed)
        return;
    for (size_t i = begin; i < out->length; i++)
        if ((unsigned char)out->data[i] < ' ' || out->data[i] == 0x7f)
            out->data[i] = ' ';
    buffer_append(out, "\r\n", 2);
}

/* A short rest of the body is read and dropped behind the answer; for a longer one it is cheaper to
   begin a new connection. */
static bool rest_is_short(const struct http_exchange *exchange)
{
    const struct http_head *head = http_exchange_head(exchange);
    return exchange->is_whole ||
           (head->content_length != HTTP_LENGTH_UNKNOWN &&
            (uint64_t)head->content_length - exchange->body_seen <= HTTP_UNREAD_BODY_MAX);
}

static void put_framing(struct http_exchange *exchange, int status, int64_t length,
                        struct buffer *out)
{
    const struct http_connection *connection = exchange->connection;
    const struct http_head *head = http_exchange_head(exchange);
    bool empty = status < 200 || status == 204 || status == 304;
    exchange->no_body = empty || slice_equals(head->method, "HEAD");
    exchange->keep_alive = head->keep_alive && !exchange->is_last &&
                           !connection->server->is_stopping && !connection->has_ended &&
                           rest_is_short(exchange);
    exchange->answer_left = length;
    if (!empty && length != HTTP_LENGTH_UNKNOWN)
        buffer_append_format(out, "Content-Length: %lld\r\n", (long long)length);
    else if (!empty && head->minor_version == 1)
        buffer_append_string(out, "Transfer-Encoding: chunked\r\n");
    else if (!empty)
        exchange->keep_alive = false;
    if (exchange->keep_alive)
        buffer_append_format(out, "Connection: keep-alive\r\nKeep-Alive: timeout=%d\r\n\r\n",
                             connection->server->limits.idle_time / 1000);
    else
        buffer_append_string(out, "Connection: close\r\n\r\n");
}

/* The head of the answer, in the server's scratch. */
static struct slice make_head(struct http_exchange *exchange, int status,
                              const struct http_header *headers, size_t count, int64_t length)
{
    struct buffer *out = &exchange->connection->server->scratch;
    buffer_clear(out);
    buffer_append_format(out, "HTTP/1.1 %d %s\r\n", status, http_reason(status));
    for (size_t i = 0; i < count; i++)
        http_put_header(out, headers + i);
    put_framing(exchange, status, length, out);
    exchange->has_started = true;
    return slice_of(out->data, out->length);
}

/* The owner is done with it. */
static void end_answer(struct http_exchange *exchange)
{
    struct http_connection *connection = exchange->connection;
    exchange->has_ended = true;
    exchange->listener = NULL;
    exchange->paused = false;
    buffer_free(&exchange->body);
    if (!exchange->keep_alive)
        connection->is_closing = true;
    http_connection_wake(connection);
}

void http_exchange_answer(struct http_exchange *exchange, int status,
                          const struct http_header *headers, size_t count, struct slice body)
{
    struct slice head = make_head(exchange, status, headers, count, (int64_t)body.length);
    http_connection_send(exchange->connection, head, exchange->no_body ? slice_of(NULL, 0) : body);
    end_answer(exchange);
}

void http_exchange_start(struct http_exchange *exchange, int status,
                         const struct http_header *headers, size_t count, int64_t length)
{
    struct slice head = make_head(exchange, status, headers, count, length);
    http_connection_send(exchange->connection, head, slice_of(NULL, 0));
}

void http_exchange_be_last(struct http_exchange *exchange)
{
    exchange->is_last = true;
}

static bool is_chunked(const struct http_exchange *exchange)
{
    return exchange->answer_left == HTTP_LENGTH_UNKNOWN && !exchange->no_body &&
           http_exchange_head(exchange)->minor_version == 1;
}

void http_exchange_write(struct http_exchange *exchange, struct slice part)
{
    struct http_connection *connection = exchange->connection;
    if (part.length == 0 || exchange->no_body || connection->is_dead)
        return;
    struct buffer *out = &connection->server->scratch;
    buffer_clear(out);
    if (is_chunked(exchange)) {
        buffer_append_format(out, "%zx\r\n", part.length);
        buffer_append(out, part.data, part.length);
        buffer_append_string(out, "\r\n");
        part = slice_of(out->data, out->length);
    } else if (exchange->answer_left != HTTP_LENGTH_UNKNOWN) {
        if ((int64_t)part.length > exchange->answer_left) {
            connection->is_dead = true;
            http_connection_wake(connection);
            return;
        }
        exchange->answer_left -= (int64_t)part.length;
    }
    http_connection_send(connection, part, slice_of(NULL, 0));
    exchange->wants_more = http_exchange_queued(exchange) > HTTP_ANSWER_LOW;
}

void http_exchange_finish(struct http_exchange *exchange)
{
    struct http_connection *connection = exchange->connection;
    if (is_chunked(exchange))
        http_connection_send(connection, slice_of_string("0\r\n\r\n"), slice_of(NULL, 0));
    else if (exchange->answer_left > 0 && !exchange->no_body)
        connection->is_dead = true;
    end_answer(exchange);
}

size_t http_exchange_queued(const struct http_exchange *exchange)
{
    return evbuffer_get_length(bufferevent_get_output(exchange->connection->stream));
}

void http_exchange_abort(struct http_exchange *exchange)
{
    struct http_connection *connection = exchange->connection;
    exchange->has_ended = true;
    exchange->listener = NULL;
    connection->is_dead = true;
    http_connection_wake(connection);
}

struct bufferevent *http_exchange_take_over(struct http_exchange *exchange)
{
    struct http_connection *connection = exchange->connection;
    const struct http_head *head = http_exchange_head(exchange);
    if (exchange->has_started || (head->has_body && head->content_length != 0) ||
        connection->is_dead || connection->has_ended)
        return NULL;
    struct bufferevent *stream = connection->stream;
    bufferevent_setcb(stream, NULL, NULL, NULL, NULL);
    bufferevent_setwatermark(stream, EV_READ, 0, 0);
    http_connection_forget(connection);
    return stream;
}
