/* The endpoint's answers, and the requests of long polling. */
#include <stdlib.h>
#include <string.h>

#include "net/content_encoding.h"
#include "net/engine_session.h"
#include "os/clock.h"

#define HEADERS_MAX 8

struct headers {
    struct http_header list[HEADERS_MAX];
    size_t count;
};

static void put(struct headers *headers, const char *name, const char *value)
{
    headers->list[headers->count++] =
        (struct http_header){slice_of_string(name), slice_of_string(value)};
}

static void put_cors(struct headers *headers)
{
    put(headers, "Access-Control-Allow-Origin", "*");
    put(headers, "Access-Control-Allow-Credentials", "true");
}

struct slice engine_query_of(const struct http_head *head)
{
    struct slice target = head->target;
    const char *mark = memchr(target.data, '?', target.length);
    if (!mark)
        return slice_of(NULL, 0);
    return slice_of(mark + 1, target.length - (size_t)(mark + 1 - target.data));
}

void engine_answer(struct http_exchange *exchange, int status, const char *type, struct slice body)
{
    struct headers headers = {.count = 0};
    put_cors(&headers);
    if (type)
        put(&headers, "Content-Type", type);
    http_exchange_answer(exchange, status, headers.list, headers.count, body);
}

void engine_answer_preflight(struct http_exchange *exchange)
{
    struct headers headers = {.count = 0};
    put_cors(&headers);
    put(&headers, "Access-Control-Allow-Methods", "GET,POST,OPTIONS");
    put(&headers, "Access-Control-Allow-Headers", "*");
    put(&headers, "Content-Length", "0");
    http_exchange_answer(exchange, 204, headers.list, headers.count, slice_of(NULL, 0));
}

void engine_refuse(struct http_exchange *exchange, const struct engine_refusal *refusal,
                   bool upgrade)
{
    struct buffer body = {0};
    if (upgrade) {
        const struct http_header type = {slice_of_string("Content-Type"),
                                         slice_of_string("text/html")};
        http_exchange_be_last(exchange);
        http_exchange_answer(exchange, refusal->status, &type, 1,
                             slice_of_string(refusal->message));
        return;
    }
    if (refusal->code >= 0)
        engine_refusal_print(refusal, &body);
    engine_answer(exchange, refusal->status, refusal->code >= 0 ? "application/json" : NULL,
                  slice_of(body.data, body.length));
    buffer_free(&body);
}

/* Old browsers of Microsoft guess types. */
static bool guesses_types(const struct http_head *head)
{
    struct slice agent;
    return http_head_find(head, "user-agent", &agent) &&
           (memmem(agent.data, agent.length, ";MSIE", 5) ||
            memmem(agent.data, agent.length, "Trident/", 8));
}

void engine_answer_poll(struct http_exchange *exchange, struct slice payload)
{
    const struct http_head *head = http_exchange_head(exchange);
    struct engine_query query;
    struct buffer script = {0}, encoded = {0};
    struct headers headers = {.count = 0};
    engine_query_parse(engine_query_of(head), &query);
    if (query.jsonp) {
        engine_jsonp_print(query.jsonp_digits, payload, &script);
        payload = slice_of(script.data, script.length);
    }
    const char *coding = content_encode(head, payload, &encoded);
    put_cors(&headers);
    put(&headers, "Content-Type",
        query.jsonp ? "text/javascript; charset=UTF-8" : "text/plain; charset=UTF-8");
    put(&headers, "Cache-Control", "no-store");
    if (coding)
        put(&headers, "Content-Encoding", coding);
    if (guesses_types(head))
        put(&headers, "X-XSS-Protection", "0");
    http_exchange_answer(exchange, 200, headers.list, headers.count,
                         coding ? slice_of(encoded.data, encoded.length) : payload);
    buffer_free(&script);
    buffer_free(&encoded);
}

/* Polls. */

static void poll_lost(struct http_exchange *exchange, void *context)
{
    (void)exchange;
    struct engine_session *session = context;
    session->poll = NULL;
    engine_session_enter(session);
    if (session->server)
        engine_server_poll_lost(session->server);
    engine_session_leave(session);
}

static void poll_finished(struct http_exchange *exchange, void *context)
{
    http_exchange_abort(exchange);
    poll_lost(exchange, context);
}

static const struct http_exchange_listener POLL = {.peer_finished = poll_finished,
                                                   .lost = poll_lost};

void engine_take_poll(struct engine_session *session, struct http_exchange *exchange)
{
    bool is_only = session->poll == NULL;
    engine_session_enter(session);
    if (is_only) {
        session->poll = exchange;
        http_exchange_listen(exchange, &POLL, session);
    }
    if (!engine_server_poll(session->server, clock_monotonic_ms())) {
        if (is_only)
            session->poll = NULL;
        engine_answer(exchange, 400, NULL, slice_of(NULL, 0));
    }
    engine_session_leave(session);
}

/* POSTs. */

static void answer_post(struct http_exchange *exchange)
{
    struct headers headers = {.count = 0};
    put_cors(&headers);
    put(&headers, "Content-Type", "text/html");
    put(&headers, "Cache-Control", "no-store");
    http_exchange_answer(exchange, 200, headers.list, headers.count, slice_of_string("ok"));
}

static void refuse_post(struct engine_session *session, int status)
{
    struct http_exchange *exchange = session->post;
    session->post = NULL;
    buffer_free(&session->body);
    engine_answer(exchange, status, NULL, slice_of(NULL, 0));
}

static void post_part(struct http_exchange *exchange, struct slice part, void *context)
{
    (void)exchange;
    struct engine_session *session = context;
    engine_session_enter(session);
    buffer_append(&session->body, part.data, part.length);
    if (session->body.failed ||
        session->body.length > session->endpoint->settings.sessions->max_payload) {
        engine_server_post_too_large(session->server);
        refuse_post(session, 413);
    }
    engine_session_leave(session);
}

static void post_whole(struct http_exchange *exchange, struct slice empty, void *context)
{
    (void)empty;
    struct engine_session *session = context;
    struct buffer body = session->body, script = {0};
    struct slice payload = slice_of(body.data, body.length);
    struct engine_query query;
    session->body = (struct buffer){0};
    session->post = NULL;
    engine_query_parse(engine_query_of(http_exchange_head(exchange)), &query);
    if (query.jsonp && engine_jsonp_parse(payload, &script, NULL) == 0)
        payload = slice_of(script.data, script.length);
    engine_session_enter(session);
    engine_server_post_payload(session->server, payload, clock_monotonic_ms());
    engine_session_leave(session);
    answer_post(exchange);
    buffer_free(&body);
    buffer_free(&script);
}

static void post_lost(struct http_exchange *exchange, void *context)
{
    (void)exchange;
    struct engine_session *session = context;
    session->post = NULL;
    buffer_free(&session->body);
    engine_session_enter(session);
    if (session->server)
        engine_server_post_lost(session->server);
    engine_session_leave(session);
}

static const struct http_exchange_listener POST = {
    .body = post_part, .whole = post_whole, .lost = post_lost};

void engine_take_post(struct engine_session *session, struct http_exchange *exchange)
{
    const struct http_head *head = http_exchange_head(exchange);
    struct slice type;
    bool binary = http_head_find(head, "content-type", &type) &&
                  http_name_equals(type, "application/octet-stream");
    int64_t max = (int64_t)session->endpoint->settings.sessions->max_payload;
    engine_session_enter(session);
    if (!engine_server_post(session->server, binary)) {
        engine_answer(exchange, 400, NULL, slice_of(NULL, 0));
    } else {
        session->post = exchange;
        http_exchange_limit_body(exchange, UINT64_MAX / 2);
        http_exchange_listen(exchange, &POST, session);
        if (head->content_length > max) {
            engine_server_post_too_large(session->server);
            refuse_post(session, 413);
        }
    }
    engine_session_leave(session);
}
