#include "holder_link.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "holder_requests.h"
#include "os/clock.h"

struct holder_link {
    struct bufferevent *stream;
    struct event *timer; /* runs only while requests wait */
    const struct holder_link_listener *listener;
    void *context;
    struct holder_requests requests;
    uint32_t next_number;
    pid_t peer_pid;
    bool closed;
    int busy;   /* functions of the link that run just now */
    bool freed; /* by a listener, while busy: goes when the last of them is done */
};

static void destroy(struct holder_link *link)
{
    if (link->stream)
        bufferevent_free(link->stream);
    if (link->timer)
        event_free(link->timer);
    free(link);
}

static void leave(struct holder_link *link)
{
    if (--link->busy == 0 && link->freed)
        destroy(link);
}

static void close_link(struct holder_link *link, const struct error *error)
{
    if (link->closed)
        return;
    link->closed = true;
    link->busy++;
    bufferevent_disable(link->stream, EV_READ | EV_WRITE);
    evtimer_del(link->timer);
    struct holder_request *request;
    while (!link->freed && (request = holder_requests_take_due(&link->requests, INT64_MAX))) {
        holder_request_fail(request, error);
        free(request);
    }
    if (!link->freed && link->listener->closed)
        link->listener->closed(link, error, link->context);
    leave(link);
}

static void start_timer(struct holder_link *link)
{
    int64_t left = holder_requests_left(&link->requests);
    struct timeval time = {left / 1000, left % 1000 * 1000};
    if (left < 0)
        evtimer_del(link->timer);
    else
        evtimer_add(link->timer, &time);
}

static void on_timer(evutil_socket_t descriptor, short what, void *context)
{
    (void)descriptor, (void)what;
    struct holder_link *link = context;
    struct error error;
    error_set(&error, ERROR_TIMEOUT, "the session's holder does not answer");
    struct holder_request *request;
    int64_t now = clock_monotonic_ms();
    link->busy++;
    while (!link->freed && (request = holder_requests_take_due(&link->requests, now))) {
        holder_request_fail(request, &error);
        free(request);
    }
    if (!link->freed)
        start_timer(link);
    leave(link);
}

static struct holder_request *take_request(struct holder_link *link, enum frame_type answer,
                                           uint32_t number)
{
    struct holder_request *request = holder_requests_take(&link->requests, answer, number);
    start_timer(link);
    return request;
}

/* One function for each frame that may come. False when it is malformed. */
typedef bool take_frame(struct holder_link *link, struct frame_reader *reader);

static bool take_welcome(struct holder_link *link, struct frame_reader *reader)
{
    struct frame_welcome welcome;
    if (!frame_get_welcome(reader, &welcome))
        return false;
    link->peer_pid = (pid_t)welcome.holder_pid;
    if (link->listener->welcome)
        link->listener->welcome(link, &welcome, link->context);
    return true;
}

static bool take_refused(struct holder_link *link, struct frame_reader *reader)
{
    struct error error;
    uint8_t code = frame_get_u8(reader);
    struct frame_string message = frame_get_string(reader);
    if (reader->failed)
        return false;
    enum error_code known = code > ERROR_NONE && code <= ERROR_NO_PROGRAM ? code : ERROR_REFUSED;
    error_set(&error, known, "%.*s", (int)(message.length < 400 ? message.length : 400),
              message.data);
    close_link(link, &error);
    return true;
}

static bool take_started(struct holder_link *link, struct frame_reader *reader)
{
    uint32_t pid = frame_get_u32(reader);
    if (!frame_read_whole(reader))
        return false;
    if (link->listener->started)
        link->listener->started(link, pid, link->context);
    return true;
}

static bool take_output(struct holder_link *link, struct frame_reader *reader)
{
    uint8_t stream = frame_get_u8(reader);
    uint64_t offset = frame_get_u64(reader);
    struct frame_string bytes = frame_get_rest(reader);
    if (reader->failed)
        return false;
    if (link->listener->output)
        link->listener->output(link, stream, offset, bytes, link->context);
    return true;
}

static bool take_gap(struct holder_link *link, struct frame_reader *reader)
{
    uint8_t stream = frame_get_u8(reader);
    uint64_t from = frame_get_u64(reader), to = frame_get_u64(reader);
    if (!frame_read_whole(reader))
        return false;
    if (link->listener->gap)
        link->listener->gap(link, stream, from, to, link->context);
    return true;
}

static bool take_status(struct holder_link *link, struct frame_reader *reader)
{
    struct frame_status status;
    if (!frame_get_status(reader, &status))
        return false;
    struct holder_request *request = take_request(link, FRAME_STATUS, 0);
    if (request && request->status)
        request->status(&status, NULL, request->context);
    free(request);
    return true;
}

static bool take_screen(struct holder_link *link, struct frame_reader *reader)
{
    struct frame_screen screen;
    if (!frame_get_screen(reader, &screen))
        return false;
    struct holder_request *request = take_request(link, FRAME_SCREEN, screen.request);
    if (request && request->screen)
        request->screen(&screen, NULL, request->context);
    free(request);
    return true;
}

static bool take_history(struct holder_link *link, struct frame_reader *reader)
{
    struct frame_history history;
    if (!frame_get_history(reader, &history))
        return false;
    struct holder_request *request = take_request(link, FRAME_HISTORY, history.request);
    if (request && request->history)
        request->history(&history, reader, NULL, request->context);
    free(request);
    return true;
}

static bool take_note(struct holder_link *link, struct frame_reader *reader)
{
    uint64_t sequence = frame_get_u64(reader);
    int64_t at = (int64_t)frame_get_u64(reader);
    struct frame_string note = frame_get_rest(reader);
    if (reader->failed)
        return false;
    if (link->listener->note)
        link->listener->note(link, sequence, at, note, link->context);
    return true;
}

static bool take_activity(struct holder_link *link, struct frame_reader *reader)
{
    bool active = frame_get_u8(reader) != 0;
    int64_t at = (int64_t)frame_get_u64(reader);
    uint64_t bytes = frame_get_u64(reader);
    if (!frame_read_whole(reader))
        return false;
    if (link->listener->activity)
        link->listener->activity(link, active, at, bytes, link->context);
    return true;
}

static bool take_terminals(struct holder_link *link, struct frame_reader *reader)
{
    uint16_t terminals = frame_get_u16(reader);
    if (!frame_read_whole(reader))
        return false;
    if (link->listener->terminals)
        link->listener->terminals(link, terminals, link->context);
    return true;
}

static bool take_resized(struct holder_link *link, struct frame_reader *reader)
{
    uint16_t columns = frame_get_u16(reader), rows = frame_get_u16(reader);
    if (!frame_read_whole(reader))
        return false;
    if (link->listener->resized)
        link->listener->resized(link, columns, rows, link->context);
    return true;
}

static bool take_exited(struct holder_link *link, struct frame_reader *reader)
{
    struct frame_exit exit;
    if (!frame_get_exited(reader, &exit))
        return false;
    if (link->listener->exited)
        link->listener->exited(link, &exit, link->context);
    return true;
}

static take_frame *const FRAMES[256] = {
    [FRAME_WELCOME] = take_welcome,
    [FRAME_REFUSED] = take_refused,
    [FRAME_STARTED] = take_started,
    [FRAME_OUTPUT] = take_output,
    [FRAME_GAP] = take_gap,
    [FRAME_STATUS] = take_status,
    [FRAME_SCREEN] = take_screen,
    [FRAME_HISTORY] = take_history,
    [FRAME_NOTE_IS] = take_note,
    [FRAME_ACTIVITY] = take_activity,
    [FRAME_TERMINALS] = take_terminals,
    [FRAME_EXITED] = take_exited,
    [FRAME_RESIZED] = take_resized,
};

static void break_protocol(struct holder_link *link)
{
    struct error error;
    error_set(&error, ERROR_CLOSED, "the session's holder sent a malformed frame");
    close_link(link, &error);
}

/* Takes one frame out of the stream, then tells it: whoever hears of it may free or pause the link.
   False when there is none. Frames of unknown type are from a newer holder and are passed over. */
static bool take_next(struct holder_link *link)
{
    struct evbuffer *input = bufferevent_get_input(link->stream);
    unsigned char header[FRAME_HEADER_SIZE];
    if (evbuffer_copyout(input, header, sizeof header) < (ev_ssize_t)sizeof header)
        return false;
    size_t size = FRAME_HEADER_SIZE + ((size_t)header[0] << 24 | (size_t)header[1] << 16 |
                                       (size_t)header[2] << 8 | header[3]);
    if (size > FRAME_HEADER_SIZE + FRAME_PAYLOAD_MAX) {
        break_protocol(link);
        return false;
    }
    unsigned char *bytes = evbuffer_get_length(input) >= size ? malloc(size) : NULL;
    if (!bytes)
        return false;
    evbuffer_remove(input, bytes, size);
    uint8_t type;
    struct frame_reader reader;
    frame_parse(bytes, size, &type, &reader);
    bool good = !FRAMES[type] || FRAMES[type](link, &reader);
    free(bytes);
    if (!good && !link->freed)
        break_protocol(link);
    return true;
}

static void on_read(struct bufferevent *stream, void *context)
{
    struct holder_link *link = context;
    link->busy++;
    while (!link->freed && !link->closed && (bufferevent_get_enabled(stream) & EV_READ) &&
           take_next(link))
        ;
    leave(link);
}

static void on_event(struct bufferevent *stream, short what, void *context)
{
    (void)stream;
    struct error error;
    if (what & BEV_EVENT_EOF)
        error_set(&error, ERROR_CLOSED, "the session's holder went away");
    else if (what & BEV_EVENT_ERROR)
        error_set(&error, ERROR_CLOSED, "the connection to the session's holder broke: %s",
                  strerror(EVUTIL_SOCKET_ERROR()));
    else
        return;
    close_link(context, &error);
}

struct holder_link *holder_link_new(struct event_base *base, int descriptor,
                                    const struct holder_link_listener *listener, void *context)
{
    struct holder_link *link = calloc(1, sizeof *link);
    if (!link) {
        close(descriptor);
        return NULL;
    }
    *link = (struct holder_link){.listener = listener, .context = context, .next_number = 1};
    holder_requests_init(&link->requests);
    link->stream = bufferevent_socket_new(base, descriptor, BEV_OPT_CLOSE_ON_FREE);
    link->timer = evtimer_new(base, on_timer, link);
    if (!link->stream || !link->timer) {
        if (!link->stream)
            close(descriptor);
        holder_link_free(link);
        return NULL;
    }
    bufferevent_setcb(link->stream, on_read, NULL, on_event, link);
    bufferevent_setwatermark(link->stream, EV_READ, 0, FRAME_HEADER_SIZE + FRAME_PAYLOAD_MAX);
    bufferevent_enable(link->stream, EV_READ | EV_WRITE);
    struct buffer hello = {0};
    frame_put_hello(&hello,
                    &(struct frame_hello){.version = FRAME_VERSION, .role = FRAME_ROLE_CONTROL});
    holder_link_send(link, &hello);
    return link;
}

void holder_link_abort(struct holder_link *link, const struct error *error)
{
    close_link(link, error);
}

/* The output of a bufferevent is frozen against everybody but its own writer. */
static void flush(struct holder_link *link)
{
    struct evbuffer *output = bufferevent_get_output(link->stream);
    if (link->closed || evbuffer_get_length(output) == 0)
        return;
    evbuffer_unfreeze(output, 1);
    evbuffer_write(output, bufferevent_getfd(link->stream));
    evbuffer_freeze(output, 1);
}

void holder_link_free(struct holder_link *link)
{
    if (!link)
        return;
    struct holder_request *request;
    while ((request = holder_requests_take_due(&link->requests, INT64_MAX)))
        free(request);
    if (link->timer)
        evtimer_del(link->timer);
    if (link->stream)
        flush(link);
    link->closed = true;
    link->freed = true;
    if (link->busy == 0)
        destroy(link);
}

pid_t holder_link_peer_pid(const struct holder_link *link)
{
    return link->peer_pid;
}

size_t holder_link_queued(const struct holder_link *link)
{
    return evbuffer_get_length(bufferevent_get_output(link->stream));
}

void holder_link_send(struct holder_link *link, struct buffer *frames)
{
    if (!link->closed && !frames->failed)
        bufferevent_write(link->stream, frames->data, frames->length);
    if (frames->data)
        explicit_bzero(frames->data, frames->length); /* an environment, or what was typed */
    buffer_free(frames);
}

void holder_link_send_empty(struct holder_link *link, enum frame_type type)
{
    struct buffer frame = {0};
    frame_put_empty(&frame, type);
    holder_link_send(link, &frame);
}

/* NULL when the question cannot be asked: that was told already. */
static struct holder_request *ask(struct holder_link *link, struct holder_request wanted)
{
    struct error error;
    wanted.number = link->next_number++;
    struct holder_request *request =
        link->closed ? NULL : holder_requests_add(&link->requests, wanted);
    if (request) {
        start_timer(link);
        return request;
    }
    if (link->closed)
        error_set(&error, ERROR_CLOSED, "the session's holder went away");
    else
        error_set(&error, ERROR_MEMORY, "out of memory");
    holder_request_fail(&wanted, &error);
    return NULL;
}

void holder_link_get_status(struct holder_link *link, holder_status_reply *reply, void *context)
{
    if (ask(link,
            (struct holder_request){.answer = FRAME_STATUS, .status = reply, .context = context}))
        holder_link_send_empty(link, FRAME_GET_STATUS);
}

void holder_link_get_screen(struct holder_link *link, bool colours, holder_screen_reply *reply,
                            void *context)
{
    struct holder_request *request = ask(
        link, (struct holder_request){.answer = FRAME_SCREEN, .screen = reply, .context = context});
    if (!request)
        return;
    struct buffer frame = {0};
    size_t mark = frame_begin(&frame, FRAME_GET_SCREEN);
    frame_put_u32(&frame, request->number);
    frame_put_u8(&frame, colours);
    frame_end(&frame, mark);
    holder_link_send(link, &frame);
}

void holder_link_get_history(struct holder_link *link, uint64_t first, uint32_t count,
                             uint8_t flags, holder_history_reply *reply, void *context)
{
    struct holder_request *request =
        ask(link,
            (struct holder_request){.answer = FRAME_HISTORY, .history = reply, .context = context});
    if (!request)
        return;
    struct buffer frame = {0};
    frame_put_get_history(
        &frame, &(struct frame_get_history){
                    .request = request->number, .first = first, .count = count, .flags = flags});
    holder_link_send(link, &frame);
}

void holder_link_cancel(struct holder_link *link, const void *context)
{
    holder_requests_cancel(&link->requests, context);
}

void holder_link_pause(struct holder_link *link, bool pause)
{
    if (link->closed)
        return;
    if (pause) {
        bufferevent_disable(link->stream, EV_READ);
        return;
    }
    bufferevent_enable(link->stream, EV_READ);
    bufferevent_trigger(link->stream, EV_READ, BEV_TRIG_DEFER_CALLBACKS);
}
