#include "net/websocket.h"

#include <event2/buffer.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "net/tls.h"
#include "net/websocket_stream.h"
#include "os/clock.h"

#define REASON_MAX 123u /* RFC 6455, 5.5.1: 125 bytes with the code */

const struct websocket_settings WEBSOCKET_SETTINGS = {
    .message_max = 1000000,
    .queue_full = 1024 * 1024,
    .queue_max = 16 * 1024 * 1024,
    .open_time = 20000,
    .close_time = 5000,
    .random = &RANDOM_SYSTEM,
};

size_t websocket_queued(const struct websocket *websocket)
{
    return evbuffer_get_length(bufferevent_get_output(websocket->stream));
}

static const char *peer_of(const struct websocket *websocket)
{
    return websocket->peer ? websocket->peer : "the client";
}

void websocket_end(struct websocket *websocket, int code, const struct error *error)
{
    if (websocket->state == WEBSOCKET_CLOSED)
        return;
    websocket->state = WEBSOCKET_CLOSED;
    timers_clear(websocket->timers, &websocket->timer);
    bufferevent_disable(websocket->stream, EV_READ | EV_WRITE);
    websocket->listener->closed(websocket, code, error, websocket->context);
}

static size_t send_now(const struct websocket *websocket, struct slice first, struct slice second)
{
    if (!websocket->is_plain || websocket_queued(websocket) > 0)
        return 0;
    struct iovec parts[2] = {{(void *)first.data, first.length},
                             {(void *)second.data, second.length}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    ssize_t sent = sendmsg(bufferevent_getfd(websocket->stream), &message, MSG_NOSIGNAL);
    return sent > 0 ? (size_t)sent : 0;
}

static void queue(struct websocket *websocket, struct slice bytes, size_t skip)
{
    if (bytes.length > skip)
        bufferevent_write(websocket->stream, bytes.data + skip, bytes.length - skip);
}

void websocket_write(struct websocket *websocket, struct slice first, struct slice second)
{
    if (websocket->is_overflown || websocket->state == WEBSOCKET_CLOSED)
        return;
    size_t sent = send_now(websocket, first, second);
    if (sent == first.length + second.length)
        return;
    websocket->is_writing = true;
    queue(websocket, first, sent);
    queue(websocket, second, sent > first.length ? sent - first.length : 0);
    websocket->is_writing = false;
    size_t queued = websocket_queued(websocket);
    if (queued > websocket->settings->queue_max) {
        websocket->is_overflown = true;
        bufferevent_trigger_event(websocket->stream, BEV_EVENT_ERROR, BEV_TRIG_DEFER_CALLBACKS);
    } else if (queued > websocket->settings->queue_full && !websocket->is_full &&
               websocket->state == WEBSOCKET_OPEN) {
        websocket->is_full = true;
        if (websocket->listener->full)
            websocket->listener->full(websocket, websocket->context);
    }
}

bool websocket_send(struct websocket *websocket, struct slice data, bool binary)
{
    if (websocket->state != WEBSOCKET_OPEN || websocket->is_overflown)
        return false;
    websocket_send_frame(websocket, binary ? WSLAY_BINARY_FRAME : WSLAY_TEXT_FRAME, data);
    return true;
}

void websocket_ping(struct websocket *websocket)
{
    if (websocket->state == WEBSOCKET_OPEN)
        websocket_send_frame(websocket, WSLAY_PING, slice_of("", 0));
}

uint64_t websocket_heard(const struct websocket *websocket)
{
    return websocket->heard;
}

/* Looks from the loop whether the end has come, since who closes is not told within its call. */
static void look_again(struct websocket *websocket)
{
    bufferevent_trigger(websocket->stream, EV_WRITE,
                        BEV_TRIG_IGNORE_WATERMARKS | BEV_TRIG_DEFER_CALLBACKS);
}

void websocket_limit_closing(struct websocket *websocket)
{
    timers_set(websocket->timers, &websocket->timer,
               clock_monotonic_ms() + websocket->settings->close_time);
}

static void begin_to_close(struct websocket *websocket, int code, const char *reason)
{
    if (websocket->state != WEBSOCKET_OPEN && websocket->state != WEBSOCKET_OPENING)
        return;
    bool was_open = websocket->state == WEBSOCKET_OPEN;
    websocket->state = WEBSOCKET_CLOSING;
    websocket->code = !was_open ? WEBSOCKET_ABNORMAL : code ? code : WEBSOCKET_NO_CODE;
    websocket->is_broken = websocket->is_broken || !was_open;
    websocket_limit_closing(websocket);
    char payload[2 + REASON_MAX] = {(char)(code >> 8), (char)code};
    size_t length = reason ? strnlen(reason, REASON_MAX) : 0;
    if (length > 0)
        memcpy(payload + 2, reason, length);
    if (was_open)
        websocket_send_frame(websocket, WSLAY_CONNECTION_CLOSE,
                             slice_of(payload, code ? 2 + length : 0));
    bufferevent_enable(websocket->stream, EV_READ);
    look_again(websocket);
}

void websocket_close(struct websocket *websocket, int code, const char *reason)
{
    begin_to_close(websocket, code, reason);
}

void websocket_fail(struct websocket *websocket, int code)
{
    websocket->is_broken = true;
    begin_to_close(websocket, code, NULL);
}

static void tell_end(struct websocket *websocket)
{
    struct error error;
    if (websocket->is_broken)
        error_set(&error, ERROR_INVALID, "%s did not keep to the WebSocket protocol",
                  peer_of(websocket));
    else
        error_set(&error, ERROR_CLOSED, "the WebSocket to %s was closed", peer_of(websocket));
    websocket_end(websocket, websocket->code, &error);
}

/* The closing handshake goes on. May free. */
static void settle(struct websocket *websocket)
{
    if (websocket->state != WEBSOCKET_CLOSING || websocket_queued(websocket) > 0)
        return;
    if (websocket->has_received_close && !websocket->is_broken) {
        tell_end(websocket);
    } else if (websocket->is_broken && !websocket->is_shut) {
        /* Closing at once, with bytes unread, could take the Close frame away from the client. */
        websocket->is_shut = true;
        shutdown(bufferevent_getfd(websocket->stream), SHUT_WR);
    }
}

static void on_deadline(struct timer *timer)
{
    struct websocket *websocket =
        (struct websocket *)((char *)timer - offsetof(struct websocket, timer));
    struct error error;
    if (websocket->state == WEBSOCKET_CLOSING) {
        tell_end(websocket);
        return;
    }
    error_set(&error, ERROR_TIMEOUT, "%s did not answer the WebSocket handshake in time",
              peer_of(websocket));
    websocket_end(websocket, WEBSOCKET_ABNORMAL, &error);
}

static void on_read(struct bufferevent *stream, void *context)
{
    (void)stream;
    struct websocket *websocket = context;
    websocket->heard++;
    if (websocket->state == WEBSOCKET_OPENING && !websocket_read_answer(websocket))
        return;
    if (websocket_read(websocket))
        settle(websocket);
}

static void on_write(struct bufferevent *stream, void *context)
{
    (void)stream;
    struct websocket *websocket = context;
    if (websocket->is_writing) {
        look_again(websocket);
        return;
    }
    if (websocket->state != WEBSOCKET_OPEN) {
        settle(websocket);
        return;
    }
    if (!websocket->is_full || websocket_queued(websocket) > websocket->settings->queue_full / 4)
        return;
    websocket->is_full = false;
    if (websocket->listener->drained)
        websocket->listener->drained(websocket, websocket->context);
}

static void on_event(struct bufferevent *stream, short what, void *context)
{
    struct websocket *websocket = context;
    struct error error;
    if (what & BEV_EVENT_CONNECTED)
        return;
    if (websocket->is_writing) {
        bufferevent_trigger_event(stream, what, BEV_TRIG_DEFER_CALLBACKS);
        return;
    }
    if (websocket->state == WEBSOCKET_CLOSING) {
        tell_end(websocket);
        return;
    }
    if (websocket->is_overflown)
        error_set(&error, ERROR_LIMIT, "%s does not read what is sent to it", peer_of(websocket));
    else
        tls_stream_error(stream, what, peer_of(websocket), &error);
    websocket_end(websocket, WEBSOCKET_ABNORMAL, &error);
}

struct websocket *websocket_new(struct bufferevent *stream, struct timers *timers,
                                const struct websocket_settings *settings,
                                const struct websocket_listener *listener, void *context)
{
    struct websocket *websocket = calloc(1, sizeof *websocket);
    if (!websocket) {
        bufferevent_free(stream);
        return NULL;
    }
    websocket->stream = stream;
    websocket->timers = timers;
    websocket->settings = settings;
    websocket->listener = listener;
    websocket->context = context;
    websocket->timer.expired = on_deadline;
    websocket->code = WEBSOCKET_ABNORMAL;
    bufferevent_setcb(stream, on_read, on_write, on_event, websocket);
    bufferevent_setwatermark(stream, EV_READ, 0, HTTP_INPUT_MAX);
    bufferevent_setwatermark(stream, EV_WRITE, settings->queue_full / 4, 0);
    bufferevent_enable(stream, EV_READ | EV_WRITE);
    return websocket;
}

void websocket_free(struct websocket *websocket)
{
    if (!websocket)
        return;
    if (websocket->freed)
        *websocket->freed = true;
    timers_clear(websocket->timers, &websocket->timer);
    websocket_opening_free(websocket->opening);
    if (websocket->frames)
        wslay_frame_context_free(websocket->frames);
    buffer_free(&websocket->message);
    buffer_free(&websocket->control);
    bufferevent_free(websocket->stream);
    free(websocket->peer);
    free(websocket);
}

void websocket_pause(struct websocket *websocket)
{
    websocket->is_paused = true;
}

void websocket_resume(struct websocket *websocket)
{
    if (!websocket->is_paused)
        return;
    websocket->is_paused = false;
    bufferevent_trigger(websocket->stream, EV_READ,
                        BEV_TRIG_IGNORE_WATERMARKS | BEV_TRIG_DEFER_CALLBACKS);
}
