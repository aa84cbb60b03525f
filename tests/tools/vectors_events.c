/* What passed between official clients and the public server: every payload, acknowledgement and
   body is read and printed back the same, once with what it was read from and once from the struct
   alone. */
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/api_account.h"
#include "wire/api_artifact.h"
#include "wire/api_body.h"
#include "wire/api_kv.h"
#include "wire/api_machine.h"
#include "wire/api_message.h"
#include "wire/api_people.h"
#include "wire/api_session.h"
#include "wire/client_event.h"
#include "wire/ephemeral.h"
#include "wire/json_text.h"
#include "wire/socketio.h"
#include "wire/update.h"

#define TIME        1767225600123 /* for the placeholder of a time */
#define ACKS_MAX    1024
#define SOCKETS_MAX 16

/* The way back. */

static const char *json_line_of(struct json_object *json)
{
    return json ? json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN) : "null";
}

static void forget_origins(const struct schema *schema, void *value);

static void forget_in_row(const struct schema_member *row, char *value)
{
    typedef LIST_OF(char) list;
    if (row->kind == SCHEMA_OBJECT)
        forget_origins(row->of, value + row->offset);
    if (row->kind != SCHEMA_LIST || row->item != SCHEMA_OBJECT)
        return;
    const list *items = (const void *)(value + row->offset);
    for (size_t i = 0; i < items->count; i++)
        forget_origins(row->of, items->items + i * row->item_size);
}

static void forget_in_rows(const struct schema_member *rows, char *value)
{
    for (; rows && rows->name; rows++)
        forget_in_row(rows, value);
}

/* What was read is printed like what a program made, then. */
static void forget_origins(const struct schema *schema, void *value)
{
    int tag = 0;
    ((struct schema_object *)value)->origin = NULL;
    forget_in_rows(schema->members, value);
    if (!schema->variants)
        return;
    memcpy(&tag, (const char *)value + schema->tag_offset, sizeof tag);
    if (tag > 0)
        forget_in_rows(schema->variants[tag].members, value);
}

static void expect_printed(struct vectors *vectors, const struct schema *schema, const void *value,
                           struct json_object *json, bool any_order)
{
    struct buffer expected = {0}, printed = {0};
    struct error error = {0};
    json_text_print(&expected, json);
    struct json_object *written = schema_write(schema, value, &error);
    vector_expect(vectors, written != NULL, "not printed: %s", error.message);
    json_text_print(&printed, written);
    bool same = vector_same(vector_buffer(&expected), vector_buffer(&printed)) ||
                (any_order && json_object_equal(json, written));
    vector_expect(vectors, same, "%s printed as %s", buffer_string(&expected),
                  buffer_string(&printed));
    json_object_put(written);
    buffer_free(&expected);
    buffer_free(&printed);
}

void vector_round_trip(struct vectors *vectors, const struct schema *schema,
                       struct json_object *json, enum vector_shape shape)
{
    struct arena arena = {0};
    struct error error = {0};
    void *value = calloc(1, schema->size);
    int status = schema_read(schema, json, &arena, value, &error);
    vector_expect(vectors, status == 0, "%s in %s", error.message, json_line_of(json));
    if (status == 0) {
        expect_printed(vectors, schema, value, json, false);
        if (shape != VECTOR_OPEN) {
            forget_origins(schema, value);
            expect_printed(vectors, schema, value, json, shape == VECTOR_ANY_ORDER);
        }
    }
    free(value);
    arena_free(&arena);
}

/* Realtime. */

struct recording {
    struct vectors *vectors;
    enum client_event asked[ACKS_MAX]; /* by the id of the acknowledgement */
};

/* What the tables do not hold apart from the origin: further kinds of usage, a thinking that is no
   boolean; and where upstream's order depends on who wrote the row. */
static enum vector_shape shape_of(struct json_object *payload)
{
    struct json_object *body = vector_member(payload, "body");
    if (vector_has(payload, "tokens") ||
        json_object_is_type(vector_member(payload, "thinking"), json_type_string))
        return VECTOR_OPEN;
    const char *type = vector_text(body, "t");
    bool any = type && (strcmp(type, "update-machine") == 0 || strcmp(type, "new-message") == 0 ||
                        strcmp(type, "new-feed-post") == 0);
    return any ? VECTOR_ANY_ORDER : VECTOR_EXACT;
}

static void client_sends(struct recording *recording, enum client_event event,
                         struct json_object *payload, int64_t id, struct buffer *refusal)
{
    const struct schema *schema = client_event_payload(event);
    struct arena arena = {0};
    if (id >= 0)
        recording->asked[id % ACKS_MAX] = event;
    if (!schema)
        return;
    void *value = calloc(1, schema->size);
    int status = client_event_read(event, payload, &arena, value, refusal);
    if (status == 0) {
        expect_printed(recording->vectors, schema, value, payload, false);
        if (event == CLIENT_EVENT_MESSAGE && !vector_text(payload, "localId") &&
            vector_has(payload, "localId"))
            status = 1; /* a localId that is none is only in the origin */
    }
    if (status == 0 && shape_of(payload) == VECTOR_EXACT) {
        forget_origins(schema, value);
        expect_printed(recording->vectors, schema, value, payload, true);
    }
    free(value);
    arena_free(&arena);
}

static void server_sends(struct recording *recording, const char *name, struct json_object *payload)
{
    static const struct {
        const char *name;
        const struct schema *schema;
    } events[] = {
        {"update", &update_schema},        {"ephemeral", &ephemeral_schema},
        {"rpc-request", &rpc_call_schema}, {"rpc-registered", &rpc_method_schema},
        {"rpc-error", &rpc_error_schema},  {"rpc-unregistered", &rpc_method_schema},
    };
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
        if (strcmp(events[i].name, name) == 0) {
            vector_round_trip(recording->vectors, events[i].schema, payload, shape_of(payload));
            return;
        }
    vector_expect(recording->vectors, false, "no such event: %s", name);
}

static void server_acknowledges(struct recording *recording, int64_t id,
                                struct json_object *payload)
{
    enum client_event event = recording->asked[id % ACKS_MAX];
    const struct schema *schema = event ? client_event_answer(event) : NULL;
    vector_expect(recording->vectors, schema != NULL, "an answer to no question: %s",
                  json_line_of(payload));
    if (schema)
        vector_round_trip(recording->vectors, schema, payload, VECTOR_EXACT);
}

/* HTTP. */

struct route {
    const char *method, *path; /* a star stands for a segment */
    const struct schema *query, *request, *answer;
};

static const struct route ROUTES[] = {
    {"POST", "/v1/machines", NULL, &api_machine_create_schema, &api_machine_answer_schema},
    {"GET", "/v1/machines/*", NULL, NULL, &api_machine_answer_schema},
    {"DELETE", "/v1/machines/*", NULL, NULL, &api_success_schema},
    {"POST", "/v1/sessions", NULL, &api_session_create_schema, &api_session_answer_schema},
    {"DELETE", "/v1/sessions/*", NULL, NULL, &api_success_schema},
    {"POST", "/v1/sessions/*/archive", NULL, NULL, &api_success_schema},
    {"POST", "/v1/sessions/*/push-event", NULL, &api_push_event_schema,
     &api_push_event_answer_schema},
    {"GET", "/v3/sessions/*/messages", &api_message_query_schema, NULL, &api_message_list_schema},
    {"POST", "/v3/sessions/*/messages", NULL, &api_message_post_schema, &api_message_posted_schema},
    {"POST", "/v1/artifacts", NULL, &api_artifact_create_schema, &api_artifact_schema},
    {"POST", "/v1/artifacts/*", NULL, &api_artifact_update_schema, &api_artifact_updated_schema},
    {"DELETE", "/v1/artifacts/*", NULL, NULL, &api_success_schema},
    {"POST", "/v1/access-keys/*/*", NULL, &api_access_key_create_schema,
     &api_access_key_created_schema},
    {"POST", "/v1/account/settings", NULL, &api_settings_update_schema,
     &api_settings_updated_schema},
    {"POST", "/v1/kv", NULL, &api_kv_mutate_schema, &api_kv_mutated_schema},
    {"POST", "/v1/friends/add", NULL, &api_friend_request_schema, &api_user_answer_schema},
};

static bool fits(const char *pattern, const char *path)
{
    for (; *pattern; pattern++) {
        if (*pattern == '*')
            path += strcspn(path, "/?");
        else if (*pattern != *path++)
            return false;
    }
    return *path == '\0' || *path == '?';
}

static const struct route *route_of(struct vectors *vectors, const char *method, const char *path)
{
    for (size_t i = 0; i < sizeof ROUTES / sizeof ROUTES[0]; i++)
        if (strcmp(ROUTES[i].method, method) == 0 && fits(ROUTES[i].path, path))
            return &ROUTES[i];
    vector_expect(vectors, false, "no such route: %s %s", method, path);
    return NULL;
}

static void expect_request(struct vectors *vectors, const struct route *route, const char *path,
                           struct json_object *body)
{
    struct arena arena = {0};
    struct buffer text = {0}, answer = {0};
    const char *query = strchr(path, '?');
    if (route->query) {
        void *value = calloc(1, route->query->size);
        int status = api_read_query(route->query, slice_of_string(query ? query + 1 : ""), &arena,
                                    value, &answer);
        vector_expect(vectors, status == 0, "%s: %s", path, buffer_string(&answer));
        free(value);
    }
    if (route->request && body) {
        void *value = calloc(1, route->request->size);
        json_text_print(&text, body);
        int status = api_read_body(route->request, vector_buffer(&text), &arena, value, &answer);
        vector_expect(vectors, status == 0, "%s: %s", path, buffer_string(&answer));
        vector_round_trip(vectors, route->request, body, VECTOR_EXACT);
        free(value);
    }
    buffer_free(&text);
    buffer_free(&answer);
    arena_free(&arena);
}

static void expect_answer(struct vectors *vectors, const struct route *route, int status,
                          struct json_object *body)
{
    if (body && (status == 200 || status == 409))
        vector_round_trip(vectors, route->answer, body, VECTOR_EXACT);
}

/* One run, step by step. */

static struct json_object *item_of(struct json_object *array, size_t index)
{
    return json_object_is_type(array, json_type_array) && index < json_object_array_length(array)
               ? json_object_array_get_idx(array, index)
               : NULL;
}

static size_t length_of(struct json_object *array)
{
    return json_object_is_type(array, json_type_array) ? json_object_array_length(array) : 0;
}

/* Puts times and a UUID where placeholders for them are. */
static void fill_in(struct json_object *value)
{
    static const char artifact[] = "6f0a2f10-0c8e-4b4f-9d53-1f6a0d2b7c11";
    for (size_t i = 0; i < length_of(value); i++)
        fill_in(item_of(value, i));
    if (!json_object_is_type(value, json_type_object))
        return;
    json_object_object_foreach(value, key, member)
    {
        const char *text =
            json_object_is_type(member, json_type_string) ? json_object_get_string(member) : "";
        if (strcmp(text, "<ms>") == 0)
            json_object_object_add(value, key, json_object_new_int64(TIME));
        else if (strcmp(text, "$ARTIFACT_2") == 0)
            json_object_object_add(value, key, json_object_new_string(artifact));
        else
            fill_in(member);
    }
}

/* The id behind "42" or "43"; -1: none. */
static int64_t id_of(struct json_object *frame)
{
    const char *prefix = vector_text(frame, "prefix");
    return prefix && prefix[2] ? strtoll(prefix + 2, NULL, 10) : -1;
}

/* The acknowledgement that came back in a step; NULL: none. */
static struct json_object *answer_in(struct json_object *received, int64_t id)
{
    if (!json_object_is_type(received, json_type_object))
        return NULL;
    json_object_object_foreach(received, socket, frames)
    {
        (void)socket;
        for (size_t i = 0; i < length_of(frames); i++) {
            struct json_object *frame = item_of(frames, i);
            const char *prefix = vector_text(frame, "prefix");
            if (prefix && strncmp(prefix, "43", 2) == 0 && id_of(frame) == id)
                return item_of(vector_member(frame, "payload"), 0);
        }
    }
    return NULL;
}

static void run_sent(struct recording *recording, struct json_object *step,
                     struct json_object *frame)
{
    struct json_object *payload = vector_member(frame, "payload");
    const char *prefix = vector_text(frame, "prefix");
    if (!prefix || strncmp(prefix, "42", 2) != 0)
        return; /* the answer of an RPC */
    const char *name = json_object_get_string(item_of(payload, 0));
    enum client_event event = client_event_of(name ? name : "");
    struct buffer refusal = {0};
    int64_t id = id_of(frame);
    bool known = event != CLIENT_EVENT_NONE;
    if (known && (length_of(payload) > 1 || event == CLIENT_EVENT_PING))
        client_sends(recording, event, item_of(payload, 1), id, &refusal);
    struct json_object *answer = id >= 0 ? answer_in(vector_member(step, "received"), id) : NULL;
    if (refusal.length > 0 && id >= 0)
        vector_expect(recording->vectors,
                      answer && strcmp(json_line_of(answer), buffer_string(&refusal)) == 0,
                      "refused with %s, recorded is %s", buffer_string(&refusal),
                      json_line_of(answer));
    buffer_free(&refusal);
}

static void run_received(struct recording *recording, struct json_object *frame)
{
    const char *prefix = vector_text(frame, "prefix");
    struct json_object *payload = vector_member(frame, "payload");
    if (!prefix || !payload)
        return;
    if (strncmp(prefix, "43", 2) == 0)
        server_acknowledges(recording, id_of(frame), item_of(payload, 0));
    else
        server_sends(recording, json_object_get_string(item_of(payload, 0)), item_of(payload, 1));
}

static void run_step(struct recording *recording, struct json_object *step)
{
    struct json_object *sent = vector_member(step, "send"), *http = vector_member(step, "http");
    struct json_object *received = vector_member(step, "received");
    for (size_t i = 0; i < length_of(sent); i++)
        run_sent(recording, step, item_of(sent, i));
    if (http) {
        const char *path = vector_text(http, "path");
        const struct route *route = route_of(recording->vectors, vector_text(http, "method"), path);
        if (!route)
            return;
        expect_request(recording->vectors, route, path, vector_member(http, "body"));
        expect_answer(recording->vectors, route, json_object_get_int(vector_member(http, "status")),
                      vector_member(http, "response"));
    }
    if (!json_object_is_type(received, json_type_object))
        return;
    json_object_object_foreach(received, socket, frames)
    {
        (void)socket;
        for (size_t i = 0; i < length_of(frames); i++)
            run_received(recording, item_of(frames, i));
    }
}

static void run_steps(struct vectors *vectors, struct json_object *document)
{
    struct recording recording = {.vectors = vectors};
    struct json_object *steps = vector_member(document, "steps");
    fill_in(document);
    for (size_t i = 0; i < length_of(steps); i++) {
        struct json_object *step = item_of(steps, i);
        vector_begin(vectors, "steps", i, vector_text(step, "step"));
        run_step(&recording, step);
        vector_end(vectors);
    }
}

/* Recordings of clients, frame by frame. */

static void run_packet(struct recording *recording, struct slice text, bool from_client)
{
    struct socketio_decoder *decoder = socketio_decoder_new();
    struct socketio_packet packet;
    struct json_object *data = NULL;
    struct buffer refusal = {0};
    bool good = socketio_decode_text(decoder, text, &packet, NULL) == 1 &&
                (packet.data.length == 0 || json_text_parse(packet.data, &data, NULL) == 0);
    vector_expect(recording->vectors, good, "the packet does not decode");
    if (good && packet.type == SOCKETIO_CONNECT && from_client)
        vector_round_trip(recording->vectors, &client_auth_schema, data, VECTOR_EXACT);
    if (good && packet.type == SOCKETIO_EVENT && from_client)
        client_sends(recording, client_event_of(json_object_get_string(item_of(data, 0))),
                     item_of(data, 1), packet.id, &refusal);
    else if (good && packet.type == SOCKETIO_EVENT)
        server_sends(recording, json_object_get_string(item_of(data, 0)), item_of(data, 1));
    else if (good && packet.type == SOCKETIO_ACK && !from_client)
        server_acknowledges(recording, packet.id, item_of(data, 0));
    vector_expect(recording->vectors, refusal.length == 0, "refused with %s",
                  buffer_string(&refusal));
    buffer_free(&refusal);
    json_object_put(data);
    socketio_decoder_free(decoder);
}

static void run_http(struct recording *recording, struct json_object *entry,
                     const struct route **asked)
{
    const char *request = vector_text(entry, "request_line");
    const char *answer = vector_text(entry, "status_line");
    struct json_object *body = NULL;
    if (vector_text(entry, "body_text"))
        json_text_parse(vector_slice(entry, "body_text"), &body, NULL);
    if (request) {
        char method[16], path[256];
        if (sscanf(request, "%15s %255s", method, path) == 2)
            *asked = route_of(recording->vectors, method, path);
        if (*asked)
            expect_request(recording->vectors, *asked, path, body);
    } else if (answer && *asked) {
        expect_answer(recording->vectors, *asked, atoi(answer + strcspn(answer, " ")), body);
    }
    json_object_put(body);
}

static void run_log(struct vectors *vectors, struct json_object *document)
{
    struct recording recording = {.vectors = vectors};
    struct json_object *log = vector_member(document, "log");
    const struct route *asked[SOCKETS_MAX] = {0};
    for (size_t i = 0; i < length_of(log); i++) {
        struct json_object *entry = item_of(log, i);
        const char *transport = vector_text(entry, "transport");
        const char *text = vector_text(entry, "text");
        const char *direction = vector_text(entry, "dir");
        size_t socket = (size_t)json_object_get_int(vector_member(entry, "conn")) % SOCKETS_MAX;
        if (!transport)
            continue;
        vector_begin(vectors, "log", i, NULL);
        if (strcmp(transport, "http") == 0)
            run_http(&recording, entry, &asked[socket]);
        else if (text && text[0] == '4')
            run_packet(&recording, slice_of_string(text + 1),
                       direction && strcmp(direction, "client->server") == 0);
        vector_end(vectors);
    }
}

const struct vector_suite VECTORS_EVENTS[] = {
    {"realtime-happy-events", run_steps},
    {"realtime-cli-session", run_log},
    {"realtime-cli-machine-session", run_log},
    {NULL, NULL},
};
