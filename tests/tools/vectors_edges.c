/* Unusual requests and dialogues, played against the server's side. What the HTTP server and the
   WebSocket answer on their own is left out: paths, handshakes, compression, limits, fragments. */
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulated_server.h"

/* Of a request, and of one that waits while it comes. */
#define CONNECTION 2
#define EARLIER    1

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

static bool is(struct json_object *item, const char *key, const char *text)
{
    const char *value = vector_text(item, key);
    return value && strcmp(value, text) == 0;
}

static void reset(struct simulated_server *server)
{
    simulated_server_close(server);
    *server = (struct simulated_server){.application = &HAPPY_APPLICATION,
                                        .settings = ENGINE_SERVER_SETTINGS};
}

/* HTTP. */

struct http_run {
    struct vectors *vectors;
    struct simulated_server server;
};

struct raw_request {
    struct engine_request request;
    bool octets;
    struct slice body;
};

static struct slice header(const char *text, const char *name)
{
    const char *found = strstr(text, name);
    if (!found)
        return slice_of(NULL, 0);
    found += strlen(name);
    return slice_of(found, strcspn(found, "\r\n"));
}

static void read_request(struct raw_request *raw, const char *text)
{
    static const struct {
        const char *name;
        enum engine_method method;
    } methods[] = {{"GET ", ENGINE_GET}, {"POST ", ENGINE_POST}, {"OPTIONS ", ENGINE_OPTIONS}};
    const char *target = strchr(text, ' ') + 1, *question = strchr(target, '?');
    const char *end = strchr(target, ' '), *body = strstr(text, "\r\n\r\n");
    *raw = (struct raw_request){.request = {.method = ENGINE_METHOD_OTHER}};
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (strncmp(text, methods[i].name, strlen(methods[i].name)) == 0)
            raw->request.method = methods[i].method;
    struct slice query = slice_of("", 0);
    if (question && question < end)
        query = slice_of(question + 1, (size_t)(end - question) - 1);
    engine_query_parse(query, &raw->request.query);
    raw->request.upgrade = header(text, "\r\nUpgrade: ").length > 0;
    raw->request.origin = header(text, "\r\nOrigin: ");
    raw->octets = slice_equals(header(text, "Content-Type: "), "application/octet-stream");
    raw->body = slice_of_string(body ? body + 4 : "");
}

static const char *recorded_text(struct json_object *response)
{
    struct json_object *frames = vector_member(response, "ws_frames");
    if (frames)
        return vector_text(json_object_array_get_idx(frames, 0), "text");
    return vector_text(response, "body_text");
}

/* The session that the request names exists, and what waits is waiting, when it is not the one of
   the request before. */
static void prepare(struct http_run *run, const char *name, const struct raw_request *raw,
                    const char *recorded)
{
    struct simulated_server *server = &run->server;
    char id[ENGINE_ID_LENGTH + 1] = "";
    const char *sid = recorded ? strstr(recorded, "sid") : NULL;
    if (raw->request.query.has_id) {
        if (!raw->request.query.id[0] || (server->engine && strcmp(engine_server_id(server->engine),
                                                                   raw->request.query.id) == 0))
            return;
        reset(server);
        simulated_server_open(server, raw->request.query.id, ENGINE_POLLING);
        simulated_server_poll(server, 0);
        simulated_server_take(server, 0);
    } else if (sid) {
        sid += 3;
        sid += strspn(sid, "\\\":");
        snprintf(id, sizeof id, "%.20s", sid);
        reset(server);
        simulated_server_open(server, id, raw->request.upgrade ? ENGINE_WEBSOCKET : ENGINE_POLLING);
    }
    if (strcmp(name, "overlapping-poll-second") == 0 || strcmp(name, "post-close-packet") == 0)
        simulated_server_poll(server, EARLIER);
    if (strcmp(name, "overlapping-post-second") == 0) {
        server->post = EARLIER;
        engine_server_post(server->engine, false);
    }
    if (strcmp(name, "poll-after-too-large") == 0) {
        engine_server_post(server->engine, false);
        engine_server_post_too_large(server->engine);
    }
}

static void expect_refusal(struct vectors *vectors, const struct engine_refusal *refusal,
                           const struct raw_request *raw, struct json_object *response)
{
    struct buffer body = {0};
    const char *status = vector_text(response, "status_line"),
               *recorded = vector_text(response, "body_text");
    if (raw->request.upgrade)
        buffer_append_string(&body, refusal->message);
    else
        engine_refusal_print(refusal, &body);
    if (status && strncmp(status, "HTTP/1.1 101", 12) == 0) {
        /* The reference refuses inside the WebSocket. */
        vector_expect(vectors, recorded && strstr(recorded, buffer_string(&body)), "%s",
                      buffer_string(&body));
    } else {
        vector_expect(vectors, status && refusal->status == atoi(status + 9), "status %d",
                      refusal->status);
        /* The answer to HEAD has no body. */
        if (recorded || refusal->code < 0)
            vector_expect(vectors, strcmp(buffer_string(&body), recorded ? recorded : "") == 0,
                          "%s", buffer_string(&body));
    }
    buffer_free(&body);
}

static void expect_answer(struct http_run *run, int connection, const struct raw_request *raw,
                          struct json_object *response)
{
    const struct output *output = simulated_server_take(&run->server, connection);
    const char *status = vector_text(response, "status_line");
    struct vectors *vectors = run->vectors;
    struct buffer body = {0};
    if (!status) {
        vector_expect(vectors, !output || output->kind == OUTPUT_CUT, "answered");
        return;
    }
    vector_expect(vectors, output && output->kind == OUTPUT_ANSWER, "not answered");
    if (!output)
        return;
    if (raw && raw->request.query.jsonp)
        engine_jsonp_print(raw->request.query.jsonp_digits, vector_buffer(&output->data), &body);
    else
        buffer_append(&body, output->data.data, output->data.length);
    vector_expect(vectors, output->status == atoi(status + 9), "status %d", output->status);
    vector_expect(vectors, vector_same(vector_buffer(&body), vector_slice(response, "body_text")),
                  "%s", buffer_string(&body));
    buffer_free(&body);
}

static void expect_websocket(struct http_run *run, struct json_object *response)
{
    struct json_object *frame = json_object_array_get_idx(vector_member(response, "ws_frames"), 0);
    const struct output *output;
    simulated_server_websocket(&run->server, CONNECTION);
    output = simulated_server_take(&run->server, CONNECTION);
    vector_expect(run->vectors, output && output->kind == OUTPUT_FRAME, "no frame");
    if (output)
        vector_expect(run->vectors,
                      vector_same(vector_buffer(&output->data), vector_slice(frame, "text")), "%s",
                      buffer_string(&output->data));
}

static void run_request(struct http_run *run, struct json_object *item)
{
    struct simulated_server *server = &run->server;
    struct json_object *response = vector_member(item, "response");
    struct engine_refusal refusal;
    struct raw_request raw;
    read_request(&raw, vector_text(item, "request"));
    prepare(run, vector_text(item, "name"), &raw, recorded_text(response));
    if (server->engine && !server->ended && raw.request.query.id[0])
        raw.request.session_transport = engine_server_transport(server->engine);
    switch (engine_request_check(&raw.request, &refusal)) {
    case ENGINE_REFUSE:
        expect_refusal(run->vectors, &refusal, &raw, response);
        break;
    case ENGINE_PREFLIGHT:
        vector_expect(run->vectors, is(response, "status_line", "HTTP/1.1 204 No Content"), "204");
        break;
    case ENGINE_OPEN:
        if (raw.request.upgrade) {
            expect_websocket(run, response);
            break;
        }
        /* fall through */
    case ENGINE_RECEIVE:
        simulated_server_poll(server, CONNECTION);
        expect_answer(run, CONNECTION, &raw, response);
        break;
    case ENGINE_SEND:
        if (raw.octets) /* the reference does not answer */
            vector_expect(run->vectors, !engine_server_post(server->engine, true), "taken");
        else
            simulated_server_post(server, CONNECTION, raw.body);
        expect_answer(run, CONNECTION, &raw, response);
        break;
    case ENGINE_UPGRADE:
        vector_expect(run->vectors, false, "an upgrade");
        break;
    case ENGINE_SHUT:
        vector_expect(run->vectors, vector_has(response, "ws_frames"), "closed at once");
        break;
    }
}

static void run_post_at_limit(struct http_run *run)
{
    struct buffer body = {0};
    reset(&run->server);
    simulated_server_open(&run->server, "AAAAAAAAAAAAAAAAAAAA", ENGINE_POLLING);
    buffer_append_byte(&body, '4');
    while (body.length < run->server.settings.max_payload)
        buffer_append_byte(&body, 'x');
    simulated_server_post(&run->server, CONNECTION, vector_buffer(&body));
    const struct output *output = simulated_server_take(&run->server, CONNECTION);
    vector_expect(run->vectors, output && strcmp(buffer_string(&output->data), "ok") == 0, "ok");
    vector_expect(run->vectors,
                  !engine_server_send(run->server.engine, slice_of_string("x"), false), "open");
    buffer_free(&body);
}

static void run_http(struct vectors *vectors, struct json_object *document)
{
    static const char *const left_out[] = {
        "no-trailing-slash", "ws-no-trailing-slash", "ws-other-path",  "ws-bad-version",
        "ws-no-key",         "ws-short-key",         "post-too-large", NULL};
    struct json_object *cases = vector_member(document, "cases");
    struct http_run run = {.vectors = vectors};
    for (size_t i = 0; i < json_object_array_length(cases); i++) {
        struct json_object *item = json_object_array_get_idx(cases, i);
        const char *name = vector_text(item, "name"), *request = vector_text(item, "request");
        bool large = strncmp(name, "poll-large", 10) == 0 || strstr(name, "below-threshold");
        if (is_one_of(name, left_out) || large)
            continue;
        vector_begin(vectors, "cases", i, name);
        if (!request) /* what became of the connection that was there before */
            expect_answer(&run, EARLIER, NULL, vector_member(item, "response"));
        else if (strcmp(name, "post-exactly-at-limit") == 0)
            run_post_at_limit(&run);
        else
            run_request(&run, item);
        vector_end(vectors);
    }
    reset(&run.server);
}

/* WebSocket. */

/* The next output that is no ping; pings are answered. */
static const struct output *take(struct simulated_server *server, bool answer)
{
    const struct output *output;
    while ((output = simulated_server_take(server, -1)) && output->kind == OUTPUT_FRAME && answer &&
           vector_same(vector_buffer(&output->data), slice_of_string("2")))
        simulated_server_frame(server, CONNECTION, slice_of_string("3"), false);
    return output;
}

static void let_pass(struct simulated_server *server, int64_t now)
{
    if (server->engine && server->now < now)
        simulated_server_until(server, now);
}

static void send_step(struct simulated_server *server, struct json_object *step)
{
    struct buffer bytes = {0};
    if (vector_frame_bytes(step, &bytes)) {
        simulated_server_frame(server, CONNECTION, vector_buffer(&bytes), true);
    } else if (vector_has(step, "text")) {
        simulated_server_frame(server, CONNECTION, vector_slice(step, "text"), false);
    } else { /* a frame that is only described: its beginning and its length */
        const char *head = vector_text(step, "head");
        size_t length = strtoul(strpbrk(vector_text(step, "description"), "0123456789"), NULL, 10);
        buffer_append_string(&bytes, head);
        while (bytes.length < length - 2)
            buffer_append_byte(&bytes, 'x');
        buffer_append_string(&bytes, "\"]");
        simulated_server_frame(server, CONNECTION, vector_buffer(&bytes), false);
    }
    buffer_free(&bytes);
}

static void expect_frame(struct vectors *vectors, const struct output *output, struct slice text)
{
    vector_expect(vectors, output && output->kind == OUTPUT_FRAME, "nothing instead of %.*s",
                  (int)text.length, text.data);
    if (output)
        vector_expect(vectors, vector_same(vector_buffer(&output->data), text), "sent %s",
                      buffer_string(&output->data));
}

static void run_step(struct vectors *vectors, struct simulated_server *server,
                     struct json_object *step, bool answer)
{
    struct slice text = vector_slice(step, "text");
    bool open = text.length > 27 && memcmp(text.data, "0{\"sid\":\"", 9) == 0;
    if (is(step, "dir", "client->server")) {
        send_step(server, step);
        return;
    }
    let_pass(server, json_object_get_int64(vector_member(step, "at_ms")));
    if (open) {
        char id[ENGINE_ID_LENGTH + 1];
        snprintf(id, sizeof id, "%.20s", text.data + 9);
        simulated_server_open(server, id, ENGINE_WEBSOCKET);
        simulated_server_websocket(server, CONNECTION);
    }
    expect_frame(vectors, take(server, answer), text);
}

static void expect_outcome(struct vectors *vectors, struct simulated_server *server,
                           struct json_object *outcome, bool answer)
{
    bool closed = json_object_get_boolean(vector_member(outcome, "closed_by_server"));
    int64_t until = closed ? json_object_get_int64(vector_member(outcome, "at_ms")) : 18000;
    /* Not much sooner, either. */
    if (closed && until > 1000) {
        let_pass(server, until - 100);
        vector_expect(vectors, !take(server, answer) && !server->ended, "closed too soon");
    }
    let_pass(server, until);
    const struct output *output = take(server, answer);
    vector_expect(vectors, !output == !closed, "%s", closed ? "open" : "something was sent");
    vector_expect(vectors, !closed || (output && output->kind == OUTPUT_CLOSE), "no Close");
    vector_expect(vectors, server->ended == closed, "%s", closed ? "open" : "ended");
}

static void run_dialogue(struct vectors *vectors, struct json_object *item)
{
    struct simulated_server server = {.engine = NULL};
    struct json_object *steps = vector_member(item, "steps");
    bool answer = !is(item, "name", "no-pong");
    struct slice id;
    reset(&server);
    for (size_t i = 0; i < json_object_array_length(steps); i++) {
        for (size_t j = i; j < json_object_array_length(steps); j++) {
            id = vector_slice(json_object_array_get_idx(steps, j), "text");
            if (id.length < 29 || memcmp(id.data, "40{\"sid\":\"", 10) != 0)
                continue;
            simulated_server_set_id(&server, slice_of(id.data + 10, ENGINE_ID_LENGTH));
            break;
        }
        run_step(vectors, &server, json_object_array_get_idx(steps, i), answer);
    }
    if (is(item, "name", "event-right-behind-connect")) {
        /* We are kinder: the event waits for the join. */
        const struct output *output = take(&server, answer);
        vector_expect(vectors,
                      output && strncmp(buffer_string(&output->data), "40{\"sid\":", 9) == 0,
                      "not joined");
        expect_frame(vectors, take(&server, answer), slice_of_string("430[{}]"));
    } else {
        expect_outcome(vectors, &server, vector_member(item, "outcome"), answer);
    }
    reset(&server);
}

static void run_websocket(struct vectors *vectors, struct json_object *document)
{
    static const char *const left_out[] = {"fragmented-message", "frame-over-limit",
                                           "invalid-utf8",       "unmasked-client-frame",
                                           "ws-level-ping",      NULL};
    struct json_object *cases = vector_member(document, "cases");
    for (size_t i = 0; i < json_object_array_length(cases); i++) {
        struct json_object *item = json_object_array_get_idx(cases, i);
        if (is_one_of(vector_text(item, "name"), left_out))
            continue;
        vector_begin(vectors, "cases", i, vector_text(item, "name"));
        run_dialogue(vectors, item);
        vector_end(vectors);
    }
}

const struct vector_suite VECTORS_EDGES[] = {
    {"realtime-http-edge-cases", run_http},
    {"realtime-ws-edge-cases", run_websocket},
    {NULL, NULL},
};
