#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "net/http_parser.h"
#include "net/proxy.h"
#include "wire/base64.h"
#include "wire/secret.h"

/* Fills `name` for messages. */
static const char *name_proxy(const struct proxy_exchange *exchange, char *name, size_t size)
{
    struct buffer text = {0};
    proxy_put_name(&text, exchange->proxy);
    snprintf(name, size, "%s", buffer_string(&text));
    buffer_free(&text);
    return name;
}

static int no_sense(const struct proxy_exchange *exchange, struct error *error)
{
    char name[320];
    error_set(error, ERROR_INVALID, "%s gave an answer that is not of its protocol",
              name_proxy(exchange, name, sizeof name));
    return error_fix(error, "check the proxy's kind and port in the environment");
}

static void put_port(struct buffer *out, uint16_t port)
{
    buffer_append_byte(out, (char)(port >> 8));
    buffer_append_byte(out, (char)(port & 0xff));
}

/* ---- HTTP CONNECT ---- */

static int start_http(struct proxy_exchange *exchange, struct buffer *out, struct error *error)
{
    (void)error;
    const struct proxy *proxy = exchange->proxy;
    char place[URL_HOST_LENGTH_MAX + 16];
    snprintf(place, sizeof place, strchr(exchange->host, ':') ? "[%s]:%u" : "%s:%u", exchange->host,
             exchange->port);
    buffer_append_format(out, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n", place, place);
    if (proxy->has_user) {
        struct buffer pair = {0};
        buffer_append_format(&pair, "%s:%s", proxy->user, proxy->password);
        buffer_append_string(out, "Proxy-Authorization: Basic ");
        base64_encode(out, pair.data, pair.length);
        buffer_append_string(out, "\r\n");
        secret_buffer_free(&pair);
    }
    buffer_append_string(out, "\r\n");
    return 0;
}

static int refused_http(const struct proxy_exchange *exchange, int status, struct error *error)
{
    char name[320];
    name_proxy(exchange, name, sizeof name);
    if (status == 407) {
        error_set(error, ERROR_REFUSED, "%s wants a %suser name and password", name,
                  exchange->proxy->has_user ? "different " : "");
        return error_fix(error, "put them into the proxy's URL: http://USER:PASSWORD@HOST:PORT");
    }
    error_set(error, status >= 500 ? ERROR_CLOSED : ERROR_REFUSED,
              "%s does not connect to %s port %u: it answered with status %d", name, exchange->host,
              exchange->port, status);
    return error_fix(error, "ask who runs the proxy, or name the host in no_proxy");
}

/* The answer is read from its beginning each time: it is short, and comes in one piece. */
static int take_http(struct proxy_exchange *exchange, struct slice bytes, size_t *consumed,
                     struct buffer *out, struct error *error)
{
    (void)out;
    struct http_reader *reader = http_reader_new(HTTP_RESPONSES);
    struct slice input = bytes, part;
    struct error problem;
    int result = 0;
    if (!reader)
        return error_set(error, ERROR_MEMORY, "out of memory");
    enum http_event event;
    while ((event = http_reader_next(reader, &input, &part, &problem)) > HTTP_EVENT_MORE) {
        int status = event == HTTP_EVENT_HEAD ? http_reader_head(reader)->status : 0;
        if (event == HTTP_EVENT_END)
            http_reader_restart(reader); /* a 1xx answer */
        if (status < 200)
            continue;
        result = status < 300 ? 1 : refused_http(exchange, status, error);
        break;
    }
    *consumed = result == 1 ? bytes.length - input.length : 0;
    if (event == HTTP_EVENT_ERROR || (result == 0 && bytes.length > PROXY_ANSWER_MAX))
        result = no_sense(exchange, error);
    http_reader_free(reader);
    return result;
}

/* ---- SOCKS 4 and 4a: https://www.openssh.com/txt/socks4.protocol, socks4a.protocol ---- */

static int start_socks4(struct proxy_exchange *exchange, struct buffer *out, struct error *error)
{
    struct in_addr address;
    bool is_address = inet_pton(AF_INET, exchange->host, &address) == 1;
    if (!is_address && (exchange->proxy->kind == PROXY_SOCKS4 || strchr(exchange->host, ':'))) {
        error_set(error, ERROR_UNSUPPORTED, "%s cannot be reached by SOCKS4, which has no IPv6",
                  exchange->host);
        return error_fix(error, "use a socks5h:// proxy");
    }
    buffer_append(out, "\x04\x01", 2);
    put_port(out, exchange->port);
    buffer_append(out, is_address ? (const char *)&address : "\0\0\0\x01", 4);
    buffer_append(out, exchange->proxy->user, strlen(exchange->proxy->user) + 1);
    if (!is_address)
        buffer_append(out, exchange->host, strlen(exchange->host) + 1);
    return 0;
}

static int take_socks4(struct proxy_exchange *exchange, struct slice bytes, size_t *consumed,
                       struct buffer *out, struct error *error)
{
    (void)out;
    char name[320];
    if ((bytes.length > 0 && bytes.data[0] != 0) ||
        (bytes.length > 1 && (bytes.data[1] < 0x5a || bytes.data[1] > 0x5d)))
        return no_sense(exchange, error);
    if (bytes.length < 8)
        return 0;
    *consumed = 8;
    if (bytes.data[1] == 0x5a)
        return 1;
    return error_set(error, bytes.data[1] == 0x5b ? ERROR_CLOSED : ERROR_REFUSED,
                     "%s does not connect to %s port %u%s", name_proxy(exchange, name, sizeof name),
                     exchange->host, exchange->port,
                     bytes.data[1] == 0x5b ? "" : ": it refuses this user");
}

/* ---- SOCKS 5: RFC 1928; user name and password: RFC 1929 ---- */

enum { SOCKS5_METHOD, SOCKS5_USER, SOCKS5_CONNECT };

#define SOCKS5_NO_METHOD 0xff
#define SOCKS5_REPLY_MIN 5u /* up to the length of a name */

static int start_socks5(struct proxy_exchange *exchange, struct buffer *out, struct error *error)
{
    (void)error;
    exchange->step = SOCKS5_METHOD;
    if (exchange->proxy->has_user)
        buffer_append(out, "\x05\x02\x00\x02", 4);
    else
        buffer_append(out, "\x05\x01\x00", 3);
    return 0;
}

static void put_user(const struct proxy *proxy, struct buffer *out)
{
    buffer_append_byte(out, 1);
    buffer_append_byte(out, (char)strlen(proxy->user));
    buffer_append_string(out, proxy->user);
    buffer_append_byte(out, (char)strlen(proxy->password));
    buffer_append_string(out, proxy->password);
}

static void put_connect(struct proxy_exchange *exchange, struct buffer *out)
{
    unsigned char address[sizeof(struct in6_addr)];
    exchange->step = SOCKS5_CONNECT;
    buffer_append(out, "\x05\x01\x00", 3);
    if (inet_pton(AF_INET, exchange->host, address) == 1) {
        buffer_append_byte(out, 1);
        buffer_append(out, address, 4);
    } else if (inet_pton(AF_INET6, exchange->host, address) == 1) {
        buffer_append_byte(out, 4);
        buffer_append(out, address, 16);
    } else {
        buffer_append_byte(out, 3);
        buffer_append_byte(out, (char)strlen(exchange->host));
        buffer_append_string(out, exchange->host);
    }
    put_port(out, exchange->port);
}

static int refused_user(const struct proxy_exchange *exchange, struct error *error)
{
    char name[320];
    error_set(error, ERROR_REFUSED, "%s wants a %suser name and password",
              name_proxy(exchange, name, sizeof name),
              exchange->proxy->has_user ? "different " : "");
    return error_fix(error, "put them into the proxy's URL: socks5h://USER:PASSWORD@HOST:PORT");
}

static int take_method(struct proxy_exchange *exchange, const unsigned char *bytes,
                       struct buffer *out, struct error *error)
{
    if (bytes[0] != 5)
        return no_sense(exchange, error);
    if (bytes[1] == SOCKS5_NO_METHOD)
        return refused_user(exchange, error);
    if (bytes[1] == 0) {
        put_connect(exchange, out);
        return 0;
    }
    if (bytes[1] != 2 || !exchange->proxy->has_user)
        return no_sense(exchange, error);
    put_user(exchange->proxy, out);
    exchange->step = SOCKS5_USER;
    return 0;
}

static int take_user(struct proxy_exchange *exchange, const unsigned char *bytes,
                     struct buffer *out, struct error *error)
{
    if (bytes[0] != 1)
        return no_sense(exchange, error);
    if (bytes[1] != 0)
        return refused_user(exchange, error);
    put_connect(exchange, out);
    return 0;
}

static int take_reply(struct proxy_exchange *exchange, const unsigned char *bytes,
                      struct error *error)
{
    static const struct {
        enum error_code code;
        const char *text;
    } replies[] = {
        {ERROR_NONE, ""},
        {ERROR_CLOSED, "it failed"},
        {ERROR_REFUSED, "its rules do not allow it"},
        {ERROR_CLOSED, "the network cannot be reached"},
        {ERROR_CLOSED, "the host cannot be reached"},
        {ERROR_CLOSED, "the connection was refused"},
        {ERROR_CLOSED, "the host did not answer"},
        {ERROR_UNSUPPORTED, "it does not know how to"},
        {ERROR_UNSUPPORTED, "it does not know this kind of address"},
    };
    char name[320];
    if (bytes[0] != 5)
        return no_sense(exchange, error);
    if (bytes[1] == 0)
        return 1;
    bool known = bytes[1] < sizeof replies / sizeof *replies;
    return error_set(error, known ? replies[bytes[1]].code : ERROR_CLOSED,
                     "%s does not connect to %s port %u: %s",
                     name_proxy(exchange, name, sizeof name), exchange->host, exchange->port,
                     known ? replies[bytes[1]].text : "it failed");
}

/* Bytes of the reply, 0 for one that makes no sense. A refusal is told without its address. */
static size_t reply_size(const unsigned char *bytes)
{
    if (bytes[0] != 5 || bytes[1] != 0)
        return SOCKS5_REPLY_MIN;
    switch (bytes[3]) {
    case 1:
        return 10;
    case 3:
        return 7u + bytes[4];
    case 4:
        return 22;
    default:
        return 0;
    }
}

static int take_socks5(struct proxy_exchange *exchange, struct slice input, size_t *consumed,
                       struct buffer *out, struct error *error)
{
    const unsigned char *bytes = (const unsigned char *)input.data;
    if (exchange->step == SOCKS5_CONNECT) {
        size_t size = input.length < SOCKS5_REPLY_MIN ? SOCKS5_REPLY_MIN : reply_size(bytes);
        if (size == 0)
            return no_sense(exchange, error);
        if (input.length < size)
            return 0;
        *consumed = size;
        return take_reply(exchange, bytes, error);
    }
    if (input.length < 2)
        return 0;
    *consumed = 2;
    return exchange->step == SOCKS5_METHOD ? take_method(exchange, bytes, out, error)
                                           : take_user(exchange, bytes, out, error);
}

/* ---- all of them ---- */

static const struct {
    int (*start)(struct proxy_exchange *exchange, struct buffer *out, struct error *error);
    int (*take)(struct proxy_exchange *exchange, struct slice bytes, size_t *consumed,
                struct buffer *out, struct error *error);
} protocols[] = {
    [PROXY_HTTP] = {start_http, take_http},        [PROXY_SOCKS4] = {start_socks4, take_socks4},
    [PROXY_SOCKS4A] = {start_socks4, take_socks4}, [PROXY_SOCKS5] = {start_socks5, take_socks5},
    [PROXY_SOCKS5H] = {start_socks5, take_socks5},
};

int proxy_exchange_start(struct proxy_exchange *exchange, struct buffer *out, struct error *error)
{
    return protocols[exchange->proxy->kind].start(exchange, out, error);
}

int proxy_exchange_take(struct proxy_exchange *exchange, struct slice bytes, size_t *consumed,
                        struct buffer *out, struct error *error)
{
    *consumed = 0;
    return protocols[exchange->proxy->kind].take(exchange, bytes, consumed, out, error);
}
