#include "rpc.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "client_request.h"
#include "net/timers.h"
#include "os/clock.h"
#include "wire/json_scan.h"

/* A name that somebody has, or that a call waits for. */
struct rpc_name {
    UT_hash_handle hh;
    TAILQ_HEAD(, rpc_registration) registrations; /* the first came first */
    TAILQ_HEAD(, call) waiting;
    unsigned key_length;
    char key[]; /* <account> LF <name> */
};

struct rpc_registration {
    TAILQ_ENTRY(rpc_registration) of_name;
    LIST_ENTRY(rpc_registration) of_connection;
    struct rpc_name *name;
    struct connection *connection;
};

/* Lives until the caller was answered and the target has answered, or cannot any more. */
struct call {
    LIST_ENTRY(call) entry;
    TAILQ_ENTRY(call) waiting;
    struct rpc *rpc;
    struct connection *caller; /* held; NULL once it was answered */
    int64_t acknowledgement;
    struct buffer request; /* the payload of rpc-request */
    char *key;
    size_t key_length;
    struct rpc_name *name;     /* while it waits */
    struct connection *target; /* held while its answer may come */
    unsigned misses;
    struct timer timer;
};

struct rpc {
    struct timers *timers;
    struct rpc_name *names;
    LIST_HEAD(, call) calls;
    unsigned call_count;
};

static struct rpc_name *find_name(struct rpc *rpc, const char *key, size_t length)
{
    struct rpc_name *name = NULL;
    HASH_FIND(hh, rpc->names, key, length, name);
    return name;
}

static struct rpc_name *find_or_add_name(struct rpc *rpc, const char *key, size_t length)
{
    struct rpc_name *name = find_name(rpc, key, length);
    if (name || !(name = calloc(1, sizeof *name + length)))
        return name;
    TAILQ_INIT(&name->registrations);
    TAILQ_INIT(&name->waiting);
    name->key_length = (unsigned)length;
    memcpy(name->key, key, length);
    HASH_ADD(hh, rpc->names, key, name->key_length, name);
    return name;
}

static void drop_unused(struct rpc *rpc, struct rpc_name *name)
{
    if (!TAILQ_EMPTY(&name->registrations) || !TAILQ_EMPTY(&name->waiting))
        return;
    HASH_DEL(rpc->names, name);
    free(name);
}

static struct rpc_registration *find_registration(const struct rpc_name *name,
                                                  const struct connection *connection)
{
    struct rpc_registration *registration;
    if (!name)
        return NULL;
    TAILQ_FOREACH(registration, &name->registrations, of_name)
    {
        if (registration->connection == connection)
            return registration;
    }
    return NULL;
}

/* Calls. */

static void free_if_over(struct call *call)
{
    if (call->caller || call->target)
        return;
    LIST_REMOVE(call, entry);
    call->rpc->call_count--;
    buffer_free(&call->request);
    free(call->key);
    free(call);
}

/* Answers the caller, at most once. The call may be gone afterwards. */
static void answer(struct call *call, struct slice json)
{
    struct connection *caller = call->caller;
    struct rpc_name *name = call->name;
    timers_clear(call->rpc->timers, &call->timer);
    if (name) {
        TAILQ_REMOVE(&name->waiting, call, waiting);
        call->name = NULL;
        drop_unused(call->rpc, name);
    }
    call->caller = NULL;
    int64_t id = call->acknowledgement;
    free_if_over(call);
    if (!caller)
        return;
    if (id >= 0)
        connection_acknowledge(caller, id, json);
    connection_release(caller);
}

static void answer_error(struct call *call, const char *text)
{
    struct buffer json = {0};
    buffer_append_format(&json, "{\"ok\":false,\"error\":\"%s\"}", text);
    answer(call, slice_of(buffer_string(&json), json.length));
    buffer_free(&json);
}

static void answer_result(struct call *call, const struct socketio_packet *packet)
{
    struct buffer json = {0};
    struct slice result;
    buffer_append_string(&json, "{\"ok\":true");
    if (packet->data.length > 0) {
        struct json_cursor cursor = json_cursor_of(packet->data);
        if (json_scan_element(&cursor, &result)) {
            buffer_append_string(&json, ",\"result\":");
            buffer_append(&json, result.data, result.length);
        }
    }
    buffer_append_byte(&json, '}');
    if (json.failed)
        answer_error(call, RPC_FAILED);
    else
        answer(call, slice_of(json.data, json.length));
    buffer_free(&json);
}

/* A target that has gone is found missing by look_after(). */
static void on_reply(const struct socketio_packet *packet, const struct error *error, void *context)
{
    struct call *call = context;
    struct connection *target = call->target;
    call->target = NULL;
    if (!call->caller)
        free_if_over(call);
    else if (packet)
        answer_result(call, packet);
    else if (error->code == ERROR_TIMEOUT)
        answer_error(call, RPC_TIMED_OUT);
    else if (error->code != ERROR_CLOSED)
        answer_error(call, RPC_FAILED);
    connection_release(target);
}

static void set_timer(struct call *call, int64_t delay, void (*expired)(struct timer *timer))
{
    call->timer.expired = expired;
    if (!timers_set(call->rpc->timers, &call->timer, clock_monotonic_ms() + delay))
        answer_error(call, RPC_FAILED);
}

static struct call *call_of(struct timer *timer)
{
    return (struct call *)((char *)timer - offsetof(struct call, timer));
}

static void look_after(struct timer *timer)
{
    struct call *call = call_of(timer);
    const struct rpc_name *name = find_name(call->rpc, call->key, call->key_length);
    bool is_there = call->target && find_registration(name, call->target);
    call->misses = is_there ? 0 : call->misses + 1;
    if (call->misses >= RPC_MISSES)
        answer_error(call, RPC_DISCONNECTED);
    else
        set_timer(call, RPC_PRESENCE_MS, look_after);
}

static void send_call(struct call *call, struct connection *target)
{
    struct buffer data = {0};
    if (target == call->caller) {
        answer_error(call, RPC_SAME_SOCKET);
        return;
    }
    socketio_put_event(&data, "rpc-request", slice_of(call->request.data, call->request.length));
    if (data.failed || !target->session) {
        answer_error(call, RPC_FAILED);
    } else {
        struct socketio_message message = {.data = slice_of(data.data, data.length)};
        connection_hold(target);
        call->target = target;
        buffer_free(&call->request);
        set_timer(call, RPC_PRESENCE_MS, look_after);
        socket_session_call(target->session, target->socket, &message, RPC_CALL_MS, on_reply, call);
    }
    buffer_free(&data);
}

static void grace_over(struct timer *timer)
{
    answer_error(call_of(timer), RPC_NOT_AVAILABLE);
}

static void wait_for_name(struct call *call)
{
    struct rpc_name *name = find_or_add_name(call->rpc, call->key, call->key_length);
    if (!name) {
        answer_error(call, RPC_FAILED);
        return;
    }
    call->name = name;
    TAILQ_INSERT_TAIL(&name->waiting, call, waiting);
    set_timer(call, RPC_GRACE_MS, grace_over);
}

/* Somebody has registered the name: those that waited are called, in their order. */
static void send_waiting(struct rpc *rpc, const char *key, size_t length)
{
    struct rpc_name *name;
    while ((name = find_name(rpc, key, length)) && !TAILQ_EMPTY(&name->waiting) &&
           !TAILQ_EMPTY(&name->registrations)) {
        struct call *call = TAILQ_FIRST(&name->waiting);
        TAILQ_REMOVE(&name->waiting, call, waiting);
        call->name = NULL;
        timers_clear(rpc->timers, &call->timer);
        send_call(call, TAILQ_FIRST(&name->registrations)->connection);
    }
}

/* Events. */

static void make_key(const struct connection *connection, const char *method, struct buffer *key)
{
    buffer_append_string(key, connection->account);
    buffer_append_byte(key, '\n');
    buffer_append_string(key, method);
}

static void emit_method(struct connection *connection, const char *event, const char *method)
{
    struct rpc_method value = {.method = method};
    struct buffer text = {0};
    if (schema_print(&rpc_method_schema, &value, &text, NULL) == 0)
        connection_emit(connection, event, slice_of(text.data, text.length));
    buffer_free(&text);
}

static bool add_registration(struct rpc *rpc, struct connection *connection,
                             const struct buffer *key)
{
    struct rpc_name *name = find_or_add_name(rpc, key->data, key->length);
    if (!name)
        return false;
    if (find_registration(name, connection))
        return true;
    struct rpc_registration *registration = NULL;
    if (connection->method_count < RPC_METHODS_MAX)
        registration = calloc(1, sizeof *registration);
    if (!registration) {
        drop_unused(rpc, name);
        return false;
    }
    registration->name = name;
    registration->connection = connection;
    TAILQ_INSERT_TAIL(&name->registrations, registration, of_name);
    LIST_INSERT_HEAD(&connection->methods, registration, of_connection);
    connection->method_count++;
    return true;
}

static void remove_registration(struct rpc *rpc, struct rpc_registration *registration)
{
    struct rpc_name *name = registration->name;
    TAILQ_REMOVE(&name->registrations, registration, of_name);
    LIST_REMOVE(registration, of_connection);
    registration->connection->method_count--;
    free(registration);
    drop_unused(rpc, name);
}

static void done_register(struct client_request *request)
{
    const struct rpc_method *payload = request->payload;
    struct connection *connection = request->connection;
    struct rpc *rpc = connection->realtime->rpc;
    struct buffer key = {0};
    make_key(connection, payload->method, &key);
    if (!key.failed && add_registration(rpc, connection, &key)) {
        emit_method(connection, "rpc-registered", payload->method);
        send_waiting(rpc, key.data, key.length);
    } else {
        connection_emit(connection, "rpc-error",
                        slice_of_string("{\"type\":\"register\",\"error\":\"" RPC_FAILED "\"}"));
    }
    buffer_free(&key);
}

static void done_unregister(struct client_request *request)
{
    const struct rpc_method *payload = request->payload;
    struct connection *connection = request->connection;
    struct rpc *rpc = connection->realtime->rpc;
    struct buffer key = {0};
    make_key(connection, payload->method, &key);
    struct rpc_registration *registration =
        key.failed ? NULL : find_registration(find_name(rpc, key.data, key.length), connection);
    if (registration)
        remove_registration(rpc, registration);
    emit_method(connection, "rpc-unregistered", payload->method);
    buffer_free(&key);
}

/* NULL: out of memory. */
static struct call *call_new(struct rpc *rpc, struct client_request *request)
{
    const struct rpc_call *payload = request->payload;
    struct rpc_call value = {.method = payload->method, .params = payload->params};
    struct call *call = calloc(1, sizeof *call);
    struct buffer key = {0};
    if (!call)
        return NULL;
    make_key(request->connection, payload->method, &key);
    call->key_length = key.length;
    call->key = buffer_take(&key);
    if (!call->key || schema_print(&rpc_call_schema, &value, &call->request, NULL) != 0) {
        buffer_free(&call->request);
        free(call->key);
        free(call);
        return NULL;
    }
    call->rpc = rpc;
    call->caller = request->connection;
    call->acknowledgement = request->acknowledgement;
    request->acknowledgement = -1;
    connection_hold(call->caller);
    LIST_INSERT_HEAD(&rpc->calls, call, entry);
    rpc->call_count++;
    return call;
}

static void done_call(struct client_request *request)
{
    struct rpc *rpc = request->connection->realtime->rpc;
    struct call *call = rpc->call_count < RPC_CALLS_MAX ? call_new(rpc, request) : NULL;
    if (!call) {
        client_answer_text(request, "{\"ok\":false,\"error\":\"" RPC_FAILED "\"}");
        return;
    }
    const struct rpc_name *name = find_name(rpc, call->key, call->key_length);
    const struct rpc_registration *first = name ? TAILQ_FIRST(&name->registrations) : NULL;
    if (first)
        send_call(call, first->connection);
    else
        wait_for_name(call);
}

static const struct client_handler ROWS[] = {
    {CLIENT_EVENT_RPC_REGISTER, NULL, done_register, 0, false, NULL, NULL},
    {CLIENT_EVENT_RPC_UNREGISTER, NULL, done_unregister, 0, false, NULL, NULL},
    {CLIENT_EVENT_RPC_CALL, NULL, done_call, 0, false, NULL, NULL},
};

const struct client_handlers RPC_EVENTS = {ROWS, sizeof ROWS / sizeof *ROWS};

void rpc_leave(struct rpc *rpc, struct connection *connection)
{
    struct rpc_registration *registration;
    while ((registration = LIST_FIRST(&connection->methods)))
        remove_registration(rpc, registration);
}

struct rpc *rpc_new(struct timers *timers)
{
    struct rpc *rpc = calloc(1, sizeof *rpc);
    if (!rpc)
        return NULL;
    rpc->timers = timers;
    LIST_INIT(&rpc->calls);
    return rpc;
}

void rpc_free(struct rpc *rpc)
{
    struct call *call;
    if (!rpc)
        return;
    while ((call = LIST_FIRST(&rpc->calls)))
        answer_error(call, RPC_FAILED);
    free(rpc);
}
