/* Proxies: which one the environment names for a server, and the words exchanged with it before it
   carries the connection. Pure.

   http_proxy, https_proxy, all_proxy and no_proxy are read as curl(1) reads them: in lower case
   first, then in upper case, but never HTTP_PROXY, which a CGI's client can set; an empty one
   counts as absent; all_proxy is for what has none of its own. https_proxy is for connections with
   TLS, http_proxy for those without; an HTTP proxy is always asked to CONNECT. */
#ifndef NET_PROXY_H
#define NET_PROXY_H

#include <stdbool.h>
#include <stdint.h>

#include "net/url.h"
#include "wire/buffer.h"
#include "wire/error.h"
#include "wire/slice.h"

#define PROXY_CREDENTIAL_MAX 255u          /* bytes of a user name or a password: RFC 1929 */
#define PROXY_ANSWER_MAX     (16u * 1024u) /* bytes of the answer to CONNECT */
#define PROXY_DEFAULT_PORT   1080          /* as curl, whatever the kind */

enum proxy_kind {
    PROXY_NONE,    /* connect directly */
    PROXY_HTTP,    /* http://: CONNECT, RFC 9110 section 9.3.6 */
    PROXY_SOCKS4,  /* socks4://: the name is looked up here and must have an IPv4 address */
    PROXY_SOCKS4A, /* socks4a://: the proxy looks the name up */
    PROXY_SOCKS5,  /* socks5://: the name is looked up here; RFC 1928, RFC 1929 */
    PROXY_SOCKS5H, /* socks5h://: the proxy looks the name up */
};

struct proxy {
    enum proxy_kind kind;
    uint16_t port;
    char host[URL_HOST_LENGTH_MAX + 1]; /* as in struct url */
    char user[PROXY_CREDENTIAL_MAX + 1];
    char password[PROXY_CREDENTIAL_MAX + 1]; /* a secret: see proxy_wipe() */
    bool has_user;
};

/* The values as they stand in the environment; NULL for absent. Borrowed. */
struct proxy_environment {
    const char *http, *https, *all, *none;
};

/* `get` is getenv(3) or a test's. */
void proxy_environment_read(struct proxy_environment *environment,
                            const char *(*get)(const char *));

/* Finds the proxy for a server; `proxy->kind` is PROXY_NONE where there is none. Returns 0, or -1
   when the value that applies cannot be read: the error names the variable, never the value. */
int proxy_choose(const struct proxy_environment *environment, const char *host, bool tls,
                 struct proxy *proxy, struct error *error);

/* Reads "[SCHEME://][USER[:PASSWORD]@]HOST[:PORT][/]"; without a scheme it is http. */
int proxy_parse(const char *text, struct proxy *proxy, struct error *error);

/* True when a value of no_proxy covers `host`: "*", names with their subdomains, addresses, and
   networks such as 10.0.0.0/8. */
bool proxy_is_exempt(const char *no_proxy, const char *host);

/* True for the kinds that need the server's address instead of its name. */
bool proxy_wants_address(enum proxy_kind kind);

/* "the SOCKS5 proxy proxy.example:1080" */
void proxy_put_name(struct buffer *text, const struct proxy *proxy);

void proxy_wipe(struct proxy *proxy);

/* The exchange with one proxy for one connection. Pointers are borrowed. */
struct proxy_exchange {
    const struct proxy *proxy;
    const char *host; /* of the server, or its address: proxy_wants_address() */
    uint16_t port;
    int step;
};

/* Appends what has to be sent first. Returns 0, or -1 when the proxy's protocol cannot say it. */
int proxy_exchange_start(struct proxy_exchange *exchange, struct buffer *out, struct error *error);

/* Takes the bytes that came and were not consumed yet, tells how many are `consumed` now, and
   appends what has to be sent then. Returns 1 when the connection stands (what was not consumed is
   the server's), 0 when it needs more, -1 when the proxy refused or made no sense. */
int proxy_exchange_take(struct proxy_exchange *exchange, struct slice bytes, size_t *consumed,
                        struct buffer *out, struct error *error);

#endif
