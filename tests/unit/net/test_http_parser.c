/* Heads and bodies, whole and split at every byte, and what must not pass. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/http_parser.h"
#include "wire/buffer.h"

/* Everything that a stream of bytes says, as text; the body's parts are joined. */
static void tell(enum http_role role, struct slice input, size_t step, struct buffer *told)
{
    struct http_reader *reader = http_reader_new(role);
    struct error error;
    struct buffer body = {0};
    size_t given = 0;
    while (given < input.length) {
        size_t length = input.length - given < step ? input.length - given : step;
        struct slice bytes = slice_of(input.data + given, length), part;
        enum http_event event;
        given += length;
        while ((event = http_reader_next(reader, &bytes, &part, &error)) > HTTP_EVENT_MORE) {
            const struct http_head *head = http_reader_head(reader);
            if (event == HTTP_EVENT_HEAD)
                buffer_append_format(told, "[%.*s%d %.*s v%d k%d u%d n%zu %lld]",
                                     (int)head->method.length, head->method.data, head->status,
                                     (int)head->target.length, head->target.data,
                                     head->minor_version, head->keep_alive, head->upgrade,
                                     head->header_count, (long long)head->content_length);
            else if (event == HTTP_EVENT_BODY)
                buffer_append(&body, part.data, part.length);
            if (event != HTTP_EVENT_END)
                continue;
            buffer_append_format(told, "(%s)", buffer_string(&body));
            buffer_clear(&body);
            http_reader_restart(reader);
        }
        assert_true(event == HTTP_EVENT_ERROR || bytes.length == 0);
        if (event == HTTP_EVENT_ERROR) {
            assert_true(error.message[0]);
            buffer_append_format(told, "!%d", http_reader_status(reader));
            goto out;
        }
    }
    enum http_event last = http_reader_finish(reader, &error);
    if (last == HTTP_EVENT_END)
        buffer_append_format(told, "(%s)$", buffer_string(&body));
    else
        buffer_append_string(told, last == HTTP_EVENT_MORE ? "$" : "?");
out:
    buffer_free(&body);
    http_reader_free(reader);
}

struct sample {
    const char *bytes, *told;
};

static void assert_told(enum http_role role, const struct sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct slice input = slice_of_string(samples[i].bytes);
        for (size_t step = 1; step <= input.length; step++) {
            struct buffer told = {0};
            tell(role, input, step, &told);
            assert_string_equal(buffer_string(&told), samples[i].told);
            buffer_free(&told);
        }
    }
}

#define GET  "GET /a?b HTTP/1.1\r\nHost: h\r\n"
#define POST "POST / HTTP/1.1\r\nHost: h\r\n"
#define TE   "Transfer-Encoding: chunked\r\n\r\n"

static void test_requests(void **state)
{
    (void)state;
    static const struct sample SAMPLES[] = {
        {"", "$"},
        {GET "\r\n", "[GET0 /a?b v1 k1 u0 n1 0]()$"},
        {"\r\n" GET "\r\n" GET "\r\n", "[GET0 /a?b v1 k1 u0 n1 0]()[GET0 /a?b v1 k1 u0 n1 0]()$"},
        {GET "connection: x, Close\r\n\r\n", "[GET0 /a?b v1 k0 u0 n2 0]()$"},
        {"GET / HTTP/1.0\r\n\r\n", "[GET0 / v0 k0 u0 n0 0]()$"},
        {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", "[GET0 / v0 k1 u0 n1 0]()$"},
        {"OPTIONS * HTTP/1.1\r\nHost:\r\n\r\n", "[OPTIONS0 * v1 k1 u0 n1 0]()$"},
        {GET "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n",
         "[GET0 /a?b v1 k1 u1 n3 0]()$"},
        {GET "Connection: upgrade\r\n\r\n", "[GET0 /a?b v1 k1 u0 n2 0]()$"},
        {POST "Content-Length: 5\r\n\r\nhello" GET "\r\n",
         "[POST0 / v1 k1 u0 n2 5](hello)[GET0 /a?b v1 k1 u0 n1 0]()$"},
        {POST "Content-Length: 00\r\n\r\n", "[POST0 / v1 k1 u0 n2 0]()$"},
        {POST TE "5\r\nhello\r\n00A;x=\"y\"\r\n, wide wor\r\n0\r\n\r\n" GET "\r\n",
         "[POST0 / v1 k1 u0 n2 -1](hello, wide wor)[GET0 /a?b v1 k1 u0 n1 0]()$"},
        {POST TE "0\r\nA: b\r\nC: d\r\n\r\n", "[POST0 / v1 k1 u0 n2 -1]()$"},
        {POST "Content-Length: 5\r\n\r\nhel", "[POST0 / v1 k1 u0 n2 5]?"},
        {POST TE "5\r\nhello\r\n", "[POST0 / v1 k1 u0 n2 -1]?"},
        {"GET /", "?"},
    };
    assert_told(HTTP_REQUESTS, SAMPLES, sizeof SAMPLES / sizeof *SAMPLES);
}

static void test_refused_requests(void **state)
{
    (void)state;
    static const struct sample SAMPLES[] = {
        /* Two readers, two ends. */
        {POST "Content-Length: 5\r\n" TE, "!400"},
        {POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", "!400"},
        {POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", "!400"},
        {POST "Content-Length: 5, 5\r\n\r\n", "!400"},
        {POST "Content-Length: +5\r\n\r\n", "!400"},
        {POST "Content-Length: 0x5\r\n\r\n", "!400"},
        {POST "Content-Length: 5 5\r\n\r\n", "!400"},
        {POST "Content-Length:\r\n\r\n", "!400"},
        {POST "Content-Length: 9999999999999999999999\r\n\r\n", "!400"},
        {POST "Content-Length: 9223372036854775808\r\n\r\n", "!400"},
        {POST "Transfer-Encoding: chunked\r\n" TE, "!400"},
        {POST "Transfer-Encoding: gzip, chunked\r\n\r\n", "!501"},
        {POST "Transfer-Encoding: chunked, chunked\r\n\r\n", "!501"},
        {POST "Transfer-Encoding: xchunked\r\n\r\n", "!501"},
        {POST "Transfer-Encoding: identity\r\n\r\n", "!501"},
        {POST "Transfer-Encoding:\r\n\r\n", "!501"},
        {"POST / HTTP/1.0\r\n" TE, "!400"},
        /* Lines. */
        {"GET / HTTP/1.1\nHost: h\n\n", "!400"},
        {GET "A: b\nC: d\r\n\r\n", "!400"},
        {GET "A: b\rC: d\r\n\r\n", "!400"},
        {GET "A: b\r\n folded\r\n\r\n", "!400"},
        {GET "A: b\r\n\tfolded\r\n\r\n", "!400"},
        {"GET / HTTP/1.1\r\n Host: h\r\n\r\n", "!400"},
        {"\r\n\r\n" GET "\r\n", "!400"},
        {"\n" GET "\r\n", "!400"},
        /* Names and values. */
        {GET "A : b\r\n\r\n", "!400"},
        {GET "A\t: b\r\n\r\n", "!400"},
        {GET "A b: c\r\n\r\n", "!400"},
        {GET ": b\r\n\r\n", "!400"},
        {GET "no colon\r\n\r\n", "!400"},
        {GET "A(b): c\r\n\r\n", "!400"},
        {GET "\xc3\xa9: c\r\n\r\n", "!400"},
        {GET "A: b\001c\r\n\r\n", "!400"},
        {GET "A: b\177c\r\n\r\n", "!400"},
        {"GET / HTTP/1.1\r\n\r\n", "!400"},
        {GET "Host: other\r\n\r\n", "!400"},
        /* The start line. */
        {"GET  / HTTP/1.1\r\nHost: h\r\n\r\n", "!400"},
        {"GET /  HTTP/1.1\r\nHost: h\r\n\r\n", "!400"},
        {"GET / HTTP/1.1 \r\nHost: h\r\n\r\n", "!400"},
        {" GET / HTTP/1.1\r\nHost: h\r\n\r\n", "!400"},
        {"GET /\r\nHost: h\r\n\r\n", "!400"},
        {"GET /a\tb HTTP/1.1\r\nHost: h\r\n\r\n", "!400"},
        {"GET /\xc3\xa9 HTTP/1.1\r\nHost: h\r\n\r\n", "!400"},
        {"GET / HTTP/2.0\r\nHost: h\r\n\r\n", "!505"},
        {"GET / HTTP/1.2\r\nHost: h\r\n\r\n", "!505"},
        {"GET / HTTP/1.10\r\nHost: h\r\n\r\n", "!400"},
        {"GET / HTXP/1.1\r\nHost: h\r\n\r\n", "!400"},
        {"FETCH / HTTP/1.1\r\nHost: h\r\n\r\n", "!501"},
        {"get / HTTP/1.1\r\nHost: h\r\n\r\n", "!501"},
        {"SOURCE / ICE/1.0\r\nHost: h\r\n\r\n", "!400"},
        {"\x16\x03\x01\x02", "!400"},
        /* Chunks. */
        {POST TE "5\rXhello\r\n0\r\n\r\n", "[POST0 / v1 k1 u0 n2 -1]!400"},
        {POST TE "5\nhello\r\n0\r\n\r\n", "[POST0 / v1 k1 u0 n2 -1]!400"},
        {POST TE "5 \r\nhello\r\n0\r\n\r\n", "[POST0 / v1 k1 u0 n2 -1]!400"},
        {POST TE "5;a\nb\r\nhello\r\n0\r\n\r\n", "[POST0 / v1 k1 u0 n2 -1]!400"},
        {POST TE "5\r\nhello!\r\n0\r\n\r\n", "[POST0 / v1 k1 u0 n2 -1]!400"},
        {POST TE "5\r\nhello\n0\r\n\r\n", "[POST0 / v1 k1 u0 n2 -1]!400"},
        {POST TE "-5\r\nhello\r\n", "[POST0 / v1 k1 u0 n2 -1]!400"},
        {POST TE "0x5\r\nhello\r\n", "[POST0 / v1 k1 u0 n2 -1]!400"},
        {POST TE "\r\n", "[POST0 / v1 k1 u0 n2 -1]!400"},
        {POST TE "10000000000000005\r\nhello\r\n", "[POST0 / v1 k1 u0 n2 -1]!400"},
        {POST TE "0\r\nA: b\n\r\n", "[POST0 / v1 k1 u0 n2 -1]!400"},
        {POST TE "0\r\n\n", "[POST0 / v1 k1 u0 n2 -1]!400"},
    };
    assert_told(HTTP_REQUESTS, SAMPLES, sizeof SAMPLES / sizeof *SAMPLES);
    struct buffer told = {0};
    struct slice nul = slice_of("GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n", 30);
    tell(HTTP_REQUESTS, nul, 100, &told);
    assert_string_equal(buffer_string(&told), "!400");
    buffer_free(&told);
}

static void test_responses(void **state)
{
    (void)state;
    static const struct sample SAMPLES[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "[200  v1 k1 u0 n1 2](ok)$"},
        {"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "[200  v1 k1 u0 n1 0]()$"},
        {"HTTP/1.1 200 \r\n" TE "2\r\nok\r\n0\r\n\r\n", "[200  v1 k1 u0 n1 -1](ok)$"},
        {"HTTP/1.1 200 OK\r\n\r\nuntil the end", "[200  v1 k0 u0 n0 -1](until the end)$"},
        {"HTTP/1.0 200 OK\r\n\r\n", "[200  v0 k0 u0 n0 -1]()$"},
        {"HTTP/1.1 204 No\r\n\r\nHTTP/1.1 304 No\r\nContent-Length: 7\r\n\r\n",
         "[204  v1 k1 u0 n0 0]()[304  v1 k1 u0 n1 0]()$"},
        {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n!",
         "[100  v1 k1 u0 n0 0]()[200  v1 k1 u0 n1 1](!)$"},
        {"HTTP/1.1 101 Go\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
         "[101  v1 k1 u1 n2 0]()$"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no", "[200  v1 k1 u0 n1 2]?"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" TE, "!400"},
        {"HTTP/1.1 200 OK\r\nA : b\r\n\r\n", "!400"},
        {"HTTP/1.1 2000 OK\r\n\r\n", "!400"},
        {"HTTP/1.1 20 OK\r\n\r\n", "!400"},
        {"HTTP/1.1 099 OK\r\n\r\n", "!400"},
        {"HTTP/1.1  200 OK\r\n\r\n", "!400"},
        {"HXXP/1.1 200 OK\r\n\r\n", "!400"},
        {"HTTP/2.0 200 OK\r\n\r\n", "!400"},
        {"ICY 200 OK\r\n\r\n", "!400"},
        {"SSH-2.0-OpenSSH_9.2p1\r\n\r\n", "!400"},
    };
    for (size_t i = 0; i < sizeof SAMPLES / sizeof *SAMPLES; i++)
        if (SAMPLES[i].told[0] != '!') {
            assert_told(HTTP_RESPONSES, SAMPLES + i, 1);
        } else {
            struct buffer told = {0};
            tell(HTTP_RESPONSES, slice_of_string(SAMPLES[i].bytes), 1, &told);
            assert_int_equal(buffer_string(&told)[0], '!');
            buffer_free(&told);
        }
}

static void test_skipped_body(void **state)
{
    (void)state;
    struct http_reader *reader = http_reader_new(HTTP_RESPONSES);
    struct slice input = slice_of_string("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHTTP"), part;
    struct error error;
    assert_int_equal(http_reader_next(reader, &input, &part, &error), HTTP_EVENT_HEAD);
    http_reader_skip_body(reader);
    assert_int_equal(http_reader_next(reader, &input, &part, &error), HTTP_EVENT_END);
    assert_int_equal(input.length, 4);
    http_reader_restart(reader);
    assert_null(http_reader_head(reader));
    assert_false(http_reader_has_begun(reader));
    assert_int_equal(http_reader_next(reader, &input, &part, &error), HTTP_EVENT_MORE);
    assert_true(http_reader_has_begun(reader));
    http_reader_free(reader);
}

/* `count` times `unit` behind `start`, `end` last. */
static int status_of_long(const char *start, const char *unit, size_t count, const char *end)
{
    struct buffer bytes = {0}, told = {0};
    buffer_append_string(&bytes, start);
    while (count-- > 0)
        buffer_append_string(&bytes, unit);
    buffer_append_string(&bytes, end);
    tell(HTTP_REQUESTS, slice_of(bytes.data, bytes.length), 1000, &told);
    const char *mark = strchr(buffer_string(&told), '!');
    int status = mark ? atoi(mark + 1) : 0;
    buffer_free(&bytes);
    buffer_free(&told);
    return status;
}

static void test_bounds(void **state)
{
    (void)state;
    const char *end = " HTTP/1.1\r\nHost: h\r\n\r\n";
    assert_int_equal(status_of_long("GET /", "x", HTTP_TARGET_MAX - 1, end), 0);
    assert_int_equal(status_of_long("GET /", "x", HTTP_TARGET_MAX, end), 414);
    assert_int_equal(status_of_long("GET /", "x", HTTP_TARGET_MAX * 2, end), 414);
    assert_int_equal(status_of_long(GET, "A: b\r\n", HTTP_HEADERS_MAX - 1, "\r\n"), 0);
    assert_int_equal(status_of_long(GET, "A: b\r\n", HTTP_HEADERS_MAX, "\r\n"), 431);
    assert_int_equal(status_of_long(GET "A: ", "x", HTTP_HEAD_MAX - 40, "\r\n\r\n"), 0);
    assert_int_equal(status_of_long(GET "A: ", "x", HTTP_HEAD_MAX, "\r\n\r\n"), 431);
    assert_int_equal(status_of_long(POST TE "5;", "x", HTTP_CHUNK_LINE_MAX - 3, "\r\nhello\r\n"),
                     0);
    assert_int_equal(status_of_long(POST TE "5;", "x", HTTP_CHUNK_LINE_MAX, "\r\nhello\r\n"), 400);
    assert_int_equal(status_of_long(POST TE "0\r\n", "A: b\r\n", 1000, "\r\n"), 0);
    assert_int_equal(status_of_long(POST TE "0\r\n", "A: b\r\n", 2000, "\r\n"), 431);
}

static void test_headers(void **state)
{
    (void)state;
    struct http_reader *reader = http_reader_new(HTTP_REQUESTS);
    struct slice input = slice_of_string(
        GET "X-Empty:\r\nX-blank:  \t \r\nx-List: a, B;q=0.5 ,,\r\nX-LIST: \t c\t \r\n\r\n");
    struct slice part, value;
    struct error error;
    assert_int_equal(http_reader_next(reader, &input, &part, &error), HTTP_EVENT_HEAD);
    const struct http_head *head = http_reader_head(reader);
    assert_true(http_head_find(head, "x-empty", &value) && value.length == 0);
    assert_true(http_head_find(head, "X-BLANK", &value) && value.length == 0);
    assert_false(http_head_find(head, "x-blan", &value));
    assert_false(http_head_find(head, "x-blank2", &value));
    assert_true(http_head_find(head, "X-List", &value));
    assert_true(slice_equals(value, "a, B;q=0.5 ,,"));
    assert_int_equal(http_head_count(head, "x-list"), 2);
    assert_true(http_head_lists(head, "x-list", "a"));
    assert_true(http_head_lists(head, "x-list", "b"));
    assert_true(http_head_lists(head, "x-list", "C"));
    assert_false(http_head_lists(head, "x-list", ""));
    assert_false(http_head_lists(head, "x-list", "q"));
    struct slice item;
    assert_true(http_list_next(&value, &item) && slice_equals(item, "a"));
    assert_true(http_list_next(&value, &item) && slice_equals(item, "B;q=0.5"));
    assert_false(http_list_next(&value, &item));
    http_reader_free(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests),  cmocka_unit_test(test_refused_requests),
        cmocka_unit_test(test_responses), cmocka_unit_test(test_skipped_body),
        cmocka_unit_test(test_bounds),    cmocka_unit_test(test_headers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
