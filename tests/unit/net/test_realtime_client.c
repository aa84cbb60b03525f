/* net/realtime_client.h: when it begins attempts. tests/interop has the rest. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/realtime_client.h"
#include "os/clock.h"
#include "silent_server.h"

#define LEAST    300 /* ms between two attempts */
#define CHANGES  10  /* ms between two changes of the network */
#define ATTEMPTS 3

struct fixture {
    struct event_base *base;
    struct realtime_client *client;
    int listener, connections[ATTEMPTS], count, changes;
};

static void on_auth(struct realtime_client *client, struct buffer *auth, void *context)
{
    (void)client, (void)context;
    buffer_append_string(auth, "{}");
}

static void on_connected(struct realtime_client *client, struct slice id, void *context)
{
    (void)client, (void)id, (void)context;
    fail_msg("a silent server was joined");
}

static void on_disconnected(struct realtime_client *client, const char *reason,
                            const struct error *error, int64_t retry_in, void *context)
{
    (void)client, (void)error, (void)retry_in, (void)context;
    fail_msg("disconnected: %s", reason);
}

static void on_failed(struct realtime_client *client, const struct error *error, int64_t retry_in,
                      void *context)
{
    (void)client, (void)retry_in, (void)context;
    fail_msg("an attempt failed: %s", error->message);
}

static void on_event(struct realtime_client *client, uint32_t connection,
                     const struct socketio_packet *packet, void *context)
{
    (void)client, (void)connection, (void)packet, (void)context;
}

static const struct realtime_listener LISTENER = {on_auth, on_connected, on_disconnected, on_failed,
                                                  on_event};

static void on_accept(evutil_socket_t listener, short what, void *context)
{
    struct fixture *fixture = context;
    (void)what;
    int connection = accept(listener, NULL, NULL);
    if (connection < 0)
        return;
    fixture->connections[fixture->count++] = connection;
    if (fixture->count == ATTEMPTS)
        event_base_loopbreak(fixture->base);
}

static void on_change(evutil_socket_t descriptor, short what, void *context)
{
    struct fixture *fixture = context;
    (void)descriptor, (void)what;
    fixture->changes++;
    realtime_client_network_changed(fixture->client);
}

/* An interface that comes up tells of a dozen changes, and a machine with containers of hundreds.
 */
static void test_burst_of_changes(void **state)
{
    struct fixture fixture = {.base = event_base_new()};
    struct realtime_settings settings = REALTIME_SETTINGS;
    struct timeval pace = {.tv_usec = CHANGES * 1000}, limit = {.tv_sec = 20};
    struct error error;
    char url[64];
    uint16_t port;
    (void)state;
    settings.reconnect_least = LEAST;
    fixture.listener = silent_server_listen(&port);
    snprintf(url, sizeof url, "https://127.0.0.1:%u", port);
    struct timers *timers = timers_new(fixture.base);
    struct dialer *dialer = dialer_new(fixture.base, NULL);
    fixture.client =
        realtime_client_new(dialer, timers, url, &settings, &LISTENER, &fixture, &error);
    assert_non_null(fixture.client);
    struct event *accepts =
        event_new(fixture.base, fixture.listener, EV_READ | EV_PERSIST, on_accept, &fixture);
    struct event *changes = event_new(fixture.base, -1, EV_PERSIST, on_change, &fixture);
    event_add(accepts, NULL);
    event_add(changes, &pace);
    int64_t begin = clock_monotonic_ms();
    realtime_client_connect(fixture.client);
    event_base_loopexit(fixture.base, &limit);
    event_base_dispatch(fixture.base);
    int64_t elapsed = clock_monotonic_ms() - begin;

    assert_true(fixture.changes > 0);
    assert_int_equal(fixture.count, ATTEMPTS); /* what is being dialed is given up all the same */
    assert_true(elapsed >= (ATTEMPTS - 1) * LEAST);

    event_free(changes);
    event_free(accepts);
    realtime_client_free(fixture.client);
    dialer_free(dialer);
    timers_free(timers);
    event_base_loop(fixture.base, EVLOOP_NONBLOCK);
    event_base_free(fixture.base);
    for (int i = 0; i < fixture.count; i++)
        close(fixture.connections[i]);
    close(fixture.listener);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_burst_of_changes)};
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
