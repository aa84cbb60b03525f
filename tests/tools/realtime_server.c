/* A small Engine.IO or Socket.IO server, for the public conformance suites and for official
   clients:

     realtime_server [--app engine|socket] [--path /engine.io] [--port 0] [--ping-interval 300]
                     [--ping-timeout 200] [--connect-timeout 1000] [--upgrade-timeout 10000]

   Prints its port on a line. Ends when its standard input does.

   The engine application echoes every message. The Socket.IO application knows "/" and "/custom",
   which are told {auth} by "auth" when they are joined, and refuses "/refused". In "/":

     message …            "message-back" with the same arguments
     message-with-ack …   acknowledges with the same arguments
     call-me …            calls "question" with the arguments; "answered" with what came, or the
                          error's message
     leave-me             makes the client leave the namespace
     close-me             closes the transport */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include "net/http_server.h"
#include "net/socket_endpoint.h"
#include "os/clock.h"
#include "wire/json_scan.h"

#define CALL_TIME 1000 /* ms */
#define AUTH_TIME 20   /* ms */

struct program {
    struct event_base *base;
    struct event *input;
    struct http_server *server;
    struct engine_endpoint *engine; /* of either application */
    struct socket_endpoint *sockets;
    struct socket_source source;
    struct engine_server_settings sessions;
    struct socket_server_settings socket_settings;
    struct engine_endpoint_settings endpoint;
    bool is_socket;
    unsigned port;
};

/* The Engine.IO application. */

static void echo_opened(struct engine_session *session, const char *peer, void *context)
{
    (void)session;
    (void)peer;
    (void)context;
}

static void echo_message(struct engine_session *session, struct slice data, bool binary,
                         void *context)
{
    (void)context;
    engine_session_send(session, data, binary);
}

static void echo_closed(struct engine_session *session, enum engine_end reason, void *context)
{
    (void)session;
    (void)reason;
    (void)context;
}

static const struct engine_endpoint_listener ECHO = {
    .opened = echo_opened, .message = echo_message, .closed = echo_closed};

/* The Socket.IO application. */

static void emit(struct socket_session *session, uint32_t socket, const char *name,
                 struct slice arguments, const struct socketio_packet *packet)
{
    struct buffer data = {0};
    socketio_put_event(&data, name, arguments);
    struct socketio_message message = {.data = slice_of(data.data, data.length)};
    if (packet) {
        message.attachments = packet->attachments;
        message.attachment_count = packet->attachment_count;
    }
    socket_server_emit(socket_session_server(session), socket, &message);
    buffer_free(&data);
}

/* "auth" is emitted a moment after the join: the suites' client listens for one frame at a time and
   would miss the second of two that are read at once. */
struct joined {
    LIST_ENTRY(joined) entry;
    struct timer timer;
    struct timers *timers;
    struct socket_session *session;
    uint32_t socket;
    struct buffer auth;
};

LIST_HEAD(joined_list, joined);

static void free_joined(struct joined *joined)
{
    timers_clear(joined->timers, &joined->timer);
    LIST_REMOVE(joined, entry);
    buffer_free(&joined->auth);
    free(joined);
}

static void tell_auth(struct timer *timer)
{
    struct joined *joined = (struct joined *)((char *)timer - offsetof(struct joined, timer));
    emit(joined->session, joined->socket, "auth", slice_of(joined->auth.data, joined->auth.length),
         NULL);
    free_joined(joined);
}

static void on_opened(struct socket_session *session, const char *peer, void *context)
{
    (void)peer;
    (void)context;
    socket_session_set_data(session, calloc(1, sizeof(struct joined_list)));
}

static void on_closed(struct socket_session *session, void *context)
{
    (void)context;
    struct joined_list *list = socket_session_data(session);
    struct joined *joined;
    while ((joined = LIST_FIRST(list)))
        free_joined(joined);
    free(list);
}

static void tell_auth_soon(struct program *program, struct socket_session *session, uint32_t socket,
                           struct slice auth)
{
    struct joined *joined = calloc(1, sizeof *joined);
    joined->timers = http_server_timers(program->server);
    joined->timer.expired = tell_auth;
    joined->session = session;
    joined->socket = socket;
    buffer_append(&joined->auth, auth.data, auth.length);
    LIST_INSERT_HEAD((struct joined_list *)socket_session_data(session), joined, entry);
    timers_set(joined->timers, &joined->timer, clock_monotonic_ms() + AUTH_TIME);
}

static bool on_connect(struct socket_session *session, uint32_t socket, struct slice namespace,
                       struct slice auth, void *context)
{
    struct socket_server *server = socket_session_server(session);
    if (slice_equals(namespace, "/refused")) {
        socket_server_refuse(server, socket, "Not you", slice_of_string("{\"why\":\"test\"}"));
        return true;
    }
    if (!slice_equals(namespace, "/") && !slice_equals(namespace, "/custom"))
        return false;
    if (socket_server_accept(server, socket))
        tell_auth_soon(context, session, socket, auth.length ? auth : slice_of_string("{}"));
    return true;
}

static void handle_message(struct socket_session *session, uint32_t socket,
                           const struct socketio_packet *packet, struct slice arguments)
{
    emit(session, socket, "message-back", arguments, packet);
}

static void handle_message_with_ack(struct socket_session *session, uint32_t socket,
                                    const struct socketio_packet *packet, struct slice arguments)
{
    struct buffer data = {0};
    buffer_append_byte(&data, '[');
    buffer_append(&data, arguments.data, arguments.length);
    buffer_append_byte(&data, ']');
    struct socketio_message message = {slice_of(data.data, data.length), packet->attachments,
                                       packet->attachment_count};
    if (packet->id >= 0)
        socket_server_acknowledge(socket_session_server(session), socket, packet->id, &message);
    buffer_free(&data);
}

struct call {
    struct socket_session *session;
    uint32_t socket;
};

static void on_reply(const struct socketio_packet *answer, const struct error *error, void *context)
{
    struct call *call = context;
    struct buffer text = {0};
    if (answer)
        buffer_append(&text, answer->data.data, answer->data.length);
    else
        buffer_append_format(&text, "\"%s\"", error_code_name(error->code));
    if (socket_session_server(call->session))
        emit(call->session, call->socket, "answered", slice_of(text.data, text.length), answer);
    buffer_free(&text);
    free(call);
}

static void handle_call(struct socket_session *session, uint32_t socket,
                        const struct socketio_packet *packet, struct slice arguments)
{
    struct buffer data = {0};
    struct call *call = calloc(1, sizeof *call);
    *call = (struct call){session, socket};
    socketio_put_event(&data, "question", arguments);
    struct socketio_message message = {slice_of(data.data, data.length), packet->attachments,
                                       packet->attachment_count};
    socket_session_call(session, socket, &message, CALL_TIME, on_reply, call);
    buffer_free(&data);
}

static void handle_leave(struct socket_session *session, uint32_t socket,
                         const struct socketio_packet *packet, struct slice arguments)
{
    (void)packet;
    (void)arguments;
    socket_server_disconnect(socket_session_server(session), socket);
}

static void handle_close(struct socket_session *session, uint32_t socket,
                         const struct socketio_packet *packet, struct slice arguments)
{
    (void)socket;
    (void)packet;
    (void)arguments;
    socket_session_close(session);
}

static const struct {
    const char *name;
    void (*handle)(struct socket_session *session, uint32_t socket,
                   const struct socketio_packet *packet, struct slice arguments);
} EVENTS[] = {
    {"call-me", handle_call},
    {"close-me", handle_close},
    {"leave-me", handle_leave},
    {"message", handle_message},
    {"message-with-ack", handle_message_with_ack},
};

static void on_event(struct socket_session *session, uint32_t socket,
                     const struct socketio_packet *packet, void *context)
{
    (void)context;
    struct slice name, value;
    struct json_cursor cursor;
    struct buffer arguments = {0};
    if (!socketio_event(packet, &name, &cursor) || json_scan_kind(name) != JSON_STRING)
        return;
    while (json_scan_element(&cursor, &value)) {
        if (arguments.length > 0)
            buffer_append_byte(&arguments, ',');
        buffer_append(&arguments, value.data, value.length);
    }
    for (size_t i = 0; i < sizeof EVENTS / sizeof *EVENTS; i++) {
        if (json_scan_string_is(name, EVENTS[i].name)) {
            EVENTS[i].handle(session, socket, packet,
                             slice_of(buffer_string(&arguments), arguments.length));
            break;
        }
    }
    buffer_free(&arguments);
}

static void on_disconnected(struct socket_session *session, uint32_t socket, const char *reason,
                            void *context)
{
    (void)session;
    (void)socket;
    (void)reason;
    (void)context;
}

static const struct socket_endpoint_listener SOCKETS = {.connect = on_connect,
                                                        .event = on_event,
                                                        .disconnected = on_disconnected,
                                                        .opened = on_opened,
                                                        .closed = on_closed};

/* The program. */

static void on_request(struct http_exchange *exchange, void *context)
{
    struct program *program = context;
    if (engine_endpoint_wants(program->engine, http_exchange_head(exchange)))
        engine_endpoint_take(program->engine, exchange);
    else
        http_exchange_answer(exchange, 404, NULL, 0, slice_of_string("not found"));
}

static const struct http_server_listener REQUESTS = {.request = on_request};

static void on_input(evutil_socket_t descriptor, short what, void *context)
{
    (void)what;
    struct program *program = context;
    char bytes[256];
    if (read(descriptor, bytes, sizeof bytes) <= 0)
        event_base_loopbreak(program->base);
}

static void read_options(struct program *program, int count, char **arguments)
{
    static const struct option OPTIONS[] = {
        {"app", required_argument, NULL, 'a'},
        {"path", required_argument, NULL, 'p'},
        {"port", required_argument, NULL, 'n'},
        {"ping-interval", required_argument, NULL, 'i'},
        {"ping-timeout", required_argument, NULL, 't'},
        {"connect-timeout", required_argument, NULL, 'c'},
        {"upgrade-timeout", required_argument, NULL, 'u'},
        {NULL, 0, NULL, 0},
    };
    int option;
    while ((option = getopt_long(count, arguments, "", OPTIONS, NULL)) != -1) {
        long number = optarg ? strtol(optarg, NULL, 10) : 0;
        if (option == 'a')
            program->is_socket = strcmp(optarg, "socket") == 0;
        else if (option == 'p')
            program->endpoint.path = optarg;
        else if (option == 'n')
            program->port = (unsigned)number;
        else if (option == 'i')
            program->sessions.ping_interval = number;
        else if (option == 't')
            program->sessions.ping_timeout = number;
        else if (option == 'c')
            program->socket_settings.connect_timeout = number;
        else if (option == 'u')
            program->sessions.upgrade_timeout = number;
        else
            exit(2);
    }
}

static void set_defaults(struct program *program)
{
    *program = (struct program){
        .sessions = ENGINE_SERVER_SETTINGS,
        .socket_settings = SOCKET_SERVER_SETTINGS,
        .source = {.random = &RANDOM_SYSTEM, .call = clock_now_ms()},
    };
    program->sessions.ping_interval = 300;
    program->sessions.ping_timeout = 200;
    program->socket_settings.connect_timeout = 1000;
    program->endpoint = (struct engine_endpoint_settings){
        .sessions = &program->sessions,
        .sessions_max = 20000,
        .queue_max = 16 * 1024 * 1024,
        .random = &RANDOM_SYSTEM,
        .id_counter = &program->source.identifier,
    };
}

static void make_application(struct program *program)
{
    struct timers *timers = http_server_timers(program->server);
    if (!program->endpoint.path)
        program->endpoint.path = program->is_socket ? "/socket.io" : "/engine.io";
    if (program->is_socket) {
        program->sockets =
            socket_endpoint_new(timers, &program->endpoint, &program->socket_settings,
                                &program->source, &SOCKETS, program);
        program->engine = socket_endpoint_engine(program->sockets);
    } else {
        program->engine = engine_endpoint_new(timers, &program->endpoint, &ECHO, program);
    }
}

int main(int count, char **arguments)
{
    struct program program;
    struct error error;
    signal(SIGPIPE, SIG_IGN);
    set_defaults(&program);
    read_options(&program, count, arguments);
    program.base = event_base_new();
    program.server = http_server_new(program.base, NULL, &REQUESTS, &program);
    make_application(&program);
    int port = http_server_listen_tcp(program.server, "127.0.0.1", program.port, &error);
    if (port < 0) {
        fprintf(stderr, "realtime_server: %s\n", error.message);
        return 1;
    }
    printf("%d\n", port);
    fflush(stdout);
    program.input = event_new(program.base, STDIN_FILENO, EV_READ | EV_PERSIST, on_input, &program);
    event_add(program.input, NULL);
    event_base_dispatch(program.base);
    event_free(program.input);
    if (program.sockets)
        socket_endpoint_free(program.sockets);
    else
        engine_endpoint_free(program.engine);
    http_server_free(program.server);
    event_base_loop(program.base, EVLOOP_NONBLOCK);
    event_base_free(program.base);
    return 0;
}
