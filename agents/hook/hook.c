/* happy-hook: an agent runs it at an event; it hands its standard input to the agent's holder and
   waits until the holder has it. Whatever goes wrong, it ends with status 0 and prints nothing, as
   a hook that fails would disturb the agent. It runs at every tool call, so it links libc only. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "wire/buffer.h"
#include "wire/frame.h"

#include "payload.h"

#define PAYLOAD_MAX (16u * 1024u * 1024u) /* what is behind it is read and thrown away */
#define PATIENCE_MS 2000                  /* for the holder, from connecting to its answer */

__attribute__((format(printf, 1, 2))) static void complain(const char *format, ...)
{
    if (!getenv("HAPPY_HOOK_DEBUG"))
        return;
    va_list arguments;
    va_start(arguments, format);
    fputs("happy-hook: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

static void read_payload(struct buffer *payload)
{
    char chunk[64 * 1024];
    ssize_t length;
    while ((length = read(STDIN_FILENO, chunk, sizeof chunk)) != 0) {
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0)
            break;
        if (payload->length + (size_t)length <= PAYLOAD_MAX)
            buffer_append(payload, chunk, (size_t)length);
    }
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool wait_until(int descriptor, short events, int64_t deadline)
{
    struct pollfd poller = {.fd = descriptor, .events = events};
    int ready;
    do {
        int64_t left = deadline - now_ms();
        ready = poll(&poller, 1, left > 0 ? (int)left : 0);
    } while (ready < 0 && errno == EINTR);
    return ready > 0;
}

static int connect_to(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct timeval patience = {.tv_sec = PATIENCE_MS / 1000};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    int descriptor = socket(AF_UNIX, SOCK_STREAM, 0);
    if (descriptor < 0)
        return -1;
    /* SO_SNDTIMEO bounds connect(2) too: it waits while the holder's queue is full. */
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) == 0)
        return descriptor;
    close(descriptor);
    return -1;
}

static bool send_all(int descriptor, const struct buffer *frames)
{
    size_t sent = 0;
    while (sent < frames->length) {
        ssize_t length = write(descriptor, frames->data + sent, frames->length - sent);
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0)
            return false;
        sent += (size_t)length;
    }
    return true;
}

/* Reads frames until the one that says that the note is kept, or refused. */
static bool await_noted(int descriptor, int64_t deadline)
{
    struct buffer received = {0};
    char chunk[4096];
    bool noted = false, refused = false;
    while (!noted && !refused && wait_until(descriptor, POLLIN, deadline)) {
        ssize_t length = read(descriptor, chunk, sizeof chunk);
        if (length <= 0)
            break;
        buffer_append(&received, chunk, (size_t)length);
        struct frame_reader reader;
        uint8_t type;
        long size;
        while ((size = frame_parse(received.data, received.length, &type, &reader)) > 0) {
            noted |= type == FRAME_NOTED;
            refused |= type == FRAME_REFUSED;
            buffer_drain(&received, (size_t)size);
        }
        refused |= size < 0;
    }
    buffer_free(&received);
    return noted;
}

static void put_note(struct buffer *frames, const struct buffer *payload)
{
    frame_put_hello(frames,
                    &(struct frame_hello){.version = FRAME_VERSION, .role = FRAME_ROLE_HOOK});
    if (payload->length <= FRAME_NOTE_MAX) {
        frame_put_bytes(frames, FRAME_NOTE, payload->data, payload->length);
        return;
    }
    struct buffer shortened = {0};
    payload_shorten(&shortened, payload->data, payload->length);
    frame_put_bytes(frames, FRAME_NOTE, shortened.data, shortened.length);
    buffer_free(&shortened);
}

static void hand_over(const char *path, const struct buffer *payload)
{
    struct buffer frames = {0};
    put_note(&frames, payload);
    int64_t deadline = now_ms() + PATIENCE_MS;
    int descriptor = connect_to(path);
    if (descriptor < 0)
        complain("cannot connect to %s: %s", path, strerror(errno));
    else if (frames.failed || !send_all(descriptor, &frames))
        complain("cannot hand the note over: %s", strerror(errno));
    else if (!await_noted(descriptor, deadline))
        complain("the holder did not take the note");
    if (descriptor >= 0)
        close(descriptor);
    buffer_free(&frames);
}

int main(void)
{
    struct buffer payload = {0};
    const char *path = getenv("HAPPY_HOLDER_SOCKET");
    signal(SIGPIPE, SIG_IGN);
    if (!isatty(STDIN_FILENO))
        read_payload(&payload);
    if (!path || !*path)
        complain("HAPPY_HOLDER_SOCKET is not set");
    else if (payload.failed || payload.length == 0)
        complain("there is nothing to hand over");
    else
        hand_over(path, &payload);
    buffer_free(&payload);
    return 0;
}
