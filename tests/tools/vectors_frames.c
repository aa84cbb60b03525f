/* Recordings of what the Happy server means: only a server that means the same can play them. Here
   their frames are read and printed again. */
#include "vectors.h"

#include <string.h>

#include "wire/engineio.h"
#include "wire/json_text.h"
#include "wire/socketio.h"

static unsigned frames;

static void check_frame(struct vectors *vectors, struct slice frame)
{
    struct buffer scratch = {0}, text = {0}, again = {0};
    struct engineio_packet engine = {.type = ENGINEIO_NOOP};
    struct socketio_packet packet;
    frames++;
    bool read = engineio_parse(frame, &engine, &scratch, NULL) == 0 &&
                engine.type == ENGINEIO_MESSAGE &&
                socketio_decode_text(NULL, engine.data, &packet, NULL) == 1;
    vector_expect(vectors, read, "not read: %.*s", (int)frame.length, frame.data);
    if (read) {
        socketio_print(&packet, &text);
        engine.data = vector_buffer(&text);
        engineio_print(&engine, &again);
        vector_expect(vectors, vector_same(vector_buffer(&again), frame), "printed as %s",
                      buffer_string(&again));
    }
    buffer_free(&scratch);
    buffer_free(&text);
    buffer_free(&again);
}

static void check_parts(struct vectors *vectors, const char *prefix, struct json_object *payload)
{
    struct buffer frame = {0};
    buffer_append_string(&frame, prefix);
    json_text_print(&frame, payload);
    check_frame(vectors, vector_buffer(&frame));
    buffer_free(&frame);
}

/* Finds the frames in a value: {prefix, payload}, {text} and {packet: {type, data}}. */
static void walk(struct vectors *vectors, struct json_object *value)
{
    if (json_object_is_type(value, json_type_array))
        for (size_t i = 0; i < json_object_array_length(value); i++)
            walk(vectors, json_object_array_get_idx(value, i));
    if (!json_object_is_type(value, json_type_object))
        return;
    const char *text = vector_text(value, "text");
    struct json_object *packet = vector_member(value, "packet");
    if (vector_text(value, "prefix"))
        check_parts(vectors, vector_text(value, "prefix"), vector_member(value, "payload"));
    else if (text && text[0] == '4')
        check_frame(vectors, slice_of_string(text));
    if (vector_has(packet, "data"))
        check_parts(vectors, "42", vector_member(packet, "data"));
    json_object_object_foreach(value, key, member)
    {
        (void)key;
        walk(vectors, member);
    }
}

static void run_list(struct vectors *vectors, struct json_object *document, const char *section,
                     const char *naming)
{
    struct json_object *list = vector_member(document, section);
    unsigned all = 0;
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        struct json_object *item = json_object_array_get_idx(list, i);
        frames = 0;
        vector_begin(vectors, section, i, vector_text(item, naming));
        walk(vectors, item);
        if (frames > 0)
            vector_end(vectors);
        all += frames;
    }
    vector_begin(vectors, section, 0, "there are frames");
    vector_expect(vectors, all > 0, "none");
    vector_end(vectors);
}

static void run_events(struct vectors *vectors, struct json_object *document)
{
    run_list(vectors, document, "steps", "step");
}

static void run_rpc(struct vectors *vectors, struct json_object *document)
{
    run_list(vectors, document, "cases", "name");
}

static void run_stream(struct vectors *vectors, struct json_object *document)
{
    run_list(vectors, document, "entries", "id");
}

const struct vector_suite VECTORS_FRAMES[] = {
    {"realtime-happy-events", run_events},
    {"realtime-happy-rpc-timing", run_rpc},
    {"realtime-redis-stream", run_stream},
    {NULL, NULL},
};
