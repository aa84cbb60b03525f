/* Two peers, or a peer and raw bytes, on a real socket pair and event loop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/json_rpc_peer.h"

struct fixture {
    struct event_base *base;
    int raw; /* the other end, as bytes */
    struct json_rpc_peer *peer;
    struct json_rpc_call *held[JSON_RPC_CALLS_MAX + 10]; /* calls of method "hold" */
    int held_count, replies, closed, requests, drained;
    bool free_on_request;
    char closed_reason[128];
    struct error error;
};

static void on_request(struct json_rpc_peer *peer, struct json_rpc_call *call, const char *method,
                       struct json_object *params, void *context)
{
    struct fixture *fixture = context;
    fixture->requests++;
    if (fixture->free_on_request) {
        json_rpc_peer_free(peer);
        fixture->peer = NULL;
    }
    if (strcmp(method, "hold") == 0) {
        fixture->held[fixture->held_count++] = call;
    } else if (strcmp(method, "fail") == 0) {
        struct error error;
        error_set(&error, ERROR_NOT_FOUND, "nothing here");
        error_fix(&error, "look elsewhere");
        json_rpc_call_fail(call, &error);
    } else {
        json_rpc_call_answer(call, json_object_get(params));
    }
}

static void on_closed(struct json_rpc_peer *peer, const char *reason, void *context)
{
    (void)peer;
    struct fixture *fixture = context;
    fixture->closed++;
    snprintf(fixture->closed_reason, sizeof fixture->closed_reason, "%s", reason);
    event_base_loopbreak(fixture->base);
}

static void on_drained(struct json_rpc_peer *peer, void *context)
{
    (void)peer;
    ((struct fixture *)context)->drained++;
}

static const struct json_rpc_peer_listener LISTENER = {
    .request = on_request, .closed = on_closed, .drained = on_drained};

static void on_reply(struct json_object *result, const struct error *error, void *context)
{
    struct fixture *fixture = context;
    fixture->replies++;
    if (error)
        fixture->error = *error;
    else
        assert_string_equal(json_line(result), "{\"a\":[1,\"é\"]}");
    event_base_loopbreak(fixture->base);
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    evutil_make_socket_nonblocking(ends[0]);
    struct timeval limit = {10, 0};
    setsockopt(ends[1], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    fixture->base = event_base_new();
    fixture->raw = ends[1];
    fixture->peer = json_rpc_peer_new(fixture->base, ends[0], &LISTENER, fixture);
    assert_non_null(fixture->peer);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    json_rpc_peer_free(fixture->peer);
    if (fixture->raw >= 0)
        close(fixture->raw);
    /* libevent frees a stream with a deferred callback in the next turn. */
    event_base_loop(fixture->base, EVLOOP_NONBLOCK);
    event_base_free(fixture->base);
    free(fixture);
    return 0;
}

/* Writes all, turns the loop, and reads until `lines` newlines came. The caller frees the answer.
 */
static char *exchange(struct fixture *fixture, const char *bytes, int lines)
{
    size_t length = strlen(bytes);
    assert_int_equal(write(fixture->raw, bytes, length), length);
    size_t size = 0;
    char *answer = calloc(1, 1 << 16);
    while (lines > 0) {
        event_base_loop(fixture->base, EVLOOP_NONBLOCK);
        ssize_t got = recv(fixture->raw, answer + size, 1, MSG_DONTWAIT);
        if (got == 1 && answer[size++] == '\n')
            lines--;
        if (got == 0)
            break;
    }
    return answer;
}

static void requests_are_answered(void **state)
{
    struct fixture *fixture = *state;
    char *answer =
        exchange(fixture,
                 "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"echo\",\"params\":[7]}\n"
                 "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"fail\"}\n\n"
                 "garbage\n",
                 3);
    assert_string_equal(
        answer,
        "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"result\":[7]}\n"
        "{\"jsonrpc\":\"2.0\",\"id\":2,\"error\":{\"code\":-32004,\"message\":\"nothing here\","
        "\"data\":{\"code\":\"notFound\",\"fix\":\"look elsewhere\"}}}\n"
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"not valid JSON "
        "at "
        "byte 0: unexpected character\",\"data\":{\"code\":\"invalid\"}}}\n");
    free(answer);
}

static void every_split_gives_the_same(void **state)
{
    struct fixture *fixture = *state;
    const char *line = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":{\"a\":1}}\n";
    for (size_t i = 1; i < strlen(line); i++) {
        assert_int_equal(write(fixture->raw, line, i), i);
        event_base_loop(fixture->base, EVLOOP_NONBLOCK);
        char *answer = exchange(fixture, line + i, 1);
        assert_string_equal(answer, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"a\":1}}\n");
        free(answer);
    }
}

static void calls_get_their_replies(void **state)
{
    struct fixture *fixture = *state;
    struct fixture other = {.base = fixture->base};
    evutil_make_socket_nonblocking(fixture->raw);
    other.peer = json_rpc_peer_new(fixture->base, fixture->raw, &LISTENER, &other);
    fixture->raw = -1;
    struct error error;
    struct json_object *params = json_parse("{\"a\":[1,\"é\"]}", 14, &error);
    json_rpc_peer_call(other.peer, "echo", params, on_reply, &other);
    event_base_dispatch(fixture->base);
    assert_int_equal(other.replies, 1);
    json_rpc_peer_call(other.peer, "fail", NULL, on_reply, &other);
    event_base_dispatch(fixture->base);
    assert_int_equal(other.replies, 2);
    assert_int_equal(other.error.code, ERROR_NOT_FOUND);
    json_rpc_peer_call(other.peer, "hold", NULL, on_reply, &other);
    while (!fixture->held_count)
        event_base_loop(fixture->base, EVLOOP_ONCE);
    json_rpc_peer_free(fixture->peer);
    fixture->peer = NULL;
    while (!other.closed)
        event_base_loop(fixture->base, EVLOOP_ONCE);
    assert_int_equal(other.replies, 3);
    assert_int_equal(other.error.code, ERROR_CLOSED);
    assert_null(json_rpc_call_peer(fixture->held[0]));
    json_rpc_call_answer(fixture->held[0], NULL);
    json_rpc_peer_free(other.peer);
    json_object_put(params);
}

static void freeing_inside_a_request_is_safe(void **state)
{
    struct fixture *fixture = *state;
    fixture->free_on_request = true;
    const char *two = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\"}\n"
                      "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"echo\"}\n";
    assert_int_equal(write(fixture->raw, two, strlen(two)), strlen(two));
    event_base_loop(fixture->base, EVLOOP_NONBLOCK);
    assert_int_equal(fixture->requests, 1);
    char byte;
    assert_int_equal(recv(fixture->raw, &byte, 1, 0), 0);
}

static void endless_line_ends_the_connection(void **state)
{
    struct fixture *fixture = *state;
    char *block = malloc(65536);
    memset(block, 'a', 65536);
    size_t sent = 0;
    while (!fixture->closed && sent < 3 * JSON_RPC_LINE_MAX) {
        ssize_t length = send(fixture->raw, block, 65536, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (length > 0)
            sent += (size_t)length;
        event_base_loop(fixture->base, EVLOOP_NONBLOCK);
    }
    free(block);
    assert_int_equal(fixture->closed, 1);
    assert_string_equal(fixture->closed_reason, "a line was longer than 4 MiB");
}

static void a_reader_that_stops_is_cut_off(void **state)
{
    struct fixture *fixture = *state;
    char *text = malloc(1 << 20);
    memset(text, 'x', (1 << 20) - 1);
    text[(1 << 20) - 1] = '\0';
    struct json_object *params = json_object_new_object();
    json_put_string(params, "text", text);
    free(text);
    for (int i = 0; i < 20; i++)
        json_rpc_peer_notify(fixture->peer, "flood", params);
    json_object_put(params);
    /* Whoever sends still has its peer; what it sends then is dropped. */
    assert_int_equal(fixture->closed, 0);
    assert_true(json_rpc_peer_queued(fixture->peer) < JSON_RPC_QUEUE_MAX + (2 << 20));
    event_base_loop(fixture->base, EVLOOP_NONBLOCK);
    assert_int_equal(fixture->closed, 1);
    assert_string_equal(fixture->closed_reason, "the other side does not read");
}

static void too_many_open_calls_pause_reading(void **state)
{
    struct fixture *fixture = *state;
    char line[80];
    for (unsigned i = 0; i < JSON_RPC_CALLS_MAX + 10; i++) {
        snprintf(line, sizeof line, "{\"jsonrpc\":\"2.0\",\"id\":%u,\"method\":\"hold\"}\n", i);
        assert_int_equal(write(fixture->raw, line, strlen(line)), strlen(line));
        event_base_loop(fixture->base, EVLOOP_NONBLOCK);
    }
    assert_int_equal(fixture->requests, JSON_RPC_CALLS_MAX);
    json_rpc_call_answer(fixture->held[0], NULL);
    event_base_loop(fixture->base, EVLOOP_NONBLOCK);
    assert_int_equal(fixture->requests, JSON_RPC_CALLS_MAX + 1);
    for (int i = 1; i < fixture->held_count; i++)
        json_rpc_call_answer(fixture->held[i], NULL);
}

static void drained_is_told_once(void **state)
{
    struct fixture *fixture = *state;
    char *text = calloc(1, 1 << 20);
    memset(text, 'x', (1 << 20) - 1);
    struct json_object *params = json_object_new_object();
    json_put_string(params, "text", text);
    json_rpc_peer_notify(fixture->peer, "flood", params);
    json_object_put(params);
    assert_true(json_rpc_peer_queued(fixture->peer) > 1000);
    json_rpc_peer_watch_queue(fixture->peer, 1000);
    while (json_rpc_peer_queued(fixture->peer) > 0) {
        recv(fixture->raw, text, 1 << 20, MSG_DONTWAIT);
        event_base_loop(fixture->base, EVLOOP_NONBLOCK);
    }
    assert_int_equal(fixture->drained, 1);
    json_rpc_peer_finish(fixture->peer);
    event_base_dispatch(fixture->base);
    assert_string_equal(fixture->closed_reason, "finished");
    free(text);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(requests_are_answered),
        TEST(every_split_gives_the_same),
        TEST(calls_get_their_replies),
        TEST(freeing_inside_a_request_is_safe),
        TEST(endless_line_ends_the_connection),
        TEST(a_reader_that_stops_is_cut_off),
        TEST(too_many_open_calls_pause_reading),
        TEST(drained_is_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
