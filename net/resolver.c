#include "net/resolver.h"

#include <arpa/inet.h>
#include <event2/dns.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include "net/hosts_file.h"
#include "os/log.h"
#include "wire/buffer.h"

/* resolver(5) says 5 s; a name server that is alive answers sooner, and the next one gets its turn.
   `options timeout:` of resolv.conf wins. */
#define DNS_TIMEOUT_S "2"

struct resolver {
    struct event_base *base;
    struct evdns_base *dns; /* NULL while there are no questions */
    struct event *rest;     /* frees `dns`, outside of its own callbacks */
    char *resolver_path, *hosts_path;
    LIST_HEAD(, question) questions;
};

/* One family's question to the name servers. evdns always answers; by then the resolver or the
   lookup may be gone. */
struct question {
    LIST_ENTRY(question) entry;
    struct resolver *resolver; /* NULL: gone */
    struct lookup *lookup;     /* NULL: nobody wants to know any more */
    int family;
};

struct lookup {
    struct resolver *resolver;
    struct event *begin;
    char *host;
    struct question *questions[2];
    bool found;
    int dns_error;
    bool *freed; /* set when the lookup is freed inside of `found` */
    const struct lookup_listener *listener;
    void *context;
};

static void on_rest(evutil_socket_t descriptor, short events, void *context)
{
    struct resolver *resolver = context;
    (void)descriptor;
    (void)events;
    if (resolver->dns && LIST_EMPTY(&resolver->questions)) {
        evdns_base_free(resolver->dns, 0);
        resolver->dns = NULL;
    }
}

struct resolver *resolver_new(struct event_base *base, const struct dialer_options *options)
{
    struct resolver *resolver = calloc(1, sizeof *resolver);
    if (!resolver)
        return NULL;
    LIST_INIT(&resolver->questions);
    resolver->base = base;
    const char *resolver_path = options ? options->resolver_path : NULL;
    const char *hosts_path = options ? options->hosts_path : NULL;
    resolver->resolver_path = strdup(resolver_path ? resolver_path : "/etc/resolv.conf");
    resolver->hosts_path = strdup(hosts_path ? hosts_path : "/etc/hosts");
    resolver->rest = evtimer_new(base, on_rest, resolver);
    if (!resolver->resolver_path || !resolver->hosts_path || !resolver->rest) {
        resolver_free(resolver);
        return NULL;
    }
    return resolver;
}

void resolver_free(struct resolver *resolver)
{
    if (!resolver)
        return;
    struct question *question;
    while ((question = LIST_FIRST(&resolver->questions))) {
        LIST_REMOVE(question, entry);
        question->resolver = NULL;
    }
    if (resolver->dns)
        evdns_base_free(resolver->dns, 1);
    if (resolver->rest)
        event_free(resolver->rest);
    free(resolver->resolver_path);
    free(resolver->hosts_path);
    free(resolver);
}

/* ---- telling ---- */

static void free_lookup(struct lookup *lookup)
{
    for (size_t i = 0; i < 2; i++)
        if (lookup->questions[i])
            lookup->questions[i]->lookup = NULL;
    if (lookup->begin)
        event_free(lookup->begin);
    free(lookup->host);
    free(lookup);
}

void lookup_cancel(struct lookup *lookup)
{
    if (lookup->freed)
        *lookup->freed = true;
    free_lookup(lookup);
}

/* False when the lookup is gone afterwards. */
static bool tell_found(struct lookup *lookup, const union socket_address *addresses, size_t count)
{
    bool freed = false;
    lookup->found = true;
    lookup->freed = &freed;
    lookup->listener->found(addresses, count, lookup->context);
    if (!freed)
        lookup->freed = NULL;
    return !freed;
}

static void end(struct lookup *lookup, const struct error *error)
{
    const struct lookup_listener *listener = lookup->listener;
    void *context = lookup->context;
    free_lookup(lookup);
    listener->ended(error, context);
}

static void end_empty(struct lookup *lookup)
{
    struct error error;
    bool unknown = lookup->dns_error == DNS_ERR_NOTEXIST || lookup->dns_error == DNS_ERR_NODATA ||
                   lookup->dns_error == DNS_ERR_NONE;
    if (unknown) {
        error_set(&error, ERROR_NOT_FOUND, "there is no host named %s", lookup->host);
        error_fix(&error, "check the name's spelling");
    } else {
        error_set(&error, ERROR_NOT_FOUND, "the name %s could not be looked up: %s", lookup->host,
                  lookup->dns_error == DNS_ERR_TIMEOUT ? "no name server answered"
                                                       : evdns_err_to_string(lookup->dns_error));
        error_fix(&error, "check the network, and the name servers in %.128s",
                  lookup->resolver->resolver_path);
    }
    end(lookup, &error);
}

/* ---- DNS ---- */

static void on_answer(int result, char type, int count, int ttl, void *bytes, void *context)
{
    struct question *question = context;
    struct lookup *lookup = question->lookup;
    (void)ttl;
    if (question->resolver) {
        LIST_REMOVE(question, entry);
        if (LIST_EMPTY(&question->resolver->questions))
            event_active(question->resolver->rest, EV_TIMEOUT, 0);
    }
    int family = question->family;
    if (lookup)
        lookup->questions[family == AF_INET6] = NULL;
    free(question);
    if (!lookup)
        return;
    union socket_address addresses[DIAL_ADDRESSES_MAX];
    size_t size = family == AF_INET ? 4 : 16, used = 0;
    bool answered =
        result == DNS_ERR_NONE && type == (family == AF_INET ? DNS_IPv4_A : DNS_IPv6_AAAA);
    for (; answered && used < (size_t)count && used < DIAL_ADDRESSES_MAX; used++)
        socket_address_set(&addresses[used], family, (char *)bytes + used * size);
    /* A definite "no" says less than a failure: the other family may know the name. */
    if (result != DNS_ERR_NONE && result != DNS_ERR_NOTEXIST && result != DNS_ERR_NODATA)
        lookup->dns_error = result;
    else if (lookup->dns_error == DNS_ERR_NONE)
        lookup->dns_error = result;
    if (used > 0 && !tell_found(lookup, addresses, used))
        return;
    if (lookup->questions[0] || lookup->questions[1])
        return;
    if (lookup->found)
        end(lookup, NULL);
    else
        end_empty(lookup);
}

/* evdns would write to standard error. */
static void on_log(int is_warning, const char *message)
{
    (void)is_warning;
    log_debug("DNS: %s", message);
}

static int start_dns(struct resolver *resolver)
{
    if (resolver->dns)
        return 0;
    evdns_set_log_fn(on_log);
    resolver->dns = evdns_base_new(resolver->base, EVDNS_BASE_DISABLE_WHEN_INACTIVE);
    if (!resolver->dns)
        return -1;
    /* Letters of random case make some servers fail. */
    evdns_base_set_option(resolver->dns, "randomize-case:", "0");
    evdns_base_set_option(resolver->dns, "timeout:", DNS_TIMEOUT_S);
    if (evdns_base_resolv_conf_parse(resolver->dns,
                                     DNS_OPTION_SEARCH | DNS_OPTION_NAMESERVERS | DNS_OPTION_MISC,
                                     resolver->resolver_path) != 0 &&
        evdns_base_count_nameservers(resolver->dns) == 0)
        evdns_base_nameserver_ip_add(resolver->dns, "127.0.0.1"); /* resolver(5) */
    return 0;
}

static void ask(struct lookup *lookup, int family)
{
    struct resolver *resolver = lookup->resolver;
    struct question *question = calloc(1, sizeof *question);
    if (!question)
        return;
    *question = (struct question){.resolver = resolver, .lookup = lookup, .family = family};
    struct evdns_request *request =
        family == AF_INET
            ? evdns_base_resolve_ipv4(resolver->dns, lookup->host, 0, on_answer, question)
            : evdns_base_resolve_ipv6(resolver->dns, lookup->host, 0, on_answer, question);
    if (!request) {
        free(question);
        return;
    }
    LIST_INSERT_HEAD(&resolver->questions, question, entry);
    lookup->questions[family == AF_INET6] = question;
}

/* ---- without DNS ---- */

static void read_file(const char *path, struct buffer *text)
{
    char piece[4096];
    ssize_t length;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    while (descriptor >= 0 && text->length < HOSTS_FILE_MAX &&
           (length = read(descriptor, piece, sizeof piece)) > 0)
        buffer_append(text, piece, (size_t)length);
    if (descriptor >= 0)
        close(descriptor);
    /* The line that was cut in two may end in half a name. */
    if (text->length >= HOSTS_FILE_MAX)
        while (text->length > 0 && text->data[text->length - 1] != '\n')
            text->length--;
}

static bool is_localhost(const char *host)
{
    static const char name[] = "localhost";
    size_t length = strlen(host), own = sizeof name - 1;
    return length >= own && strcmp(host + length - own, name) == 0 &&
           (length == own || host[length - own - 1] == '.');
}

static size_t find_here(const struct lookup *lookup, union socket_address *addresses)
{
    if (socket_address_parse(lookup->host, 0, &addresses[0]) == 0)
        return 1;
    struct buffer text = {0};
    read_file(lookup->resolver->hosts_path, &text);
    size_t count = hosts_file_find(slice_of(text.data, text.length), lookup->host, addresses,
                                   DIAL_ADDRESSES_MAX);
    buffer_free(&text);
    if (count == 0 && is_localhost(lookup->host)) {
        socket_address_parse("::1", 0, &addresses[count++]);
        socket_address_parse("127.0.0.1", 0, &addresses[count++]);
    }
    return count;
}

static void on_begin(evutil_socket_t descriptor, short events, void *context)
{
    struct lookup *lookup = context;
    union socket_address addresses[DIAL_ADDRESSES_MAX];
    (void)descriptor;
    (void)events;
    size_t count = find_here(lookup, addresses);
    if (count > 0) {
        if (tell_found(lookup, addresses, count))
            end(lookup, NULL);
        return;
    }
    if (start_dns(lookup->resolver) == 0) {
        ask(lookup, AF_INET6);
        ask(lookup, AF_INET);
    }
    if (lookup->questions[0] || lookup->questions[1])
        return;
    if (LIST_EMPTY(&lookup->resolver->questions))
        event_active(lookup->resolver->rest, EV_TIMEOUT, 0);
    lookup->dns_error = DNS_ERR_SERVERFAILED;
    end_empty(lookup);
}

struct lookup *resolver_lookup(struct resolver *resolver, const char *host,
                               const struct lookup_listener *listener, void *context)
{
    struct lookup *lookup = calloc(1, sizeof *lookup);
    if (!lookup)
        return NULL;
    *lookup = (struct lookup){.resolver = resolver, .listener = listener, .context = context};
    lookup->host = strdup(host);
    lookup->begin = evtimer_new(resolver->base, on_begin, lookup);
    if (!lookup->host || !lookup->begin) {
        free_lookup(lookup);
        return NULL;
    }
    event_active(lookup->begin, EV_TIMEOUT, 0);
    return lookup;
}
