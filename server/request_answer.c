/* Answers of a request. */
#include <string.h>

#include "cors.h"
#include "os/log.h"
#include "request.h"
#include "wire/api_body.h"
#include "wire/api_error.h"

#define JSON_TYPE "application/json; charset=utf-8"

void request_answer_bytes(struct request *request, int status, const char *type, struct slice bytes)
{
    struct http_exchange *exchange = request_take_exchange(request);
    if (!exchange)
        return;
    struct http_header headers[2] = {CORS_ORIGIN};
    size_t count = 1;
    if (type)
        headers[count++] =
            (struct http_header){slice_of_string("Content-Type"), slice_of_string(type)};
    http_exchange_answer(exchange, status, headers, count, bytes);
}

void request_answer_json(struct request *request, int status, struct slice json)
{
    request_answer_bytes(request, status, JSON_TYPE, json);
}

/* Answers with a printed body, which is freed; the generic 500 when there was no memory for it. */
static void answer_printed(struct request *request, int status, struct buffer *body)
{
    if (body->failed)
        request_answer_bytes(request, 500, NULL, slice_of(NULL, 0));
    else
        request_answer_json(request, status, slice_of(body->data, body->length));
    buffer_free(body);
}

void request_answer(struct request *request, int status, const struct schema *schema,
                    const void *value)
{
    struct buffer body = {0};
    struct error error;
    if (!request->exchange)
        return;
    if (schema_print(schema, value, &body, &error) == 0) {
        answer_printed(request, status, &body);
        return;
    }
    log_error("the answer to %s cannot be printed: %s", request->route->pattern, error.message);
    buffer_free(&body);
    request_answer_internal(request);
}

void request_answer_success(struct request *request)
{
    request_answer(request, 200, &api_success_schema, &(struct api_success){.success = true});
}

void request_answer_error(struct request *request, int status, const char *text)
{
    struct buffer body = {0};
    api_error_print(&body, text);
    answer_printed(request, status, &body);
}

void request_answer_failure(struct request *request, int status, const char *text)
{
    struct buffer body = {0};
    api_error_print_failure(&body, text);
    answer_printed(request, status, &body);
}

void request_answer_internal(struct request *request)
{
    struct buffer body = {0};
    api_error_print_internal(&body);
    answer_printed(request, 500, &body);
}
