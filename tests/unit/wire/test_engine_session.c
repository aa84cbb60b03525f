#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "simulated_server.h"
#include "wire/engine_client.h"

#define ID "AAAAAAAAAAAAAAAAAAAA"

static struct simulated_server server;

static int begin(void **state)
{
    (void)state;
    server = (struct simulated_server){.application = &ECHO_APPLICATION,
                                       .settings = ENGINE_SERVER_SETTINGS};
    return 0;
}

static int end(void **state)
{
    (void)state;
    simulated_server_close(&server);
    return 0;
}

static void expect(int connection, enum output_kind kind, const char *data)
{
    const struct output *output = simulated_server_take(&server, connection);
    assert_non_null(output);
    assert_int_equal(output->kind, kind);
    assert_string_equal(buffer_string(&output->data), data);
}

static void expect_nothing(void)
{
    assert_int_equal(server.count, 0);
}

static void open_polling(void)
{
    simulated_server_open(&server, ID, ENGINE_POLLING);
    simulated_server_poll(&server, 0);
    assert_non_null(simulated_server_take(&server, 0));
}

static void open_websocket(void)
{
    simulated_server_open(&server, ID, ENGINE_WEBSOCKET);
    simulated_server_websocket(&server, 1);
    assert_non_null(simulated_server_take(&server, 1));
}

static void send(const char *text)
{
    engine_server_send(server.engine, slice_of_string(text), false);
}

static void frame(const char *text)
{
    simulated_server_frame(&server, server.websocket, slice_of_string(text), false);
}

static void a_pong_restarts_the_interval_and_silence_ends_the_session(void **state)
{
    (void)state;
    open_websocket();
    frame("40"); /* or the connect timer ends it */
    simulated_server_take(&server, 1);
    simulated_server_until(&server, 14999);
    expect_nothing();
    simulated_server_until(&server, 15000);
    expect(1, OUTPUT_FRAME, "2");
    simulated_server_until(&server, 20000);
    frame("3");
    simulated_server_until(&server, 34999);
    expect_nothing();
    simulated_server_until(&server, 35000);
    expect(1, OUTPUT_FRAME, "2");
    simulated_server_until(&server, 79999);
    expect_nothing();
    assert_false(server.ended);
    simulated_server_until(&server, 80000);
    expect(1, OUTPUT_CLOSE, "");
    assert_true(server.ended);
    assert_int_equal(server.reason, ENGINE_END_PING_TIMEOUT);
    assert_int_equal(engine_server_deadline(server.engine), INT64_MAX);
}

static void a_pending_poll_is_told_of_a_ping_timeout(void **state)
{
    (void)state;
    open_polling();
    simulated_server_post(&server, 5, slice_of_string("40"));
    simulated_server_poll(&server, 2);
    simulated_server_until(&server, 15000);
    simulated_server_poll(&server, 3);
    simulated_server_until(&server, 15001);
    simulated_server_take(&server, 5);
    simulated_server_take(&server, 2);
    expect(3, OUTPUT_ANSWER, "2");
    simulated_server_poll(&server, 4);
    simulated_server_until(&server, 60000);
    expect(4, OUTPUT_ANSWER, "1");
    assert_int_equal(server.reason, ENGINE_END_PING_TIMEOUT);
}

static void an_upgrade_drains_polling_and_flushes(void **state)
{
    (void)state;
    open_polling();
    simulated_server_poll(&server, 2);
    simulated_server_websocket(&server, 1);
    expect_nothing();
    frame("2probe");
    expect(1, OUTPUT_FRAME, "3probe");
    simulated_server_until(&server, 99);
    expect_nothing();
    simulated_server_until(&server, 100);
    expect(2, OUTPUT_ANSWER, "6");
    send("a");
    send("b");
    expect_nothing();
    assert_int_equal(engine_server_transport(server.engine), ENGINE_POLLING);
    frame("5");
    assert_int_equal(engine_server_transport(server.engine), ENGINE_WEBSOCKET);
    expect(1, OUTPUT_FRAME, "4a");
    expect(1, OUTPUT_FRAME, "4b");
    engine_server_send(server.engine, slice_of("\1\2", 2), true);
    const struct output *output = simulated_server_take(&server, 1);
    assert_true(output->binary);
    assert_memory_equal(output->data.data, "\1\2", 2);
    /* A second one is turned away. */
    simulated_server_websocket(&server, 9);
    expect(9, OUTPUT_CLOSE, "");
    assert_false(server.ended);
}

static void an_upgrade_that_is_not_completed_leaves_polling(void **state)
{
    (void)state;
    open_polling();
    simulated_server_websocket(&server, 1);
    simulated_server_websocket(&server, 9);
    expect(9, OUTPUT_CLOSE, "");
    simulated_server_until(&server, 9999);
    expect_nothing();
    simulated_server_until(&server, 10000);
    expect(1, OUTPUT_CLOSE, "");
    /* Anything but the probe and its end is refused, too. */
    simulated_server_websocket(&server, 3);
    frame("4hello");
    expect(3, OUTPUT_CLOSE, "");
    simulated_server_websocket(&server, 4);
    engine_server_websocket_lost(server.engine);
    expect_nothing();
    simulated_server_poll(&server, 2);
    send("x");
    expect(2, OUTPUT_ANSWER, "4x");
    assert_false(server.ended);
}

static void a_close_waits_for_the_poll(void **state)
{
    (void)state;
    open_polling();
    send("last");
    engine_server_close(server.engine, server.now);
    assert_false(server.ended);
    assert_false(engine_server_send(server.engine, slice_of_string("late"), false));
    simulated_server_post(&server, 5, slice_of_string("41"));
    expect(5, OUTPUT_ANSWER, "ok");
    simulated_server_poll(&server, 2);
    expect(2, OUTPUT_ANSWER,
           "4last\x1e"
           "1");
    assert_true(server.ended);
    assert_int_equal(server.reason, ENGINE_END_FORCED);
}

static void a_close_does_not_wait_for_ever(void **state)
{
    (void)state;
    open_polling();
    engine_server_close(server.engine, server.now);
    simulated_server_until(&server, 29999);
    assert_false(server.ended);
    simulated_server_until(&server, 30000);
    assert_true(server.ended);
    expect_nothing();
}

static void a_close_answers_the_pending_poll(void **state)
{
    (void)state;
    open_polling();
    simulated_server_poll(&server, 2);
    engine_server_close(server.engine, server.now);
    expect(2, OUTPUT_ANSWER, "1");
    assert_true(server.ended);
}

static void shutdown_waits_for_nobody(void **state)
{
    (void)state;
    open_polling();
    send("lost");
    engine_server_abort(server.engine);
    assert_true(server.ended);
    expect_nothing();
}

static void lost_connections_end_a_polling_session(void **state)
{
    (void)state;
    open_polling();
    simulated_server_poll(&server, 2);
    engine_server_poll_lost(server.engine);
    assert_true(server.ended);
    expect_nothing();
    simulated_server_close(&server);
    open_polling();
    assert_true(engine_server_post(server.engine, false));
    engine_server_post_lost(server.engine);
    assert_true(server.ended);
    assert_int_equal(server.reason, ENGINE_END_TRANSPORT_ERROR);
}

static void what_waits_for_a_poll_is_bounded(void **state)
{
    (void)state;
    server.settings.buffer_max = 1000;
    open_polling();
    char kilobyte[900];
    memset(kilobyte, 'x', sizeof kilobyte);
    assert_true(engine_server_send(server.engine, slice_of(kilobyte, sizeof kilobyte), false));
    assert_false(engine_server_send(server.engine, slice_of(kilobyte, sizeof kilobyte), false));
    assert_true(server.ended);
    assert_int_equal(server.reason, ENGINE_END_OVERFLOW);
}

static void packets_after_the_end_of_a_payload_are_not_taken(void **state)
{
    (void)state;
    open_polling();
    simulated_server_post(&server, 5,
                          slice_of_string("40\x1e"
                                          "1\x1e"
                                          "42[\"echo\",1]"));
    expect(5, OUTPUT_ANSWER, "ok");
    expect_nothing();
    assert_int_equal(server.reason, ENGINE_END_TRANSPORT_CLOSE);
}

/* A listener that frees its session in whatever function is called. */

static int freed_in;

static void free_message(struct engine_server *session, struct slice data, bool binary,
                         void *context)
{
    (void)data, (void)binary, (void)context;
    freed_in |= 1;
    engine_server_free(session);
}

static void free_answer_poll(struct engine_server *session, struct slice payload, void *context)
{
    (void)payload, (void)context;
    freed_in |= 2;
    engine_server_free(session);
}

static void free_nothing(struct engine_server *session, void *context)
{
    (void)context;
    freed_in |= 4;
    engine_server_free(session);
}

static void free_frame(struct engine_server *session, struct slice data, bool binary, void *context)
{
    (void)data, (void)binary, (void)context;
    freed_in |= 8;
    engine_server_free(session);
}

static void free_ended(struct engine_server *session, enum engine_end reason, void *context)
{
    (void)reason, (void)context;
    freed_in |= 16;
    engine_server_free(session);
}

static void keep_answer_poll(struct engine_server *session, struct slice payload, void *context)
{
    (void)session, (void)payload, (void)context;
}

static void a_session_may_be_freed_by_its_listener(void **state)
{
    (void)state;
    static const struct engine_server_listener freeing = {
        free_message, free_answer_poll, free_nothing, free_frame, free_nothing, free_ended,
    };
    struct engine_server_listener polling = freeing;
    polling.answer_poll = keep_answer_poll;
    struct engine_server *session;
    freed_in = 0;
    session = engine_server_new(&ENGINE_SERVER_SETTINGS, &freeing, NULL, ID, ENGINE_POLLING, 0);
    engine_server_poll(session, 0);
    assert_int_equal(freed_in, 2);
    session = engine_server_new(&ENGINE_SERVER_SETTINGS, &freeing, NULL, ID, ENGINE_WEBSOCKET, 0);
    engine_server_websocket(session, 0);
    assert_int_equal(freed_in, 2 | 8);
    session = engine_server_new(&ENGINE_SERVER_SETTINGS, &polling, NULL, ID, ENGINE_POLLING, 0);
    engine_server_poll(session, 0);
    engine_server_post(session, false);
    engine_server_post_payload(session,
                               slice_of_string("4a\x1e"
                                               "4b"),
                               0);
    assert_int_equal(freed_in, 2 | 8 | 1);
    session = engine_server_new(&ENGINE_SERVER_SETTINGS, &polling, NULL, ID, ENGINE_POLLING, 0);
    engine_server_post(session, false);
    engine_server_abort(session); /* cuts the POST */
    assert_int_equal(freed_in, 2 | 8 | 1 | 4);
    session = engine_server_new(&ENGINE_SERVER_SETTINGS, &polling, NULL, ID, ENGINE_POLLING, 0);
    engine_server_abort(session);
    assert_int_equal(freed_in, 2 | 8 | 1 | 4 | 16);
}

/* The client. */

struct client_log {
    struct buffer sent;
    int opened, closed, ended;
    enum engine_end reason;
};

static void client_opened(struct engine_client *session, const struct engineio_handshake *handshake,
                          void *context)
{
    (void)session, (void)handshake;
    ((struct client_log *)context)->opened++;
}

static void client_message(struct engine_client *session, struct slice data, bool binary,
                           void *context)
{
    (void)binary, (void)context;
    engine_client_send(session, data, false);
}

static void client_send(struct engine_client *session, struct slice data, bool binary,
                        void *context)
{
    (void)session, (void)binary;
    buffer_append(&((struct client_log *)context)->sent, data.data, data.length);
    buffer_append_byte(&((struct client_log *)context)->sent, ';');
}

static void client_close(struct engine_client *session, void *context)
{
    (void)session;
    ((struct client_log *)context)->closed++;
}

static void client_ended(struct engine_client *session, enum engine_end reason, void *context)
{
    (void)session;
    ((struct client_log *)context)->ended++;
    ((struct client_log *)context)->reason = reason;
}

static const struct engine_client_listener CLIENT = {client_opened, client_message, client_send,
                                                     client_close, client_ended};
static const char HANDSHAKE[] = "0{\"sid\":\"x\",\"upgrades\":[],\"pingInterval\":15000,"
                                "\"pingTimeout\":45000,\"maxPayload\":1000000}";

static void the_client_gives_up_when_no_ping_comes(void **state)
{
    (void)state;
    struct client_log log = {.opened = 0};
    struct engine_client *session = engine_client_new(&CLIENT, &log, 20000, 100);
    assert_int_equal(engine_client_deadline(session), 20100);
    assert_false(engine_client_send(session, slice_of_string("early"), false));
    engine_client_text(session, slice_of_string(HANDSHAKE), 200);
    assert_int_equal(log.opened, 1);
    assert_int_equal(engine_client_max_payload(session), 1000000);
    assert_int_equal(engine_client_deadline(session), 60200);
    /* Only a ping counts. */
    engine_client_text(session, slice_of_string("4hi"), 30000);
    assert_int_equal(engine_client_deadline(session), 60200);
    engine_client_text(session, slice_of_string("2"), 40000);
    assert_int_equal(engine_client_deadline(session), 100000);
    assert_string_equal(buffer_string(&log.sent), "4hi;3;");
    engine_client_time(session, 99999);
    assert_int_equal(log.ended, 0);
    engine_client_time(session, 100000);
    assert_int_equal(log.ended, 1);
    assert_int_equal(log.closed, 1);
    assert_int_equal(log.reason, ENGINE_END_PING_TIMEOUT);
    engine_client_websocket_lost(session);
    engine_client_text(session, slice_of_string("2"), 100001);
    assert_int_equal(log.ended, 1);
    engine_client_free(session);
    buffer_free(&log.sent);
}

static void the_client_needs_a_handshake(void **state)
{
    (void)state;
    static const struct {
        const char *frame;
        int64_t now;
        enum engine_end reason;
    } cases[] = {
        {"0{}", 0, ENGINE_END_PARSE_ERROR},         {"", 0, ENGINE_END_PARSE_ERROR},
        {"x", 0, ENGINE_END_PARSE_ERROR},           {"1", 0, ENGINE_END_TRANSPORT_CLOSE},
        {"4early", 20000, ENGINE_END_OPEN_TIMEOUT}, {"2", 20000, ENGINE_END_OPEN_TIMEOUT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct client_log log = {.opened = 0};
        struct engine_client *session = engine_client_new(&CLIENT, &log, 20000, 0);
        engine_client_text(session, slice_of_string(cases[i].frame), cases[i].now);
        engine_client_time(session, cases[i].now);
        assert_int_equal(log.opened, 0);
        assert_int_equal(log.ended, 1);
        assert_int_equal(log.reason, cases[i].reason);
        assert_string_equal(buffer_string(&log.sent), "");
        engine_client_free(session);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_pong_restarts_the_interval_and_silence_ends_the_session,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_pending_poll_is_told_of_a_ping_timeout, begin, end),
        cmocka_unit_test_setup_teardown(an_upgrade_drains_polling_and_flushes, begin, end),
        cmocka_unit_test_setup_teardown(an_upgrade_that_is_not_completed_leaves_polling, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_close_waits_for_the_poll, begin, end),
        cmocka_unit_test_setup_teardown(a_close_does_not_wait_for_ever, begin, end),
        cmocka_unit_test_setup_teardown(a_close_answers_the_pending_poll, begin, end),
        cmocka_unit_test_setup_teardown(shutdown_waits_for_nobody, begin, end),
        cmocka_unit_test_setup_teardown(lost_connections_end_a_polling_session, begin, end),
        cmocka_unit_test_setup_teardown(what_waits_for_a_poll_is_bounded, begin, end),
        cmocka_unit_test_setup_teardown(packets_after_the_end_of_a_payload_are_not_taken, begin,
                                        end),
        cmocka_unit_test(a_session_may_be_freed_by_its_listener),
        cmocka_unit_test(the_client_gives_up_when_no_ping_comes),
        cmocka_unit_test(the_client_needs_a_handshake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
