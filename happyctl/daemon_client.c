#include "daemon_client.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon_start.h"
#include "deadline.h"
#include "os/unix_socket.h"

#define LINE_MAX_BYTES    (17u * 1024u * 1024u) /* an answer; happyd queues no more than 16 MiB */
#define READ_SIZE         (16u * 1024u)
#define NOTIFICATIONS_MAX 4096u /* kept while a call waits; more end the connection */

struct notification {
    STAILQ_ENTRY(notification) entry;
    struct json_rpc_message message;
};

struct daemon_client {
    int descriptor;
    bool lost;  /* of no more use */
    bool ended; /* the other side closed it */
    int64_t next_id;
    struct buffer received;
    size_t searched; /* bytes of `received` known to hold no newline */
    STAILQ_HEAD(, notification) notifications;
    size_t notification_count;
};

void daemon_client_free(struct daemon_client *client)
{
    if (!client)
        return;
    struct notification *notification;
    while ((notification = STAILQ_FIRST(&client->notifications))) {
        STAILQ_REMOVE_HEAD(&client->notifications, entry);
        json_rpc_message_clear(&notification->message);
        free(notification);
    }
    close(client->descriptor);
    buffer_free(&client->received);
    free(client);
}

bool daemon_client_is_lost(const struct daemon_client *client)
{
    return client->lost;
}

bool daemon_client_has_ended(const struct daemon_client *client)
{
    return client->ended;
}

static int lose(struct daemon_client *client, struct error *error, const char *reason)
{
    client->lost = true;
    error_set(error, ERROR_CLOSED, "%s", reason);
    return error_fix(error, "see why with: happyctl daemon logs");
}

/* 1: ready; 0: not before `deadline` (-1: none); -1 with `error`. */
static int wait_for(struct daemon_client *client, short events, int64_t deadline,
                    struct error *error)
{
    struct pollfd wanted = {.fd = client->descriptor, .events = events};
    for (;;) {
        int result = poll(&wanted, 1, deadline_left(deadline));
        if (result >= 0)
            return result > 0;
        if (errno != EINTR)
            return error_set_errno(error, "cannot wait for happyd");
    }
}

static int send_all(struct daemon_client *client, const struct buffer *line, int64_t deadline,
                    struct error *error)
{
    size_t sent = 0;
    if (line->failed)
        return error_set(error, ERROR_MEMORY, "out of memory");
    while (sent < line->length) {
        ssize_t count =
            send(client->descriptor, line->data + sent, line->length - sent, MSG_NOSIGNAL);
        if (count >= 0) {
            sent += (size_t)count;
            continue;
        }
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN)
            return 0; /* receiving tells why, if happyd said so before it ended the connection */
        int ready = wait_for(client, POLLOUT, deadline, error);
        if (ready <= 0)
            return ready < 0 ? -1 : lose(client, error, "happyd does not read its socket");
    }
    return 0;
}

/* 1: a message in `message`; 0: the deadline passed; -1 with `error`. */
static int receive(struct daemon_client *client, int64_t deadline, struct json_rpc_message *message,
                   struct error *error)
{
    struct buffer *received = &client->received;
    for (;;) {
        char *end = received->length > client->searched
                        ? memchr(received->data + client->searched, '\n',
                                 received->length - client->searched)
                        : NULL;
        if (end) {
            size_t length = (size_t)(end - received->data);
            int refused = json_rpc_parse(received->data, length, message, error);
            buffer_drain(received, length + 1);
            client->searched = 0;
            if (!refused)
                return 1;
            json_rpc_message_clear(message);
            return lose(client, error,
                        "what answers on happyd's socket does not speak its language");
        }
        client->searched = received->length;
        if (received->length > LINE_MAX_BYTES)
            return lose(client, error, "happyd sent a line that is too long");
        char bytes[READ_SIZE];
        ssize_t count = recv(client->descriptor, bytes, sizeof bytes, 0);
        if (count > 0) {
            buffer_append(received, bytes, (size_t)count);
            if (received->failed)
                return lose(client, error, "out of memory");
        } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
            client->ended = true;
            return lose(client, error, "happyd ended the connection");
        } else {
            int ready = wait_for(client, POLLIN, deadline, error);
            if (ready <= 0)
                return ready;
        }
    }
}

static int keep(struct daemon_client *client, struct json_rpc_message *message, struct error *error)
{
    struct notification *notification = NULL;
    if (client->notification_count < NOTIFICATIONS_MAX)
        notification = calloc(1, sizeof *notification);
    if (!notification) {
        json_rpc_message_clear(message);
        return lose(client, error, "happyd sent more notifications than can be kept");
    }
    notification->message = *message;
    client->notification_count++;
    STAILQ_INSERT_TAIL(&client->notifications, notification, entry);
    return 0;
}

/* The answer with that id; NULL with `error`. */
static struct json_object *await_answer(struct daemon_client *client, int64_t id, int64_t deadline,
                                        struct error *error)
{
    for (;;) {
        struct json_rpc_message message;
        int got = receive(client, deadline, &message, error);
        if (got == 0) {
            lose(client, error, "happyd does not answer");
            error_fix(error, "happyctl daemon restart (agents go on)");
        }
        if (got <= 0)
            return NULL;
        if (message.kind == JSON_RPC_NOTIFICATION) {
            if (keep(client, &message, error) < 0)
                return NULL;
            continue;
        }
        /* An error without an id is about the connection itself: too many, or a line too long. */
        bool ours = message.id ? json_object_get_int64(message.id) == id : true;
        struct json_object *result = NULL;
        if (ours && message.kind == JSON_RPC_RESULT)
            result = message.result ? json_object_get(message.result) : json_object_new_object();
        else if (ours && message.kind == JSON_RPC_ERROR)
            json_rpc_error_of(&message, error);
        json_rpc_message_clear(&message);
        if (ours)
            return result;
    }
}

struct json_object *daemon_client_call(struct daemon_client *client, const char *method,
                                       struct json_object *params, int timeout_ms,
                                       struct error *error)
{
    int64_t deadline = deadline_after(timeout_ms);
    int64_t number = client->next_id++;
    struct json_object *id = json_object_new_int64(number);
    struct buffer line = {0};
    json_rpc_put_request(&line, id, method, params);
    json_object_put(id);
    json_object_put(params);
    int result = send_all(client, &line, deadline, error);
    if (line.data)
        explicit_bzero(line.data, line.length); /* it may hold the person's environment */
    buffer_free(&line);
    return result < 0 ? NULL : await_answer(client, number, deadline, error);
}

int daemon_client_next(struct daemon_client *client, int timeout_ms,
                       struct json_rpc_message *message, struct error *error)
{
    struct notification *kept = STAILQ_FIRST(&client->notifications);
    if (kept) {
        STAILQ_REMOVE_HEAD(&client->notifications, entry);
        client->notification_count--;
        *message = kept->message;
        free(kept);
        return 1;
    }
    int64_t deadline = deadline_after(timeout_ms);
    for (;;) {
        int got = receive(client, deadline, message, error);
        if (got <= 0 || message->kind == JSON_RPC_NOTIFICATION)
            return got;
        json_rpc_message_clear(message);
    }
}

static int connect_to_daemon(const struct paths *paths, bool may_start, struct error *error)
{
    struct error other;
    int descriptor = unix_socket_connect(paths->daemon_socket, error);
    if (descriptor >= 0)
        return descriptor;
    if (error->code == ERROR_CLOSED && may_start)
        return daemon_start(paths, error);
    if (error->code == ERROR_CLOSED) {
        error_set(error, ERROR_CLOSED, "happyd is not running (nobody answers on %s)",
                  paths->daemon_socket);
        return error_fix(error, "happyctl daemon start");
    }
    /* What is wrong with the directories says more than that the socket cannot be reached. */
    if (may_start && paths_create(paths, &other) < 0)
        *error = other;
    return -1;
}

static struct daemon_client *make_client(int descriptor, struct error *error)
{
    struct daemon_client *client = calloc(1, sizeof *client);
    if (!client) {
        close(descriptor);
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    *client = (struct daemon_client){.descriptor = descriptor, .next_id = 1};
    STAILQ_INIT(&client->notifications);
    return client;
}

struct daemon_client *daemon_client_new(const struct paths *paths, bool may_start,
                                        struct error *error)
{
    int descriptor = connect_to_daemon(paths, may_start, error);
    return descriptor < 0 ? NULL : make_client(descriptor, error);
}
