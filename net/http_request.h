/* The head of a request: checked, copied, written. Pure. */
#ifndef NET_HTTP_REQUEST_H
#define NET_HTTP_REQUEST_H

#include <stdbool.h>

#include "net/http_client.h"
#include "wire/buffer.h"

#define HTTP_NO_BODY (-2)

struct http_request {
    char *method;
    struct http_request_field *fields;
    size_t field_count;
};

/* Copies method and fields, or says what is wrong with them: an error never has a field's value.
   Freed with http_request_free(), on failure too. */
int http_request_copy(struct http_request *request, const struct http_request_options *options,
                      struct error *error);
void http_request_free(struct http_request *request);

/* `body_length` in bytes, HTTP_BODY_CHUNKED or HTTP_NO_BODY. */
void http_request_put_head(struct buffer *text, const struct http_request *request,
                           const struct url *url, int64_t body_length);

/* RFC 9110, section 9.2.2 */
bool http_request_is_idempotent(const struct http_request *request);

/* Makes a POST a GET without a body where Fetch's "HTTP-redirect fetch" does. Returns true when the
   body is not to be sent any more. */
bool http_request_redirect(struct http_request *request, int status);

#endif
