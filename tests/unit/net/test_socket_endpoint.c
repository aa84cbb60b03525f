/* Socket.IO over long polling on a real server, whose application calls its clients. */
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

#include "net/socket_endpoint.h"

#define BUFFER_MAX 1000u

struct fixture {
    struct event_base *base;
    struct http_server *server;
    struct engine_server_settings sessions;
    struct socket_source source;
    struct socket_endpoint *endpoint;
    struct socket_session *session;
    uint32_t socket;
    int port, replies, ends;
    enum error_code reply;
};

static bool on_connect(struct socket_session *session, uint32_t socket, struct slice namespace,
                       struct slice auth, void *context)
{
    (void)namespace, (void)auth;
    struct fixture *fixture = context;
    fixture->session = session;
    fixture->socket = socket;
    return socket_server_accept(socket_session_server(session), socket);
}

static void on_event(struct socket_session *session, uint32_t socket,
                     const struct socketio_packet *packet, void *context)
{
    (void)session, (void)socket, (void)packet, (void)context;
}

static void on_disconnected(struct socket_session *session, uint32_t socket, const char *reason,
                            void *context)
{
    (void)session, (void)socket, (void)reason, (void)context;
}

static void on_closed(struct socket_session *session, void *context)
{
    struct fixture *fixture = context;
    assert_ptr_equal(session, fixture->session);
    fixture->session = NULL;
    fixture->ends++;
}

static const struct socket_endpoint_listener SOCKETS = {
    .connect = on_connect, .event = on_event, .disconnected = on_disconnected, .closed = on_closed};

static void on_request(struct http_exchange *exchange, void *context)
{
    struct fixture *fixture = context;
    engine_endpoint_take(socket_endpoint_engine(fixture->endpoint), exchange);
}

static const struct http_server_listener SERVER = {.request = on_request};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    fixture->base = event_base_new();
    fixture->server = http_server_new(fixture->base, NULL, &SERVER, fixture);
    fixture->port = http_server_listen_tcp(fixture->server, "127.0.0.1", 0, NULL);
    assert_true(fixture->port > 0);
    fixture->sessions = ENGINE_SERVER_SETTINGS;
    fixture->sessions.buffer_max = BUFFER_MAX;
    fixture->source.random = &RANDOM_SYSTEM;
    const struct engine_endpoint_settings settings = {.path = "/v1/updates",
                                                      .sessions = &fixture->sessions,
                                                      .sessions_max = 10,
                                                      .queue_max = 1000000};
    fixture->endpoint =
        socket_endpoint_new(http_server_timers(fixture->server), &settings, &SOCKET_SERVER_SETTINGS,
                            &fixture->source, &SOCKETS, fixture);
    assert_non_null(fixture->endpoint);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    socket_endpoint_free(fixture->endpoint);
    http_server_free(fixture->server);
    event_base_loop(fixture->base, EVLOOP_NONBLOCK);
    event_base_free(fixture->base);
    free(fixture);
    return 0;
}

/* A request on a connection of its own; `answer` gets the whole of what comes. */
static void ask(struct fixture *fixture, const char *request, char answer[2048])
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                  .sin_port = htons((uint16_t)fixture->port)};
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(descriptor, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(send(descriptor, request, strlen(request), 0), strlen(request));
    evutil_make_socket_nonblocking(descriptor);
    ssize_t length = -1;
    while (length < 0) {
        event_base_loop(fixture->base, EVLOOP_ONCE);
        length = recv(descriptor, answer, 2047, 0);
    }
    answer[length] = '\0';
    close(descriptor);
}

/* Opens a session and joins. */
static void join(struct fixture *fixture)
{
    char answer[2048], request[512];
    ask(fixture, "GET /v1/updates/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n", answer);
    char *id = strstr(answer, "0{\"sid\":\"");
    assert_non_null(id);
    snprintf(request, sizeof request,
             "POST /v1/updates/?EIO=4&transport=polling&sid=%.20s HTTP/1.1\r\nHost: x\r\n"
             "Content-Length: 2\r\n\r\n40",
             id + 9);
    ask(fixture, request, answer);
    assert_non_null(fixture->session);
}

static void on_reply(const struct socketio_packet *answer, const struct error *error, void *context)
{
    struct fixture *fixture = context;
    assert_null(answer);
    fixture->reply = error->code;
    fixture->replies++;
}

/* What a call sends is more than may wait for a poll: its session ends within the call. */
static void test_call_overflows(void **state)
{
    struct fixture *fixture = *state;
    char text[2 * BUFFER_MAX];
    memset(text, 'x', sizeof text);
    memcpy(text, "[\"", 2);
    memcpy(text + sizeof text - 2, "\"]", 2);
    const struct socketio_message message = {.data = slice_of(text, sizeof text)};
    join(fixture);
    socket_session_call(fixture->session, fixture->socket, &message, 1000, on_reply, fixture);
    assert_int_equal(fixture->replies, 1);
    assert_int_equal(fixture->reply, ERROR_CLOSED);
    assert_int_equal(fixture->ends, 1);
    assert_int_equal(engine_endpoint_session_count(socket_endpoint_engine(fixture->endpoint)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_call_overflows, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
