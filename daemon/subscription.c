#include "subscription.h"

#include <stdlib.h>
#include <string.h>

#include "session_link.h"
#include "wire/base64.h"

#define EVENTS_AT_ONCE 100
#define KEPT_AT_ONCE   (64 * 1024) /* bytes of kept output in one notification */
#define RETRY_MS       100         /* the holder was not reachable: its session may be taken back */

static void follow(struct subscription *subscription);

void subscription_free(struct subscription *subscription)
{
    if (subscription->call)
        subscription->call->answered = NULL;
    LIST_REMOVE(subscription, entry);
    subscription->peer->subscription_count--;
    output_follower_free(subscription->follower);
    if (subscription->retry)
        event_free(subscription->retry);
    free(subscription);
}

static struct session *session_of(const struct subscription *subscription)
{
    return session_table_find(&subscription->daemon->sessions, subscription->session);
}

/* True when the client has to read first; then the rest comes from subscription_pump(). */
static bool is_full(struct subscription *subscription)
{
    struct json_rpc_peer *peer = subscription->peer->rpc;
    bool full = json_rpc_peer_queued(peer) >= SUBSCRIPTION_QUEUE_MAX;
    if (full)
        json_rpc_peer_watch_queue(peer, SUBSCRIPTION_QUEUE_MAX / 2);
    if (full != subscription->paused && subscription->follower)
        output_follower_pause(subscription->follower, full);
    subscription->paused = full;
    return full;
}

static struct json_object *begin_params(const struct subscription *subscription,
                                        const char *session)
{
    struct json_object *params = json_object_new_object();
    json_put_integer(params, "subscription", subscription->number);
    json_put_string(params, "session", session);
    return params;
}

static void notify(struct subscription *subscription, const char *method,
                   struct json_object *params)
{
    json_rpc_peer_notify(subscription->peer->rpc, method, params);
    json_object_put(params);
}

static const char *stream_name(uint8_t stream)
{
    return stream == FRAME_STREAM_ERROR ? "error" : "output";
}

static void tell_output(struct subscription *subscription, uint8_t stream, uint64_t offset,
                        const char *bytes, size_t length)
{
    struct buffer text = {0};
    base64_encode(&text, bytes, length);
    struct json_object *params = begin_params(subscription, subscription->session);
    json_put_integer(params, "offset", (int64_t)offset);
    json_put_string(params, "stream", stream_name(stream));
    json_put_string(params, "base64", buffer_string(&text));
    notify(subscription, "session.output", params);
    buffer_free(&text);
}

static void tell_gap(struct subscription *subscription, uint8_t stream, uint64_t from, uint64_t to)
{
    struct json_object *params = begin_params(subscription, subscription->session);
    json_put_string(params, "stream", stream_name(stream));
    json_put_integer(params, "from", (int64_t)from);
    json_put_integer(params, "to", (int64_t)to);
    notify(subscription, "session.gap", params);
}

/* Of a session that ended: what was kept of a stream. False when the client has to read first. */
static bool tell_kept(struct subscription *subscription, uint8_t stream)
{
    uint64_t *offset = &subscription->offset[stream - 1];
    for (;;) {
        struct buffer bytes = {0};
        struct error error;
        uint64_t from = *offset, end;
        if (is_full(subscription))
            return false;
        if (session_store_read_output(subscription->daemon->store, subscription->session, stream,
                                      &from, &end, KEPT_AT_ONCE, &bytes, &error) < 0 ||
            from >= end) {
            buffer_free(&bytes);
            return true;
        }
        if (from > *offset)
            tell_gap(subscription, stream, *offset, from);
        tell_output(subscription, stream, from, buffer_string(&bytes), bytes.length);
        *offset = from + bytes.length;
        buffer_free(&bytes);
    }
}

static bool tell_event(const struct logged_event *event, void *context)
{
    struct subscription *subscription = context;
    bool is_end = strcmp(event->type, "ended") == 0;
    subscription->held = is_end && subscription->wish.output && !subscription->output_over;
    if (subscription->held || is_full(subscription))
        return false;
    struct json_object *params = begin_params(subscription, event->session);
    json_put_integer(params, "sequence", event->sequence);
    json_put_integer(params, "at", event->at);
    json_put_string(params, "type", event->type);
    json_put(params, "data", json_parse(event->data, strlen(event->data), NULL));
    notify(subscription, "session.event", params);
    subscription->sequence = event->sequence;
    return true;
}

static void pump_events(struct subscription *subscription)
{
    struct daemon *daemon = subscription->daemon;
    const char *session = *subscription->session ? subscription->session : NULL;
    int64_t before;
    struct error error;
    do {
        before = subscription->sequence;
        if (event_log_read(daemon->events, session, before, EVENTS_AT_ONCE, tell_event,
                           subscription, &error) < 0)
            return;
    } while (subscription->sequence != before && !subscription->held && !is_full(subscription));
}

/* Without a follower the output is over once the session is, and what was kept is told. */
static void pump_output(struct subscription *subscription)
{
    struct session *session = session_of(subscription);
    if (subscription->follower || subscription->output_over)
        return;
    if (session && session_is_live(session)) {
        follow(subscription);
        return;
    }
    subscription->output_over =
        tell_kept(subscription, FRAME_STREAM_OUTPUT) && tell_kept(subscription, FRAME_STREAM_ERROR);
}

void subscription_pump(struct subscription *subscription)
{
    if (!subscription->begun || is_full(subscription))
        return;
    if (subscription->wish.output)
        pump_output(subscription);
    if (subscription->wish.events)
        pump_events(subscription);
}

void subscription_event(struct subscription *subscription, const struct logged_event *event)
{
    if (*subscription->session && strcmp(subscription->session, event->session) != 0)
        return;
    if (event->sequence > subscription->sequence)
        subscription_pump(subscription);
}

static void on_retry(evutil_socket_t descriptor, short what, void *context)
{
    (void)descriptor, (void)what;
    subscription_pump(context);
}

static void on_answered(struct api_call *call)
{
    struct subscription *subscription = call->state;
    subscription->call = NULL;
    subscription->begun = true;
    if (subscription->follower)
        output_follower_start(subscription->follower, subscription->offset[0],
                              subscription->offset[1]);
    subscription_pump(subscription);
}

static void answer(struct subscription *subscription)
{
    struct daemon *daemon = subscription->daemon;
    struct api_call *call = subscription->call;
    int64_t last = event_log_last(daemon->events), after = subscription->wish.after;
    subscription->sequence = after >= 0 && after < last ? after : last;
    bool missed =
        *subscription->session &&
        event_log_has_missed(daemon->events, subscription->session, subscription->sequence);
    struct json_object *result = json_object_new_object();
    json_put_integer(result, "subscription", subscription->number);
    json_put_integer(result, "sequence", subscription->sequence);
    json_put_bool(result, "missed", missed);
    if (subscription->wish.output)
        json_put_integer(result, "offset", (int64_t)subscription->offset[0]);
    call->answered = on_answered;
    api_answer(call, result);
}

/* Where to begin, when the newest bytes of the streams are before `next` and `error_next`. */
static void choose_offsets(struct subscription *subscription, uint64_t next, uint64_t error_next)
{
    const struct subscription_wish *wish = &subscription->wish;
    bool now = wish->from < 0 || (uint64_t)wish->from > next;
    subscription->offset[0] = now ? next : (uint64_t)wish->from;
    if (wish->error_from >= 0)
        subscription->offset[1] = (uint64_t)wish->error_from;
    else
        subscription->offset[1] = wish->from < 0 ? error_next : 0;
}

static void on_ready(uint64_t next, uint64_t error_next, void *context)
{
    struct subscription *subscription = context;
    if (subscription->begun) {
        output_follower_start(subscription->follower, subscription->offset[0],
                              subscription->offset[1]);
        return;
    }
    choose_offsets(subscription, next, error_next);
    answer(subscription);
}

static void on_output(uint8_t stream, uint64_t offset, struct frame_string bytes, void *context)
{
    struct subscription *subscription = context;
    if (stream != FRAME_STREAM_OUTPUT && stream != FRAME_STREAM_ERROR)
        return;
    tell_output(subscription, stream, offset, bytes.data, bytes.length);
    subscription->offset[stream - 1] = offset + bytes.length;
    is_full(subscription);
}

static void on_gap(uint8_t stream, uint64_t from, uint64_t to, void *context)
{
    struct subscription *subscription = context;
    if (stream != FRAME_STREAM_OUTPUT && stream != FRAME_STREAM_ERROR)
        return;
    tell_gap(subscription, stream, from, to);
    subscription->offset[stream - 1] = to;
}

/* What the holder did not tell any more comes from the disk once the session has ended; a session
   that goes on is followed again. */
static void on_followed(void *context)
{
    struct subscription *subscription = context;
    subscription->follower = NULL;
    subscription->paused = false;
    if (!subscription->begun && subscription->call && !subscription->call->answered) {
        struct error error;
        struct api_call *call = subscription->call;
        error_set(&error, ERROR_CLOSED, "the session's holder went away");
        error_fix(&error, "try again");
        subscription_free(subscription);
        api_fail(call, &error);
        return;
    }
    struct timeval time = {0, RETRY_MS * 1000};
    evtimer_add(subscription->retry, &time);
}

static const struct output_follower_listener FOLLOWER_LISTENER = {
    .ready = on_ready, .output = on_output, .gap = on_gap, .ended = on_followed};

static void follow(struct subscription *subscription)
{
    struct error error;
    struct timeval time = {0, RETRY_MS * 1000};
    subscription->follower =
        output_follower_new(session_of(subscription), &FOLLOWER_LISTENER, subscription, &error);
    if (!subscription->follower)
        evtimer_add(subscription->retry, &time);
}

/* The subscription is ended by its peer's end, not by this. */
static void on_cancel(struct api_call *call)
{
    (void)call;
}

static int begin_output(struct subscription *subscription, struct session *session,
                        struct error *error)
{
    if (session_is_live(session)) {
        if (!session_link_of(session, error))
            return -1;
        subscription->follower =
            output_follower_new(session, &FOLLOWER_LISTENER, subscription, error);
        return subscription->follower ? 0 : -1;
    }
    struct buffer none = {0};
    uint64_t from = 0, end;
    int result = session_store_read_output(subscription->daemon->store, session->id,
                                           FRAME_STREAM_OUTPUT, &from, &end, 0, &none, error);
    buffer_free(&none);
    choose_offsets(subscription, end, 0);
    return result;
}

int subscription_begin(struct api_call *call, const struct subscription_wish *wish,
                       struct error *error)
{
    struct subscription *subscription = calloc(1, sizeof *subscription);
    struct event *retry =
        subscription ? evtimer_new(call->daemon->base, on_retry, subscription) : NULL;
    if (!retry) {
        free(subscription);
        return error_set(error, ERROR_MEMORY, "out of memory");
    }
    struct api_peer *peer = call->peer;
    *subscription = (struct subscription){.peer = peer,
                                          .daemon = call->daemon,
                                          .number = peer->next_subscription++,
                                          .wish = *wish,
                                          .call = call,
                                          .retry = retry};
    if (call->session)
        memcpy(subscription->session, call->session->id, sizeof subscription->session);
    LIST_INSERT_HEAD(&peer->subscriptions, subscription, entry);
    peer->subscription_count++;
    call->state = subscription;
    if (wish->output && begin_output(subscription, call->session, error) < 0) {
        subscription_free(subscription);
        return -1;
    }
    if (subscription->follower)
        call->cancel = on_cancel;
    else
        answer(subscription);
    return 0;
}
