/* Which handler a request is for, and what is checked before it is called. Matching is pure.

   Paths match exactly: case counts, no slash is added or folded. A parameter (":name" in the
   pattern) is one segment, percent-decoded, of 1 to ROUTE_PARAMETER_MAX characters; a path that
   would need a longer one does not match. Segments without parameter win. HEAD is GET.

   Before a handler runs, in this order: the path's escapes (400), the route (404), the body's size
   (413), its type (415), its text (400), params, body and query by their schemas (400), the token
   (401). */
#ifndef SERVER_ROUTE_H
#define SERVER_ROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/schema.h"
#include "wire/slice.h"

#define ROUTE_PARAMETERS_MAX 4u
#define ROUTE_PARAMETER_MAX  100u                  /* characters (UTF-16 units) of one */
#define ROUTE_BODY_MAX       (16u * 1024u * 1024u) /* bytes of a body unless the row tells */
#define ROUTE_SMALL_BODY     (64u * 1024u)         /* for routes that need no more */
#define ROUTE_STRANGER_MAX   (1024u * 1024u) /* of a body that comes without a good token: 401 */

struct request;

enum route_method { ROUTE_GET, ROUTE_POST, ROUTE_PUT, ROUTE_DELETE };

enum route_access {
    ROUTE_ACCOUNT = 0, /* needs a bearer token: request->account */
    ROUTE_OPEN,
};

struct route {
    enum route_method method;
    const char *pattern;
    enum route_access access;
    /* What the parts are read by; NULL: not looked at. The values are request->params, ->query and
       ->body; the bytes of the body are request->bytes. */
    const struct schema *params, *query, *body;
    size_t body_max;       /* 0: ROUTE_BODY_MAX */
    const char *too_large; /* {"error":…} of 413; NULL: the usual one */
    /* When a store job fails: {"error":failure} with status 500, with "success":false before it
       when `failure_has_success`; NULL: the generic 500. */
    const char *failure;
    bool failure_has_success;
    void (*failed)(struct request *request); /* answers instead; may be NULL */
    void (*handle)(struct request *request);
};

/* One family of routes. */
struct route_table {
    const struct route *routes;
    size_t count;
};
#define ROUTE_TABLE(routes)                                                                        \
    {                                                                                              \
        routes, sizeof(routes) / sizeof *(routes)                                                  \
    }

struct router;

/* NULL: out of memory. The tables must live on. */
struct router *router_new(const struct route_table *const *tables, size_t count);
void router_free(struct router *router);

/* The values of a pattern's parameters, in their order. */
struct route_parameters {
    size_t count;
    struct {
        char text[3 * ROUTE_PARAMETER_MAX + 1]; /* UTF-8 without U+0000, and a NUL */
        size_t length;
    } values[ROUTE_PARAMETERS_MAX];
};

/* Whether a path (without query) has a percent sign that begins no escape, or escapes that are no
   UTF-8. */
bool route_path_is_malformed(struct slice path);

/* The route of a well-formed path, with its parameters, or NULL. */
const struct route *router_match(const struct router *router, struct slice method,
                                 struct slice path, struct route_parameters *parameters);

/* The families. */
extern const struct route_table ROUTES_ACCOUNT, ROUTES_ARTIFACT, ROUTES_AUTH, ROUTES_KEY_VALUE,
    ROUTES_MACHINE, ROUTES_MESSAGE, ROUTES_PEOPLE, ROUTES_SERVICE, ROUTES_SESSION, ROUTES_USAGE,
    ROUTES_VENDOR;

#endif
