/* Recorded sessions, played against the server's side, and against the client's. */
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulated_server.h"
#include "wire/backoff.h"

/* The log of a session: its items, one after the other. */
struct transcript {
    struct vectors *vectors;
    struct json_object *log;
    size_t at;
    struct simulated_server server;
};

static struct json_object *item_at(struct json_object *log, size_t index)
{
    return json_object_array_get_idx(log, index);
}

static bool is_from_client(struct json_object *item)
{
    const char *direction = vector_text(item, "dir");
    return direction && strcmp(direction, "client->server") == 0;
}

static bool is(struct json_object *item, const char *key, const char *text)
{
    const char *value = vector_text(item, key);
    return value && strcmp(value, text) == 0;
}

static int connection_of(struct json_object *item)
{
    return json_object_get_int(vector_member(item, "conn"));
}

/* Text that comes from the server: a frame's, or a body's. */
static const char *text_of(struct json_object *item)
{
    const char *text = vector_text(item, "text");
    return text ? text : vector_text(item, "body_text");
}

/* The first id after `marker` that the server gives from here on. */
static bool find_id(struct json_object *log, size_t from, const char *marker, struct slice *id)
{
    for (size_t i = from; i < json_object_array_length(log); i++) {
        struct json_object *item = item_at(log, i);
        const char *text = text_of(item), *found = text ? strstr(text, marker) : NULL;
        if (is_from_client(item) || !found || strlen(found) < strlen(marker) + ENGINE_ID_LENGTH)
            continue;
        *id = slice_of(found + strlen(marker), ENGINE_ID_LENGTH);
        return true;
    }
    return false;
}

static void open_session(struct transcript *transcript, enum engine_transport transport)
{
    struct slice id = slice_of_string("");
    char text[ENGINE_ID_LENGTH + 1] = "";
    find_id(transcript->log, transcript->at, "0{\"sid\":\"", &id);
    memcpy(text, id.data, id.length);
    simulated_server_open(&transcript->server, text, transport);
}

static enum engine_action check_target(struct transcript *transcript, const char *target,
                                       enum engine_method method, bool upgrade)
{
    struct engine_request request = {.method = method, .upgrade = upgrade};
    struct engine_refusal refusal;
    const char *question = strchr(target, '?');
    const char *end = question ? strchr(question, ' ') : NULL;
    if (end)
        engine_query_parse(slice_of(question + 1, (size_t)(end - question) - 1), &request.query);
    if (transcript->server.engine && !transcript->server.ended &&
        strcmp(request.query.id, engine_server_id(transcript->server.engine)) == 0)
        request.session_transport = engine_server_transport(transcript->server.engine);
    return engine_request_check(&request, &refusal);
}

static void play_request(struct transcript *transcript, struct json_object *item, bool upgrade)
{
    const char *line = vector_text(item, "request_line");
    bool post = strncmp(line, "POST ", 5) == 0;
    int connection = connection_of(item);
    switch (check_target(transcript, line, post ? ENGINE_POST : ENGINE_GET, upgrade)) {
    case ENGINE_OPEN:
        open_session(transcript, upgrade ? ENGINE_WEBSOCKET : ENGINE_POLLING);
        if (upgrade)
            simulated_server_websocket(&transcript->server, connection);
        else
            simulated_server_poll(&transcript->server, connection);
        break;
    case ENGINE_RECEIVE:
        simulated_server_poll(&transcript->server, connection);
        break;
    case ENGINE_SEND:
        simulated_server_post(&transcript->server, connection, vector_slice(item, "body_text"));
        break;
    case ENGINE_UPGRADE:
        simulated_server_websocket(&transcript->server, connection);
        break;
    default:
        vector_expect(transcript->vectors, false, "%s: refused", line);
    }
}

static void play_frame(struct transcript *transcript, struct json_object *item)
{
    struct simulated_server *server = &transcript->server;
    struct buffer bytes = {0};
    if (is(item, "opcode", "close"))
        engine_server_websocket_lost(server->engine);
    else if (vector_frame_bytes(item, &bytes))
        simulated_server_frame(server, connection_of(item), vector_buffer(&bytes), true);
    else
        simulated_server_frame(server, connection_of(item), vector_slice(item, "text"), false);
    buffer_free(&bytes);
}

static void expect_output(struct transcript *transcript, struct json_object *item)
{
    const struct output *output = simulated_server_take(&transcript->server, connection_of(item));
    struct vectors *vectors = transcript->vectors;
    struct buffer bytes = {0};
    vector_expect(vectors, output != NULL, "nothing was sent");
    if (!output)
        return;
    if (is(item, "transport", "http")) {
        vector_expect(vectors, output->kind == OUTPUT_ANSWER, "no answer");
        vector_expect(vectors, output->status == atoi(vector_text(item, "status_line") + 9),
                      "status %d", output->status);
        buffer_append(&bytes, vector_slice(item, "body_text").data,
                      vector_slice(item, "body_text").length);
    } else if (is(item, "opcode", "close")) {
        vector_expect(vectors, output->kind == OUTPUT_CLOSE, "no Close");
    } else {
        vector_expect(vectors, output->kind == OUTPUT_FRAME, "no frame");
        vector_expect(vectors, output->binary == is(item, "opcode", "binary"), "opcode");
        if (!vector_frame_bytes(item, &bytes))
            buffer_append(&bytes, vector_slice(item, "text").data,
                          vector_slice(item, "text").length);
    }
    vector_expect(vectors, vector_same(vector_buffer(&output->data), vector_buffer(&bytes)),
                  "sent %.*s", (int)output->data.length, buffer_string(&output->data));
    buffer_free(&bytes);
}

static void name_item(struct vectors *vectors, const char *side, size_t number,
                      struct json_object *item)
{
    const char *text = text_of(item) ? text_of(item) : vector_text(item, "opcode");
    char name[80];
    snprintf(name, sizeof name, "%zu %s: %.40s", number, vector_text(item, "transport"),
             text ? text : "");
    for (char *at = name; *at; at++)
        if ((unsigned char)*at < ' ')
            *at = '.';
    vector_begin(vectors, side, number, name);
}

static void play_item(struct transcript *transcript, struct json_object *item)
{
    struct slice id;
    if (find_id(transcript->log, transcript->at, "40{\"sid\":\"", &id))
        simulated_server_set_id(&transcript->server, id);
    if (is(item, "transport", "http"))
        play_request(transcript, item, false);
    else if (is(item, "transport", "websocket-handshake"))
        play_request(transcript, item, true);
    else
        play_frame(transcript, item);
}

/* What the client sent is played; a case for each thing that the server sent. */
static void run_server(struct vectors *vectors, struct json_object *document)
{
    struct transcript transcript = {.vectors = vectors, .log = vector_member(document, "log")};
    struct simulated_server *server = &transcript.server;
    bool left = false;
    server->application = &ECHO_APPLICATION;
    server->settings = ENGINE_SERVER_SETTINGS;
    server->settings.ping_interval = 1500;
    for (size_t i = 0; i < json_object_array_length(transcript.log); i++) {
        struct json_object *item = item_at(transcript.log, i);
        transcript.at = i;
        if (!vector_has(item, "transport"))
            continue;
        if (server->engine)
            simulated_server_until(server, json_object_get_int64(vector_member(item, "t")));
        server->now = json_object_get_int64(vector_member(item, "t"));
        if (is_from_client(item)) {
            left = left || is(item, "opcode", "close");
            play_item(&transcript, item);
            continue;
        }
        /* The answer to a Close frame is the WebSocket's business. */
        if (is(item, "transport", "websocket-handshake") || (left && is(item, "opcode", "close")))
            continue;
        name_item(vectors, "server", i, item);
        expect_output(&transcript, item);
        vector_end(vectors);
    }
    vector_begin(vectors, "server", 0, "nothing else is sent");
    const struct output *output = simulated_server_take(server, -1);
    vector_expect(vectors, !output, "sent %s", output ? buffer_string(&output->data) : "");
    vector_end(vectors);
    simulated_server_close(server);
}

/* A server that goes, as a WebSocket and a pending poll see it. */
static void run_shutdown(struct vectors *vectors, struct json_object *document)
{
    struct json_object *log = vector_member(document, "log");
    for (size_t i = 0; i < json_object_array_length(log); i++) {
        struct json_object *item = item_at(log, i);
        struct transcript transcript = {.vectors = vectors, .log = log};
        struct simulated_server *server = &transcript.server;
        if (!vector_has(item, "transport") || is_from_client(item))
            continue;
        bool polling = is(item, "transport", "http");
        server->application = &ECHO_APPLICATION;
        server->settings = ENGINE_SERVER_SETTINGS;
        simulated_server_open(server, "AAAAAAAAAAAAAAAAAAAA",
                              polling ? ENGINE_POLLING : ENGINE_WEBSOCKET);
        if (polling)
            simulated_server_poll(server, 0);
        else
            simulated_server_websocket(server, connection_of(item));
        simulated_server_take(server, -1);
        if (polling)
            simulated_server_poll(server, connection_of(item));
        engine_server_abort(server->engine);
        name_item(vectors, "server", i, item);
        expect_output(&transcript, item);
        vector_expect(vectors, server->ended && server->count == 0, "not ended, or more is sent");
        vector_end(vectors);
        simulated_server_close(server);
    }
}

static void run_backoff_reconnect(struct vectors *vectors, struct json_object *item)
{
    struct json_object *delays = vector_member(item, "delays_ms");
    double random = json_object_get_double(vector_member(item, "rand"));
    for (size_t i = 0; i < json_object_array_length(delays); i++) {
        int64_t delay =
            backoff_reconnect(BACKOFF_RECONNECT_LEAST, BACKOFF_RECONNECT_MOST, (unsigned)i, random);
        vector_expect(vectors, delay == json_object_get_int64(item_at(delays, i)),
                      "attempt %zu: %lld ms", i, (long long)delay);
    }
}

static void run_backoff_retry(struct vectors *vectors, struct json_object *item)
{
    double random = json_object_get_double(vector_member(item, "rand"));
    unsigned failures = (unsigned)json_object_get_int(vector_member(item, "failures"));
    int64_t cli = backoff_retry(&BACKOFF_RETRY_CLI, failures, random);
    int64_t app = backoff_retry(&BACKOFF_RETRY_APP, failures, random);
    vector_expect(vectors, cli == json_object_get_int64(vector_member(item, "cli_ms")),
                  "command line: %lld ms", (long long)cli);
    vector_expect(vectors, app == json_object_get_int64(vector_member(item, "app_ms")),
                  "app: %lld ms", (long long)app);
}

static void run_backoff(struct vectors *vectors, struct json_object *document)
{
    vector_cases(vectors, document, "socket_io", run_backoff_reconnect);
    vector_cases(vectors, document, "retry", run_backoff_retry);
}

static void run_both(struct vectors *vectors, struct json_object *document)
{
    run_server(vectors, document);
    vectors_run_client(vectors, document);
}

const struct vector_suite VECTORS_SESSIONS[] = {
    {"realtime-backoff", run_backoff},
    {"realtime-cli-machine-session", vectors_run_client},
    {"realtime-cli-session", vectors_run_client},
    {"realtime-polling-only-session", run_server},
    {"realtime-polling-upgrade-session", run_server},
    {"realtime-shutdown-session", run_shutdown},
    {"realtime-ws-session", run_both},
    {NULL, NULL},
};
