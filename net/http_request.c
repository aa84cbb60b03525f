#include "net/http_request.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const OUR_FIELDS[] = {
    "Connection", "Content-Length",    "Expect",  "Host",    "Keep-Alive", "Proxy-Connection",
    "TE",         "Transfer-Encoding", "Trailer", "Upgrade",
};

static bool is_one_of(const char *name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(name, list[i]) == 0)
            return true;
    return false;
}

static bool is_token(const char *text)
{
    size_t length = strspn(text, "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                                 "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    return length > 0 && text[length] == '\0';
}

static bool is_value(const char *text)
{
    for (; *text; text++)
        if (((unsigned char)*text < 0x20 && *text != '\t') || *text == 0x7f)
            return false;
    return true;
}

static int check_field(const struct http_request_field *field, struct error *error)
{
    if (!is_token(field->name))
        return error_set(error, ERROR_INVALID, "a field of the request has a malformed name");
    if (is_one_of(field->name, OUR_FIELDS, sizeof OUR_FIELDS / sizeof *OUR_FIELDS))
        return error_set(error, ERROR_INVALID,
                         "the field %.64s of a request is the HTTP client's own", field->name);
    if (!is_value(field->value))
        return error_set(error, ERROR_INVALID,
                         "the field %.64s of the request has a control character", field->name);
    return 0;
}

int http_request_copy(struct http_request *request, const struct http_request_options *options,
                      struct error *error)
{
    const char *method = options->method ? options->method : "GET";
    *request = (struct http_request){0};
    if (!is_token(method) || strlen(method) > 32 || strcmp(method, "CONNECT") == 0)
        return error_set(error, ERROR_INVALID, "the request's method is malformed");
    request->method = strdup(method);
    request->fields = calloc(options->field_count + 1, sizeof *request->fields);
    if (!request->method || !request->fields)
        return error_set(error, ERROR_MEMORY, "out of memory");
    size_t size = 0;
    for (size_t i = 0; i < options->field_count; i++) {
        const struct http_request_field *field = &options->fields[i];
        if (check_field(field, error) < 0)
            return -1;
        size += strlen(field->name) + strlen(field->value) + 4;
        request->fields[i].name = strdup(field->name);
        request->fields[i].value = strdup(field->value);
        request->field_count++;
        if (!request->fields[i].name || !request->fields[i].value)
            return error_set(error, ERROR_MEMORY, "out of memory");
    }
    if (size > HTTP_CLIENT_REQUEST_HEAD_MAX)
        return error_set(error, ERROR_LIMIT, "the request's fields have more than %u bytes",
                         HTTP_CLIENT_REQUEST_HEAD_MAX);
    return 0;
}

static void free_field(struct http_request_field *field)
{
    free((char *)field->name);
    free((char *)field->value);
}

void http_request_free(struct http_request *request)
{
    for (size_t i = 0; i < request->field_count; i++)
        free_field(&request->fields[i]);
    free(request->fields);
    free(request->method);
    *request = (struct http_request){0};
}

static bool has_field(const struct http_request *request, const char *name)
{
    for (size_t i = 0; i < request->field_count; i++)
        if (strcasecmp(request->fields[i].name, name) == 0)
            return true;
    return false;
}

void http_request_put_head(struct buffer *text, const struct http_request *request,
                           const struct url *url, int64_t body_length)
{
    buffer_append_format(text, "%s %s HTTP/1.1\r\nHost: ", request->method, url->target);
    url_put_authority(text, url);
    buffer_append_string(text, "\r\n");
    if (!has_field(request, "User-Agent"))
        buffer_append_string(text, "User-Agent: " PACKAGE_NAME "/" PACKAGE_VERSION "\r\n");
    if (!has_field(request, "Accept"))
        buffer_append_string(text, "Accept: */*\r\n");
    for (size_t i = 0; i < request->field_count; i++)
        buffer_append_format(text, "%s: %s\r\n", request->fields[i].name, request->fields[i].value);
    if (body_length == HTTP_BODY_CHUNKED)
        buffer_append_string(text, "Transfer-Encoding: chunked\r\n");
    else if (body_length != HTTP_NO_BODY)
        buffer_append_format(text, "Content-Length: %lld\r\n", (long long)body_length);
    buffer_append_string(text, "\r\n");
}

bool http_request_is_idempotent(const struct http_request *request)
{
    static const char *const methods[] = {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (strcmp(request->method, methods[i]) == 0)
            return true;
    return false;
}

bool http_request_redirect(struct http_request *request, int status)
{
    static const char *const of_body[] = {"Content-Encoding", "Content-Language",
                                          "Content-Location", "Content-Type"};
    bool is_post = strcmp(request->method, "POST") == 0;
    bool is_get = strcmp(request->method, "GET") == 0 || strcmp(request->method, "HEAD") == 0;
    if (!((status == 301 || status == 302) && is_post) && !(status == 303 && !is_get))
        return false;
    char *method = strdup("GET");
    if (!method)
        return false;
    free(request->method);
    request->method = method;
    size_t kept = 0;
    for (size_t i = 0; i < request->field_count; i++)
        if (is_one_of(request->fields[i].name, of_body, sizeof of_body / sizeof *of_body))
            free_field(&request->fields[i]);
        else
            request->fields[kept++] = request->fields[i];
    request->field_count = kept;
    return true;
}
