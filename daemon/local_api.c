#include "local_api.h"

#include <errno.h>
#include <event2/event.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api_method.h"
#include "api_subscribe.h"
#include "os/clock.h"
#include "os/log.h"
#include "os/unix_socket.h"
#include "session_link.h"
#include "wire/json_rpc.h"
#include "wire/utf8.h"

#define FINISH_MS 1000 /* for the last answers, when the daemon ends */

struct local_api {
    struct daemon *daemon;
    struct event *listener;
    struct event *rest; /* takes connections again after a shortage of descriptors */
    int descriptor;
    LIST_HEAD(, api_peer) peers;
    int count;
};

static void free_call(struct api_call *call)
{
    if (call->peer)
        LIST_REMOVE(call, entry);
    api_strings_wipe(call->params, "environment");
    json_object_put(call->params);
    json_object_put(call->result);
    free(call);
}

/* Behind the commit: only now may the answer leave. */
static void send_answer(const struct error *failure, void *context)
{
    struct api_call *call = context;
    bool must_be_written = (call->method->flags & API_WRITES) && !call->stands;
    if (failure && must_be_written && call->error.code == ERROR_NONE)
        call->error = *failure;
    if (call->error.code != ERROR_NONE) {
        json_rpc_call_fail(call->rpc, &call->error);
    } else {
        json_rpc_call_answer(call->rpc, call->result);
        call->result = NULL;
    }
    if (call->peer && call->answered)
        call->answered(call);
    free_call(call);
}

static void queue_answer(struct api_call *call)
{
    call->cancel = NULL;
    turn_after(call->daemon->turn, send_answer, call);
}

void api_answer(struct api_call *call, struct json_object *result)
{
    call->result = result;
    queue_answer(call);
}

void api_fail(struct api_call *call, const struct error *error)
{
    call->error = *error;
    queue_answer(call);
}

struct holder_link *api_link(struct api_call *call)
{
    struct error error;
    struct holder_link *link = session_link_of(call->session, &error);
    if (!link)
        api_fail(call, &error);
    return link;
}

struct json_object *api_text(const char *text, size_t length)
{
    struct buffer repaired = {0};
    if (!utf8_is_valid(text ? text : "", length)) {
        utf8_repair(slice_of(text, length), &repaired);
        text = buffer_string(&repaired);
        length = repaired.length;
    }
    struct json_object *string = json_object_new_string_len(text ? text : "", (int)length);
    buffer_free(&repaired);
    return string;
}

struct session_record *api_record(struct api_call *call)
{
    struct error error;
    struct session_record *record =
        session_store_read_record(call->daemon->store, call->session->id, &error);
    if (!record)
        api_fail(call, &error);
    return record;
}

/* Finds the session that a call is about. -1 with `error` filled. */
static int find_session(struct api_call *call, struct error *error)
{
    const char *name = api_string(call->params, "session");
    unsigned flags = call->method->flags;
    if (!(flags & (API_LIVE_SESSION | API_ANY_SESSION)) || (!name && (flags & API_MAY_BE_NONE)))
        return 0;
    call->session =
        session_table_resolve(&call->daemon->sessions, name, (flags & API_ANY_SESSION) != 0, error);
    if (!call->session)
        return -1;
    if ((flags & API_LIVE_SESSION) && !session_is_live(call->session)) {
        session_link_of(call->session, error);
        return -1;
    }
    return 0;
}

static void on_request(struct json_rpc_peer *rpc, struct json_rpc_call *rpc_call, const char *name,
                       struct json_object *params, void *context)
{
    (void)rpc;
    struct api_peer *peer = context;
    struct error error;
    const struct api_method *method = api_method_find(name);
    if (!method) {
        json_rpc_call_fail_unknown(rpc_call, name);
        return;
    }
    struct api_call *call = calloc(1, sizeof *call);
    if (!call) {
        error_set(&error, ERROR_MEMORY, "out of memory");
        json_rpc_call_fail(rpc_call, &error);
        return;
    }
    *call = (struct api_call){.daemon = peer->api->daemon,
                              .peer = peer,
                              .rpc = rpc_call,
                              .method = method,
                              .params = json_object_get(params)};
    LIST_INSERT_HEAD(&peer->calls, call, entry);
    if (api_params_check(method->params, params, &error) < 0 || find_session(call, &error) < 0)
        api_fail(call, &error);
    else
        method->handle(call);
}

static void close_peer(struct api_peer *peer)
{
    struct local_api *api = peer->api;
    struct api_call *call;
    api_subscriptions_close(peer);
    /* A call that waits for something gives up; one whose work goes on is answered into the void.
     */
    while ((call = LIST_FIRST(&peer->calls))) {
        LIST_REMOVE(call, entry);
        call->peer = NULL;
        if (!call->cancel)
            continue;
        call->cancel(call);
        struct error error;
        error_set(&error, ERROR_CLOSED, "the client went away");
        json_rpc_call_fail(call->rpc, &error);
        free_call(call);
    }
    LIST_REMOVE(peer, entry);
    api->count--;
    json_rpc_peer_free(peer->rpc);
    free(peer);
}

static void on_closed(struct json_rpc_peer *rpc, const char *reason, void *context)
{
    (void)rpc;
    log_debug("a client's connection ended: %s", reason);
    close_peer(context);
}

static void on_drained(struct json_rpc_peer *rpc, void *context)
{
    (void)rpc;
    api_subscriptions_drained(context);
}

static const struct json_rpc_peer_listener PEER_LISTENER = {
    .request = on_request, .closed = on_closed, .drained = on_drained};

/* One line that tells why, then the end. */
static void turn_away(int descriptor, const struct error *error)
{
    struct buffer line = {0};
    json_rpc_put_error(&line, NULL, json_rpc_code_of(error), error);
    if (!line.failed)
        (void)!send(descriptor, line.data, line.length, MSG_NOSIGNAL | MSG_DONTWAIT);
    buffer_free(&line);
    close(descriptor);
}

static void add_peer(struct local_api *api, int descriptor)
{
    struct error error;
    if (!unix_socket_peer_is_allowed(descriptor)) {
        error_set(&error, ERROR_REFUSED, "this happyd belongs to another user");
        log_warning("a connection of another user was refused");
        turn_away(descriptor, &error);
        return;
    }
    if (api->count >= API_CONNECTIONS_MAX) {
        error_set(&error, ERROR_LIMIT, "%d connections are open, which is the most",
                  API_CONNECTIONS_MAX);
        error_fix(&error, "close some of them");
        turn_away(descriptor, &error);
        return;
    }
    struct api_peer *peer = calloc(1, sizeof *peer);
    if (!peer) {
        close(descriptor);
        return;
    }
    peer->api = api;
    peer->next_subscription = 1;
    LIST_INIT(&peer->calls);
    LIST_INIT(&peer->subscriptions);
    peer->rpc = json_rpc_peer_new(api->daemon->base, descriptor, &PEER_LISTENER, peer);
    if (!peer->rpc) {
        free(peer);
        return;
    }
    LIST_INSERT_HEAD(&api->peers, peer, entry);
    api->count++;
}

static void on_rest_over(evutil_socket_t descriptor, short what, void *context)
{
    (void)descriptor, (void)what;
    event_add(((struct local_api *)context)->listener, NULL);
}

/* Without a free descriptor the socket stays readable: wait instead of turning in circles. */
static void rest(struct local_api *api)
{
    struct timeval second = {1, 0};
    log_warning("no connection can be taken just now: %s", strerror(errno));
    event_del(api->listener);
    evtimer_add(api->rest, &second);
}

static void on_connection(evutil_socket_t listener, short what, void *context)
{
    (void)what;
    struct local_api *api = context;
    for (int taken = 0; taken < 64; taken++) {
        int descriptor = unix_socket_accept(listener);
        if (descriptor >= 0) {
            add_peer(api, descriptor);
            continue;
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)
            rest(api);
        if (errno != EINTR && errno != ECONNABORTED)
            return;
    }
}

struct local_api *local_api_new(struct daemon *daemon, int listener, struct error *error)
{
    struct local_api *api = calloc(1, sizeof *api);
    if (!api) {
        close(listener);
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    api->daemon = daemon;
    api->descriptor = listener;
    LIST_INIT(&api->peers);
    api->listener = event_new(daemon->base, listener, EV_READ | EV_PERSIST, on_connection, api);
    api->rest = evtimer_new(daemon->base, on_rest_over, api);
    if (!api->listener || !api->rest) {
        local_api_free(api);
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    return api;
}

void local_api_forget_session(struct local_api *api, const struct session *session)
{
    struct api_peer *peer;
    struct api_call *call;
    LIST_FOREACH(peer, &api->peers, entry)
    LIST_FOREACH(call, &peer->calls, entry)
    if (call->session == session)
        call->session = NULL;
}

void local_api_open(struct local_api *api)
{
    event_add(api->listener, NULL);
}

void local_api_free(struct local_api *api)
{
    while (!LIST_EMPTY(&api->peers))
        close_peer(LIST_FIRST(&api->peers));
    if (api->listener)
        event_free(api->listener);
    if (api->rest)
        event_free(api->rest);
    close(api->descriptor);
    free(api);
}

static bool has_unsent(const struct local_api *api)
{
    struct api_peer *peer;
    LIST_FOREACH(peer, &api->peers, entry)
    if (json_rpc_peer_queued(peer->rpc) > 0)
        return true;
    return false;
}

void local_api_finish(struct local_api *api)
{
    int64_t deadline = clock_monotonic_ms() + FINISH_MS;
    event_del(api->listener);
    while (has_unsent(api) && clock_monotonic_ms() < deadline) {
        struct timeval soon = {0, 10000};
        event_base_loopexit(api->daemon->base, &soon);
        event_base_loop(api->daemon->base, EVLOOP_ONCE);
    }
}

static void on_event(const struct logged_event *event, void *context)
{
    struct local_api *api = context;
    struct api_peer *peer;
    LIST_FOREACH(peer, &api->peers, entry)
    api_subscriptions_event(peer, event);
}

const struct event_log_listener *local_api_event_listener(void)
{
    static const struct event_log_listener listener = {.logged = on_event};
    return &listener;
}
