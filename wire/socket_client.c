#include "wire/socket_client.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "call_table.h"
#include "packet_store.h"

const struct socket_client_settings SOCKET_CLIENT_SETTINGS = {
    .namespace = "/",
    .queue_max = 8u * 1024u * 1024u,
    .message_max = 1000000,
    .calls_max = 4096,
};

enum state {
    AWAY,    /* no engine session, or one that is being closed */
    JOINING, /* CONNECT was sent */
    JOINED,
};

/* An event that waits for the join. */
struct queued {
    TAILQ_ENTRY(queued) entries;
    int64_t id;
    struct buffer messages; /* see packet_store.h */
};
TAILQ_HEAD(queue, queued);

struct socket_client {
    const struct socket_client_settings *settings;
    const struct socket_client_listener *listener;
    void *context;
    struct socketio_decoder *decoder; /* only while attachments are missing */
    struct queue queue;
    size_t queued; /* bytes */
    struct call_table calls;
    size_t message_max;
    int64_t next_id;
    uint32_t connection;
    unsigned char state;
    bool freed; /* by a listener function: memory goes when the outermost call returns */
    unsigned depth;
};

static void enter(struct socket_client *client)
{
    client->depth++;
}

static void leave(struct socket_client *client)
{
    if (--client->depth > 0 || !client->freed)
        return;
    socketio_decoder_free(client->decoder);
    free(client);
}

struct socket_client *socket_client_new(const struct socket_client_settings *settings,
                                        const struct socket_client_listener *listener,
                                        void *context)
{
    struct socket_client *client = calloc(1, sizeof *client);
    if (!client)
        return NULL;
    client->settings = settings;
    client->listener = listener;
    client->context = context;
    client->message_max = settings->message_max;
    TAILQ_INIT(&client->queue);
    call_table_init(&client->calls);
    return client;
}

static void drop_queued(struct socket_client *client, struct queued *item)
{
    TAILQ_REMOVE(&client->queue, item, entries);
    client->queued -= item->messages.length;
    buffer_free(&item->messages);
    free(item);
}

static bool is_queued(const struct socket_client *client, int64_t id)
{
    const struct queued *item;
    TAILQ_FOREACH(item, &client->queue, entries)
    if (item->id == id)
        return true;
    return false;
}

static bool every_call(const struct call *call, const void *context)
{
    (void)call, (void)context;
    return true;
}

static bool call_was_sent(const struct call *call, const void *context)
{
    return !is_queued(context, call->id);
}

void socket_client_free(struct socket_client *client)
{
    if (!client)
        return;
    enter(client);
    client->freed = true;
    client->state = AWAY;
    while (!TAILQ_EMPTY(&client->queue))
        drop_queued(client, TAILQ_FIRST(&client->queue));
    call_table_close(&client->calls, every_call, NULL);
    leave(client);
}

bool socket_client_is_joined(const struct socket_client *client)
{
    return client->state == JOINED;
}

/* What goes. */

static struct socketio_packet packet_of(const struct socket_client *client, enum socketio_type type,
                                        int64_t id, const struct socketio_message *message)
{
    return (struct socketio_packet){.type = type,
                                    .namespace = slice_of_string(client->settings->namespace),
                                    .id = id,
                                    .data = message->data,
                                    .attachments = message->attachments,
                                    .attachment_count = message->attachment_count};
}

static void send_messages(struct socket_client *client, struct slice messages)
{
    struct slice message;
    bool binary;
    while (client->state != AWAY && packet_store_next(&messages, &message, &binary))
        client->listener->send(client, message, binary, client->context);
}

static int too_long(const struct socket_client *client, size_t length, struct error *error)
{
    return error_set(error, ERROR_LIMIT,
                     "a message of %zu bytes is longer than the %zu the server takes", length,
                     client->message_max);
}

/* Puts a packet into messages. Returns 0, or -1 with ERROR_LIMIT or ERROR_MEMORY. */
static int print(const struct socket_client *client, const struct socketio_packet *packet,
                 struct buffer *messages, struct error *error)
{
    packet_store_put(messages, packet);
    if (messages->failed)
        return error_set(error, ERROR_MEMORY, "out of memory");
    /* An engine packet is one byte longer. */
    size_t longest = packet_store_longest(slice_of(messages->data, messages->length)) + 1;
    return longest > client->message_max ? too_long(client, longest, error) : 0;
}

/* Takes over the messages. */
static int queue(struct socket_client *client, int64_t id, struct buffer *messages,
                 struct error *error)
{
    if (client->queued + messages->length > client->settings->queue_max) {
        error_set(error, ERROR_LIMIT, "%zu bytes wait for a connection already", client->queued);
        return error_fix(error, "try again when the server can be reached");
    }
    struct queued *item = malloc(sizeof *item);
    if (!item)
        return error_set(error, ERROR_MEMORY, "out of memory");
    item->id = id;
    item->messages = *messages;
    *messages = (struct buffer){0};
    client->queued += item->messages.length;
    TAILQ_INSERT_TAIL(&client->queue, item, entries);
    return 0;
}

/* Sends or queues an event. */
static int emit(struct socket_client *client, const struct socketio_message *message, int64_t id,
                struct error *error)
{
    struct buffer messages = {0};
    struct socketio_packet packet = packet_of(client, SOCKETIO_EVENT, id, message);
    int status = print(client, &packet, &messages, error);
    if (status == 0 && client->state == JOINED)
        send_messages(client, slice_of(messages.data, messages.length));
    else if (status == 0)
        status = queue(client, id, &messages, error);
    buffer_free(&messages);
    return status;
}

int socket_client_emit(struct socket_client *client, const struct socketio_message *message,
                       struct error *error)
{
    enter(client);
    int status = emit(client, message, -1, error);
    leave(client);
    return status;
}

bool socket_client_emit_volatile(struct socket_client *client,
                                 const struct socketio_message *message)
{
    if (client->state != JOINED || !client->listener->writable(client, client->context))
        return false;
    return socket_client_emit(client, message, NULL) == 0;
}

void socket_client_call(struct socket_client *client, const struct socketio_message *message,
                        int64_t timeout, int64_t now, socketio_reply *reply, void *reply_context)
{
    struct call call = {.id = client->next_id++,
                        .deadline = timeout > 0 ? now + timeout : INT64_MAX,
                        .reply = reply,
                        .context = reply_context};
    struct error error;
    enter(client);
    if (call_table_add(&client->calls, client->settings->calls_max, &call, &error) != 0)
        call_fail(&call, &error);
    else if (emit(client, message, call.id, &error) != 0 &&
             call_table_take(&client->calls, 0, call.id, &call))
        call_fail(&call, &error);
    leave(client);
}

int socket_client_acknowledge(struct socket_client *client, uint32_t connection, int64_t id,
                              const struct socketio_message *message, struct error *error)
{
    struct buffer messages = {0};
    struct socketio_packet packet = packet_of(client, SOCKETIO_ACK, id, message);
    if (client->state != JOINED || connection != client->connection)
        return error_set(error, ERROR_CLOSED, "the connection that asked is gone");
    enter(client);
    int status = print(client, &packet, &messages, error);
    if (status == 0)
        send_messages(client, slice_of(messages.data, messages.length));
    buffer_free(&messages);
    leave(client);
    return status;
}

/* The namespace is left, or not to be joined any more. */
static void go_away(struct socket_client *client, enum socket_client_end how, const char *reason)
{
    bool joined = client->state == JOINED;
    client->state = AWAY;
    if (!joined)
        return;
    call_table_close(&client->calls, call_was_sent, client);
    if (!client->freed)
        client->listener->disconnected(client, how, reason, client->context);
}

static void close_session(struct socket_client *client)
{
    if (!client->freed)
        client->listener->close(client, client->context);
}

void socket_client_disconnect(struct socket_client *client)
{
    static const struct socketio_message nothing = {.data = {NULL, 0}};
    struct buffer text = {0};
    if (client->state == AWAY)
        return;
    enter(client);
    if (client->state == JOINED) {
        struct socketio_packet packet = packet_of(client, SOCKETIO_DISCONNECT, -1, &nothing);
        socketio_print(&packet, &text);
        client->listener->send(client, slice_of(text.data, text.length), false, client->context);
    }
    go_away(client, SOCKET_CLIENT_CLIENT, "io client disconnect");
    close_session(client);
    buffer_free(&text);
    leave(client);
}

void socket_client_opened(struct socket_client *client, int64_t max_payload)
{
    struct buffer auth = {0}, text = {0};
    enter(client);
    if (max_payload > 0)
        client->message_max = (size_t)max_payload;
    client->state = JOINING;
    client->connection++;
    socketio_decoder_free(client->decoder);
    client->decoder = NULL;
    client->listener->auth(client, &auth, client->context);
    struct socketio_message message = {.data = slice_of(auth.data, auth.length)};
    struct socketio_packet packet = packet_of(client, SOCKETIO_CONNECT, -1, &message);
    socketio_print(&packet, &text);
    if (auth.failed || text.failed) {
        go_away(client, SOCKET_CLIENT_TRANSPORT, "out of memory");
        close_session(client);
    } else if (client->state == JOINING) {
        client->listener->send(client, slice_of(text.data, text.length), false, client->context);
    }
    buffer_free(&auth);
    buffer_free(&text);
    leave(client);
}

void socket_client_lost(struct socket_client *client, enum engine_end reason)
{
    enter(client);
    go_away(client, SOCKET_CLIENT_TRANSPORT, engine_end_name(reason));
    leave(client);
}

int64_t socket_client_deadline(const struct socket_client *client)
{
    return call_table_deadline(&client->calls);
}

void socket_client_time(struct socket_client *client, int64_t now)
{
    struct queued *item, *next;
    struct call call;
    enter(client);
    while (call_table_expired(&client->calls, now, &call)) {
        for (item = TAILQ_FIRST(&client->queue); item; item = next) {
            next = TAILQ_NEXT(item, entries);
            if (item->id == call.id)
                drop_queued(client, item);
        }
        call_fail_timeout(&call);
    }
    leave(client);
}

/* What comes. */

/* Sends what waits. */
static void flush(struct socket_client *client)
{
    struct queued *item;
    struct call call;
    struct error error;
    while (client->state == JOINED && (item = TAILQ_FIRST(&client->queue))) {
        int64_t id = item->id;
        struct buffer messages = item->messages;
        item->messages = (struct buffer){0};
        client->queued -= messages.length;
        drop_queued(client, item);
        struct slice stored = slice_of(messages.data, messages.length);
        size_t longest = packet_store_longest(stored) + 1;
        if (longest <= client->message_max) {
            send_messages(client, stored);
        } else if (id >= 0 && call_table_take(&client->calls, 0, id, &call)) {
            too_long(client, longest, &error);
            call_fail(&call, &error);
        }
        buffer_free(&messages);
    }
}

static void take_connect(struct socket_client *client, const struct socketio_packet *packet)
{
    struct buffer id = {0};
    struct slice value;
    if (client->state != JOINING)
        return;
    if (packet->data.length == 0 || !json_scan_find(packet->data, "sid", &value) ||
        json_scan_kind(value) != JSON_STRING) {
        client->state = AWAY;
        client->listener->refused(client, "the server speaks an older protocol than Socket.IO 3",
                                  slice_of(NULL, 0), client->context);
        close_session(client);
        return;
    }
    json_scan_string(value, &id);
    client->state = JOINED;
    flush(client);
    if (client->state == JOINED)
        client->listener->connected(client, slice_of(buffer_string(&id), id.length),
                                    client->context);
    buffer_free(&id);
}

static void take_connect_error(struct socket_client *client, const struct socketio_packet *packet)
{
    struct buffer message = {0};
    struct slice value = packet->data, data = {NULL, 0};
    if (client->state != JOINING)
        return;
    bool object = value.length > 0 && json_scan_kind(value) == JSON_OBJECT;
    if (object)
        json_scan_find(packet->data, "data", &data);
    if (object && !json_scan_find(packet->data, "message", &value))
        value = slice_of(NULL, 0);
    if (value.length > 0 && json_scan_kind(value) == JSON_STRING)
        json_scan_string(value, &message);
    client->state = AWAY;
    client->listener->refused(client, buffer_string(&message), data, client->context);
    close_session(client);
    buffer_free(&message);
}

static void take_disconnect(struct socket_client *client, const struct socketio_packet *packet)
{
    (void)packet;
    go_away(client, SOCKET_CLIENT_SERVER, "io server disconnect");
    close_session(client);
}

static void take_event(struct socket_client *client, const struct socketio_packet *packet)
{
    if (client->state == JOINED && packet->data.length > 0)
        client->listener->event(client, client->connection, packet, client->context);
}

static void take_ack(struct socket_client *client, const struct socketio_packet *packet)
{
    struct call call;
    if (client->state == JOINED && !is_queued(client, packet->id) &&
        call_table_take(&client->calls, 0, packet->id, &call))
        call.reply(packet, NULL, call.context);
}

static int decode(struct socket_client *client, struct slice data, bool binary,
                  struct socketio_packet *packet)
{
    if (!client->decoder && (binary || socketio_has_attachments(data)))
        client->decoder = socketio_decoder_new();
    if (binary)
        return client->decoder ? socketio_decode_binary(client->decoder, data, packet, NULL) : -1;
    if (!client->decoder && socketio_has_attachments(data))
        return -1;
    return socketio_decode_text(client->decoder, data, packet, NULL);
}

void socket_client_message(struct socket_client *client, struct slice data, bool binary)
{
    static void (*const takers[])(struct socket_client *, const struct socketio_packet *) = {
        [SOCKETIO_CONNECT] = take_connect,
        [SOCKETIO_DISCONNECT] = take_disconnect,
        [SOCKETIO_EVENT] = take_event,
        [SOCKETIO_ACK] = take_ack,
        [SOCKETIO_CONNECT_ERROR] = take_connect_error,
    };
    struct socketio_packet packet;
    if (client->state == AWAY)
        return;
    enter(client);
    int status = decode(client, data, binary, &packet);
    if (status > 0 && slice_equals(packet.namespace, client->settings->namespace))
        takers[packet.type](client, &packet);
    if (status < 0) {
        go_away(client, SOCKET_CLIENT_TRANSPORT, "parse error");
        close_session(client);
    }
    if (status != 0) {
        socketio_decoder_free(client->decoder);
        client->decoder = NULL;
    }
    leave(client);
}
