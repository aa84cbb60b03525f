#include "net/proxy.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <sodium.h>

/* Spelled as in the environment; `name` is for people. */
static const struct {
    const char *scheme;
    enum proxy_kind kind;
    const char *name;
} kinds[] = {
    {"http", PROXY_HTTP, "HTTP"},         {"socks4", PROXY_SOCKS4, "SOCKS4"},
    {"socks4a", PROXY_SOCKS4A, "SOCKS4"}, {"socks5", PROXY_SOCKS5, "SOCKS5"},
    {"socks5h", PROXY_SOCKS5H, "SOCKS5"},
};

static const char *get_value(const char *(*get)(const char *), const char *lower, const char *upper)
{
    const char *value = get(lower);
    if (!value || !*value)
        value = upper ? get(upper) : NULL;
    return value && *value ? value : NULL;
}

void proxy_environment_read(struct proxy_environment *environment, const char *(*get)(const char *))
{
    environment->http = get_value(get, "http_proxy", NULL);
    environment->https = get_value(get, "https_proxy", "HTTPS_PROXY");
    environment->all = get_value(get, "all_proxy", "ALL_PROXY");
    environment->none = get_value(get, "no_proxy", "NO_PROXY");
}

int proxy_choose(const struct proxy_environment *environment, const char *host, bool tls,
                 struct proxy *proxy, struct error *error)
{
    const char *name = tls ? "https_proxy" : "http_proxy";
    const char *value = tls ? environment->https : environment->http;
    *proxy = (struct proxy){.kind = PROXY_NONE};
    if (!value) {
        name = "all_proxy";
        value = environment->all;
    }
    if (!value || (environment->none && proxy_is_exempt(environment->none, host)))
        return 0;
    struct error problem;
    if (proxy_parse(value, proxy, &problem) == 0)
        return 0;
    error_set(error, problem.code, "the environment's %s cannot be used: %s", name,
              problem.message);
    return error_fix(error, "correct or unset %s; it looks like http://proxy.example:3128", name);
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Percent-decoded; without NUL and other control characters. */
static int parse_credential(const char *text, size_t length, char *out, struct error *error)
{
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        int byte = (unsigned char)text[i];
        if (text[i] == '%') {
            int high = i + 2 < length ? hex_value(text[i + 1]) : -1;
            int low = i + 2 < length ? hex_value(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return error_set(error, ERROR_INVALID,
                                 "a \"%%\" of its user name or password is not followed by two "
                                 "hexadecimal digits");
            byte = high * 16 + low;
            i += 2;
        }
        if (byte < 0x20 || byte == 0x7f)
            return error_set(error, ERROR_INVALID,
                             "its user name or password has a control character");
        if (used == PROXY_CREDENTIAL_MAX)
            return error_set(error, ERROR_LIMIT,
                             "its user name or password is longer than %u bytes",
                             PROXY_CREDENTIAL_MAX);
        out[used++] = (char)byte;
    }
    out[used] = '\0';
    return 0;
}

static int parse_user(const char *text, size_t length, struct proxy *proxy, struct error *error)
{
    const char *colon = memchr(text, ':', length);
    size_t user = colon ? (size_t)(colon - text) : length;
    proxy->has_user = true;
    if (parse_credential(text, user, proxy->user, error) < 0)
        return -1;
    if (colon && parse_credential(colon + 1, length - user - 1, proxy->password, error) < 0)
        return -1;
    if (proxy->kind == PROXY_HTTP && strchr(proxy->user, ':'))
        return error_set(error, ERROR_INVALID, "its user name has a colon");
    return 0;
}

static int parse_place(const char *text, size_t length, struct proxy *proxy, struct error *error)
{
    const char *after = length > 0 && *text == '[' ? memchr(text, ']', length) : text;
    const char *colon = after ? memchr(after, ':', length - (size_t)(after - text)) : NULL;
    size_t host = colon ? (size_t)(colon - text) : length;
    if (url_parse_host(text, host, proxy->host, error) < 0)
        return -1;
    unsigned long port = PROXY_DEFAULT_PORT;
    if (colon) {
        char digits[6] = "";
        size_t count = length - host - 1;
        if (count > 0 && count < sizeof digits)
            memcpy(digits, colon + 1, count);
        port = strspn(digits, "0123456789") == count ? strtoul(digits, NULL, 10) : 0;
    }
    if (port < 1 || port > 65535)
        return error_set(error, ERROR_INVALID, "its port is not a number from 1 to 65535");
    proxy->port = (uint16_t)port;
    return 0;
}

static int parse_scheme(const char *text, size_t length, struct proxy *proxy, struct error *error)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strlen(kinds[i].scheme) == length && strncasecmp(kinds[i].scheme, text, length) == 0) {
            proxy->kind = kinds[i].kind;
            return 0;
        }
    if (length == 5 && strncasecmp(text, "https", 5) == 0)
        return error_set(error, ERROR_UNSUPPORTED,
                         "proxies that are themselves reached by TLS are not supported");
    return error_set(error, ERROR_INVALID,
                     "a proxy is http://, socks4://, socks4a://, socks5:// or socks5h://");
}

/* A password may have one that is not encoded; a host may not. */
static const char *last_at(const char *text, size_t length)
{
    while (length > 0)
        if (text[--length] == '@')
            return text + length;
    return NULL;
}

int proxy_parse(const char *text, struct proxy *proxy, struct error *error)
{
    *proxy = (struct proxy){.kind = PROXY_HTTP};
    if (strnlen(text, URL_LENGTH_MAX + 1) > URL_LENGTH_MAX)
        return error_set(error, ERROR_LIMIT, "it is longer than %u bytes", URL_LENGTH_MAX);
    const char *colon = strstr(text, "://");
    int result = colon ? parse_scheme(text, (size_t)(colon - text), proxy, error) : 0;
    const char *place = colon ? colon + 3 : text;
    size_t length = strcspn(place, "/");
    const char *at = last_at(place, length);
    if (result == 0 && place[length] && place[length + 1])
        result = error_set(error, ERROR_INVALID, "it has a path");
    if (result == 0 && at)
        result = parse_user(place, (size_t)(at - place), proxy, error);
    if (result == 0 && at) {
        length -= (size_t)(at + 1 - place);
        place = at + 1;
    }
    if (result == 0)
        result = parse_place(place, length, proxy, error);
    if (result < 0)
        proxy_wipe(proxy);
    return result;
}

/* Whether the first `bits` bits agree. */
static bool same_network(const unsigned char *a, const unsigned char *b, unsigned bits)
{
    if (memcmp(a, b, bits / 8) != 0)
        return false;
    unsigned char mask = (unsigned char)(0xff00u >> (bits % 8));
    return bits % 8 == 0 || (a[bits / 8] & mask) == (b[bits / 8] & mask);
}

static bool covers_address(const char *token, size_t length, const char *host)
{
    char text[INET6_ADDRSTRLEN + 4];
    unsigned char network[sizeof(struct in6_addr)], address[sizeof(struct in6_addr)];
    if (length > 1 && token[0] == '[' && token[length - 1] == ']') {
        token++;
        length -= 2;
    }
    if (length >= sizeof text)
        return false;
    memcpy(text, token, length);
    text[length] = '\0';
    char *slash = strchr(text, '/');
    if (slash)
        *slash++ = '\0';
    int family = strchr(host, ':') ? AF_INET6 : AF_INET;
    unsigned long width = family == AF_INET6 ? 128 : 32, bits = width;
    if (slash) {
        size_t digits = strspn(slash, "0123456789");
        if (digits == 0 || digits > 3 || slash[digits] || (bits = strtoul(slash, NULL, 10)) > width)
            return false;
    }
    return inet_pton(family, text, network) == 1 && inet_pton(family, host, address) == 1 &&
           same_network(network, address, (unsigned)bits);
}

static bool covers_name(const char *token, size_t length, const char *host)
{
    size_t host_length = strlen(host);
    if (length > 0 && token[0] == '.') {
        token++;
        length--;
    }
    if (length > 0 && token[length - 1] == '.')
        length--;
    if (length == 0 || length > host_length ||
        strncasecmp(host + host_length - length, token, length) != 0)
        return false;
    return length == host_length || host[host_length - length - 1] == '.';
}

bool proxy_is_exempt(const char *no_proxy, const char *host)
{
    bool is_address = url_host_is_address(host);
    if (strcmp(no_proxy, "*") == 0)
        return true;
    while (*no_proxy) {
        size_t length = strcspn(no_proxy, ", \t");
        if (length > 0 && (is_address ? covers_address(no_proxy, length, host)
                                      : covers_name(no_proxy, length, host)))
            return true;
        no_proxy += length;
        no_proxy += strspn(no_proxy, ", \t");
    }
    return false;
}

bool proxy_wants_address(enum proxy_kind kind)
{
    return kind == PROXY_SOCKS4 || kind == PROXY_SOCKS5;
}

void proxy_put_name(struct buffer *text, const struct proxy *proxy)
{
    const char *name = "";
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].kind == proxy->kind)
            name = kinds[i].name;
    bool brackets = strchr(proxy->host, ':') != NULL;
    buffer_append_format(text, brackets ? "the %s proxy [%s]:%u" : "the %s proxy %s:%u", name,
                         proxy->host, proxy->port);
}

void proxy_wipe(struct proxy *proxy)
{
    sodium_memzero(proxy, sizeof *proxy);
}
