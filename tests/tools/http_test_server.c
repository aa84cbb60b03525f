/* An HTTP server whose paths show what net/http_server.h can do. Arguments: head, idle and stall
   times in ms, connections, and the files of a certificate and its key for TLS. Prints its port;
   ends when its standard input does, after the requests that run.

     /hello          "hello"
     /echo           the request's body
     /parts?N        N bytes in parts, chunked, as fast as they are taken
     /short?N        announces N bytes, sends fewer
     /count          reads the body in parts and answers its length
     /paused         as /count, but reads nothing before half a second
     /later?N        as /count, but from 100 ms on reads nothing for N ms
     /early          answers before the body
     /hang           answers "freed" when /free is asked for
     /free           "free", and answers /hang
     /state          "hanging N, finished N, lost N, connections N"
     /abort          no answer
     /take           101, then echoes bytes
     /peer           the client's address */
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/buffer.h>

#include "net/http_server.h"
#include "net/tls.h"
#include "os/clock.h"

#define PIECE 16384u

static struct event_base *base;
static struct http_server *server;
static struct http_exchange *hanging[64];
static unsigned hanging_count, finished, lost;

/* A request that takes more than one turn. */
struct work {
    struct http_exchange *exchange;
    uint64_t count, left;
    struct timer timer;
};

static void answer(struct http_exchange *exchange, int status, struct slice body)
{
    const struct http_header headers[] = {
        {slice_of_string("Content-Type"), slice_of_string("text/plain")}};
    http_exchange_answer(exchange, status, headers, 1, body);
}

static void answer_number(struct http_exchange *exchange, uint64_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    answer(exchange, 200, slice_of_string(text));
}

static void on_lost(struct http_exchange *exchange, void *context)
{
    (void)exchange;
    struct work *work = context;
    lost++;
    if (work)
        timers_clear(http_server_timers(server), &work->timer);
    free(work);
}

static void echo(struct http_exchange *exchange, struct slice body, void *context)
{
    (void)context;
    answer(exchange, 200, body);
}

static const struct http_exchange_listener ECHO = {.whole = echo, .lost = on_lost};

static void handle_echo(struct http_exchange *exchange)
{
    http_exchange_collect(exchange, 16u * 1024 * 1024, &ECHO, NULL);
}

static void handle_hello(struct http_exchange *exchange)
{
    answer(exchange, 200, slice_of_string("hello"));
}

static uint64_t number_of(struct http_exchange *exchange)
{
    struct slice target = http_exchange_head(exchange)->target;
    const char *mark = memchr(target.data, '?', target.length);
    return mark ? strtoull(mark + 1, NULL, 10) : 0;
}

static void write_parts(struct http_exchange *exchange, void *context)
{
    static char piece[PIECE];
    struct work *work = context;
    while (work->left > 0 && http_exchange_queued(exchange) <= HTTP_ANSWER_LOW) {
        size_t length = work->left < sizeof piece ? (size_t)work->left : sizeof piece;
        memset(piece, 'x', sizeof piece);
        http_exchange_write(exchange, slice_of(piece, length));
        work->left -= length;
    }
    if (work->left > 0)
        return;
    http_exchange_finish(exchange);
    free(work);
}

static const struct http_exchange_listener PARTS = {.drained = write_parts, .lost = on_lost};

static void handle_parts(struct http_exchange *exchange)
{
    struct work *work = calloc(1, sizeof *work);
    work->left = number_of(exchange);
    http_exchange_listen(exchange, &PARTS, work);
    http_exchange_start(exchange, 200, NULL, 0, HTTP_LENGTH_UNKNOWN);
    write_parts(exchange, work);
}

static void handle_short(struct http_exchange *exchange)
{
    http_exchange_start(exchange, 200, NULL, 0, (int64_t)number_of(exchange));
    http_exchange_write(exchange, slice_of_string("short"));
    http_exchange_finish(exchange);
}

static void count_part(struct http_exchange *exchange, struct slice part, void *context)
{
    (void)exchange;
    ((struct work *)context)->count += part.length;
}

static void counted(struct http_exchange *exchange, struct slice body, void *context)
{
    (void)body;
    struct work *work = context;
    timers_clear(http_server_timers(server), &work->timer);
    answer_number(exchange, work->count);
    free(work);
}

static const struct http_exchange_listener COUNT = {
    .body = count_part, .whole = counted, .lost = on_lost};

static struct work *begin_count(struct http_exchange *exchange)
{
    struct work *work = calloc(1, sizeof *work);
    work->exchange = exchange;
    http_exchange_listen(exchange, &COUNT, work);
    http_exchange_limit_body(exchange, 1u << 30);
    return work;
}

static void handle_count(struct http_exchange *exchange)
{
    begin_count(exchange);
}

static void go_on(struct timer *timer)
{
    struct work *work = (struct work *)((char *)timer - offsetof(struct work, timer));
    http_exchange_resume(work->exchange);
}

static void handle_paused(struct http_exchange *exchange)
{
    struct work *work = begin_count(exchange);
    work->timer.expired = go_on;
    http_exchange_pause(exchange);
    timers_set(http_server_timers(server), &work->timer, clock_monotonic_ms() + 500);
}

static void pause_later(struct timer *timer)
{
    struct work *work = (struct work *)((char *)timer - offsetof(struct work, timer));
    http_exchange_pause(work->exchange);
    timer->expired = go_on;
    timers_set(http_server_timers(server), timer, clock_monotonic_ms() + (int64_t)work->left);
}

static void handle_later(struct http_exchange *exchange)
{
    struct work *work = begin_count(exchange);
    work->left = number_of(exchange);
    work->timer.expired = pause_later;
    timers_set(http_server_timers(server), &work->timer, clock_monotonic_ms() + 100);
}

static void handle_early(struct http_exchange *exchange)
{
    answer(exchange, 403, slice_of_string("no"));
}

static void forget_hanging(struct http_exchange *exchange)
{
    for (unsigned i = 0; i < hanging_count; i++)
        if (hanging[i] == exchange)
            hanging[i] = hanging[--hanging_count];
}

static void hanging_finished(struct http_exchange *exchange, void *context)
{
    (void)context;
    finished++;
    forget_hanging(exchange);
    http_exchange_abort(exchange);
}

static void hanging_lost(struct http_exchange *exchange, void *context)
{
    (void)context;
    lost++;
    forget_hanging(exchange);
}

static const struct http_exchange_listener HANG = {.peer_finished = hanging_finished,
                                                   .lost = hanging_lost};

static void handle_hang(struct http_exchange *exchange)
{
    if (hanging_count == 64) {
        answer(exchange, 503, slice_of_string("too many"));
        return;
    }
    hanging[hanging_count++] = exchange;
    http_exchange_listen(exchange, &HANG, NULL);
}

static void handle_free(struct http_exchange *exchange)
{
    while (hanging_count > 0)
        answer(hanging[--hanging_count], 200, slice_of_string("freed"));
    answer(exchange, 200, slice_of_string("free"));
}

static void handle_state(struct http_exchange *exchange)
{
    char text[128];
    snprintf(text, sizeof text, "hanging %u, finished %u, lost %u, connections %zu", hanging_count,
             finished, lost, http_server_connection_count(server));
    answer(exchange, 200, slice_of_string(text));
}

static void handle_peer(struct http_exchange *exchange)
{
    char address[64];
    http_exchange_peer(exchange, address, NULL);
    answer(exchange, 200, slice_of_string(address));
}

static void echo_bytes(struct bufferevent *stream, void *context)
{
    (void)context;
    bufferevent_write_buffer(stream, bufferevent_get_input(stream));
}

static void end_stream(struct bufferevent *stream, short what, void *context)
{
    (void)what;
    (void)context;
    bufferevent_free(stream);
}

static void handle_take(struct http_exchange *exchange)
{
    const char *head = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n\r\n";
    struct bufferevent *stream = http_exchange_take_over(exchange);
    if (!stream) {
        answer(exchange, 400, slice_of_string("cannot be taken over"));
        return;
    }
    bufferevent_setcb(stream, echo_bytes, NULL, end_stream, NULL);
    bufferevent_write(stream, head, strlen(head));
    echo_bytes(stream, NULL);
}

static const struct {
    const char *path;
    void (*handle)(struct http_exchange *exchange);
} ROUTES[] = {
    {"/abort", http_exchange_abort}, {"/count", handle_count}, {"/early", handle_early},
    {"/echo", handle_echo},          {"/free", handle_free},   {"/hang", handle_hang},
    {"/hello", handle_hello},        {"/later", handle_later}, {"/parts", handle_parts},
    {"/paused", handle_paused},      {"/peer", handle_peer},   {"/short", handle_short},
    {"/state", handle_state},        {"/take", handle_take},
};

static void on_request(struct http_exchange *exchange, void *context)
{
    (void)context;
    struct slice path = http_exchange_head(exchange)->target;
    const char *mark = memchr(path.data, '?', path.length);
    if (mark)
        path.length = (size_t)(mark - path.data);
    for (size_t i = 0; i < sizeof ROUTES / sizeof *ROUTES; i++) {
        if (slice_equals(path, ROUTES[i].path)) {
            ROUTES[i].handle(exchange);
            return;
        }
    }
    answer(exchange, 404, slice_of_string("not found"));
}

static void on_stopped(struct http_server *stopped, void *context)
{
    (void)stopped;
    (void)context;
    event_base_loopbreak(base);
}

static void on_input(evutil_socket_t descriptor, short what, void *context)
{
    (void)what;
    char bytes[256];
    if (read(descriptor, bytes, sizeof bytes) > 0)
        return;
    event_del(*(struct event **)context);
    http_server_stop(server);
}

static const struct http_server_listener LISTENER = {.request = on_request, .stopped = on_stopped};

static int listen_with_tls(struct tls_server *tls, struct error *error)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    evutil_make_socket_nonblocking(descriptor);
    if (bind(descriptor, (struct sockaddr *)&address, length) != 0 ||
        listen(descriptor, 128) != 0 ||
        getsockname(descriptor, (struct sockaddr *)&address, &length) != 0 ||
        http_server_listen_tls(server, descriptor, tls, error) != 0)
        return -1;
    return ntohs(address.sin_port);
}

int main(int count, char **arguments)
{
    struct http_server_limits limits = {0};
    struct error error;
    struct tls_server *tls = NULL;
    signal(SIGPIPE, SIG_IGN);
    if (count > 4) {
        limits.head_time = atoi(arguments[1]);
        limits.idle_time = atoi(arguments[2]);
        limits.stall_time = atoi(arguments[3]);
        limits.connections = (unsigned)atoi(arguments[4]);
    }
    base = event_base_new();
    server = http_server_new(base, &limits, &LISTENER, NULL);
    if (count > 6 && !(tls = tls_server_new(arguments[5], arguments[6], &error))) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    int port =
        tls ? listen_with_tls(tls, &error) : http_server_listen_tcp(server, "127.0.0.1", 0, &error);
    if (port < 0) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    printf("%d\n", port);
    fflush(stdout);
    struct event *input = NULL;
    input = event_new(base, STDIN_FILENO, EV_READ | EV_PERSIST, on_input, &input);
    event_add(input, NULL);
    event_base_dispatch(base);
    event_free(input);
    http_server_free(server);
    tls_server_free(tls);
    event_base_free(base);
    return 0;
}
