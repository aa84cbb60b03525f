#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/engineio.h"
#include "wire/socketio.h"

static void the_handshake_is_printed_in_the_servers_order(void **state)
{
    (void)state;
    struct engineio_handshake made = {.id = slice_of_string("lv_VI97HAXpY6yYWAAAC"),
                                      .upgrade_websocket = true,
                                      .ping_interval = 15000,
                                      .ping_timeout = 45000,
                                      .max_payload = 1000000},
                              read;
    struct buffer data = {0};
    engineio_handshake_print(&made, &data);
    assert_string_equal(buffer_string(&data),
                        "{\"sid\":\"lv_VI97HAXpY6yYWAAAC\",\"upgrades\":[\"websocket\"],"
                        "\"pingInterval\":15000,\"pingTimeout\":45000,\"maxPayload\":1000000}");
    assert_int_equal(engineio_handshake_parse(slice_of(data.data, data.length), &read, NULL), 0);
    assert_true(slice_equals(read.id, "lv_VI97HAXpY6yYWAAAC"));
    assert_true(read.upgrade_websocket);
    assert_int_equal(read.ping_interval, 15000);
    assert_int_equal(read.ping_timeout, 45000);
    assert_int_equal(read.max_payload, 1000000);
    buffer_free(&data);
}

static void handshakes_without_what_is_needed_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *data;
        bool valid;
    } cases[] = {
        {"{\"sid\":\"x\",\"pingInterval\":1,\"pingTimeout\":1}", true},
        {"{\"sid\":\"x\",\"upgrades\":7,\"pingInterval\":1e3,\"pingTimeout\":1,\"y\":{}}", true},
        {"{\"sid\":1,\"pingInterval\":1,\"pingTimeout\":1}", false},
        {"{\"pingInterval\":1,\"pingTimeout\":1}", false},
        {"{\"sid\":\"x\",\"pingTimeout\":1}", false},
        {"{\"sid\":\"x\",\"pingInterval\":0,\"pingTimeout\":1}", false},
        {"{\"sid\":\"x\",\"pingInterval\":-1,\"pingTimeout\":1}", false},
        {"{\"sid\":\"x\",\"pingInterval\":1.5,\"pingTimeout\":1}", false},
        {"{\"sid\":\"x\",\"pingInterval\":1e300,\"pingTimeout\":1}", false},
        {"{\"sid\":\"x\\u0041\",\"pingInterval\":1,\"pingTimeout\":1}", false},
        {"[]", false},
        {"", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct engineio_handshake handshake;
        int status = engineio_handshake_parse(slice_of_string(cases[i].data), &handshake, NULL);
        assert_int_equal(status == 0, cases[i].valid);
    }
}

static void a_text_frame_may_carry_base64(void **state)
{
    (void)state;
    struct engineio_packet packet;
    struct buffer scratch = {0};
    assert_int_equal(engineio_parse(slice_of_string("bAQIDBA=="), &packet, &scratch, NULL), 0);
    assert_true(packet.binary);
    assert_int_equal(packet.data.length, 4);
    assert_memory_equal(packet.data.data, "\1\2\3\4", 4);
    assert_int_equal(engineio_parse(slice_of_string(""), &packet, &scratch, NULL), -1);
    buffer_free(&scratch);
}

/* -1: refused; 0: attachments are missing; 1: a packet. */
static int decode(struct socketio_decoder *decoder, const char *text,
                  struct socketio_packet *packet)
{
    return socketio_decode_text(decoder, slice_of_string(text), packet, NULL);
}

static void ids_are_bounded(void **state)
{
    (void)state;
    struct socketio_decoder *decoder = socketio_decoder_new();
    struct socketio_packet packet;
    assert_int_equal(decode(decoder, "29007199254740991[\"x\"]", &packet), 1);
    assert_int_equal(packet.id, SOCKETIO_ID_MAX);
    assert_int_equal(decode(decoder, "29007199254740992[\"x\"]", &packet), -1);
    assert_int_equal(decode(decoder, "299999999999999999999999[\"x\"]", &packet), -1);
    assert_int_equal(decode(decoder, "2 7 [\"x\"]", &packet), 1);
    assert_int_equal(packet.id, 7);
    assert_int_equal(decode(decoder, "21 2[\"x\"]", &packet), -1);
    socketio_decoder_free(decoder);
}

static void an_event_is_taken_apart(void **state)
{
    (void)state;
    struct socketio_decoder *decoder = socketio_decoder_new();
    struct socketio_packet packet;
    struct json_cursor arguments;
    struct slice name, argument;
    assert_int_equal(decode(decoder, "2[ \"upd\\u0061te\" , {\"a\":[1]} , null]", &packet), 1);
    assert_true(socketio_event(&packet, &name, &arguments));
    assert_true(json_scan_string_is(name, "update"));
    assert_true(json_scan_element(&arguments, &argument) && slice_equals(argument, "{\"a\":[1]}"));
    assert_true(json_scan_element(&arguments, &argument) && slice_equals(argument, "null"));
    assert_false(json_scan_element(&arguments, &argument));
    assert_int_equal(decode(decoder, "2", &packet), 1);
    assert_false(socketio_event(&packet, &name, &arguments));
    assert_int_equal(decode(decoder, "3[1]", &packet), 1);
    assert_false(socketio_event(&packet, &name, &arguments));
    socketio_decoder_free(decoder);
}

static void attachments_are_put_in_their_places(void **state)
{
    (void)state;
    struct socketio_decoder *decoder = socketio_decoder_new();
    struct socketio_packet packet;
    struct buffer text = {0}, bytes = {0};
    struct slice value, found;
    struct json_cursor cursor;
    buffer_append_string(&text, "52-[\"x\",");
    socketio_put_placeholder(&text, 1);
    buffer_append_string(&text, ",");
    socketio_put_placeholder(&text, 0);
    buffer_append_string(&text, "]");
    assert_int_equal(decode(decoder, text.data, &packet), 0);
    memset(text.data, '!', text.length); /* the decoder keeps its own copy */
    buffer_append_string(&bytes, "first");
    assert_int_equal(
        socketio_decode_binary(decoder, slice_of(bytes.data, bytes.length), &packet, NULL), 0);
    buffer_clear(&bytes);
    assert_int_equal(socketio_decode_binary(decoder, slice_of("two", 3), &packet, NULL), 1);
    cursor = json_cursor_of(packet.data);
    json_scan_element(&cursor, &value);
    assert_false(socketio_attachment(&packet, value, &found));
    assert_true(json_scan_element(&cursor, &value) && socketio_attachment(&packet, value, &found));
    assert_true(slice_equals(found, "two"));
    assert_true(json_scan_element(&cursor, &value) && socketio_attachment(&packet, value, &found));
    assert_true(slice_equals(found, "first"));
    /* And on with the next packet. */
    assert_int_equal(decode(decoder, "2[\"y\"]", &packet), 1);
    assert_int_equal(packet.attachment_count, 0);
    buffer_free(&text);
    buffer_free(&bytes);
    socketio_decoder_free(decoder);
}

static void attachments_are_bounded(void **state)
{
    (void)state;
    struct socketio_decoder *decoder = socketio_decoder_new();
    struct socketio_packet packet;
    struct error error;
    size_t half = SOCKETIO_PENDING_MAX / 2;
    char *bytes = calloc(1, half);
    assert_int_equal(decode(decoder, "599999999999999999999-[\"x\"]", &packet), -1);
    assert_int_equal(decode(decoder, "52-[\"x\"]", &packet), 0);
    assert_int_equal(socketio_decode_binary(decoder, slice_of(bytes, half), &packet, &error), 0);
    assert_int_equal(socketio_decode_binary(decoder, slice_of(bytes, half), &packet, &error), -1);
    assert_int_equal(error.code, ERROR_LIMIT);
    free(bytes);
    socketio_decoder_free(decoder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_handshake_is_printed_in_the_servers_order),
        cmocka_unit_test(handshakes_without_what_is_needed_are_refused),
        cmocka_unit_test(a_text_frame_may_carry_base64),
        cmocka_unit_test(ids_are_bounded),
        cmocka_unit_test(an_event_is_taken_apart),
        cmocka_unit_test(attachments_are_put_in_their_places),
        cmocka_unit_test(attachments_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
