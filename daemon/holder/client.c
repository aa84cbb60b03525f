#include "client.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    TERMINAL = 1 << FRAME_ROLE_TERMINAL,
    CONTROL = 1 << FRAME_ROLE_CONTROL,
    HOOK = 1 << FRAME_ROLE_HOOK,
    INHERITED = 1 << 7 /* on the inherited descriptor only */
};

/* Who may send what, after HELLO. */
static const struct {
    uint8_t type;
    uint8_t roles;
} RIGHTS[] = {
    {FRAME_INPUT, TERMINAL | CONTROL},
    {FRAME_RESIZE, TERMINAL | CONTROL},
    {FRAME_DETACH, TERMINAL | CONTROL | HOOK},
    {FRAME_START, CONTROL | INHERITED},
    {FRAME_SIGNAL, CONTROL},
    {FRAME_FOLLOW, CONTROL},
    {FRAME_UNFOLLOW, CONTROL},
    {FRAME_PROCESSED, CONTROL},
    {FRAME_GET_STATUS, CONTROL},
    {FRAME_GET_SCREEN, CONTROL},
    {FRAME_GET_HISTORY, CONTROL},
    {FRAME_NOTE, HOOK | CONTROL},
    {FRAME_NOTE_ACK, CONTROL},
    {FRAME_DETACH_ALL, CONTROL},
    {FRAME_CLOSE_INPUT, CONTROL},
    {FRAME_COLLECT, CONTROL},
};

/* Drops what was taken. It may be an environment, or what was typed. */
static void forget_input(struct client *client, size_t length)
{
    if (length == 0)
        return;
    struct buffer *in = &client->in;
    size_t rest = in->length - length;
    memmove(in->data, in->data + length, rest);
    explicit_bzero(in->data + rest, length);
    in->length = rest;
}

static void free_later(evutil_socket_t descriptor, short what, void *context)
{
    (void)descriptor;
    (void)what;
    struct client *client = context;
    buffer_free(&client->out);
    forget_input(client, client->in.length);
    buffer_free(&client->in);
    free(client);
}

void client_close(struct client *client)
{
    if (client->dead)
        return;
    client->dead = true;
    event_free(client->readable);
    event_free(client->writable);
    event_free(client->timer);
    close(client->descriptor);
    LIST_REMOVE(client, entry);
    client->listener->closed(client, client->context);
    const struct timeval now = {0, 0};
    event_base_once(client->base, -1, EV_TIMEOUT, free_later, client, &now);
}

/* Not at once: whoever sends is in the middle of something that counts on its clients. */
static void close_soon(struct client *client)
{
    const struct timeval now = {0, 0};
    client->finishing = true;
    event_del(client->readable);
    event_add(client->timer, &now);
}

void client_finish(struct client *client)
{
    if (client->dead || client->finishing)
        return;
    client->finishing = true;
    event_del(client->readable);
    /* A peer that does not take its last words is not waited for. */
    const struct timeval limit = {CLIENT_HELLO_MS / 1000, 0};
    event_add(client->timer, &limit);
    client_flush(client);
}

void client_refuse(struct client *client, enum error_code code, const char *format, ...)
{
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (client->dead || client->finishing)
        return;
    frame_put_refused(&client->out, (uint8_t)code, message);
    client_finish(client);
}

size_t client_queued(const struct client *client)
{
    return client->out.length - client->sent;
}

static bool may_send(const struct client *client, uint8_t type)
{
    for (size_t i = 0; i < sizeof RIGHTS / sizeof RIGHTS[0]; i++)
        if (RIGHTS[i].type == type)
            return (RIGHTS[i].roles & 1 << client->hello.role) &&
                   (client->inherited || !(RIGHTS[i].roles & INHERITED));
    return false;
}

static void take_hello(struct client *client, uint8_t type, struct frame_reader *reader)
{
    struct frame_hello hello;
    if (type != FRAME_HELLO || !frame_get_hello(reader, &hello)) {
        client_refuse(client, ERROR_INVALID, "the first frame must be a valid HELLO");
    } else if (hello.version < FRAME_VERSION_MIN) {
        client_refuse(client, ERROR_UNSUPPORTED,
                      "protocol version %u is too old, this holder speaks %u to %u", hello.version,
                      FRAME_VERSION_MIN, FRAME_VERSION);
    } else {
        event_del(client->timer);
        client->hello = hello;
        client->listener->hello(client, client->context);
    }
}

static void take_frame(struct client *client, uint8_t type, struct frame_reader *reader)
{
    if (!client->hello.role) {
        take_hello(client, type, reader);
        return;
    }
    if (!may_send(client, type)) {
        client_refuse(client, ERROR_REFUSED, "a frame of type %u is not allowed here", type);
        return;
    }
    client->used = true;
    if (!client->listener->frame(client, type, reader, client->context) && !client->finishing)
        client_refuse(client, ERROR_INVALID, "the payload of a frame of type %u is malformed",
                      type);
}

static bool takes_frames(const struct client *client)
{
    return !client->dead && !client->finishing && !client->waits &&
           client_queued(client) <= CLIENT_PAUSE;
}

static void take_frames(struct client *client)
{
    size_t offset = 0;
    client->busy = true;
    while (takes_frames(client)) {
        uint8_t type;
        struct frame_reader reader;
        long size = frame_parse(buffer_string(&client->in) + offset, client->in.length - offset,
                                &type, &reader);
        if (size < 0)
            client_refuse(client, ERROR_LIMIT, "a frame is longer than %u bytes",
                          FRAME_PAYLOAD_MAX);
        if (size <= 0)
            break;
        take_frame(client, type, &reader);
        offset += (size_t)size;
    }
    client->busy = false;
    if (client->dead)
        return;
    forget_input(client, offset);
    if (client->in.length == 0)
        buffer_free(&client->in);
    if (takes_frames(client))
        event_add(client->readable, NULL);
    else
        event_del(client->readable);
}

/* Of the first frame in these bytes, as far as that is known and allowed. */
static size_t frame_size(const char *bytes, size_t length)
{
    struct frame_reader reader = {.data = (const unsigned char *)bytes, .length = length};
    size_t size = FRAME_HEADER_SIZE + (size_t)frame_get_u32(&reader);
    return reader.failed || size > FRAME_HEADER_SIZE + FRAME_PAYLOAD_MAX ? 0 : size;
}

static void on_readable(evutil_socket_t descriptor, short what, void *context)
{
    (void)what;
    struct client *client = context;
    char bytes[16384];
    ssize_t got = read(descriptor, bytes, sizeof bytes);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        client_close(client);
        return;
    }
    /* START holds an environment, and growing by and by would leave copies of it behind. */
    if (client->inherited && client->in.length == 0)
        buffer_reserve(&client->in, frame_size(bytes, (size_t)got));
    buffer_append(&client->in, bytes, (size_t)got);
    explicit_bzero(bytes, (size_t)got);
    if (client->in.failed)
        client_close(client);
    else
        take_frames(client);
}

void client_wait(struct client *client, bool waits)
{
    if (client->dead || client->waits == waits)
        return;
    client->waits = waits;
    if (waits)
        event_del(client->readable);
    else if (!client->busy)
        take_frames(client);
}

/* A queue that was longer than this once gives its memory back. */
#define OUT_KEPT (64u * 1024u)

/* Sends until the socket is full. False when the connection is gone. */
static bool send_out(struct client *client)
{
    while (client->sent < client->out.length) {
        ssize_t count = send(client->descriptor, client->out.data + client->sent,
                             client->out.length - client->sent, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && errno == EAGAIN)
            break;
        if (count < 0)
            return false;
        client->sent += (size_t)count;
    }
    return true;
}

static void tidy(struct client *client)
{
    if (client->sent == client->out.length) {
        if (client->out.capacity > OUT_KEPT)
            buffer_free(&client->out);
        else
            buffer_clear(&client->out);
        client->sent = 0;
    } else if (client->sent > client->out.length / 2) {
        buffer_drain(&client->out, client->sent);
        client->sent = 0;
    }
}

void client_flush(struct client *client)
{
    if (client->dead)
        return;
    if (client->out.failed || client_queued(client) > CLIENT_QUEUE_MAX || !send_out(client)) {
        buffer_clear(&client->out);
        client->sent = 0;
        close_soon(client);
        return;
    }
    tidy(client);
    if (client_queued(client))
        event_add(client->writable, NULL);
    else if (client->finishing)
        close_soon(client);
}

static void on_writable(evutil_socket_t descriptor, short what, void *context)
{
    (void)descriptor;
    (void)what;
    struct client *client = context;
    client_flush(client);
    if (client->dead || client->finishing)
        return;
    if (client_queued(client) == 0)
        client->listener->drained(client, client->context);
    if (takes_frames(client))
        take_frames(client);
}

static void on_timer(evutil_socket_t descriptor, short what, void *context)
{
    (void)descriptor;
    (void)what;
    struct client *client = context;
    if (client->finishing)
        client_close(client);
    else
        client_refuse(client, ERROR_TIMEOUT, "no HELLO within %d seconds", CLIENT_HELLO_MS / 1000);
}

struct client *client_new(struct event_base *base, int descriptor, bool inherited,
                          struct client_list *list, const struct client_listener *listener,
                          void *context)
{
    struct client *client = calloc(1, sizeof *client);
    if (!client)
        goto failed;
    client->base = base;
    client->descriptor = descriptor;
    client->inherited = inherited;
    client->listener = listener;
    client->context = context;
    client->readable = event_new(base, descriptor, EV_READ | EV_PERSIST, on_readable, client);
    client->writable = event_new(base, descriptor, EV_WRITE, on_writable, client);
    client->timer = evtimer_new(base, on_timer, client);
    const struct timeval limit = {CLIENT_HELLO_MS / 1000, 0};
    if (!client->readable || !client->writable || !client->timer)
        goto failed;
    event_priority_set(client->readable, 0);
    if (event_add(client->readable, NULL) < 0 || event_add(client->timer, &limit) < 0)
        goto failed;
    LIST_INSERT_HEAD(list, client, entry);
    return client;
failed:
    close(descriptor);
    if (client) {
        struct event *events[] = {client->readable, client->writable, client->timer};
        for (int i = 0; i < 3; i++)
            if (events[i])
                event_free(events[i]);
        free(client);
    }
    return NULL;
}
