/* Both roles of a WebSocket, on real sockets and one event loop. */
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/websocket.h"
#include "wire/buffer.h"

struct fixture {
    struct event_base *base;
    struct http_server *server;
    struct websocket_settings settings;
    struct websocket *client, *peer; /* of the client, and of the server */
    int port, answer_status;
    bool opened, silent, frees_when_full;
    struct buffer client_got, server_got;
    int client_code, server_code;
    enum error_code client_error;
    int full, drained;
};

static void on_message(struct websocket *websocket, struct slice data, bool binary, void *context)
{
    struct fixture *fixture = context;
    bool at_client = websocket == fixture->client;
    struct buffer *got = at_client ? &fixture->client_got : &fixture->server_got;
    buffer_append_string(got, binary ? "b:" : "t:");
    buffer_append(got, data.data, data.length);
    if (!at_client)
        websocket_send(websocket, data, binary);
    event_base_loopbreak(fixture->base);
}

static void on_closed(struct websocket *websocket, int code, const struct error *error,
                      void *context)
{
    struct fixture *fixture = context;
    assert_true(error->message[0]);
    if (websocket == fixture->client) {
        fixture->client = NULL;
        fixture->client_code = code;
        fixture->client_error = error->code;
    } else {
        fixture->peer = NULL;
        fixture->server_code = code;
    }
    websocket_free(websocket);
    event_base_loopbreak(fixture->base);
}

static void on_opened(struct websocket *websocket, const struct http_head *head, void *context)
{
    struct fixture *fixture = context;
    struct slice value;
    fixture->opened = true;
    assert_true(http_head_find(head, "X-Greeting", &value) && slice_equals(value, "hello there"));
    assert_true(http_head_find(head, "Sec-WebSocket-Protocol", &value));
    assert_true(slice_equals(value, "chat"));
    assert_true(websocket_send(websocket, slice_of_string("first"), false));
}

static void on_full(struct websocket *websocket, void *context)
{
    struct fixture *fixture = context;
    fixture->full++;
    if (!fixture->frees_when_full)
        return;
    fixture->peer = NULL;
    websocket_free(websocket);
}

static void on_drained(struct websocket *websocket, void *context)
{
    struct fixture *fixture = context;
    assert_true(websocket_queued(websocket) <= fixture->settings.queue_full / 4);
    fixture->drained++;
    event_base_loopbreak(fixture->base);
}

static const struct websocket_listener LISTENER = {.opened = on_opened,
                                                   .message = on_message,
                                                   .closed = on_closed,
                                                   .full = on_full,
                                                   .drained = on_drained};

static void on_request(struct http_exchange *exchange, void *context)
{
    struct fixture *fixture = context;
    struct slice value;
    const struct http_header greeting = {slice_of_string("X-Greeting"),
                                         slice_of_string("hello\nthere")};
    if (fixture->silent)
        return;
    if (fixture->answer_status) {
        http_exchange_answer(exchange, fixture->answer_status, NULL, 0, slice_of_string("no"));
        return;
    }
    assert_true(http_head_find(http_exchange_head(exchange), "Authorization", &value));
    assert_true(slice_equals(value, "Bearer x"));
    fixture->peer =
        websocket_accept(exchange, &greeting, 1, &fixture->settings, &LISTENER, fixture);
}

static const struct http_server_listener SERVER = {.request = on_request};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    fixture->base = event_base_new();
    fixture->settings = WEBSOCKET_SETTINGS;
    fixture->server = http_server_new(fixture->base, NULL, &SERVER, fixture);
    fixture->port = http_server_listen_tcp(fixture->server, "127.0.0.1", 0, NULL);
    assert_true(fixture->port > 0);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    websocket_free(fixture->client);
    websocket_free(fixture->peer);
    http_server_free(fixture->server);
    event_base_loop(fixture->base, EVLOOP_NONBLOCK);
    event_base_free(fixture->base);
    buffer_free(&fixture->client_got);
    buffer_free(&fixture->server_got);
    free(fixture);
    return 0;
}

static int connect_descriptor(const struct fixture *fixture)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                  .sin_port = htons((uint16_t)fixture->port)};
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(descriptor, (struct sockaddr *)&address, sizeof address), 0);
    return descriptor;
}

static void connect_client(struct fixture *fixture)
{
    const struct http_header token = {slice_of_string("Authorization"),
                                      slice_of_string("Bearer x")};
    const struct websocket_request request = {.host = "localhost",
                                              .target = "/path?query",
                                              .protocol = "chat",
                                              .headers = &token,
                                              .count = 1,
                                              .peer = "the test"};
    int descriptor = connect_descriptor(fixture);
    evutil_make_socket_nonblocking(descriptor);
    struct bufferevent *stream =
        bufferevent_socket_new(fixture->base, descriptor, BEV_OPT_CLOSE_ON_FREE);
    fixture->client = websocket_connect(stream, http_server_timers(fixture->server), &request,
                                        &fixture->settings, &LISTENER, fixture);
    assert_non_null(fixture->client);
    assert_false(websocket_send(fixture->client, slice_of_string("early"), false));
}

static void run_until_ended(struct fixture *fixture)
{
    while (fixture->client || fixture->peer)
        event_base_loop(fixture->base, EVLOOP_ONCE);
}

static void run_until_got(struct fixture *fixture, const char *text)
{
    while (strcmp(buffer_string(&fixture->client_got), text) != 0)
        event_base_loop(fixture->base, EVLOOP_ONCE);
    buffer_clear(&fixture->client_got);
}

static void test_messages(void **state)
{
    struct fixture *fixture = *state;
    connect_client(fixture);
    run_until_got(fixture, "t:first");
    assert_true(fixture->opened);
    websocket_send(fixture->client, slice_of("\0\1\2", 3), true);
    while (fixture->client_got.length < 5)
        event_base_loop(fixture->base, EVLOOP_ONCE);
    assert_memory_equal(fixture->client_got.data, "b:\0\1\2", 5);
    buffer_clear(&fixture->client_got);
    struct buffer large = {0};
    while (large.length < 300000)
        buffer_append_format(&large, "%zu ", large.length);
    websocket_send(fixture->client, slice_of(large.data, large.length), false);
    while (fixture->client_got.length < large.length + 2)
        event_base_loop(fixture->base, EVLOOP_ONCE);
    assert_memory_equal(fixture->client_got.data + 2, large.data, large.length);
    buffer_free(&large);
}

static void test_client_closes(void **state)
{
    struct fixture *fixture = *state;
    connect_client(fixture);
    run_until_got(fixture, "t:first");
    websocket_close(fixture->client, 4001, "enough");
    assert_false(websocket_send(fixture->client, slice_of_string("late"), false));
    run_until_ended(fixture);
    assert_int_equal(fixture->client_code, 4001);
    assert_int_equal(fixture->server_code, 4001);
    assert_int_equal(fixture->client_error, ERROR_CLOSED);
}

static void test_server_closes(void **state)
{
    struct fixture *fixture = *state;
    connect_client(fixture);
    run_until_got(fixture, "t:first");
    websocket_close(fixture->peer, 0, NULL);
    run_until_ended(fixture);
    assert_int_equal(fixture->client_code, WEBSOCKET_NO_CODE);
    assert_int_equal(fixture->server_code, WEBSOCKET_NO_CODE);
}

static void test_cut(void **state)
{
    struct fixture *fixture = *state;
    connect_client(fixture);
    run_until_got(fixture, "t:first");
    websocket_free(fixture->peer);
    fixture->peer = NULL;
    run_until_ended(fixture);
    assert_int_equal(fixture->client_code, WEBSOCKET_ABNORMAL);
    assert_int_equal(fixture->client_error, ERROR_CLOSED);
}

static void test_refused(void **state)
{
    struct fixture *fixture = *state;
    fixture->answer_status = 401;
    connect_client(fixture);
    run_until_ended(fixture);
    assert_false(fixture->opened);
    assert_int_equal(fixture->client_error, ERROR_REFUSED);
    fixture->answer_status = 200;
    connect_client(fixture);
    run_until_ended(fixture);
    assert_int_equal(fixture->client_error, ERROR_REFUSED);
}

static void test_no_answer(void **state)
{
    struct fixture *fixture = *state;
    fixture->silent = true;
    fixture->settings.open_time = 50;
    connect_client(fixture);
    run_until_ended(fixture);
    assert_int_equal(fixture->client_error, ERROR_TIMEOUT);
}

/* The other side does not answer a Close frame. */
static void test_close_time(void **state)
{
    struct fixture *fixture = *state;
    fixture->settings.close_time = 50;
    connect_client(fixture);
    run_until_got(fixture, "t:first");
    websocket_pause(fixture->client);
    websocket_close(fixture->peer, 1000, NULL);
    while (fixture->peer)
        event_base_loop(fixture->base, EVLOOP_ONCE);
    assert_int_equal(fixture->server_code, 1000);
}

/* Who closes is not told of a queue that its Close frame fills, and might free it for. */
static void test_close_frame_fills(void **state)
{
    struct fixture *fixture = *state;
    char *block = calloc(1, 12000000);
    fixture->settings.queue_full = 16000000;
    connect_client(fixture);
    run_until_got(fixture, "t:first");
    websocket_pause(fixture->client);
    websocket_send(fixture->peer, slice_of(block, 12000000), true);
    free(block);
    assert_true(websocket_queued(fixture->peer) > 0);
    fixture->settings.queue_full = websocket_queued(fixture->peer);
    fixture->frees_when_full = true;
    websocket_close(fixture->peer, 1000, NULL);
    assert_int_equal(fixture->full, 0);
}

/* A client that says Close, but does not read what was sent to it before. */
static void test_close_time_unread(void **state)
{
    static const char request[] = "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
                                  "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                  "Authorization: Bearer x\r\n\r\n";
    static const char close_frame[] = "\x88\x80mask";
    struct fixture *fixture = *state;
    char *block = calloc(1, 12000000);
    int descriptor = connect_descriptor(fixture);
    fixture->settings.close_time = 50;
    assert_int_equal(send(descriptor, request, sizeof request - 1, 0), sizeof request - 1);
    while (!fixture->peer)
        event_base_loop(fixture->base, EVLOOP_ONCE);
    assert_true(websocket_send(fixture->peer, slice_of(block, 12000000), true));
    assert_int_equal(send(descriptor, close_frame, 6, 0), 6);
    event_base_loopexit(fixture->base, &(struct timeval){.tv_sec = 3});
    while (fixture->peer && !event_base_got_exit(fixture->base))
        event_base_loop(fixture->base, EVLOOP_ONCE);
    assert_null(fixture->peer);
    assert_int_equal(fixture->server_code, WEBSOCKET_NO_CODE);
    close(descriptor);
    free(block);
}

static void test_queue(void **state)
{
    struct fixture *fixture = *state;
    char *block = calloc(1, 500000);
    fixture->settings.queue_full = 1000000;
    fixture->settings.queue_max = 20000000;
    connect_client(fixture);
    run_until_got(fixture, "t:first");
    websocket_pause(fixture->client);
    while (!fixture->full)
        websocket_send(fixture->peer, slice_of(block, 500000), true);
    websocket_resume(fixture->client);
    while (!fixture->drained)
        event_base_loop(fixture->base, EVLOOP_ONCE);
    assert_int_equal(fixture->full, 1);
    while (websocket_send(fixture->peer, slice_of(block, 500000), true))
        assert_true(websocket_queued(fixture->peer) < 21000000);
    while (fixture->peer)
        event_base_loop(fixture->base, EVLOOP_ONCE);
    assert_int_equal(fixture->server_code, WEBSOCKET_ABNORMAL);
    free(block);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_messages, setup, teardown),
        cmocka_unit_test_setup_teardown(test_client_closes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_server_closes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_cut, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_answer, setup, teardown),
        cmocka_unit_test_setup_teardown(test_close_time, setup, teardown),
        cmocka_unit_test_setup_teardown(test_close_frame_fills, setup, teardown),
        cmocka_unit_test_setup_teardown(test_close_time_unread, setup, teardown),
        cmocka_unit_test_setup_teardown(test_queue, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
