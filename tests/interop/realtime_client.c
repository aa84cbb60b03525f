/* realtime_client URL: a Socket.IO client that does what the lines of its standard input say, and
   prints what it is told.

     connect | disconnect | network | quit
     emit ARRAY | volatile ARRAY | call TIMEOUT ARRAY      ARRAY begins with the event's name
     binary TIMEOUT HEX                                    calls ["binary", bytes]
     flood COUNT SIZE                                      emits, until one is refused
     free WHEN                                             frees the client when it is told that

   Events are acknowledged with their arguments, attachments included. */
#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/realtime_client.h"
#include "wire/hex.h"

struct program {
    struct event_base *base;
    struct realtime_client *client;
    struct event *input;
    struct buffer line;
    char token[32], free_when[32];
    int connections;
};

/* Whether the client was freed. */
static bool told(struct program *program, const char *what)
{
    if (strcmp(program->free_when, what) != 0)
        return false;
    realtime_client_free(program->client);
    program->client = NULL;
    event_base_loopbreak(program->base);
    printf("freed\n");
    return true;
}

static void on_auth(struct realtime_client *client, struct buffer *auth, void *context)
{
    struct program *program = context;
    (void)client;
    buffer_append_format(auth, "{\"token\":\"%s\",\"connection\":%d}", program->token,
                         ++program->connections);
}

static void on_connected(struct realtime_client *client, struct slice id, void *context)
{
    (void)client;
    if (told(context, "connected"))
        return;
    printf("connected %.*s\n", (int)id.length, id.data);
}

static void on_disconnected(struct realtime_client *client, const char *reason,
                            const struct error *error, int64_t retry_in, void *context)
{
    (void)client;
    if (told(context, "disconnected"))
        return;
    printf("disconnected %s|%s|%lld\n", reason, error->message, (long long)retry_in);
}

static void on_failed(struct realtime_client *client, const struct error *error, int64_t retry_in,
                      void *context)
{
    (void)client;
    if (told(context, "failed"))
        return;
    printf("failed %s|%s|%lld\n", error_code_name(error->code), error->message,
           (long long)retry_in);
}

static void print_attachments(const struct socketio_packet *packet)
{
    for (size_t i = 0; i < packet->attachment_count; i++) {
        struct buffer text = {0};
        hex_encode(&text, packet->attachments[i].data, packet->attachments[i].length);
        printf(" %s", buffer_string(&text));
        buffer_free(&text);
    }
    printf("\n");
}

static void on_event(struct realtime_client *client, uint32_t connection,
                     const struct socketio_packet *packet, void *context)
{
    struct json_cursor cursor;
    struct slice name, value;
    struct buffer answer = {0};
    if (told(context, "event"))
        return;
    printf("event %.*s", (int)packet->data.length, packet->data.data);
    print_attachments(packet);
    if (packet->id < 0 || !socketio_event(packet, &name, &cursor))
        return;
    buffer_append_byte(&answer, '[');
    while (json_scan_element(&cursor, &value)) {
        if (answer.length > 1)
            buffer_append_byte(&answer, ',');
        buffer_append(&answer, value.data, value.length);
    }
    buffer_append_byte(&answer, ']');
    struct socketio_message message = {slice_of(answer.data, answer.length), packet->attachments,
                                       packet->attachment_count};
    realtime_client_acknowledge(client, connection, packet->id, &message, NULL);
    buffer_free(&answer);
}

static const struct realtime_listener LISTENER = {on_auth, on_connected, on_disconnected, on_failed,
                                                  on_event};

static void replied(const struct socketio_packet *answer, const struct error *error, void *context)
{
    if (told(context, "reply"))
        return;
    if (error) {
        printf("no reply %s|%s\n", error_code_name(error->code), error->message);
        return;
    }
    printf("reply %.*s", (int)answer->data.length, answer->data.data);
    print_attachments(answer);
}

static void emit(struct program *program, const char *rest)
{
    struct socketio_message message = {.data = slice_of_string(rest)};
    struct error error;
    if (realtime_client_emit(program->client, &message, &error) != 0)
        printf("refused %s|%s\n", error_code_name(error.code), error.message);
}

static void emit_volatile(struct program *program, const char *rest)
{
    struct socketio_message message = {.data = slice_of_string(rest)};
    printf("volatile %d\n", realtime_client_emit_volatile(program->client, &message));
}

static void call(struct program *program, const char *rest)
{
    char *end;
    int64_t timeout = strtoll(rest, &end, 10);
    struct socketio_message message = {.data = slice_of_string(end + 1)};
    realtime_client_call(program->client, &message, timeout, replied, program);
}

static void call_binary(struct program *program, const char *rest)
{
    char *end;
    unsigned char bytes[256];
    int64_t timeout = strtoll(rest, &end, 10);
    struct slice text = slice_of_string(end + 1);
    if (hex_decode_exactly(text, bytes, text.length / 2, NULL) != 0)
        return;
    struct slice attachment = slice_of(bytes, text.length / 2);
    struct socketio_message message = {
        slice_of_string("[\"binary\",{\"_placeholder\":true,\"num\":0}]"), &attachment, 1};
    realtime_client_call(program->client, &message, timeout, replied, program);
}

static void flood(struct program *program, const char *rest)
{
    char *end;
    long count = strtol(rest, &end, 10), size = strtol(end, NULL, 10);
    struct buffer text = {0};
    struct error error;
    buffer_append_string(&text, "[\"flood\",\"");
    for (long i = 0; i < size; i++)
        buffer_append_byte(&text, 'x');
    buffer_append_string(&text, "\"]");
    struct socketio_message message = {.data = slice_of(text.data, text.length)};
    long taken = 0;
    while (taken < count && realtime_client_emit(program->client, &message, &error) == 0)
        taken++;
    printf("flooded %ld %s\n", taken, taken < count ? error.message : "");
    buffer_free(&text);
}

static void connect_client(struct program *program, const char *rest)
{
    (void)rest;
    realtime_client_connect(program->client);
}

static void disconnect_client(struct program *program, const char *rest)
{
    (void)rest;
    realtime_client_disconnect(program->client);
}

static void network(struct program *program, const char *rest)
{
    (void)rest;
    realtime_client_network_changed(program->client);
}

static void set_token(struct program *program, const char *rest)
{
    snprintf(program->token, sizeof program->token, "%s", rest);
}

static void set_free(struct program *program, const char *rest)
{
    snprintf(program->free_when, sizeof program->free_when, "%s", rest);
}

static void quit(struct program *program, const char *rest)
{
    (void)rest;
    event_base_loopbreak(program->base);
}

static void obey(struct program *program, char *line)
{
    static const struct {
        const char *name;
        void (*run)(struct program *program, const char *rest);
    } commands[] = {
        {"connect", connect_client},
        {"disconnect", disconnect_client},
        {"network", network},
        {"quit", quit},
        {"emit", emit},
        {"volatile", emit_volatile},
        {"call", call},
        {"binary", call_binary},
        {"flood", flood},
        {"free", set_free},
        {"token", set_token},
    };
    char *space = strchr(line, ' ');
    if (space)
        *space = '\0';
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(line, commands[i].name) == 0 && program->client)
            commands[i].run(program, space ? space + 1 : "");
}

static void on_input(evutil_socket_t descriptor, short what, void *context)
{
    struct program *program = context;
    char piece[4096], *end;
    ssize_t count = read(descriptor, piece, sizeof piece);
    (void)what;
    if (count <= 0) {
        event_base_loopbreak(program->base);
        return;
    }
    buffer_append(&program->line, piece, (size_t)count);
    while ((end = memchr(program->line.data, '\n', program->line.length))) {
        *end = '\0';
        obey(program, program->line.data);
        buffer_drain(&program->line, (size_t)(end - program->line.data) + 1);
    }
}

static void run(struct program *program)
{
    program->input =
        event_new(program->base, STDIN_FILENO, EV_READ | EV_PERSIST, on_input, program);
    event_add(program->input, NULL);
    event_base_dispatch(program->base);
    realtime_client_free(program->client);
    event_free(program->input);
    buffer_free(&program->line);
}

int main(int argc, char **argv)
{
    struct program program = {.token = "good"};
    struct realtime_settings settings = REALTIME_SETTINGS;
    struct error error;
    if (argc < 2)
        return 2;
    signal(SIGPIPE, SIG_IGN);
    setvbuf(stdout, NULL, _IOLBF, 0);
    /* Shorter, so that the test is: the least and the most delay, the time of a probe. */
    settings.reconnect_least = 200;
    settings.reconnect_most = 1000;
    settings.probe_timeout = 500;
    if (argc > 2)
        settings.open_timeout = atoi(argv[2]);
    program.base = event_base_new();
    struct timers *timers = timers_new(program.base);
    struct dialer *dialer = dialer_new(program.base, NULL);
    program.client =
        realtime_client_new(dialer, timers, argv[1], &settings, &LISTENER, &program, &error);
    bool valid = program.client != NULL;
    if (valid)
        run(&program);
    else
        printf("invalid %s\n", error.message);
    dialer_free(dialer);
    timers_free(timers);
    event_base_loop(program.base, EVLOOP_NONBLOCK); /* libevent frees streams from the loop */
    event_base_free(program.base);
    return valid ? 0 : 1;
}
