#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/frame.h"

static const struct frame_start EXAMPLE = {
    .socket_path = {"/run/x.sock", 11},
    .directory = {"/tmp", 4},
    .terminal = 1,
    .columns = 120,
    .rows = 40,
    .history_lines = 10000,
    .history_bytes = 2000000,
    .quiet_ms = 1500,
    .arguments = (struct frame_string[]){{"/bin/sh", 7}, {"sh", 2}, {"", 0}},
    .argument_count = 3,
    .environment = (struct frame_string[]){{"A=1", 3}},
    .environment_count = 1,
};

static struct frame_reader parsed(const struct buffer *buffer, uint8_t *type)
{
    struct frame_reader reader;
    assert_int_equal(frame_parse(buffer->data, buffer->length, type, &reader), buffer->length);
    return reader;
}

static void start_survives_the_wire(void **state)
{
    (void)state;
    struct buffer buffer = {0};
    uint8_t type;
    frame_put_start(&buffer, &EXAMPLE);
    struct frame_reader reader = parsed(&buffer, &type);
    struct frame_start start;
    assert_int_equal(type, FRAME_START);
    assert_true(frame_get_start(&reader, &start));
    assert_int_equal(start.argument_count, 3);
    assert_memory_equal(start.arguments[0].data, "/bin/sh", 7);
    assert_int_equal(start.arguments[2].length, 0);
    assert_int_equal(start.environment_count, 1);
    assert_int_equal(start.rows, 40);
    assert_int_equal(start.quiet_ms, 1500);
    frame_start_free(&start);
    buffer_free(&buffer);
}

static void every_shorter_start_is_refused(void **state)
{
    (void)state;
    struct buffer buffer = {0};
    uint8_t type;
    frame_put_start(&buffer, &EXAMPLE);
    struct frame_reader whole = parsed(&buffer, &type);
    for (size_t length = 0; length < whole.length; length++) {
        struct frame_reader reader = {.data = whole.data, .length = length};
        struct frame_start start;
        assert_false(frame_get_start(&reader, &start));
    }
    buffer_free(&buffer);
}

static void every_split_waits_for_the_rest(void **state)
{
    (void)state;
    struct buffer buffer = {0};
    struct frame_hello hello = {
        .version = 1, .role = FRAME_ROLE_TERMINAL, .columns = 80, .rows = 24, .history_lines = 7};
    frame_put_hello(&buffer, &hello);
    uint8_t type;
    struct frame_reader reader;
    for (size_t length = 0; length < buffer.length; length++)
        assert_int_equal(frame_parse(buffer.data, length, &type, &reader), 0);
    reader = parsed(&buffer, &type);
    struct frame_hello back;
    assert_true(frame_get_hello(&reader, &back));
    assert_int_equal(back.columns, 80);
    assert_int_equal(back.history_lines, 7);
    buffer_free(&buffer);
}

static void long_frame_is_an_error(void **state)
{
    (void)state;
    const unsigned char bytes[] = {0x00, 0x10, 0x00, 0x01, FRAME_INPUT};
    uint8_t type;
    struct frame_reader reader;
    assert_int_equal(frame_parse(bytes, sizeof bytes, &type, &reader), -1);
    struct buffer buffer = {0};
    char *big = calloc(1, FRAME_PAYLOAD_MAX + 1);
    frame_put_bytes(&buffer, FRAME_INPUT, big, FRAME_PAYLOAD_MAX + 1);
    assert_true(buffer.failed);
    free(big);
    buffer_free(&buffer);
}

static void count_cannot_ask_for_more_than_the_payload_holds(void **state)
{
    (void)state;
    struct buffer buffer = {0};
    uint8_t type;
    struct frame_start none = EXAMPLE;
    none.argument_count = 2;
    none.environment_count = 0;
    frame_put_start(&buffer, &none);
    memset(buffer.data + buffer.length - 4, 0x7f, 4);
    struct frame_reader reader = parsed(&buffer, &type);
    struct frame_start start;
    assert_false(frame_get_start(&reader, &start));
    buffer_free(&buffer);
}

static void status_survives_the_wire(void **state)
{
    (void)state;
    struct frame_status status = {.holder_pid = 7,
                                  .output_next = UINT64_MAX - 1,
                                  .started_at = -5,
                                  .exit = {FRAME_EXIT_SIGNAL, 9, 1234567890123},
                                  .title = {"t", 1}};
    struct buffer buffer = {0};
    uint8_t type;
    frame_put_status(&buffer, &status);
    struct frame_reader reader = parsed(&buffer, &type);
    struct frame_status back;
    assert_true(frame_get_status(&reader, &back));
    assert_true(back.output_next == UINT64_MAX - 1);
    assert_true(back.started_at == -5);
    assert_int_equal(back.exit.value, 9);
    assert_true(back.exit.at == 1234567890123);
    buffer_free(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(start_survives_the_wire),
        cmocka_unit_test(every_shorter_start_is_refused),
        cmocka_unit_test(every_split_waits_for_the_rest),
        cmocka_unit_test(long_frame_is_an_error),
        cmocka_unit_test(count_cannot_ask_for_more_than_the_payload_holds),
        cmocka_unit_test(status_survives_the_wire),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
