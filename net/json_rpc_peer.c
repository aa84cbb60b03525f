#include "net/json_rpc_peer.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include "wire/json_rpc.h"

struct json_rpc_call {
    LIST_ENTRY(json_rpc_call) entry;
    struct json_rpc_peer *peer; /* NULL once the peer is freed */
    struct json_object *id;
};

struct awaited {
    LIST_ENTRY(awaited) entry;
    int64_t id;
    json_rpc_reply *reply;
    void *context;
};

struct json_rpc_peer {
    struct bufferevent *stream;
    const struct json_rpc_peer_listener *listener;
    void *context;
    LIST_HEAD(, json_rpc_call) calls;
    LIST_HEAD(, awaited) awaited;
    size_t call_count;
    size_t queue_mark;
    int64_t next_id;
    bool watching, finishing, closed;
    bool overflown; /* nothing more goes out; the end is told from the event loop */
    bool *freed;    /* set to true when the peer is freed while one of its functions runs */
};

/* Tells the owner once that the connection is over. */
static void close_peer(struct json_rpc_peer *peer, const char *reason)
{
    if (peer->closed)
        return;
    peer->closed = true;
    bufferevent_disable(peer->stream, EV_READ | EV_WRITE);
    bool freed = false;
    bool *outer = peer->freed;
    peer->freed = &freed;
    struct error error;
    error_set(&error, ERROR_CLOSED, "the connection ended: %s", reason);
    struct awaited *awaited;
    while (!freed && (awaited = LIST_FIRST(&peer->awaited))) {
        LIST_REMOVE(awaited, entry);
        awaited->reply(NULL, &error, awaited->context);
        free(awaited);
    }
    if (freed && outer)
        *outer = true;
    if (freed)
        return;
    peer->freed = outer;
    peer->listener->closed(peer, reason, peer->context);
}

/* Senders go on with the peer and with what belongs to it, so that the end is not told here. */
static void send_bytes(struct json_rpc_peer *peer, struct buffer *line)
{
    if (!peer->closed && !peer->overflown && !line->failed) {
        bufferevent_write(peer->stream, line->data, line->length);
        peer->overflown = json_rpc_peer_queued(peer) > JSON_RPC_QUEUE_MAX;
        if (peer->overflown)
            bufferevent_trigger_event(peer->stream, BEV_EVENT_ERROR, BEV_TRIG_DEFER_CALLBACKS);
    }
    buffer_free(line);
}

static void forget_call(struct json_rpc_call *call)
{
    struct json_rpc_peer *peer = call->peer;
    if (peer) {
        LIST_REMOVE(call, entry);
        if (peer->call_count-- == JSON_RPC_CALLS_MAX && !peer->closed)
            bufferevent_trigger(peer->stream, EV_READ, BEV_TRIG_DEFER_CALLBACKS);
    }
    json_object_put(call->id);
    free(call);
}

void json_rpc_call_answer(struct json_rpc_call *call, struct json_object *result)
{
    struct json_rpc_peer *peer = call->peer;
    if (!result)
        result = json_object_new_object();
    struct buffer line = {0};
    if (peer)
        json_rpc_put_result(&line, call->id, result);
    json_object_put(result);
    forget_call(call);
    if (peer)
        send_bytes(peer, &line);
}

static void fail_with(struct json_rpc_call *call, int code, const struct error *error)
{
    struct json_rpc_peer *peer = call->peer;
    struct buffer line = {0};
    if (peer)
        json_rpc_put_error(&line, call->id, code, error);
    forget_call(call);
    if (peer)
        send_bytes(peer, &line);
}

void json_rpc_call_fail(struct json_rpc_call *call, const struct error *error)
{
    fail_with(call, json_rpc_code_of(error), error);
}

void json_rpc_call_fail_unknown(struct json_rpc_call *call, const char *method)
{
    struct error error;
    error_set(&error, ERROR_UNSUPPORTED, "there is no method \"%.80s\"", method);
    fail_with(call, JSON_RPC_METHOD_NOT_FOUND, &error);
}

struct json_rpc_peer *json_rpc_call_peer(const struct json_rpc_call *call)
{
    return call->peer;
}

static void refuse(struct json_rpc_peer *peer, struct json_object *id, int code,
                   const struct error *error)
{
    struct buffer line = {0};
    json_rpc_put_error(&line, id, code, error);
    send_bytes(peer, &line);
}

static void take_request(struct json_rpc_peer *peer, const struct json_rpc_message *message)
{
    struct error error;
    if (!peer->listener->request) {
        error_set(&error, ERROR_UNSUPPORTED, "there is no method \"%s\"", message->method);
        refuse(peer, message->id, JSON_RPC_METHOD_NOT_FOUND, &error);
        return;
    }
    struct json_rpc_call *call = calloc(1, sizeof *call);
    if (!call) {
        error_set(&error, ERROR_MEMORY, "out of memory");
        refuse(peer, message->id, JSON_RPC_INTERNAL_ERROR, &error);
        return;
    }
    call->peer = peer;
    call->id = json_object_get(message->id);
    LIST_INSERT_HEAD(&peer->calls, call, entry);
    peer->call_count++;
    peer->listener->request(peer, call, message->method, message->params, peer->context);
}

/* A reply that nobody waits for is ignored: its caller may have given up. */
static void take_reply(struct json_rpc_peer *peer, const struct json_rpc_message *message)
{
    struct awaited *awaited;
    if (!message->id)
        return;
    LIST_FOREACH(awaited, &peer->awaited, entry)
    if (awaited->id == json_object_get_int64(message->id))
        break;
    if (!awaited)
        return;
    LIST_REMOVE(awaited, entry);
    struct error error;
    if (message->kind == JSON_RPC_ERROR)
        json_rpc_error_of(message, &error);
    awaited->reply(message->result, message->kind == JSON_RPC_ERROR ? &error : NULL,
                   awaited->context);
    free(awaited);
}

static void take_line(struct json_rpc_peer *peer, const char *line, size_t length)
{
    struct json_rpc_message message;
    struct error error;
    int code = json_rpc_parse(line, length, &message, &error);
    if (code)
        refuse(peer, message.id, code, &error);
    else if (message.kind == JSON_RPC_REQUEST)
        take_request(peer, &message);
    else if (message.kind == JSON_RPC_NOTIFICATION && peer->listener->notification)
        peer->listener->notification(peer, message.method, message.params, peer->context);
    else if (message.kind == JSON_RPC_RESULT || message.kind == JSON_RPC_ERROR)
        take_reply(peer, &message);
    json_rpc_message_clear(&message);
}

static void on_read(struct bufferevent *stream, void *context)
{
    struct json_rpc_peer *peer = context;
    struct evbuffer *input = bufferevent_get_input(stream);
    bool freed = false;
    while (!peer->closed && !peer->overflown && peer->call_count < JSON_RPC_CALLS_MAX) {
        size_t length;
        char *line = evbuffer_readln(input, &length, EVBUFFER_EOL_LF);
        if (!line) {
            if (evbuffer_get_length(input) >= JSON_RPC_LINE_MAX)
                close_peer(peer, "a line was longer than 4 MiB");
            return;
        }
        peer->freed = &freed;
        if (length > JSON_RPC_LINE_MAX)
            close_peer(peer, "a line was longer than 4 MiB");
        else if (length > 0)
            take_line(peer, line, length);
        explicit_bzero(line, length); /* it may hold somebody's environment */
        free(line);
        if (freed)
            return;
        peer->freed = NULL;
    }
}

static void on_write(struct bufferevent *stream, void *context)
{
    (void)stream;
    struct json_rpc_peer *peer = context;
    if (peer->finishing && json_rpc_peer_queued(peer) == 0) {
        close_peer(peer, "finished");
        return;
    }
    if (peer->watching && json_rpc_peer_queued(peer) <= peer->queue_mark) {
        peer->watching = false;
        if (peer->listener->drained)
            peer->listener->drained(peer, peer->context);
    }
}

static void on_event(struct bufferevent *stream, short what, void *context)
{
    (void)stream;
    struct json_rpc_peer *peer = context;
    if (peer->overflown)
        close_peer(peer, "the other side does not read");
    else if (what & BEV_EVENT_EOF)
        close_peer(context, "the other side closed it");
    else if (what & BEV_EVENT_ERROR)
        close_peer(context, strerror(EVUTIL_SOCKET_ERROR()));
}

struct json_rpc_peer *json_rpc_peer_new(struct event_base *base, int descriptor,
                                        const struct json_rpc_peer_listener *listener,
                                        void *context)
{
    struct json_rpc_peer *peer = calloc(1, sizeof *peer);
    struct bufferevent *stream =
        peer ? bufferevent_socket_new(base, descriptor, BEV_OPT_CLOSE_ON_FREE) : NULL;
    if (!stream) {
        free(peer);
        close(descriptor);
        return NULL;
    }
    *peer = (struct json_rpc_peer){
        .stream = stream, .listener = listener, .context = context, .next_id = 1};
    LIST_INIT(&peer->calls);
    LIST_INIT(&peer->awaited);
    bufferevent_setcb(stream, on_read, on_write, on_event, peer);
    bufferevent_setwatermark(stream, EV_READ, 0, JSON_RPC_LINE_MAX + 1);
    bufferevent_enable(stream, EV_READ | EV_WRITE);
    return peer;
}

void json_rpc_peer_free(struct json_rpc_peer *peer)
{
    if (!peer)
        return;
    if (peer->freed)
        *peer->freed = true;
    struct json_rpc_call *call;
    while ((call = LIST_FIRST(&peer->calls))) {
        LIST_REMOVE(call, entry);
        call->peer = NULL;
    }
    struct awaited *awaited;
    while ((awaited = LIST_FIRST(&peer->awaited))) {
        LIST_REMOVE(awaited, entry);
        free(awaited);
    }
    bufferevent_free(peer->stream);
    free(peer);
}

void json_rpc_peer_call(struct json_rpc_peer *peer, const char *method, struct json_object *params,
                        json_rpc_reply *reply, void *context)
{
    struct error error;
    struct awaited *awaited = calloc(1, sizeof *awaited);
    if (!awaited || peer->closed) {
        error_set(&error, awaited ? ERROR_CLOSED : ERROR_MEMORY,
                  awaited ? "the connection has ended" : "out of memory");
        free(awaited);
        reply(NULL, &error, context);
        return;
    }
    *awaited = (struct awaited){.id = peer->next_id++, .reply = reply, .context = context};
    LIST_INSERT_HEAD(&peer->awaited, awaited, entry);
    struct json_object *id = json_object_new_int64(awaited->id);
    struct buffer line = {0};
    json_rpc_put_request(&line, id, method, params);
    json_object_put(id);
    send_bytes(peer, &line);
}

void json_rpc_peer_notify(struct json_rpc_peer *peer, const char *method,
                          struct json_object *params)
{
    struct buffer line = {0};
    json_rpc_put_notification(&line, method, params);
    send_bytes(peer, &line);
}

void json_rpc_peer_finish(struct json_rpc_peer *peer)
{
    peer->finishing = true;
    bufferevent_trigger(peer->stream, EV_WRITE, BEV_TRIG_DEFER_CALLBACKS);
}

size_t json_rpc_peer_queued(const struct json_rpc_peer *peer)
{
    return evbuffer_get_length(bufferevent_get_output(peer->stream));
}

void json_rpc_peer_watch_queue(struct json_rpc_peer *peer, size_t mark)
{
    peer->queue_mark = mark;
    peer->watching = true;
    bufferevent_setwatermark(peer->stream, EV_WRITE, mark, 0);
}
