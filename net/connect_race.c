#include "net/connect_race.h"

#include <errno.h>
#include <event2/util.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct attempt {
    struct connect_race *race;
    struct event *ready;
    int descriptor; /* -1: over, or not begun */
    union socket_address address;
};

/* The addresses of one family that were not tried yet. */
struct candidates {
    union socket_address addresses[DIAL_ADDRESSES_MAX];
    size_t count, next;
};

struct connect_race {
    struct event_base *base;
    struct lookup *lookup;           /* NULL: over */
    struct error *lookup_error;      /* why it found nothing */
    struct candidates candidates[2]; /* IPv4, IPv6 */
    struct attempt attempts[DIAL_ADDRESSES_MAX];
    size_t attempt_count, running;
    int last_family;    /* of the attempt before: the other one is next */
    struct event *pace; /* pending: wait before the next attempt */
    int failure;        /* errno of the attempt that tells most */
    char failed_address[SOCKET_ADDRESS_TEXT_MAX];
    uint16_t port;
    char *host;
    connect_race_done *done;
    void *context;
};

void connect_race_free(struct connect_race *race)
{
    for (size_t i = 0; i < race->attempt_count; i++) {
        if (race->attempts[i].ready)
            event_free(race->attempts[i].ready);
        if (race->attempts[i].descriptor >= 0)
            close(race->attempts[i].descriptor);
    }
    if (race->lookup)
        lookup_cancel(race->lookup);
    if (race->pace)
        event_free(race->pace);
    free(race->lookup_error);
    free(race->host);
    free(race);
}

static void finish(struct connect_race *race, int descriptor, const struct error *error)
{
    connect_race_done *done = race->done;
    void *context = race->context;
    connect_race_free(race);
    done(descriptor, error, context);
}

static void lose(struct connect_race *race)
{
    struct error error;
    char others[40] = "";
    if (race->attempt_count == 0 && race->lookup_error) {
        error = *race->lookup_error;
        finish(race, -1, &error);
        return;
    }
    if (race->attempt_count > 1)
        snprintf(others, sizeof others, " (and %zu more)", race->attempt_count - 1);
    error_set(&error, ERROR_CLOSED, "cannot connect to %s port %u at %s%s: %s", race->host,
              race->port, race->failed_address, others, strerror(race->failure));
    error_fix(&error, race->failure == ECONNREFUSED
                          ? "check that the server runs, and the port"
                          : "check the network, and the server's address");
    finish(race, -1, &error);
}

/* That there is no way to an address says less than what happened at another. */
static void note_failure(struct connect_race *race, const struct attempt *attempt, int code)
{
    bool no_way = race->failure == ENETUNREACH || race->failure == EHOSTUNREACH ||
                  race->failure == EADDRNOTAVAIL || race->failure == EAFNOSUPPORT;
    if (race->failure != 0 && !no_way)
        return;
    race->failure = code;
    socket_address_text(&attempt->address, race->failed_address);
}

static void close_attempt(struct attempt *attempt)
{
    event_free(attempt->ready);
    attempt->ready = NULL;
    close(attempt->descriptor);
    attempt->descriptor = -1;
}

static void proceed(struct connect_race *race);

static void on_ready(evutil_socket_t descriptor, short events, void *context)
{
    struct attempt *attempt = context;
    struct connect_race *race = attempt->race;
    int code = 0, one = 1;
    socklen_t size = sizeof code;
    (void)events;
    if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) < 0)
        code = errno;
    if (code == 0) {
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        attempt->descriptor = -1;
        finish(race, descriptor, NULL);
        return;
    }
    note_failure(race, attempt, code);
    close_attempt(attempt);
    race->running--;
    event_del(race->pace);
    proceed(race);
}

/* Returns false when the attempt failed at once. */
static bool start(struct connect_race *race, const union socket_address *address)
{
    struct attempt *attempt = &race->attempts[race->attempt_count++];
    *attempt = (struct attempt){.race = race, .address = *address, .descriptor = -1};
    socket_address_set_port(&attempt->address, race->port);
    int descriptor = socket(address->generic.sa_family, SOCK_STREAM, 0);
    if (descriptor < 0) {
        note_failure(race, attempt, errno);
        return false;
    }
    attempt->descriptor = descriptor;
    attempt->ready = event_new(race->base, descriptor, EV_WRITE, on_ready, attempt);
    if (attempt->ready && evutil_make_socket_nonblocking(descriptor) == 0 &&
        evutil_make_socket_closeonexec(descriptor) == 0 &&
        (connect(descriptor, &attempt->address.generic, socket_address_size(address)) == 0 ||
         errno == EINPROGRESS) &&
        event_add(attempt->ready, NULL) == 0) {
        race->running++;
        return true;
    }
    note_failure(race, attempt, errno ? errno : ENOMEM);
    if (attempt->ready)
        close_attempt(attempt);
    return false;
}

static struct candidates *next_candidates(struct connect_race *race)
{
    struct candidates *ipv4 = &race->candidates[0], *ipv6 = &race->candidates[1];
    struct candidates *preferred = race->last_family == AF_INET6 ? ipv4 : ipv6;
    struct candidates *other = preferred == ipv4 ? ipv6 : ipv4;
    return preferred->next < preferred->count ? preferred
           : other->next < other->count       ? other
                                              : NULL;
}

static void wait_ms(struct connect_race *race, int milliseconds)
{
    struct timeval time = {.tv_usec = milliseconds * 1000};
    event_add(race->pace, &time);
}

/* Starts what may be started now, and ends the race when nothing is left. */
static void proceed(struct connect_race *race)
{
    struct candidates *from;
    while (!event_pending(race->pace, EV_TIMEOUT, NULL) &&
           race->attempt_count < DIAL_ADDRESSES_MAX && (from = next_candidates(race))) {
        const union socket_address *address = &from->addresses[from->next++];
        race->last_family = address->generic.sa_family;
        if (start(race, address))
            wait_ms(race, CONNECT_PACE_MS);
    }
    bool more = race->attempt_count < DIAL_ADDRESSES_MAX && (race->lookup || next_candidates(race));
    if (race->running == 0 && !more)
        lose(race);
}

static void on_pace(evutil_socket_t descriptor, short events, void *context)
{
    (void)descriptor;
    (void)events;
    proceed(context);
}

static void on_found(const union socket_address *addresses, size_t count, void *context)
{
    struct connect_race *race = context;
    for (size_t i = 0; i < count; i++) {
        struct candidates *to = &race->candidates[addresses[i].generic.sa_family == AF_INET6];
        if (to->count < DIAL_ADDRESSES_MAX)
            to->addresses[to->count++] = addresses[i];
    }
    if (race->candidates[1].count == 0)
        wait_ms(race, CONNECT_IPV6_HEAD_MS);
    else if (race->attempt_count == 0)
        event_del(race->pace);
    proceed(race);
}

static void on_lookup_ended(const struct error *error, void *context)
{
    struct connect_race *race = context;
    race->lookup = NULL;
    if (error) {
        race->lookup_error = malloc(sizeof *error);
        if (race->lookup_error)
            *race->lookup_error = *error;
    }
    /* IPv6 addresses are no longer waited for. */
    if (race->attempt_count == 0)
        event_del(race->pace);
    proceed(race);
}

static const struct lookup_listener lookup_listener = {on_found, on_lookup_ended};

struct connect_race *connect_race_new(struct resolver *resolver, struct event_base *base,
                                      const char *host, uint16_t port, connect_race_done *done,
                                      void *context)
{
    struct connect_race *race = calloc(1, sizeof *race);
    if (!race)
        return NULL;
    race->base = base;
    race->port = port;
    race->done = done;
    race->context = context;
    race->host = strdup(host);
    race->pace = evtimer_new(base, on_pace, race);
    if (race->host && race->pace)
        race->lookup = resolver_lookup(resolver, host, &lookup_listener, race);
    if (!race->lookup) {
        connect_race_free(race);
        return NULL;
    }
    return race;
}
