/* Opening handshakes (RFC 6455, 4). */
#include <event2/buffer.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/http_connection.h"
#include "net/websocket_stream.h"
#include "os/clock.h"
#include "wire/base64.h"

#define KEY_BYTES  16u
#define KEY_LENGTH 24u

void websocket_accept_key(const char *key, char accept[29])
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    char text[KEY_LENGTH + 37];
    struct buffer encoded = {0};
    snprintf(text, sizeof text, "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
    EVP_Digest(text, strlen(text), hash, NULL, EVP_sha1(), NULL);
    base64_encode(&encoded, hash, 20);
    snprintf(accept, 29, "%s", buffer_string(&encoded));
    buffer_free(&encoded);
}

bool websocket_is_requested(const struct http_head *head)
{
    struct slice upgrade;
    return head->upgrade && http_head_find(head, "upgrade", &upgrade) &&
           http_name_equals(upgrade, "websocket");
}

/* The server's side. */

/* 22 characters of base64 and "==", as the reference looks at it. */
static bool is_key(struct slice key)
{
    unsigned char bytes[KEY_BYTES];
    return key.length == KEY_LENGTH && key.data[22] == '=' && key.data[23] == '=' &&
           base64_decode_exactly(BASE64_STANDARD, key, bytes, sizeof bytes, "the key", NULL) == 0;
}

static void refuse(struct http_exchange *exchange, const char *why)
{
    const struct http_header headers[] = {
        {slice_of_string("Content-Type"), slice_of_string("text/html")},
        {slice_of_string("Sec-WebSocket-Version"), slice_of_string("13, 8")},
    };
    http_exchange_answer(exchange, 400, headers, 2, slice_of_string(why));
}

static const char *fault_of(const struct http_head *head, struct slice *key)
{
    struct slice version;
    if (!slice_equals(head->method, "GET"))
        return "Invalid HTTP method";
    if (!websocket_is_requested(head))
        return "Invalid Upgrade header";
    if (http_head_count(head, "sec-websocket-key") != 1 ||
        !http_head_find(head, "sec-websocket-key", key) || !is_key(*key))
        return "Missing or invalid Sec-WebSocket-Key header";
    if (!http_head_find(head, "sec-websocket-version", &version) ||
        (!slice_equals(version, "13") && !slice_equals(version, "8")))
        return "Missing or invalid Sec-WebSocket-Version header";
    return NULL;
}

static void put_answer(struct buffer *text, const struct http_head *head, struct slice key,
                       const struct http_header *headers, size_t count)
{
    char key_text[KEY_LENGTH + 1], accept[29];
    struct slice protocols, first;
    snprintf(key_text, sizeof key_text, "%.*s", (int)key.length, key.data);
    websocket_accept_key(key_text, accept);
    buffer_append_format(text,
                         "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                         "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n",
                         accept);
    if (http_head_find(head, "sec-websocket-protocol", &protocols) &&
        http_list_next(&protocols, &first))
        buffer_append_format(text, "Sec-WebSocket-Protocol: %.*s\r\n", (int)first.length,
                             first.data);
    for (size_t i = 0; i < count; i++)
        http_put_header(text, headers + i);
    buffer_append_string(text, "\r\n");
}

struct websocket *websocket_accept(struct http_exchange *exchange,
                                   const struct http_header *headers, size_t count,
                                   const struct websocket_settings *settings,
                                   const struct websocket_listener *listener, void *context)
{
    struct slice key;
    const struct http_head *head = http_exchange_head(exchange);
    const char *fault = fault_of(head, &key);
    if (fault) {
        refuse(exchange, fault);
        return NULL;
    }
    struct buffer answer = {0};
    put_answer(&answer, head, key, headers, count);
    struct timers *timers = http_server_timers(exchange->connection->server);
    bool is_plain = !exchange->connection->is_tls;
    struct bufferevent *stream = answer.failed ? NULL : http_exchange_take_over(exchange);
    struct websocket *websocket =
        stream ? websocket_new(stream, timers, settings, listener, context) : NULL;
    if (!stream)
        refuse(exchange, "A handshake has no body");
    if (websocket) {
        websocket->is_plain = is_plain;
        websocket->state = WEBSOCKET_OPEN;
        websocket_write(websocket, slice_of(answer.data, answer.length), slice_of(NULL, 0));
        if (evbuffer_get_length(bufferevent_get_input(stream)) > 0)
            bufferevent_trigger(stream, EV_READ,
                                BEV_TRIG_IGNORE_WATERMARKS | BEV_TRIG_DEFER_CALLBACKS);
    }
    buffer_free(&answer);
    return websocket;
}

/* The client's side. */

void websocket_opening_free(struct websocket_opening *opening)
{
    if (!opening)
        return;
    http_reader_free(opening->reader);
    free(opening->protocol);
    free(opening);
}

static void put_request(struct buffer *text, const struct websocket_request *request,
                        const char *key)
{
    buffer_append_format(text,
                         "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\n"
                         "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                         "Sec-WebSocket-Key: %s\r\n",
                         request->target, request->host, key);
    if (request->protocol)
        buffer_append_format(text, "Sec-WebSocket-Protocol: %s\r\n", request->protocol);
    for (size_t i = 0; i < request->count; i++)
        http_put_header(text, request->headers + i);
    buffer_append_string(text, "\r\n");
}

/* Returns -1 when memory runs out. */
static int begin(struct websocket *websocket, const struct websocket_request *request)
{
    unsigned char bytes[KEY_BYTES];
    struct buffer text = {0};
    struct websocket_opening *opening = calloc(1, sizeof *opening);
    websocket->opening = opening;
    websocket->peer = strdup(request->peer ? request->peer : request->host);
    if (!opening || !(opening->reader = http_reader_new(HTTP_RESPONSES)) || !websocket->peer ||
        (request->protocol && !(opening->protocol = strdup(request->protocol))))
        return -1;
    random_fill(websocket->settings->random, bytes, sizeof bytes);
    base64_encode(&text, bytes, sizeof bytes);
    snprintf(opening->key, sizeof opening->key, "%s", buffer_string(&text));
    buffer_clear(&text);
    put_request(&text, request, opening->key);
    websocket_write(websocket, slice_of(text.data, text.length), slice_of(NULL, 0));
    int failed = text.failed ? -1 : 0;
    buffer_free(&text);
    return failed;
}

struct websocket *websocket_connect(struct bufferevent *stream, struct timers *timers,
                                    const struct websocket_request *request,
                                    const struct websocket_settings *settings,
                                    const struct websocket_listener *listener, void *context)
{
    struct websocket *websocket = websocket_new(stream, timers, settings, listener, context);
    if (!websocket)
        return NULL;
    websocket->is_client = true;
    if (begin(websocket, request) != 0 ||
        !timers_set(timers, &websocket->timer, clock_monotonic_ms() + settings->open_time)) {
        websocket_free(websocket);
        return NULL;
    }
    return websocket;
}

/* Why the answer does not open a WebSocket: 0 when it does. */
static int check_answer(const struct websocket *websocket, const struct http_head *head,
                        struct error *error)
{
    const struct websocket_opening *opening = websocket->opening;
    struct slice value;
    char accept[29];
    if (head->status != 101)
        return error_set(error, ERROR_REFUSED, "%s refused the WebSocket with status %d %.*s",
                         websocket->peer, head->status, (int)head->reason.length,
                         head->reason.data);
    websocket_accept_key(opening->key, accept);
    if (!http_head_find(head, "upgrade", &value) || !http_name_equals(value, "websocket") ||
        !http_head_lists(head, "connection", "upgrade") ||
        !http_head_find(head, "sec-websocket-accept", &value) || !slice_equals(value, accept))
        return error_set(error, ERROR_INVALID, "what answers at %s is no WebSocket server",
                         websocket->peer);
    bool has_protocol = http_head_find(head, "sec-websocket-protocol", &value);
    if (has_protocol && (!opening->protocol || !slice_equals(value, opening->protocol)))
        return error_set(error, ERROR_INVALID, "%s chose a subprotocol that was not offered",
                         websocket->peer);
    if (http_head_count(head, "sec-websocket-extensions") > 0)
        return error_set(error, ERROR_INVALID, "%s chose an extension that was not offered",
                         websocket->peer);
    return 0;
}

static bool fail(struct websocket *websocket, const struct error *error)
{
    websocket_end(websocket, WEBSOCKET_ABNORMAL, error);
    return false;
}

bool websocket_read_answer(struct websocket *websocket)
{
    struct evbuffer *input = bufferevent_get_input(websocket->stream);
    struct http_reader *reader = websocket->opening->reader;
    enum http_event event = HTTP_EVENT_MORE;
    struct error error;
    size_t length;
    while (event == HTTP_EVENT_MORE && (length = evbuffer_get_contiguous_space(input)) > 0) {
        struct slice bytes = slice_of(evbuffer_pullup(input, (ssize_t)length), length), part;
        event = http_reader_next(reader, &bytes, &part, &error);
        evbuffer_drain(input, length - bytes.length);
    }
    if (event == HTTP_EVENT_MORE)
        return false;
    if (event == HTTP_EVENT_ERROR) {
        error_set(&error, ERROR_INVALID, "what answers at %s does not speak HTTP", websocket->peer);
        return fail(websocket, &error);
    }
    const struct http_head *head = http_reader_head(reader);
    if (check_answer(websocket, head, &error) != 0)
        return fail(websocket, &error);
    bool freed = false;
    struct websocket_opening *opening = websocket->opening;
    websocket->opening = NULL;
    websocket->state = WEBSOCKET_OPEN;
    timers_clear(websocket->timers, &websocket->timer);
    websocket->freed = &freed;
    if (websocket->listener->opened)
        websocket->listener->opened(websocket, head, websocket->context);
    websocket_opening_free(opening);
    if (!freed)
        websocket->freed = NULL;
    return !freed;
}
