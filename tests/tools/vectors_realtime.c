/* Engine.IO and Socket.IO packets. */
#include "vectors.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "wire/base64.h"
#include "wire/engineio.h"
#include "wire/json_text.h"
#include "wire/socketio.h"

static const char *const ENGINEIO_TYPES[] = {"open",    "close",   "ping", "pong",
                                             "message", "upgrade", "noop"};
static const char *const SOCKETIO_TYPES[] = {"CONNECT", "DISCONNECT", "EVENT", "ACK",
                                             "CONNECT_ERROR"};

/* The bytes of {"$bin": base64}. False when `value` is something else. */
static bool binary_of(struct json_object *value, struct buffer *bytes)
{
    const char *text = vector_text(value, "$bin");
    return text && base64_decode(BASE64_STANDARD, slice_of_string(text), bytes, NULL) == 0;
}

static void put_binary(struct buffer *text, struct slice bytes)
{
    buffer_append_string(text, "{\"$bin\":\"");
    base64_encode(text, bytes.data, bytes.length);
    buffer_append_string(text, "\"}");
}

static void expect_text(struct vectors *vectors, const struct buffer *made,
                        struct json_object *expected, const char *what)
{
    struct buffer text = {0};
    json_text_print(&text, expected);
    vector_expect(vectors, vector_same(vector_buffer(made), vector_buffer(&text)), "%s: %s", what,
                  buffer_string(made));
    buffer_free(&text);
}

/* An Engine.IO packet from its JSON; `bytes` keeps its data. */
static struct engineio_packet packet_of(struct json_object *item, struct buffer *bytes)
{
    struct engineio_packet packet = {.type = ENGINEIO_OPEN};
    while (strcmp(ENGINEIO_TYPES[packet.type], vector_text(item, "type")) != 0)
        packet.type++;
    packet.binary = binary_of(vector_member(item, "data"), bytes);
    packet.data = packet.binary ? vector_buffer(bytes) : vector_slice(item, "data");
    return packet;
}

/* The JSON of a decoded packet. */
static void describe(const struct engineio_packet *packet, struct buffer *text)
{
    buffer_append_format(text, "{\"type\":\"%s\"", ENGINEIO_TYPES[packet->type]);
    if (packet->binary || packet->data.length > 0)
        buffer_append_string(text, ",\"data\":");
    if (packet->binary)
        put_binary(text, packet->data);
    else if (packet->data.length > 0)
        json_text_print_string(text, packet->data);
    buffer_append_byte(text, '}');
}

static void describe_payload(struct slice payload, struct buffer *text)
{
    struct engineio_payload cursor = {.rest = payload};
    struct engineio_packet packet;
    struct buffer scratch = {0};
    int status;
    buffer_append_byte(text, '[');
    while ((status = engineio_payload_next(&cursor, &packet, &scratch, NULL)) != 0) {
        if (text->length > 1)
            buffer_append_byte(text, ',');
        if (status > 0)
            describe(&packet, text);
        else
            buffer_append_string(text, "{\"type\":\"error\",\"data\":\"parser error\"}");
    }
    buffer_append_byte(text, ']');
    buffer_free(&scratch);
}

static void run_packet(struct vectors *vectors, struct json_object *item)
{
    struct json_object *websocket = vector_member(item, "websocket");
    struct buffer bytes = {0}, frame = {0}, payload = {0}, scratch = {0}, text = {0}, raw = {0};
    struct engineio_packet packet = packet_of(vector_member(item, "packet"), &bytes);
    struct engineio_packet read = {.type = ENGINEIO_MESSAGE, .binary = true};
    engineio_print(&packet, &frame);
    if (packet.binary) {
        vector_bytes(websocket, "binary", &raw);
        vector_expect(vectors, vector_same(vector_buffer(&frame), vector_buffer(&raw)), "frame");
        read.data = vector_buffer(&frame);
    } else {
        vector_expect(vectors, vector_same(vector_buffer(&frame), vector_slice(websocket, "text")),
                      "frame %s", frame.data);
        vector_expect(vectors, engineio_parse(vector_buffer(&frame), &read, &scratch, NULL) == 0,
                      "read");
    }
    describe(&read, &text);
    expect_text(vectors, &text, vector_member(item, "packet"), "read as");
    engineio_payload_put(&payload, &packet);
    vector_expect(vectors, vector_same(vector_buffer(&payload), vector_slice(item, "polling")),
                  "polled as %s", buffer_string(&payload));
    buffer_free(&bytes);
    buffer_free(&frame);
    buffer_free(&payload);
    buffer_free(&scratch);
    buffer_free(&text);
    buffer_free(&raw);
}

static void run_decode_payload(struct vectors *vectors, struct json_object *item)
{
    struct buffer text = {0};
    describe_payload(vector_slice(item, "payload"), &text);
    expect_text(vectors, &text, vector_member(item, "decoded"), "read as");
    buffer_free(&text);
}

static void run_payload(struct vectors *vectors, struct json_object *item)
{
    struct json_object *packets = vector_member(item, "packets");
    struct buffer payload = {0};
    for (size_t i = 0; i < json_object_array_length(packets); i++) {
        struct buffer bytes = {0};
        struct engineio_packet packet = packet_of(json_object_array_get_idx(packets, i), &bytes);
        engineio_payload_put(&payload, &packet);
        buffer_free(&bytes);
    }
    vector_expect(vectors, vector_same(vector_buffer(&payload), vector_slice(item, "payload")),
                  "payload");
    vector_expect(vectors,
                  (int64_t)payload.length == json_object_get_int64(vector_member(item, "bytes")),
                  "%zu bytes", payload.length);
    run_decode_payload(vectors, item);
    buffer_free(&payload);
}

static void run_eio(struct vectors *vectors, struct json_object *document)
{
    vector_cases(vectors, document, "packets", run_packet);
    vector_cases(vectors, document, "payloads", run_payload);
    vector_cases(vectors, document, "decode_only", run_decode_payload);
}

/* A Socket.IO packet and the memory behind it. */
struct made {
    struct socketio_packet packet;
    struct buffer data, bytes[SOCKETIO_ATTACHMENTS_MAX];
    struct slice attachments[SOCKETIO_ATTACHMENTS_MAX];
};

/* Replaces the binary values of a tree by placeholders. Returns what is to stand in its place. */
static struct json_object *take_binaries(struct json_object *value, struct made *made)
{
    struct buffer *bytes = &made->bytes[made->packet.attachment_count];
    if (binary_of(value, bytes)) {
        struct json_object *placeholder = json_object_new_object();
        json_object_object_add(placeholder, "_placeholder", json_object_new_boolean(true));
        json_object_object_add(placeholder, "num",
                               json_object_new_int64((int64_t)made->packet.attachment_count));
        made->attachments[made->packet.attachment_count++] = vector_buffer(bytes);
        return placeholder;
    }
    if (json_object_is_type(value, json_type_array)) {
        struct json_object *copy = json_object_new_array();
        for (size_t i = 0; i < json_object_array_length(value); i++)
            json_object_array_add(copy, take_binaries(json_object_array_get_idx(value, i), made));
        return copy;
    }
    if (json_object_is_type(value, json_type_object)) {
        struct json_object *copy = json_object_new_object();
        json_object_object_foreach(value, key, member)
        {
            json_object_object_add(copy, key, take_binaries(member, made));
        }
        return copy;
    }
    return json_object_get(value);
}

static void make(struct json_object *item, struct made *made)
{
    *made = (struct made){.packet = {.id = -1}};
    while (strcmp(SOCKETIO_TYPES[made->packet.type], vector_text(item, "type")) != 0)
        made->packet.type++;
    made->packet.namespace = vector_slice(item, "nsp");
    if (vector_has(item, "id"))
        made->packet.id = json_object_get_int64(vector_member(item, "id"));
    if (vector_has(item, "data")) {
        struct json_object *data = take_binaries(vector_member(item, "data"), made);
        json_text_print(&made->data, data);
        json_object_put(data);
    }
    made->packet.data = vector_buffer(&made->data);
    made->packet.attachments = made->attachments;
}

static void made_free(struct made *made)
{
    buffer_free(&made->data);
    for (size_t i = 0; i < SOCKETIO_ATTACHMENTS_MAX; i++)
        buffer_free(&made->bytes[i]);
}

/* A value of a decoded packet with its attachments put in. */
static void describe_value(const struct socketio_packet *packet, struct slice value,
                           struct buffer *text)
{
    struct slice bytes, key, child;
    enum json_kind kind = json_scan_kind(value);
    struct json_cursor cursor = {NULL, NULL};
    bool first = true;
    if (packet->attachment_count > 0 && socketio_attachment(packet, value, &bytes)) {
        put_binary(text, bytes);
        return;
    }
    if (kind != JSON_ARRAY && kind != JSON_OBJECT) {
        buffer_append(text, value.data, value.length);
        return;
    }
    cursor = json_cursor_of(value);
    buffer_append_byte(text, kind == JSON_ARRAY ? '[' : '{');
    while (kind == JSON_ARRAY ? json_scan_element(&cursor, &child)
                              : json_scan_member(&cursor, &key, &child)) {
        if (!first)
            buffer_append_byte(text, ',');
        first = false;
        if (kind == JSON_OBJECT) {
            buffer_append(text, key.data, key.length);
            buffer_append_byte(text, ':');
        }
        describe_value(packet, child, text);
    }
    buffer_append_byte(text, kind == JSON_ARRAY ? ']' : '}');
}

static void describe_socketio(const struct socketio_packet *packet, struct buffer *text)
{
    buffer_append_format(text, "{\"type\":\"%s\",\"nsp\":", SOCKETIO_TYPES[packet->type]);
    json_text_print_string(text, packet->namespace);
    if (packet->id >= 0)
        buffer_append_format(text, ",\"id\":%" PRId64, packet->id);
    if (packet->data.length > 0) {
        buffer_append_string(text, ",\"data\":");
        describe_value(packet, packet->data, text);
    }
    buffer_append_byte(text, '}');
}

/* Decodes a list of frames: the packets, as a JSON array, and the error or "". */
static void decode_frames(struct json_object *frames, struct buffer *text, struct error *error)
{
    struct socketio_decoder *decoder = socketio_decoder_new();
    struct socketio_packet packet;
    int status = 0;
    error->message[0] = '\0';
    buffer_append_byte(text, '[');
    for (size_t i = 0; status >= 0 && i < json_object_array_length(frames); i++) {
        struct json_object *frame = json_object_array_get_idx(frames, i);
        struct buffer bytes = {0};
        if (vector_bytes(frame, "binary", &bytes))
            status = socketio_decode_binary(decoder, vector_buffer(&bytes), &packet, error);
        else
            status = socketio_decode_text(decoder, vector_slice(frame, "text"), &packet, error);
        buffer_free(&bytes);
        if (status <= 0)
            continue;
        if (text->length > 1)
            buffer_append_byte(text, ',');
        describe_socketio(&packet, text);
    }
    buffer_append_byte(text, ']');
    socketio_decoder_free(decoder);
}

/* The text parsed and printed again, so that white space and escapes do not count. */
static void normalize(struct buffer *text)
{
    struct json_object *value = NULL;
    json_text_parse(vector_buffer(text), &value, NULL);
    buffer_clear(text);
    json_text_print(text, value);
    json_object_put(value);
}

static void run_sio_decode(struct vectors *vectors, struct json_object *item)
{
    struct json_object *expected = vector_member(item, "expect_newer_decoder");
    struct buffer text = {0};
    struct error error;
    if (!expected)
        expected = vector_member(item, "expect");
    decode_frames(vector_member(item, "frames"), &text, &error);
    normalize(&text);
    expect_text(vectors, &text, vector_member(expected, "decoded"), "read as");
    const char *wanted = vector_text(expected, "error");
    const char *colon = strstr(error.message, ": ");
    vector_expect(vectors, strcmp(colon ? colon + 2 : error.message, wanted ? wanted : "") == 0,
                  "error \"%s\"", error.message);
    buffer_free(&text);
}

/* The Engine.IO form of a message: a frame of its own, and a part of a payload. */
static void expect_message(struct vectors *vectors, struct json_object *frame, struct slice data,
                           bool binary, struct buffer *payload)
{
    struct engineio_packet packet = {ENGINEIO_MESSAGE, binary, data};
    struct buffer text = {0}, bytes = {0};
    engineio_print(&packet, &text);
    engineio_payload_put(payload, &packet);
    if (binary)
        vector_expect(
            vectors,
            (vector_bytes(frame, "ws_binary", &bytes) || vector_bytes(frame, "binary", &bytes)) &&
                vector_same(vector_buffer(&text), vector_buffer(&bytes)),
            "binary frame");
    else
        vector_expect(vectors, vector_same(vector_buffer(&text), vector_slice(frame, "ws_text")),
                      "frame %s", text.data);
    buffer_free(&text);
    buffer_free(&bytes);
}

static void run_sio_encode(struct vectors *vectors, struct json_object *item)
{
    struct json_object *frames = vector_member(item, "frames");
    struct json_object *over_websocket = vector_member(item, "over_websocket");
    struct buffer text = {0}, payload = {0}, decoded = {0};
    struct made made;
    struct error error;
    /* The packet as sent has what only JavaScript has: dates, undefined; the decoded one has not.
     */
    make(vector_member(item, "decoded"), &made);
    socketio_print(&made.packet, &text);
    vector_expect(vectors,
                  vector_same(vector_buffer(&text),
                              vector_slice(json_object_array_get_idx(frames, 0), "text")),
                  "text %s", text.data);
    vector_expect(vectors, json_object_array_length(frames) == 1 + made.packet.attachment_count,
                  "frames");
    expect_message(vectors, json_object_array_get_idx(over_websocket, 0), vector_buffer(&text),
                   false, &payload);
    for (size_t i = 0; i < made.packet.attachment_count; i++)
        expect_message(vectors, json_object_array_get_idx(over_websocket, 1 + i),
                       made.attachments[i], true, &payload);
    vector_expect(vectors,
                  vector_same(vector_buffer(&payload), vector_slice(item, "over_polling_payload")),
                  "payload");
    decode_frames(frames, &decoded, &error);
    normalize(&decoded);
    struct json_object *list = json_object_new_array();
    json_object_array_add(list, json_object_get(vector_member(item, "decoded")));
    expect_text(vectors, &decoded, list, "read as");
    json_object_put(list);
    made_free(&made);
    buffer_free(&text);
    buffer_free(&payload);
    buffer_free(&decoded);
}

static void run_sio(struct vectors *vectors, struct json_object *document)
{
    vector_cases(vectors, document, "encode", run_sio_encode);
    vector_cases(vectors, document, "decode", run_sio_decode);
}

const struct vector_suite VECTORS_REALTIME[] = {
    {"realtime-eio-packets", run_eio},
    {"realtime-sio-packets", run_sio},
    {NULL, NULL},
};
