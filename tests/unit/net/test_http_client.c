/* net/http_client.h: what a listener may do at the end of a call. tests/integration/net has the
   rest. */
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/http_client.h"
#include "silent_server.h"

struct fixture {
    struct dialer *dialer;
    struct http_client *client;
    int listener;
    bool done;
};

/* Whether the other end closed it, behind whatever it sent. */
static bool is_closed(int connection)
{
    struct pollfd ready = {.fd = connection, .events = POLLIN};
    char piece[4096];
    while (poll(&ready, 1, 1000) == 1)
        if (recv(connection, piece, sizeof piece, 0) <= 0)
            return true;
    return false;
}

static void on_done(const struct error *error, void *context)
{
    struct fixture *fixture = context;
    int connection = accept(fixture->listener, NULL, NULL);
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_TIMEOUT);
    assert_true(connection >= 0);
    assert_true(is_closed(connection));
    close(connection);
    http_client_free(fixture->client);
    dialer_free(fixture->dialer);
    fixture->done = true;
}

/* A call whose time is over while it is still being connected: nothing of it is left in `done`. */
static void test_free_in_done(void **state)
{
    struct fixture fixture = {.done = false};
    struct event_base *base = event_base_new();
    static const struct http_call_listener listener = {.done = on_done};
    struct http_request_options request = {.timeouts = {.total = 300}};
    struct error error;
    char url[64];
    uint16_t port;
    (void)state;
    fixture.listener = silent_server_listen(&port);
    snprintf(url, sizeof url, "https://127.0.0.1:%u/", port);
    request.url = url;
    fixture.dialer = dialer_new(base, NULL);
    fixture.client = http_client_new(base, fixture.dialer);
    assert_non_null(http_client_begin(fixture.client, &request, &listener, &fixture, &error));
    event_base_dispatch(base);
    assert_true(fixture.done);
    event_base_free(base);
    close(fixture.listener);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_free_in_done)};
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
