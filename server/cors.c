#include "cors.h"

#define HEADER(name, value)                                                                        \
    {                                                                                              \
        {name, sizeof(name) - 1},                                                                  \
        {                                                                                          \
            value, sizeof(value) - 1                                                               \
        }                                                                                          \
    }

const struct http_header CORS_ORIGIN = HEADER("Access-Control-Allow-Origin", "*");

/* The wildcard does not stand for Authorization, so that what clients send is named. */
static const struct http_header preflight[] = {
    HEADER("Access-Control-Allow-Origin", "*"),
    HEADER("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE"),
    HEADER("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Happy-Client, *"),
};

static const struct http_header refusal[] = {
    HEADER("Access-Control-Allow-Origin", "*"),
    HEADER("Content-Type", "text/plain"),
};

bool cors_answer(struct http_exchange *exchange)
{
    const struct http_head *head = http_exchange_head(exchange);
    if (!slice_equals(head->method, "OPTIONS"))
        return false;
    struct slice value;
    if (http_head_find(head, "Origin", &value) &&
        http_head_find(head, "Access-Control-Request-Method", &value))
        http_exchange_answer(exchange, 204, preflight, sizeof preflight / sizeof *preflight,
                             slice_of(NULL, 0));
    else
        http_exchange_answer(exchange, 400, refusal, sizeof refusal / sizeof *refusal,
                             slice_of_string("Invalid Preflight Request"));
    return true;
}
