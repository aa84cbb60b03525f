/* http, https, ws and wss URLs (RFC 3986), read strictly: what would have to be guessed is refused.
   Pure. */
#ifndef NET_URL_H
#define NET_URL_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/buffer.h"
#include "wire/error.h"

#define URL_LENGTH_MAX      8192u
#define URL_HOST_LENGTH_MAX 253u /* RFC 1035; without a dot at the end */

enum url_scheme { URL_HTTP, URL_HTTPS, URL_WS, URL_WSS };

struct url {
    enum url_scheme scheme;
    uint16_t port; /* the scheme's own when the text has none */
    /* A name in lower case without a dot at its end, or an IPv4 or IPv6 address, the latter in the
       form of inet_ntop(3) and without brackets. */
    char host[URL_HOST_LENGTH_MAX + 1];
    char *target; /* path and query as sent to the server: begins with "/"; never a fragment */
};

/* Reads an absolute URL. User names and passwords are refused; the fragment is dropped; "." and
   ".." are taken out of the path. Returns 0, to be freed with url_free(), or -1 with ERROR_INVALID,
   ERROR_LIMIT or ERROR_MEMORY and nothing to free. */
int url_parse(const char *text, struct url *url, struct error *error);

/* Reads what a Location header says, which may be relative to `base`. As url_parse(). */
int url_resolve(const struct url *base, const char *location, struct url *url, struct error *error);

int url_copy(const struct url *from, struct url *to, struct error *error);
void url_free(struct url *url);

bool url_is_tls(const struct url *url);

/* The same server for the same rights: transport (ws counts as http, wss as https), host and port.
 */
bool url_same_origin(const struct url *a, const struct url *b);

/* Reads "name", "1.2.3.4" or "[::1]", as a URL has it, into `host` (URL_HOST_LENGTH_MAX + 1 bytes)
   in the form of struct url. Returns 0, or -1 with ERROR_INVALID. */
int url_parse_host(const char *text, size_t length, char *host, struct error *error);

bool url_host_is_address(const char *host);

/* "example.org:8443" or "[::1]": as in a Host header, without the port when it is the scheme's own.
 */
void url_put_authority(struct buffer *text, const struct url *url);

/* "https://example.org:8443": for messages and as a key. */
void url_put_origin(struct buffer *text, const struct url *url);

#endif
