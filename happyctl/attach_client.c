#include "attach_client.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "deadline.h"
#include "os/unix_socket.h"
#include "signal_pipe.h"
#include "terminal.h"
#include "wire/frame.h"

/* Above these, the side that produces is no longer read: a large paste waits in the terminal, and a
   slow terminal makes the holder send a fresh screen later instead of everything. */
#define TYPED_MAX   (256u * 1024u)
#define DISPLAY_MAX (128u * 1024u)

#define LAST_DISPLAY_MS                                                                            \
    2000 /* how long a slow terminal may take to show the agent's last words                       \
          */

static const int SIGNALS[] = {SIGWINCH, SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGTSTP, SIGCONT, 0};

struct attach_client {
    const struct attach_request *request;
    struct attach_end *end;
    struct terminal *terminal;
    struct detach_key_matcher matcher;
    int signals, holder;    /* descriptors; `holder` -1: not connected */
    bool ended;             /* `end` is filled */
    bool shown_before;      /* a later connection asks for no history */
    struct buffer received; /* from the holder, not yet a whole frame */
    struct buffer typed;    /* frames for the holder */
    struct buffer display;  /* for the terminal */
    size_t typed_sent, display_sent;
    int64_t key_deadline; /* when a held Escape is let go; -1: none is held */
};

static void end_with(struct attach_client *client, enum attach_reason reason, int value,
                     const char *text)
{
    if (client->ended)
        return;
    client->ended = true;
    *client->end = (struct attach_end){.reason = reason, .value = value};
    snprintf(client->end->text, sizeof client->end->text, "%s", text ? text : "");
}

/* ---- the connection */

static void put_size(struct attach_client *client)
{
    uint16_t columns, rows;
    terminal_size(&columns, &rows);
    size_t mark = frame_begin(&client->typed, FRAME_RESIZE);
    frame_put_u16(&client->typed, columns);
    frame_put_u16(&client->typed, rows);
    frame_end(&client->typed, mark);
}

static void disconnect(struct attach_client *client)
{
    if (client->holder >= 0)
        close(client->holder);
    client->holder = -1;
    buffer_clear(&client->received);
    buffer_clear(&client->typed);
    buffer_clear(&client->display);
    client->typed_sent = client->display_sent = 0;
}

static void say_hello(struct attach_client *client)
{
    const struct attach_request *request = client->request;
    struct error error;
    client->holder = unix_socket_connect(request->socket, &error);
    if (client->holder < 0) {
        if (error.code == ERROR_CLOSED)
            end_with(client, ATTACH_LOST, 0, NULL);
        else
            end_with(client, ATTACH_FAILED, 0, error.message);
        return;
    }
    struct frame_hello hello = {.version = FRAME_VERSION,
                                .role = FRAME_ROLE_TERMINAL,
                                .flags = (request->read_only ? FRAME_READ_ONLY : 0) |
                                         (request->take_size ? FRAME_TAKE_SIZE : 0),
                                .history_lines = client->shown_before ? 0 : request->history_lines};
    terminal_size(&hello.columns, &hello.rows);
    frame_put_hello(&client->typed, &hello);
    client->shown_before = true;
}

static void write_holder(struct attach_client *client)
{
    struct buffer *typed = &client->typed;
    while (client->holder >= 0 && client->typed_sent < typed->length) {
        ssize_t count = send(client->holder, typed->data + client->typed_sent,
                             typed->length - client->typed_sent, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return; /* a lost connection is seen when reading, behind what was sent before */
        client->typed_sent += (size_t)count;
    }
    buffer_clear(typed);
    client->typed_sent = 0;
}

static void write_terminal(struct attach_client *client)
{
    struct buffer *display = &client->display;
    while (client->display_sent < display->length) {
        ssize_t count = terminal_write(client->terminal, display->data + client->display_sent,
                                       display->length - client->display_sent);
        if (count < 0)
            end_with(client, ATTACH_HANGUP, 0, NULL);
        if (count <= 0)
            return;
        client->display_sent += (size_t)count;
    }
    buffer_clear(display);
    client->display_sent = 0;
}

/* ---- frames of the holder */

static void on_display(struct attach_client *client, struct frame_reader *reader)
{
    struct frame_string bytes = frame_get_rest(reader);
    buffer_append(&client->display, bytes.data, bytes.length);
}

static void on_exited(struct attach_client *client, struct frame_reader *reader)
{
    struct frame_exit exit;
    if (!frame_get_exited(reader, &exit))
        end_with(client, ATTACH_GARBLED, 0, NULL);
    else if (exit.kind == FRAME_EXIT_SIGNAL)
        end_with(client, ATTACH_KILLED, (int)exit.value, NULL);
    else
        end_with(client, ATTACH_EXITED, (int)exit.value, NULL);
}

static void end_with_string(struct attach_client *client, enum attach_reason reason,
                            struct frame_string string)
{
    char text[sizeof client->end->text];
    snprintf(text, sizeof text, "%.*s", (int)string.length, string.data);
    end_with(client, reason, 0, text);
}

static void on_goodbye(struct attach_client *client, struct frame_reader *reader)
{
    end_with_string(client, ATTACH_SENT, frame_get_string(reader));
}

static void on_refused(struct attach_client *client, struct frame_reader *reader)
{
    frame_get_u8(reader);
    end_with_string(client, ATTACH_REFUSED, frame_get_string(reader));
}

/* WELCOME and RESIZED tell nothing that is acted upon here. */
static const struct {
    enum frame_type type;
    void (*act)(struct attach_client *client, struct frame_reader *reader);
} ACTIONS[] = {
    {FRAME_DISPLAY, on_display},
    {FRAME_EXITED, on_exited},
    {FRAME_GOODBYE, on_goodbye},
    {FRAME_REFUSED, on_refused},
};

static void read_frames(struct attach_client *client)
{
    struct buffer *received = &client->received;
    size_t done = 0;
    long size;
    uint8_t type;
    struct frame_reader reader;
    while (!client->ended && (size = frame_parse(buffer_string(received) + done,
                                                 received->length - done, &type, &reader)) != 0) {
        if (size < 0) {
            end_with(client, ATTACH_GARBLED, 0, NULL);
            return;
        }
        for (size_t i = 0; i < sizeof ACTIONS / sizeof ACTIONS[0]; i++)
            if (ACTIONS[i].type == type)
                ACTIONS[i].act(client, &reader);
        done += (size_t)size;
    }
    buffer_drain(received, done);
}

static void read_holder(struct attach_client *client)
{
    char bytes[FRAME_BYTES_MAX];
    ssize_t count = recv(client->holder, bytes, sizeof bytes, 0);
    if (count > 0) {
        buffer_append(&client->received, bytes, (size_t)count);
        read_frames(client);
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
        end_with(client, ATTACH_LOST, 0, NULL);
    }
}

/* ---- keys */

static void put_input(struct attach_client *client, const struct buffer *keys)
{
    if (client->request->read_only)
        return;
    for (size_t at = 0; at < keys->length; at += FRAME_BYTES_MAX) {
        size_t length = keys->length - at;
        frame_put_bytes(&client->typed, FRAME_INPUT, keys->data + at,
                        length < FRAME_BYTES_MAX ? length : FRAME_BYTES_MAX);
    }
}

static void after_keys(struct attach_client *client, bool detach, struct buffer *keys)
{
    put_input(client, keys);
    buffer_free(keys);
    client->key_deadline =
        detach_key_is_waiting(&client->matcher) ? deadline_after(DETACH_KEY_WAIT_MS) : -1;
    if (detach)
        end_with(client, ATTACH_KEY, 0, NULL);
}

static void read_terminal(struct attach_client *client)
{
    char bytes[16 * 1024];
    ssize_t count = terminal_read(client->terminal, bytes, sizeof bytes);
    if (count < 0)
        end_with(client, ATTACH_HANGUP, 0, NULL);
    if (count <= 0)
        return;
    struct buffer keys = {0};
    client->matcher.extended_keys =
        terminal_modes_has_extended_keys(terminal_modes(client->terminal));
    bool detach = detach_key_feed(&client->matcher, bytes, (size_t)count, &keys);
    after_keys(client, detach, &keys);
}

static void release_keys(struct attach_client *client)
{
    struct buffer keys = {0};
    bool detach = detach_key_release(&client->matcher, &keys);
    after_keys(client, detach, &keys);
}

/* ---- signals */

/* Away from the holder while stopped, so that this terminal holds up nobody. */
static void suspend(struct attach_client *client)
{
    frame_put_empty(&client->typed, FRAME_DETACH);
    write_holder(client);
    disconnect(client);
    terminal_leave(client->terminal);
    kill(getpid(), SIGSTOP);
}

static void come_back(struct attach_client *client)
{
    struct error error;
    disconnect(client);
    if (terminal_enter(client->terminal, &error) < 0)
        end_with(client, ATTACH_FAILED, 0, error.message);
    else
        say_hello(client);
}

static void handle_signals(struct attach_client *client)
{
    int number;
    while (!client->ended && (number = signal_pipe_next())) {
        switch (number) {
        case SIGWINCH:
            terminal_resized(client->terminal);
            put_size(client);
            break;
        case SIGTSTP:
            suspend(client);
            break;
        case SIGCONT:
            come_back(client);
            break;
        case SIGHUP:
            end_with(client, ATTACH_HANGUP, 0, NULL);
            break;
        default:
            end_with(client, ATTACH_SIGNAL, number, NULL);
        }
    }
}

/* ---- the loop */

static void turn(struct attach_client *client)
{
    struct pollfd wanted[] = {
        {.fd = client->signals, .events = POLLIN},
        {.fd = terminal_input(client->terminal),
         .events = client->typed.length < TYPED_MAX ? POLLIN : 0},
        {.fd = client->holder,
         .events = (short)((client->display.length < DISPLAY_MAX ? POLLIN : 0) |
                           (client->typed.length ? POLLOUT : 0))},
        {.fd = terminal_output(client->terminal), .events = client->display.length ? POLLOUT : 0},
    };
    if (poll(wanted, 4, deadline_left(client->key_deadline)) < 0) {
        if (errno != EINTR)
            end_with(client, ATTACH_FAILED, 0, strerror(errno));
        return;
    }
    if (wanted[0].revents)
        handle_signals(client);
    if (!client->ended && wanted[1].revents)
        read_terminal(client);
    if (!client->ended && client->key_deadline >= 0 && deadline_left(client->key_deadline) == 0)
        release_keys(client);
    write_holder(client);
    if (!client->ended && client->holder >= 0 && wanted[2].revents & (POLLIN | POLLHUP | POLLERR))
        read_holder(client);
    write_terminal(client);
    if (wanted[3].revents & (POLLHUP | POLLERR | POLLNVAL))
        end_with(client, ATTACH_HANGUP, 0, NULL);
    if (client->typed.failed || client->display.failed || client->received.failed)
        end_with(client, ATTACH_FAILED, 0, "out of memory");
}

/* What the agent wrote last is shown, unless the person is gone or wants to be. */
static void finish_display(struct attach_client *client)
{
    bool wanted = client->end->reason == ATTACH_EXITED || client->end->reason == ATTACH_KILLED ||
                  client->end->reason == ATTACH_SENT || client->end->reason == ATTACH_LOST;
    int64_t deadline = deadline_after(LAST_DISPLAY_MS);
    while (wanted && client->display.length && deadline_left(deadline) > 0) {
        struct pollfd room = {.fd = terminal_output(client->terminal), .events = POLLOUT};
        if (poll(&room, 1, deadline_left(deadline)) <= 0 || !(room.revents & POLLOUT))
            break;
        write_terminal(client);
    }
}

void attach_client_run(const struct attach_request *request, struct attach_end *end)
{
    struct attach_client client = {
        .request = request, .end = end, .holder = -1, .key_deadline = -1};
    struct error error;
    client.matcher.detach = &request->detach;
    client.terminal = terminal_new(&error);
    client.signals = client.terminal ? signal_pipe_open(SIGNALS, &error) : -1;
    if (client.signals < 0) {
        end_with(&client, ATTACH_FAILED, 0, error.message);
        terminal_free(client.terminal);
        return;
    }
    say_hello(&client);
    if (!client.ended && terminal_enter(client.terminal, &error) < 0)
        end_with(&client, ATTACH_FAILED, 0, error.message);
    while (!client.ended)
        turn(&client);
    finish_display(&client);
    if (client.holder >= 0) {
        frame_put_empty(&client.typed, FRAME_DETACH);
        write_holder(&client);
    }
    terminal_free(client.terminal);
    signal_pipe_close();
    disconnect(&client);
    buffer_free(&client.received);
    buffer_free(&client.typed);
    buffer_free(&client.display);
    detach_key_matcher_clear(&client.matcher);
}
