/* Any bytes to either end of a WebSocket: whole and in pieces they give the same messages, the same
   answers and the same end. The first byte chooses the end and the size of the pieces. */
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/websocket_stream.h"

struct told {
    struct buffer messages, sent;
    struct websocket *websocket; /* NULL once it has ended */
};

static void no_bytes(void *context, void *bytes, size_t size)
{
    (void)context;
    memset(bytes, 0, size);
}

static const struct random_source ZEROS = {.fill = no_bytes};

static const struct websocket_settings SETTINGS = {
    .message_max = 5000,
    .queue_full = 1 << 20,
    .queue_max = 1 << 22,
    .open_time = 1000000,
    .close_time = 1000000,
    .random = &ZEROS,
};

static void on_opened(struct websocket *websocket, const struct http_head *head, void *context)
{
    (void)websocket;
    struct told *told = context;
    buffer_append_format(&told->messages, "opened %d\n", head->status);
}

static void on_message(struct websocket *websocket, struct slice data, bool binary, void *context)
{
    struct told *told = context;
    buffer_append_format(&told->messages, "%d %zu ", binary, data.length);
    buffer_append(&told->messages, data.data, data.length);
    if (data.length > 0 && data.data[0] == 'e')
        websocket_send(websocket, data, binary);
    if (data.length > 0 && data.data[0] == 'c')
        websocket_close(websocket, 4000, "asked");
    if (data.length > 0 && data.data[0] == 'f') {
        websocket_free(websocket);
        told->websocket = NULL;
    }
}

static void on_closed(struct websocket *websocket, int code, const struct error *error,
                      void *context)
{
    struct told *told = context;
    buffer_append_format(&told->messages, "closed %d %d\n", code, (int)error->code);
    websocket_free(websocket);
    told->websocket = NULL;
}

static const struct websocket_listener LISTENER = {
    .opened = on_opened, .message = on_message, .closed = on_closed};

static void turn(struct event_base *base, struct bufferevent *other, struct told *told)
{
    /* Deferred callbacks call forth others. */
    for (int i = 0; i < 5; i++)
        event_base_loop(base, EVLOOP_NONBLOCK);
    struct evbuffer *input = bufferevent_get_input(other);
    size_t length = evbuffer_get_length(input);
    if (length > 0)
        buffer_append(&told->sent, evbuffer_pullup(input, -1), length);
    evbuffer_drain(input, length);
}

static void run(struct slice input, bool client, unsigned pace, struct told *told)
{
    struct event_base *base = event_base_new();
    struct timers *timers = timers_new(base);
    struct bufferevent *pair[2];
    bufferevent_pair_new(base, BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS, pair);
    bufferevent_enable(pair[1], EV_READ | EV_WRITE);
    const struct websocket_request request = {.host = "h", .target = "/", .protocol = "p"};
    told->websocket = client
                          ? websocket_connect(pair[0], timers, &request, &SETTINGS, &LISTENER, told)
                          : websocket_new(pair[0], timers, &SETTINGS, &LISTENER, told);
    if (!client)
        told->websocket->state = WEBSOCKET_OPEN;
    turn(base, pair[1], told);
    while (input.length > 0 && told->websocket) {
        size_t length = pace == 0 ? input.length : 1 + pace % 13;
        length = length < input.length ? length : input.length;
        pace = pace * 75 + (pace ? 74 : 0);
        bufferevent_write(pair[1], input.data, length);
        input = slice_of(input.data + length, input.length - length);
        turn(base, pair[1], told);
    }
    websocket_free(told->websocket);
    bufferevent_free(pair[1]);
    event_base_loop(base, EVLOOP_NONBLOCK);
    timers_free(timers);
    event_base_free(base);
}

static bool equal(const struct buffer *one, const struct buffer *other)
{
    return one->length == other->length &&
           (one->length == 0 || memcmp(one->data, other->data, one->length) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct told whole = {0}, split = {0};
    if (size == 0)
        return 0;
    struct slice input = slice_of((const char *)data + 1, size - 1);
    run(input, data[0] & 1, 0, &whole);
    run(input, data[0] & 1, data[0] | 1, &split);
    if (!equal(&whole.messages, &split.messages) || !equal(&whole.sent, &split.sent))
        abort();
    buffer_free(&whole.messages);
    buffer_free(&whole.sent);
    buffer_free(&split.messages);
    buffer_free(&split.sent);
    return 0;
}
