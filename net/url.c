#include "net/url.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "wire/slice.h"

#define LABEL_MAX 63u /* RFC 1035 */

static const struct {
    const char *name;
    enum url_scheme scheme;
    uint16_t port;
} schemes[] = {
    {"http", URL_HTTP, 80},
    {"https", URL_HTTPS, 443},
    {"ws", URL_WS, 80},
    {"wss", URL_WSS, 443},
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Letters, digits and "-" in labels of 1 to 63; "_" too, which names of containers have. */
static bool name_is_right(const char *name, size_t length)
{
    size_t label = 0;
    for (size_t i = 0; i < length; i++) {
        if (name[i] == '.') {
            if (label == 0 || name[i - 1] == '-')
                return false;
            label = 0;
            continue;
        }
        if (!is_letter(name[i]) && !is_digit(name[i]) && name[i] != '_' &&
            (name[i] != '-' || label == 0))
            return false;
        if (++label > LABEL_MAX)
            return false;
    }
    return label > 0 && name[length - 1] != '-';
}

/* Other programs take a name whose last label is a number for an IPv4 address in some old form. */
static bool ends_in_number(const char *name, size_t length)
{
    size_t begin = length;
    while (begin > 0 && name[begin - 1] != '.')
        begin--;
    if (begin + 2 <= length && name[begin] == '0' && lower(name[begin + 1]) == 'x')
        return true;
    for (size_t i = begin; i < length; i++)
        if (!is_digit(name[i]))
            return false;
    return true;
}

static int parse_ipv6(const char *text, size_t length, char *host, struct error *error)
{
    char literal[INET6_ADDRSTRLEN];
    struct in6_addr address;
    if (length < 2 || text[length - 1] != ']' || length - 2 >= sizeof literal)
        return error_set(error, ERROR_INVALID, "the IPv6 address in brackets is malformed");
    memcpy(literal, text + 1, length - 2);
    literal[length - 2] = '\0';
    if (inet_pton(AF_INET6, literal, &address) != 1 ||
        !inet_ntop(AF_INET6, &address, host, URL_HOST_LENGTH_MAX))
        return error_set(error, ERROR_INVALID, "the IPv6 address in brackets is malformed");
    return 0;
}

int url_parse_host(const char *text, size_t length, char *host, struct error *error)
{
    struct in_addr address;
    if (length > 0 && text[0] == '[')
        return parse_ipv6(text, length, host, error);
    if (length > 0 && text[length - 1] == '.')
        length--;
    if (length == 0)
        return error_set(error, ERROR_INVALID, "the host's name is missing");
    if (length > URL_HOST_LENGTH_MAX || !name_is_right(text, length)) {
        error_set(error, ERROR_INVALID, "the host's name is malformed");
        return error_fix(error, "use letters, digits, \"-\" and \".\"; write an international name "
                                "in its xn-- form and an IPv6 address in brackets");
    }
    for (size_t i = 0; i < length; i++)
        host[i] = lower(text[i]);
    host[length] = '\0';
    if (ends_in_number(host, length) && inet_pton(AF_INET, host, &address) != 1)
        return error_set(error, ERROR_INVALID,
                         "the host ends in a number but is not an IPv4 address");
    return 0;
}

bool url_host_is_address(const char *host)
{
    unsigned char address[sizeof(struct in6_addr)];
    return inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1;
}

static int parse_port(const char *text, size_t length, uint16_t *port, struct error *error)
{
    unsigned long value = 0;
    for (size_t i = 0; i < length; i++) {
        if (!is_digit(text[i]) || value > 65535)
            return error_set(error, ERROR_INVALID, "the port is not a number from 1 to 65535");
        value = value * 10 + (unsigned long)(text[i] - '0');
    }
    if (length > 0 && (value < 1 || value > 65535))
        return error_set(error, ERROR_INVALID, "the port is not a number from 1 to 65535");
    if (length > 0)
        *port = (uint16_t)value;
    return 0;
}

static int parse_authority(const char *text, size_t length, struct url *url, struct error *error)
{
    if (memchr(text, '@', length)) {
        error_set(error, ERROR_INVALID, "the URL has a user name");
        return error_fix(error, "take what stands before \"@\" out of it");
    }
    const char *after = length > 0 && text[0] == '[' ? memchr(text, ']', length) : text;
    const char *colon = after ? memchr(after, ':', length - (size_t)(after - text)) : NULL;
    size_t host_length = colon ? (size_t)(colon - text) : length;
    if (url_parse_host(text, host_length, url->host, error) < 0)
        return -1;
    return colon ? parse_port(colon + 1, length - host_length - 1, &url->port, error) : 0;
}

/* The characters of RFC 3986's path and query; others have to be percent-encoded. */
static int check_target(const char *text, size_t length, struct error *error)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '%') {
            if (i + 2 >= length || !is_hex(text[i + 1]) || !is_hex(text[i + 2]))
                return error_set(error, ERROR_INVALID,
                                 "a \"%%\" of the URL is not followed by two hexadecimal digits");
        } else if (!is_letter(text[i]) && !is_digit(text[i]) &&
                   (text[i] == '\0' || !strchr("-._~!$&'()*+,;=:@/?", text[i]))) {
            error_set(error, ERROR_INVALID,
                      "the URL has a character (byte 0x%02x) that a URL cannot have",
                      (unsigned char)text[i]);
            return error_fix(error, "percent-encode it");
        }
    }
    return 0;
}

/* RFC 3986, section 5.2.4: takes "." and ".." segments out of a path that begins with "/". */
static size_t remove_dots(char *path, size_t length)
{
    size_t out = 0;
    for (size_t i = 0; i < length;) {
        size_t end = i + 1;
        while (end < length && path[end] != '/')
            end++;
        size_t segment = end - i - 1;
        bool one = segment == 1 && path[i + 1] == '.';
        bool two = segment == 2 && path[i + 1] == '.' && path[i + 2] == '.';
        if (two)
            while (out > 0 && path[--out] != '/')
                ;
        if (!one && !two) {
            memmove(path + out, path + i, end - i);
            out += end - i;
        } else if (end == length) {
            path[out++] = '/';
        }
        i = end;
    }
    return out;
}

/* `text` begins with "/" or is empty or begins with "?". Allocates url->target. */
static int set_target(struct url *url, const char *text, size_t length, struct error *error)
{
    if (check_target(text, length, error) < 0)
        return -1;
    const char *query = memchr(text, '?', length);
    size_t path = query ? (size_t)(query - text) : length;
    url->target = malloc(length + 2);
    if (!url->target)
        return error_set(error, ERROR_MEMORY, "out of memory");
    memcpy(url->target, text, path);
    size_t used = remove_dots(url->target, path);
    if (used == 0)
        url->target[used++] = '/';
    memcpy(url->target + used, text + path, length - path);
    url->target[used + length - path] = '\0';
    return 0;
}

static size_t span_of(const char *text, const char *stops)
{
    return strcspn(text, stops);
}

static int check_length(const char *text, struct error *error)
{
    if (strnlen(text, URL_LENGTH_MAX + 1) > URL_LENGTH_MAX)
        return error_set(error, ERROR_LIMIT, "the URL is longer than %u bytes", URL_LENGTH_MAX);
    return 0;
}

static int find_scheme(const char *text, size_t length, struct url *url, struct error *error)
{
    char name[8] = "";
    for (size_t i = 0; i < length && length < sizeof name; i++)
        name[i] = lower(text[i]);
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (strcmp(schemes[i].name, name) == 0) {
            url->scheme = schemes[i].scheme;
            url->port = schemes[i].port;
            return 0;
        }
    error_set(error, ERROR_INVALID,
              "the URL does not begin with http://, https://, ws:// or wss://");
    return error_fix(error, "write it in full, for example https://host.example/path");
}

/* What follows the scheme's colon and two slashes. */
static int parse_rest(const char *text, struct url *url, struct error *error)
{
    size_t authority = span_of(text, "/?#");
    if (parse_authority(text, authority, url, error) < 0)
        return -1;
    text += authority;
    return set_target(url, text, span_of(text, "#"), error);
}

int url_parse(const char *text, struct url *url, struct error *error)
{
    *url = (struct url){0};
    if (check_length(text, error) < 0)
        return -1;
    const char *colon = strstr(text, "://");
    if (find_scheme(text, colon ? (size_t)(colon - text) : 0, url, error) < 0)
        return -1;
    return parse_rest(colon + 3, url, error);
}

static bool has_scheme(const char *text)
{
    size_t length = 0;
    if (!is_letter(*text))
        return false;
    while (is_letter(text[length]) || is_digit(text[length]) ||
           (text[length] && strchr("+-.", text[length])))
        length++;
    return text[length] == ':';
}

/* The base's path up to its last "/", and behind it the relative path; or the base's whole path and
   another query. */
static int resolve_relative(const struct url *base, const char *location, struct url *url,
                            struct error *error)
{
    struct buffer text = {0};
    size_t length = span_of(location, "#");
    size_t path = span_of(base->target, "?");
    if (length == 0)
        path = strlen(base->target);
    else if (*location != '?')
        while (base->target[path - 1] != '/')
            path--;
    buffer_append(&text, base->target, path);
    buffer_append(&text, location, length);
    int result = -1;
    if (text.failed)
        error_set(error, ERROR_MEMORY, "out of memory");
    else if (text.length > URL_LENGTH_MAX)
        error_set(error, ERROR_LIMIT, "the URL is longer than %u bytes", URL_LENGTH_MAX);
    else
        result = set_target(url, text.data, text.length, error);
    buffer_free(&text);
    return result;
}

int url_resolve(const struct url *base, const char *location, struct url *url, struct error *error)
{
    *url = (struct url){0};
    if (check_length(location, error) < 0)
        return -1;
    if (has_scheme(location))
        return url_parse(location, url, error);
    url->scheme = base->scheme;
    url->port = schemes[base->scheme].port;
    if (strncmp(location, "//", 2) == 0)
        return parse_rest(location + 2, url, error);
    url->port = base->port;
    strcpy(url->host, base->host);
    if (*location == '/')
        return set_target(url, location, span_of(location, "#"), error);
    return resolve_relative(base, location, url, error);
}

int url_copy(const struct url *from, struct url *to, struct error *error)
{
    *to = *from;
    to->target = strdup(from->target);
    return to->target ? 0 : error_set(error, ERROR_MEMORY, "out of memory");
}

void url_free(struct url *url)
{
    free(url->target);
    *url = (struct url){0};
}

bool url_is_tls(const struct url *url)
{
    return url->scheme == URL_HTTPS || url->scheme == URL_WSS;
}

bool url_same_origin(const struct url *a, const struct url *b)
{
    return url_is_tls(a) == url_is_tls(b) && a->port == b->port && strcmp(a->host, b->host) == 0;
}

void url_put_authority(struct buffer *text, const struct url *url)
{
    bool brackets = strchr(url->host, ':') != NULL;
    buffer_append_format(text, brackets ? "[%s]" : "%s", url->host);
    if (url->port != schemes[url->scheme].port)
        buffer_append_format(text, ":%u", url->port);
}

void url_put_origin(struct buffer *text, const struct url *url)
{
    buffer_append_format(text, "%s://", schemes[url->scheme].name);
    url_put_authority(text, url);
}
