#include "request_body.h"

#include <string.h>

#include "wire/api_body.h"
#include "wire/api_error.h"

size_t request_body_max(const struct request *request)
{
    size_t most = request->route->body_max ? request->route->body_max : ROUTE_BODY_MAX;
    return request->refusal && most > ROUTE_STRANGER_MAX ? ROUTE_STRANGER_MAX : most;
}

/* The type without its parameters. */
static enum request_type find_type(const struct http_head *head, struct slice *type)
{
    static const struct {
        const char *name;
        enum request_type type;
    } types[] = {{"application/json", REQUEST_JSON},
                 {"text/plain", REQUEST_TEXT},
                 {"application/octet-stream", REQUEST_BYTES}};
    if (!http_head_find(head, "Content-Type", type) || type->length == 0)
        return REQUEST_NO_TYPE;
    struct slice name = *type;
    const char *semicolon = memchr(name.data, ';', name.length);
    if (semicolon)
        name.length = (size_t)(semicolon - name.data);
    while (name.length > 0 &&
           (name.data[name.length - 1] == ' ' || name.data[name.length - 1] == '\t'))
        name.length--;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (http_name_equals(name, types[i].name))
            return types[i].type;
    return REQUEST_OTHER_TYPE;
}

int request_body_refusal(struct request *request, const struct http_head *head,
                         struct buffer *answer)
{
    struct slice type;
    size_t taken = request_body_max(request);
    size_t most = request->route->body_max ? request->route->body_max : ROUTE_BODY_MAX;
    request->type = find_type(head, &type);
    request->has_body = head->chunked || head->content_length > 0;
    if (head->content_length > 0 && (uint64_t)head->content_length > most) {
        api_error_print_too_large(answer);
        return 413;
    }
    if (request->has_body && request->route->method != ROUTE_GET &&
        (request->type == REQUEST_NO_TYPE || request->type == REQUEST_OTHER_TYPE)) {
        const char *name =
            request->type == REQUEST_NO_TYPE ? NULL : arena_string(&request->arena, type);
        api_error_print_media_type(answer, name);
        return 415;
    }
    if (request->refusal && head->content_length > 0 && (uint64_t)head->content_length > taken) {
        api_error_print(answer, request->refusal);
        return 401;
    }
    return 0;
}

/* The parameters by the names the pattern gives them. NULL: out of memory. */
static struct json_object *parameters_to_json(const struct request *request)
{
    struct json_object *object = json_object_new_object();
    const char *at = request->route->pattern;
    for (size_t i = 0; object && i < request->parameters.count && (at = strchr(at, ':')); i++) {
        size_t length = strcspn(++at, "/");
        char name[64];
        if (length >= sizeof name)
            length = sizeof name - 1;
        memcpy(name, at, length);
        name[length] = '\0';
        struct slice value = request_parameter(request, i);
        json_object_object_add(object, name,
                               json_object_new_string_len(value.data, (int)value.length));
    }
    return object;
}

static bool read_params(struct request *request, struct buffer *answer)
{
    const struct schema *schema = request->route->params;
    if (!schema)
        return true;
    void *value = arena_allocate(&request->arena, schema->size);
    struct json_object *object = parameters_to_json(request);
    int result = value ? api_read(schema, API_PARAMS, object, &request->arena, value, answer) : -1;
    json_object_put(object);
    request->params = value;
    return result == 0;
}

static bool read_body(struct request *request, struct slice text, struct buffer *answer)
{
    const struct schema *schema = request->route->body;
    request->bytes = text;
    if (!schema)
        return true;
    void *value = arena_allocate(&request->arena, schema->size);
    request->body = value;
    if (!value)
        return false;
    if (request->type == REQUEST_JSON &&
        (text.length > 0 || request->route->method != ROUTE_DELETE))
        return api_read_body(schema, text, &request->arena, value, answer) == 0;
    /* A text that is no JSON is a string to the validator, and none is null. */
    struct json_object *other =
        request->has_body ? json_object_new_string_len(text.data, (int)text.length) : NULL;
    int result = api_read(schema, API_BODY, other, &request->arena, value, answer);
    json_object_put(other);
    return result == 0;
}

static bool read_query(struct request *request, struct buffer *answer)
{
    const struct schema *schema = request->route->query;
    if (!schema)
        return true;
    void *value = arena_allocate(&request->arena, schema->size);
    request->query = value;
    return value && api_read_query(schema, slice_of_string(request->query_text), &request->arena,
                                   value, answer) == 0;
}

bool request_body_read(struct request *request, struct slice text, struct buffer *answer)
{
    return read_params(request, answer) && read_body(request, text, answer) &&
           read_query(request, answer);
}
