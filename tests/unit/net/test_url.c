/* net/url.h: what is read, what is refused, what a relative reference leads to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/url.h"

static void test_accepted(void **state)
{
    static const struct {
        const char *text, *host, *target, *origin;
        unsigned port;
        bool tls;
    } cases[] = {
        {"http://a", "a", "/", "http://a", 80, false},
        {"HTTPS://Example.ORG./x", "example.org", "/x", "https://example.org", 443, true},
        {"ws://h:8080/a?b#c", "h", "/a?b", "ws://h:8080", 8080, false},
        {"wss://h:443", "h", "/", "wss://h", 443, true},
        {"http://h?q=1/2", "h", "/?q=1/2", "http://h", 80, false},
        {"http://h#f", "h", "/", "http://h", 80, false},
        {"http://h:/x", "h", "/x", "http://h", 80, false},
        {"http://1.2.3.4:65535/", "1.2.3.4", "/", "http://1.2.3.4:65535", 65535, false},
        {"http://[0:0:0:0:0:0:0:1]:1/", "::1", "/", "http://[::1]:1", 1, false},
        {"http://[2001:DB8::A]", "2001:db8::a", "/", "http://[2001:db8::a]", 80, false},
        {"http://h/a/./b/../../c/..", "h", "/", "http://h", 80, false},
        {"http://h/../../x/.", "h", "/x/", "http://h", 80, false},
        {"http://h/a//b/..//c?../d", "h", "/a///c?../d", "http://h", 80, false},
        {"http://h/%41%7e;a=b,c@d:e!$&'()*+~-._", "h", "/%41%7e;a=b,c@d:e!$&'()*+~-._", "http://h",
         80, false},
        {"http://a_b-c.d1/", "a_b-c.d1", "/", "http://a_b-c.d1", 80, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct url url;
        struct buffer origin = {0};
        assert_int_equal(url_parse(cases[i].text, &url, NULL), 0);
        assert_string_equal(url.host, cases[i].host);
        assert_string_equal(url.target, cases[i].target);
        assert_int_equal(url.port, cases[i].port);
        assert_int_equal(url_is_tls(&url), cases[i].tls);
        url_put_origin(&origin, &url);
        assert_string_equal(buffer_string(&origin), cases[i].origin);
        buffer_free(&origin);
        url_free(&url);
    }
}

static void test_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "/",
        "a",
        "a:b",
        "://a",
        "ftp://a",
        "https//a",
        "http:/a",
        "httpss://a",
        "http://",
        "http:///x",
        "http://:80",
        "http://a:b",
        "http://a:0",
        "http://a:65536",
        "http://a:-1",
        "http://a:99999999999999999999",
        "http://a:8 0",
        "http://u@a",
        "http://u:p@a",
        "http://a b",
        "http://a/b c",
        "http://a/\x7f",
        "http://a/\xc3\xa4",
        "http://\xc3\xa4/",
        "http://a/%4",
        "http://a/%zz",
        "http://a/%",
        "http://a/<",
        "http://a/\"",
        "http://a/\\",
        "http://a/{",
        "http://a/[",
        "http://a/\r\nX",
        "http://a\n",
        "http://.",
        "http://a..b",
        "http://-a",
        "http://a-",
        "http://a-.b",
        "http://.a",
        "http://256.1.1.1",
        "http://1.2.3",
        "http://1",
        "http://0x7f.1",
        "http://a.0x1",
        "http://1.2.3.4.5",
        "http://01.2.3.4",
        "http://[::1",
        "http://[::1]x",
        "http://[::1]:x",
        "http://[]",
        "http://[g::]",
        "http://[::1%25lo]",
        "http://[1.2.3.4]",
        "http://::1",
        " http://a",
        "http://a ",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct url url;
        struct error error = {0};
        if (url_parse(texts[i], &url, &error) == 0)
            fail_msg("\"%s\" is accepted", texts[i]);
        assert_int_equal(error.code, ERROR_INVALID);
    }
}

static void test_lengths(void **state)
{
    char text[URL_LENGTH_MAX + 100];
    struct url url;
    struct error error;
    (void)state;
    memset(text, 'a', sizeof text);
    memcpy(text, "http://h/", 9);
    text[URL_LENGTH_MAX] = '\0';
    assert_int_equal(url_parse(text, &url, NULL), 0);
    struct url other;
    text[URL_LENGTH_MAX] = 'a';
    text[URL_LENGTH_MAX + 1] = '\0';
    assert_int_equal(url_parse(text, &other, &error), -1);
    assert_int_equal(error.code, ERROR_LIMIT);
    /* Each reference is short enough, but what comes of them is not. */
    text[0] = '?';
    memset(text + 1, 'b', 100);
    text[101] = '\0';
    url.target[strlen(url.target) - 1] = '/';
    assert_int_equal(url_resolve(&url, text + 1, &other, &error), -1);
    assert_int_equal(error.code, ERROR_LIMIT);
    url_free(&url);
    memset(text, 'a', 300);
    memcpy(text, "http://", 7);
    text[7 + 64] = '\0';
    assert_int_equal(url_parse(text, &url, &error), -1); /* a label of 64 */
    text[7 + 63] = '\0';
    assert_int_equal(url_parse(text, &url, &error), 0);
    url_free(&url);
}

static void test_resolve(void **state)
{
    static const struct {
        const char *location, *origin, *target;
    } cases[] = {
        {"g", "https://h:1", "/b/c/g"},      {"./g", "https://h:1", "/b/c/g"},
        {"g/", "https://h:1", "/b/c/g/"},    {"/g", "https://h:1", "/g"},
        {"//g", "https://g", "/"},           {"//g:2/x", "https://g:2", "/x"},
        {"?y", "https://h:1", "/b/c/d?y"},   {"g?y#s", "https://h:1", "/b/c/g?y"},
        {"#s", "https://h:1", "/b/c/d?q/r"}, {"", "https://h:1", "/b/c/d?q/r"},
        {";x", "https://h:1", "/b/c/;x"},    {".", "https://h:1", "/b/c/"},
        {"..", "https://h:1", "/b/"},        {"../g", "https://h:1", "/b/g"},
        {"../../../g", "https://h:1", "/g"}, {"g?y/../x", "https://h:1", "/b/c/g?y/../x"},
        {"http://g", "http://g", "/"},       {"HTTPS://G:443/", "https://g", "/"},
    };
    struct url base;
    (void)state;
    assert_int_equal(url_parse("https://h:1/b/c/d?q/r", &base, NULL), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct url url;
        struct buffer origin = {0};
        assert_int_equal(url_resolve(&base, cases[i].location, &url, NULL), 0);
        url_put_origin(&origin, &url);
        assert_string_equal(buffer_string(&origin), cases[i].origin);
        assert_string_equal(url.target, cases[i].target);
        buffer_free(&origin);
        url_free(&url);
    }
    static const char *const wrong[] = {"ftp:x", "http:g", "mailto:a", "//", "//a b", "a b", "/%"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct url url;
        assert_int_equal(url_resolve(&base, wrong[i], &url, NULL), -1);
    }
    url_free(&base);
}

static void test_same_origin(void **state)
{
    static const struct {
        const char *a, *b;
        bool same;
    } cases[] = {
        {"https://h/x", "wss://H:443/y", true},  {"http://h", "ws://h.", true},
        {"http://h", "https://h", false},        {"http://h:443", "https://h", false},
        {"http://h", "http://h:81", false},      {"http://h", "http://a.h", false},
        {"http://[::1]", "http://[0::1]", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct url a, b, copy;
        assert_int_equal(url_parse(cases[i].a, &a, NULL), 0);
        assert_int_equal(url_parse(cases[i].b, &b, NULL), 0);
        assert_int_equal(url_copy(&b, &copy, NULL), 0);
        assert_int_equal(url_same_origin(&a, &copy), cases[i].same);
        url_free(&a);
        url_free(&b);
        url_free(&copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepted),    cmocka_unit_test(test_refused),
        cmocka_unit_test(test_lengths),     cmocka_unit_test(test_resolve),
        cmocka_unit_test(test_same_origin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
