/* net/proxy.h: which proxy, and every byte of the words exchanged with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/proxy.h"

static void test_parse(void **state)
{
    static const struct {
        const char *text;
        enum proxy_kind kind;
        const char *host;
        unsigned port;
        const char *user, *password; /* user NULL: none */
    } cases[] = {
        {"h", PROXY_HTTP, "h", 1080, NULL, ""},
        {"h:3128", PROXY_HTTP, "h", 3128, NULL, ""},
        {"http://H:3128/", PROXY_HTTP, "h", 3128, NULL, ""},
        {"socks4://h", PROXY_SOCKS4, "h", 1080, NULL, ""},
        {"SOCKS4A://h:1", PROXY_SOCKS4A, "h", 1, NULL, ""},
        {"socks5://[::1]:1", PROXY_SOCKS5, "::1", 1, NULL, ""},
        {"socks5h://u:p@h", PROXY_SOCKS5H, "h", 1080, "u", "p"},
        {"http://u@h:1", PROXY_HTTP, "h", 1, "u", ""},
        {"http://%75%3d:p%40%2F@h:1", PROXY_HTTP, "h", 1, "u=", "p@/"},
        {"u:p@x:y@h:1", PROXY_HTTP, "h", 1, "u", "p@x:y"},
        {"http://:p@h:1", PROXY_HTTP, "h", 1, "", "p"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct proxy proxy;
        assert_int_equal(proxy_parse(cases[i].text, &proxy, NULL), 0);
        assert_int_equal(proxy.kind, cases[i].kind);
        assert_string_equal(proxy.host, cases[i].host);
        assert_int_equal(proxy.port, cases[i].port);
        assert_int_equal(proxy.has_user, cases[i].user != NULL);
        assert_string_equal(proxy.user, cases[i].user ? cases[i].user : "");
        assert_string_equal(proxy.password, cases[i].password);
    }
    static const char *const wrong[] = {
        "",         "http://",    "https://h", "ftp://h",    "h:0",        "h:65536",
        "h:x",      "h:",         "h/path",    "http://h/x", "u:%@h",      "u:%4@h",
        "u%3a:p@h", "u:%0d%0a@h", "u:%00@h",   "[::1",       "http://a b", "socks6://h",
        "u:p@",     "://h",       "h:123456",  "%61@@",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct proxy proxy;
        struct error error;
        if (proxy_parse(wrong[i], &proxy, &error) == 0)
            fail_msg("\"%s\" is accepted", wrong[i]);
        assert_int_equal(proxy.has_user, false);
    }
}

static void test_exempt(void **state)
{
    static const struct {
        const char *list, *host;
        bool exempt;
    } cases[] = {
        {"*", "a", true},
        {"a,*", "b", false},
        {"example.org", "example.org", true},
        {"example.org", "www.example.org", true},
        {".example.org", "www.example.org", true},
        {".example.org", "example.org", true},
        {"Example.ORG.", "example.org", true},
        {"example.org", "badexample.org", false},
        {"example.org", "example.org.evil", false},
        {"a, b\tc", "c", true},
        {" ,,", "c", false},
        {"", "c", false},
        {"127.0.0.1", "127.0.0.1", true},
        {"127.0.0.1", "127.0.0.11", false},
        {"0.0.1", "127.0.0.1", false},
        {"10.0.0.0/8", "10.200.3.4", true},
        {"10.0.0.0/8", "11.0.0.1", false},
        {"10.0.0.0/33", "10.0.0.1", false},
        {"10.0.0.0/x", "10.0.0.1", false},
        {"10.0.0.0/", "10.0.0.0", false},
        {"0.0.0.0/0", "1.2.3.4", true},
        {"192.168.1.128/25", "192.168.1.200", true},
        {"192.168.1.128/25", "192.168.1.100", false},
        {"::1", "::1", true},
        {"[::1]", "::1", true},
        {"2001:db8::/32", "2001:db8:1::1", true},
        {"2001:db8::/32", "2001:db9::1", false},
        {"1.2.3.4", "::1", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (proxy_is_exempt(cases[i].list, cases[i].host) != cases[i].exempt)
            fail_msg("no_proxy \"%s\" and host %s", cases[i].list, cases[i].host);
}

static const char *const *environment_pairs;

static const char *get_pair(const char *name)
{
    for (const char *const *pair = environment_pairs; *pair; pair += 2)
        if (strcmp(pair[0], name) == 0)
            return pair[1];
    return NULL;
}

/* The proxy's host for a server, "" for none, "!" for an error. */
static const char *chosen(const char *const *pairs, const char *host, bool tls)
{
    static struct proxy proxy;
    struct proxy_environment environment;
    struct error error;
    environment_pairs = pairs;
    proxy_environment_read(&environment, get_pair);
    if (proxy_choose(&environment, host, tls, &proxy, &error) < 0)
        return "!";
    return proxy.kind == PROXY_NONE ? "" : proxy.host;
}

#define PAIRS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void test_choose(void **state)
{
    (void)state;
    assert_string_equal(chosen(PAIRS("x", "y"), "h", true), "");
    assert_string_equal(chosen(PAIRS("http_proxy", "a"), "h", false), "a");
    assert_string_equal(chosen(PAIRS("http_proxy", "a"), "h", true), "");
    assert_string_equal(chosen(PAIRS("HTTP_PROXY", "a"), "h", false), "");
    assert_string_equal(chosen(PAIRS("HTTPS_PROXY", "a"), "h", true), "a");
    assert_string_equal(chosen(PAIRS("HTTPS_PROXY", "a", "https_proxy", "b"), "h", true), "b");
    assert_string_equal(chosen(PAIRS("HTTPS_PROXY", "a", "https_proxy", ""), "h", true), "a");
    assert_string_equal(chosen(PAIRS("ALL_PROXY", "a"), "h", true), "a");
    assert_string_equal(chosen(PAIRS("all_proxy", "a", "https_proxy", "b"), "h", true), "b");
    assert_string_equal(chosen(PAIRS("all_proxy", "a", "NO_PROXY", "h"), "h", true), "");
    assert_string_equal(chosen(PAIRS("all_proxy", "a b"), "h", true), "!");
    assert_string_equal(chosen(PAIRS("all_proxy", "a b", "no_proxy", "h"), "h", true), "");
}

/* Runs an exchange: what the proxy says is given byte by byte, and what is sent is collected. */
static int converse(const char *proxy_text, const char *host, const void *said, size_t length,
                    struct buffer *sent, size_t *used, struct error *error)
{
    struct proxy proxy;
    struct buffer waiting = {0};
    size_t consumed;
    int result;
    assert_int_equal(proxy_parse(proxy_text, &proxy, NULL), 0);
    struct proxy_exchange exchange = {.proxy = &proxy, .host = host, .port = 0x1234};
    result = proxy_exchange_start(&exchange, sent, error);
    *used = 0;
    for (size_t i = 0; result == 0 && i < length; i++) {
        buffer_append(&waiting, (const char *)said + i, 1);
        result = proxy_exchange_take(&exchange, slice_of(waiting.data, waiting.length), &consumed,
                                     sent, error);
        buffer_drain(&waiting, consumed);
        *used += consumed;
    }
    buffer_free(&waiting);
    return result;
}

#define BYTES(text) text, sizeof text - 1

static void expect_success(const char *proxy, const char *host, const void *said,
                           size_t said_length, const void *expected, size_t expected_length)
{
    struct buffer sent = {0};
    struct error error;
    size_t used;
    assert_int_equal(converse(proxy, host, said, said_length, &sent, &used, &error), 1);
    assert_int_equal(used, said_length);
    assert_int_equal(sent.length, expected_length);
    assert_memory_equal(sent.data, expected, expected_length);
    buffer_free(&sent);
}

static void test_exchanges(void **state)
{
    (void)state;
    expect_success("h", "far.example", BYTES("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
                   BYTES("CONNECT far.example:4660 HTTP/1.1\r\nHost: far.example:4660\r\n\r\n"));
    expect_success("a:b@h", "::1",
                   BYTES("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 299 OK\r\nTransfer-Encoding: "
                         "chunked\r\n\r\n"),
                   BYTES("CONNECT [::1]:4660 HTTP/1.1\r\nHost: [::1]:4660\r\n"
                         "Proxy-Authorization: Basic YTpi\r\n\r\n"));
    expect_success("socks4://u@h", "1.2.3.4", BYTES("\0\x5a......"),
                   BYTES("\x04\x01\x12\x34\x01\x02\x03\x04u\0"));
    expect_success("socks4a://h", "far.example", BYTES("\0\x5a......"),
                   BYTES("\x04\x01\x12\x34\0\0\0\x01\0far.example\0"));
    expect_success("socks5h://h", "far.example", BYTES("\x05\0\x05\0\0\x01......"),
                   BYTES("\x05\x01\0\x05\x01\0\x03\x0b"
                         "far.example\x12\x34"));
    expect_success("socks5://h", "1.2.3.4",
                   BYTES("\x05\0\x05\0\0\x03\x03"
                         "abc.."),
                   BYTES("\x05\x01\0\x05\x01\0\x01\x01\x02\x03\x04\x12\x34"));
    expect_success("socks5://u:pw@h", "::1",
                   BYTES("\x05\x02\x01\0\x05\0\0\x04................"
                         ".."),
                   BYTES("\x05\x02\0\x02\x01\x01u\x02pw\x05\x01\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                         "\x01\x12\x34"));
}

static void expect_failure(const char *proxy, const char *host, const void *said, size_t length,
                           enum error_code code)
{
    struct buffer sent = {0};
    struct error error;
    size_t used;
    assert_int_equal(converse(proxy, host, said, length, &sent, &used, &error), -1);
    assert_int_equal(error.code, code);
    buffer_free(&sent);
}

static void test_refusals(void **state)
{
    (void)state;
    expect_failure("h", "x", BYTES("HTTP/1.1 407 No\r\n\r\n"), ERROR_REFUSED);
    expect_failure("h", "x", BYTES("HTTP/1.1 302 Found\r\n\r\n"), ERROR_REFUSED);
    expect_failure("h", "x", BYTES("HTTP/1.1 504 Late\r\n\r\n"), ERROR_CLOSED);
    expect_failure("h", "x", BYTES("\x05\0"), ERROR_INVALID);
    expect_failure("socks4a://h", "x", BYTES("\0\x5b......"), ERROR_CLOSED);
    expect_failure("socks4a://h", "x", BYTES("\0\x5d......"), ERROR_REFUSED);
    expect_failure("socks4a://h", "x", BYTES("HTTP"), ERROR_INVALID);
    expect_failure("socks4a://h", "x", BYTES("\0\x59"), ERROR_INVALID);
    expect_failure("socks4a://h", "::1", BYTES(""), ERROR_UNSUPPORTED);
    expect_failure("socks5h://h", "x", BYTES("\x05\xff"), ERROR_REFUSED);
    expect_failure("socks5h://h", "x", BYTES("\x05\x02"), ERROR_INVALID);
    expect_failure("socks5h://u:p@h", "x", BYTES("\x05\x01"), ERROR_INVALID);
    expect_failure("socks5h://u:p@h", "x", BYTES("\x05\x02\x01\x01"), ERROR_REFUSED);
    expect_failure("socks5h://u:p@h", "x", BYTES("\x05\x02\x05\0"), ERROR_INVALID);
    expect_failure("socks5h://h", "x", BYTES("HT"), ERROR_INVALID);
    expect_failure("socks5h://h", "x", BYTES("\x05\0\x05\x02\0\x01."), ERROR_REFUSED);
    expect_failure("socks5h://h", "x", BYTES("\x05\0\x05\xff\0\x01."), ERROR_CLOSED);
    expect_failure("socks5h://h", "x", BYTES("\x05\0\x04\0\0\x01....."), ERROR_INVALID);
    expect_failure("socks5h://h", "x", BYTES("\x05\0\x05\0\0\x02....."), ERROR_INVALID);
}

static void test_endless_answer(void **state)
{
    char *text = malloc(PROXY_ANSWER_MAX + 100);
    struct buffer sent = {0};
    struct error error;
    size_t consumed;
    (void)state;
    memset(text, 'x', PROXY_ANSWER_MAX + 100);
    memcpy(text, "HTTP/1.1 200 OK\r\nA: ", 20);
    struct proxy proxy = {.kind = PROXY_HTTP, .host = "h", .port = 1};
    struct proxy_exchange exchange = {.proxy = &proxy, .host = "x", .port = 1};
    assert_int_equal(proxy_exchange_start(&exchange, &sent, &error), 0);
    assert_int_equal(
        proxy_exchange_take(&exchange, slice_of(text, PROXY_ANSWER_MAX), &consumed, &sent, &error),
        0);
    assert_int_equal(proxy_exchange_take(&exchange, slice_of(text, PROXY_ANSWER_MAX + 1), &consumed,
                                         &sent, &error),
                     -1);
    buffer_free(&sent);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),    cmocka_unit_test(test_exempt),
        cmocka_unit_test(test_choose),   cmocka_unit_test(test_exchanges),
        cmocka_unit_test(test_refusals), cmocka_unit_test(test_endless_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
