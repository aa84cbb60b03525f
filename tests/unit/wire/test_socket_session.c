#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/socket_client.h"
#include "wire/socket_server.h"

/* A log of all that is told, and what is sent; both sides write into one of their own. */
struct side {
    struct buffer log;
    struct socket_server *server;
    struct socket_client *client;
    struct socket_source source;
    bool hesitant, blocked;
    uint32_t socket; /* the last number or connection */
};

static struct side side;

static void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void note(const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    buffer_append_format(&side.log, "%s;", text);
}

static void expect_log(const char *expected)
{
    assert_string_equal(buffer_string(&side.log), expected);
    buffer_clear(&side.log);
}

static void note_sent(struct slice data, bool binary)
{
    if (binary)
        note(">%zu bytes", data.length);
    else
        note(">%.*s", (int)data.length, data.data);
}

static void replied(const struct socketio_packet *answer, const struct error *error, void *context)
{
    note("%s: %.*s", (const char *)context, answer ? (int)answer->data.length : 100,
         answer ? answer->data.data : error->message);
}

static struct socketio_message message_of(const char *json)
{
    return (struct socketio_message){.data = slice_of_string(json)};
}

/* The server. */

static bool server_connect(struct socket_server *server, uint32_t socket, struct slice namespace,
                           struct slice auth, void *context)
{
    (void)context;
    note("connect %.*s %.*s", (int)namespace.length, namespace.data, (int)auth.length, auth.data);
    if (slice_equals(namespace, "/none"))
        return false;
    side.socket = socket;
    if (!side.hesitant)
        socket_server_accept(server, socket);
    return true;
}

static void server_event(struct socket_server *server, uint32_t socket,
                         const struct socketio_packet *packet, void *context)
{
    (void)server, (void)socket, (void)context;
    note("event %.*s", (int)packet->data.length, packet->data.data);
}

static void server_disconnected(struct socket_server *server, uint32_t socket, const char *reason,
                                void *context)
{
    (void)server, (void)socket, (void)context;
    note("gone: %s", reason);
}

static void server_send(struct socket_server *server, struct slice data, bool binary, void *context)
{
    (void)server, (void)context;
    note_sent(data, binary);
}

static void server_close(struct socket_server *server, void *context)
{
    (void)server, (void)context;
    note("close");
}

static const struct socket_server_listener SERVER = {
    server_connect, server_event, server_disconnected, server_send, server_close};

static void zeros(void *context, void *bytes, size_t size)
{
    (void)context;
    memset(bytes, 0, size);
}

static const struct random_source ZEROS = {.fill = zeros};

static int begin_server(void **state)
{
    (void)state;
    side = (struct side){.source = {.random = &ZEROS, .call = 7}};
    side.server = socket_server_new(&SOCKET_SERVER_SETTINGS, &SERVER, &side, &side.source, 0);
    return 0;
}

static int end(void **state)
{
    (void)state;
    socket_server_free(side.server);
    socket_client_free(side.client);
    buffer_free(&side.log);
    return 0;
}

static void to_server(const char *text)
{
    socket_server_message(side.server, slice_of_string(text), false, 0);
}

static void a_namespace_that_is_not_there_is_refused(void **state)
{
    (void)state;
    to_server("0/none,");
    expect_log("connect /none ;>4/none,{\"message\":\"Invalid namespace\"};");
    to_server("0/x,{\"a\":1}");
    expect_log("connect /x {\"a\":1};>0/x,{\"sid\":\"AAAAAAAAAAAAAAAAAAAA\"};");
    to_server("1/x");
    expect_log("gone: client namespace disconnect;");
}

static void what_comes_before_the_decision_is_held(void **state)
{
    (void)state;
    side.hesitant = true;
    to_server("0");
    to_server("2[\"a\"]");
    to_server("51-3[\"b\",{\"_placeholder\":true,\"num\":0}]");
    socket_server_message(side.server, slice_of("xyz", 3), true, 0);
    expect_log("connect / ;");
    assert_null(socket_server_id(side.server, side.socket));
    assert_true(socket_server_accept(side.server, side.socket));
    expect_log(">0{\"sid\":\"AAAAAAAAAAAAAAAAAAAA\"};event [\"a\"];"
               "event [\"b\",{\"_placeholder\":true,\"num\":0}];");
    assert_false(socket_server_accept(side.server, side.socket));
    assert_string_equal(socket_server_id(side.server, side.socket), "AAAAAAAAAAAAAAAAAAAA");
}

static void what_is_held_is_bounded(void **state)
{
    (void)state;
    char *text = malloc(200001);
    assert_non_null(text);
    memset(text, 'x', 200000);
    memcpy(text, "2[\"", 3);
    memcpy(text + 199998, "\"]", 3);
    side.hesitant = true;
    to_server("0");
    for (int i = 0; i < 5; i++)
        to_server(text);
    expect_log("connect / ;");
    to_server(text);
    expect_log("gone: forced server close;close;");
    free(text);
}

static void a_late_decision_does_not_reach_the_next_join(void **state)
{
    (void)state;
    side.hesitant = true;
    to_server("0");
    uint32_t first = side.socket;
    to_server("1");
    to_server("0");
    expect_log("connect / ;gone: client namespace disconnect;connect / ;");
    assert_false(socket_server_accept(side.server, first));
    assert_false(socket_server_refuse(side.server, first, "no", slice_of(NULL, 0)));
    assert_true(
        socket_server_refuse(side.server, side.socket, "a \"no\"", slice_of_string("{\"x\":1}")));
    expect_log(">4{\"message\":\"a \\\"no\\\"\",\"data\":{\"x\":1}};");
    /* Refused, it may try again until the connect timer says no. */
    to_server("0");
    socket_server_accept(side.server, side.socket);
    assert_int_equal(socket_server_deadline(side.server), INT64_MAX);
}

static void nobody_joins_in_time(void **state)
{
    (void)state;
    assert_int_equal(socket_server_deadline(side.server), 20000);
    socket_server_time(side.server, 19999);
    expect_log("");
    socket_server_time(side.server, 20000);
    expect_log("close;");
    to_server("0");
    expect_log("");
}

static void calls_are_answered_time_out_or_fail(void **state)
{
    (void)state;
    struct socketio_message question = message_of("[\"q\"]");
    to_server("0");
    buffer_clear(&side.log);
    socket_server_call(side.server, 1, &question, 500, 0, replied, "one");
    socket_server_call(side.server, 1, &question, 100, 0, replied, "two");
    socket_server_call(side.server, 1, &question, 900, 0, replied, "three");
    socket_server_call(side.server, 9, &question, 100, 0, replied, "nine");
    expect_log(">27[\"q\"];>28[\"q\"];>29[\"q\"];nine: socket has been disconnected;");
    assert_int_equal(socket_server_deadline(side.server), 100);
    to_server("37[1,2]");
    to_server("37[3]");
    socket_server_time(side.server, 100);
    to_server("38[4]");
    expect_log("one: [1,2];two: operation has timed out;");
    to_server("1");
    expect_log("three: socket has been disconnected;gone: client namespace disconnect;");
}

static void breaches_close_the_session(void **state)
{
    (void)state;
    static const struct {
        const char *first, *second, *log;
    } cases[] = {
        {"2[\"x\"]", NULL, "close;"},
        {"0", "0", "gone: forced server close;close;"},
        {"0", "4{}", "gone: forced server close;close;"},
        {"0", "2{}", "gone: parse error;close;"},
        {"0", "2/other,[\"x\"]", "gone: forced server close;close;"},
        {"0", "51-[\"x\"]", ""},
        {"51-[\"x\"]", "2[\"x\"]", "close;"},
        {"0", "511-[\"x\"]", "gone: parse error;close;"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        to_server(cases[i].first);
        if (cases[i].second) {
            if (strcmp(cases[i].first, "0") == 0)
                buffer_clear(&side.log);
            to_server(cases[i].second);
        }
        expect_log(cases[i].log);
        end(NULL);
        begin_server(NULL);
    }
    to_server("0");
    socket_server_message(side.server, slice_of("x", 1), true, 0);
    assert_non_null(strstr(buffer_string(&side.log), "gone: parse error;close;"));
}

static void the_server_makes_a_client_leave(void **state)
{
    (void)state;
    struct socketio_message event = message_of("[\"x\"]");
    to_server("0");
    buffer_clear(&side.log);
    assert_true(socket_server_emit(side.server, 1, &event));
    assert_true(socket_server_disconnect(side.server, 1));
    assert_false(socket_server_emit(side.server, 1, &event));
    assert_false(socket_server_acknowledge(side.server, 1, 3, &event));
    assert_false(socket_server_disconnect(side.server, 1));
    expect_log(">2[\"x\"];>1;gone: server namespace disconnect;");
}

/* The client. */

static void client_auth(struct socket_client *client, struct buffer *auth, void *context)
{
    (void)client, (void)context;
    buffer_append_string(auth, "{\"token\":\"t\"}");
}

static void client_connected(struct socket_client *client, struct slice id, void *context)
{
    (void)client, (void)context;
    note("connected %.*s", (int)id.length, id.data);
}

static void client_refused(struct socket_client *client, const char *message, struct slice data,
                           void *context)
{
    (void)client, (void)context;
    note("refused: %s %.*s", message, (int)data.length, data.data);
}

static void client_event(struct socket_client *client, uint32_t connection,
                         const struct socketio_packet *packet, void *context)
{
    (void)client, (void)context;
    side.socket = connection;
    note("event %lld %.*s", (long long)packet->id, (int)packet->data.length, packet->data.data);
}

static void client_disconnected(struct socket_client *client, enum socket_client_end how,
                                const char *reason, void *context)
{
    (void)client, (void)context;
    note("gone %d: %s", (int)how, reason);
}

static void client_send(struct socket_client *client, struct slice data, bool binary, void *context)
{
    (void)client, (void)context;
    note_sent(data, binary);
}

static bool client_writable(struct socket_client *client, void *context)
{
    (void)client, (void)context;
    return !side.blocked;
}

static void client_close(struct socket_client *client, void *context)
{
    (void)client, (void)context;
    note("close");
}

static const struct socket_client_listener CLIENT = {
    client_auth,         client_connected, client_refused,  client_event,
    client_disconnected, client_send,      client_writable, client_close};

static struct socket_client_settings settings;

static int begin_client(void **state)
{
    (void)state;
    side = (struct side){.socket = 0};
    settings = SOCKET_CLIENT_SETTINGS;
    side.client = socket_client_new(&settings, &CLIENT, &side);
    return 0;
}

static void to_client(const char *text)
{
    socket_client_message(side.client, slice_of_string(text), false);
}

static void join(void)
{
    socket_client_opened(side.client, 1000000);
    to_client("0{\"sid\":\"s\"}");
}

static int emit(const char *json, struct error *error)
{
    struct socketio_message message = message_of(json);
    return socket_client_emit(side.client, &message, error);
}

static void call(const char *name, int64_t timeout, int64_t now)
{
    struct socketio_message message = message_of("[\"q\"]");
    socket_client_call(side.client, &message, timeout, now, replied, (void *)name);
}

static void the_queue_goes_first(void **state)
{
    (void)state;
    struct slice bytes = slice_of("\1\2\3", 3);
    struct socketio_message binary = {slice_of_string("[\"b\",{\"_placeholder\":true,\"num\":0}]"),
                                      &bytes, 1};
    struct socketio_message tick = message_of("[\"tick\"]");
    emit("[\"a\"]", NULL);
    call("one", 100, 0);
    socket_client_emit(side.client, &binary, NULL);
    assert_false(socket_client_emit_volatile(side.client, &tick));
    expect_log("");
    join();
    expect_log(">0{\"token\":\"t\"};>2[\"a\"];>20[\"q\"];"
               ">51-[\"b\",{\"_placeholder\":true,\"num\":0}];>3 bytes;connected s;");
    assert_true(socket_client_emit_volatile(side.client, &tick));
    side.blocked = true;
    assert_false(socket_client_emit_volatile(side.client, &tick));
    to_client("30[true]");
    to_client("30[true]");
    expect_log(">2[\"tick\"];one: [true];");
}

static void calls_that_were_sent_fail_and_those_that_wait_stay(void **state)
{
    (void)state;
    call("waits", 1000, 0);
    join();
    socket_client_lost(side.client, ENGINE_END_TRANSPORT_CLOSE);
    expect_log(">0{\"token\":\"t\"};>20[\"q\"];connected s;"
               "waits: socket has been disconnected;gone 0: transport close;");
    call("again", 0, 0);
    call("times out", 50, 0);
    assert_int_equal(socket_client_deadline(side.client), 50);
    socket_client_time(side.client, 50);
    expect_log("times out: operation has timed out;");
    assert_int_equal(socket_client_deadline(side.client), INT64_MAX);
    /* Ids go on over connections. */
    join();
    expect_log(">0{\"token\":\"t\"};>21[\"q\"];connected s;");
    socket_client_free(side.client);
    side.client = NULL;
    expect_log("again: socket has been disconnected;");
}

static void late_answers_do_not_reach_the_next_connection(void **state)
{
    (void)state;
    struct socketio_message answer = message_of("[1]");
    struct error error;
    join();
    to_client("25[\"rpc\"]");
    assert_int_equal(socket_client_acknowledge(side.client, side.socket, 5, &answer, &error), 0);
    socket_client_lost(side.client, ENGINE_END_PING_TIMEOUT);
    join();
    buffer_clear(&side.log);
    assert_int_equal(socket_client_acknowledge(side.client, side.socket, 5, &answer, &error), -1);
    assert_int_equal(error.code, ERROR_CLOSED);
    expect_log("");
}

static void bounds_are_kept(void **state)
{
    (void)state;
    struct error error;
    settings.queue_max = 100;
    settings.calls_max = 1;
    assert_int_equal(emit("[\"0123456789012345678901234567890123456789\"]", &error), 0);
    assert_int_equal(emit("[\"0123456789012345678901234567890123456789\"]", &error), -1);
    assert_int_equal(error.code, ERROR_LIMIT);
    call("one", 0, 0);
    call("two", 0, 0);
    expect_log("two: 1 acknowledgements are awaited already;");
    /* What the server does not take is dropped. */
    socket_client_opened(side.client, 20);
    to_client("0{\"sid\":\"s\"}");
    expect_log(">0{\"token\":\"t\"};>20[\"q\"];connected s;");
    assert_int_equal(emit("[\"0123456789012345678\"]", &error), -1);
    assert_string_equal(error.message,
                        "a message of 25 bytes is longer than the 20 the server takes");
}

static void refusals_and_goodbyes(void **state)
{
    (void)state;
    socket_client_opened(side.client, 0);
    to_client("4{\"message\":\"Invalid authentication token\",\"data\":[1]}");
    expect_log(">0{\"token\":\"t\"};refused: Invalid authentication token [1];close;");
    socket_client_opened(side.client, 0);
    to_client("4\"old\"");
    expect_log(">0{\"token\":\"t\"};refused: old ;close;");
    socket_client_opened(side.client, 0);
    to_client("0");
    expect_log(">0{\"token\":\"t\"};refused: the server speaks an older protocol than Socket.IO 3 "
               ";close;");
    join();
    to_client("1");
    expect_log(">0{\"token\":\"t\"};connected s;gone 1: io server disconnect;close;");
    join();
    socket_client_disconnect(side.client);
    expect_log(">0{\"token\":\"t\"};connected s;>1;gone 2: io client disconnect;close;");
    socket_client_disconnect(side.client);
    expect_log("");
    join();
    to_client("2{");
    expect_log(">0{\"token\":\"t\"};connected s;gone 0: parse error;close;");
}

int main(void)
{
#define SERVER_TEST(test) cmocka_unit_test_setup_teardown(test, begin_server, end)
#define CLIENT_TEST(test) cmocka_unit_test_setup_teardown(test, begin_client, end)
    const struct CMUnitTest tests[] = {
        SERVER_TEST(a_namespace_that_is_not_there_is_refused),
        SERVER_TEST(what_comes_before_the_decision_is_held),
        SERVER_TEST(what_is_held_is_bounded),
        SERVER_TEST(a_late_decision_does_not_reach_the_next_join),
        SERVER_TEST(nobody_joins_in_time),
        SERVER_TEST(calls_are_answered_time_out_or_fail),
        SERVER_TEST(breaches_close_the_session),
        SERVER_TEST(the_server_makes_a_client_leave),
        CLIENT_TEST(the_queue_goes_first),
        CLIENT_TEST(calls_that_were_sent_fail_and_those_that_wait_stay),
        CLIENT_TEST(late_answers_do_not_reach_the_next_connection),
        CLIENT_TEST(bounds_are_kept),
        CLIENT_TEST(refusals_and_goodbyes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
