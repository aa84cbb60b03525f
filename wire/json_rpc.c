#include "wire/json_rpc.h"

#include <string.h>

#include "wire/utf8.h"

static int refuse(struct error *error, int code, const char *what)
{
    if (code == JSON_RPC_INVALID_REQUEST)
        error_set(error, ERROR_INVALID, "not a JSON-RPC 2.0 message: %s", what);
    return code;
}

/* Fills the error members. */
static int parse_error(struct json_object *failure, struct json_rpc_message *message,
                       struct error *error)
{
    struct json_object *code, *text;
    if (!json_object_is_type(failure, json_type_object) ||
        !json_object_object_get_ex(failure, "code", &code) ||
        !json_object_is_type(code, json_type_int) ||
        !json_object_object_get_ex(failure, "message", &text) ||
        !json_object_is_type(text, json_type_string))
        return refuse(error, JSON_RPC_INVALID_REQUEST,
                      "\"error\" needs an integer \"code\" and a string \"message\"");
    message->kind = JSON_RPC_ERROR;
    message->code = json_object_get_int(code);
    message->message = json_object_get_string(text);
    json_object_object_get_ex(failure, "data", &message->data);
    return 0;
}

static int parse_call(struct json_object *method, bool has_id, struct json_rpc_message *message,
                      struct error *error)
{
    if (!json_object_is_type(method, json_type_string))
        return refuse(error, JSON_RPC_INVALID_REQUEST, "\"method\" must be a string");
    if (json_object_object_get_ex(message->whole, "params", &message->params) && message->params &&
        !json_object_is_type(message->params, json_type_object) &&
        !json_object_is_type(message->params, json_type_array))
        return refuse(error, JSON_RPC_INVALID_REQUEST, "\"params\" must be an object or an array");
    if (has_id && !message->id)
        return refuse(error, JSON_RPC_INVALID_REQUEST, "\"id\" must not be null");
    message->kind = has_id ? JSON_RPC_REQUEST : JSON_RPC_NOTIFICATION;
    message->method = json_object_get_string(method);
    return 0;
}

int json_rpc_parse(const char *line, size_t length, struct json_rpc_message *message,
                   struct error *error)
{
    *message = (struct json_rpc_message){0};
    message->whole = json_parse(line, length, error);
    if (!message->whole)
        return JSON_RPC_PARSE_ERROR;
    if (!json_object_is_type(message->whole, json_type_object))
        return refuse(error, JSON_RPC_INVALID_REQUEST,
                      json_object_is_type(message->whole, json_type_array)
                          ? "batches are not supported, send one message a line"
                          : "it must be an object");
    struct json_object *id = NULL;
    bool has_id = json_object_object_get_ex(message->whole, "id", &id);
    if (id && !json_object_is_type(id, json_type_string) && !json_object_is_type(id, json_type_int))
        return refuse(error, JSON_RPC_INVALID_REQUEST, "\"id\" must be a string or an integer");
    message->id = id;

    struct json_object *member;
    if (!json_object_object_get_ex(message->whole, "jsonrpc", &member) ||
        !json_object_is_type(member, json_type_string) ||
        strcmp(json_object_get_string(member), "2.0") != 0)
        return refuse(error, JSON_RPC_INVALID_REQUEST, "\"jsonrpc\":\"2.0\" is missing");
    if (json_object_object_get_ex(message->whole, "method", &member))
        return parse_call(member, has_id, message, error);
    if (!has_id)
        return refuse(error, JSON_RPC_INVALID_REQUEST, "it has neither \"method\" nor \"id\"");
    if (json_object_object_get_ex(message->whole, "error", &member))
        return parse_error(member, message, error);
    if (!json_object_object_get_ex(message->whole, "result", &message->result) || !message->id)
        return refuse(error, JSON_RPC_INVALID_REQUEST, "it has neither \"method\" nor \"result\"");
    message->kind = JSON_RPC_RESULT;
    return 0;
}

void json_rpc_message_clear(struct json_rpc_message *message)
{
    json_object_put(message->whole);
    *message = (struct json_rpc_message){0};
}

static struct json_object *envelope(struct json_object *id, bool with_id)
{
    struct json_object *whole = json_object_new_object();
    json_put_string(whole, "jsonrpc", "2.0");
    if (with_id)
        json_put(whole, "id", json_object_get(id));
    return whole;
}

/* Paths and what is cut to a size (error.h) may be no UTF-8, which a reader of JSON refuses. */
static void put_line(struct buffer *buffer, struct json_object *whole)
{
    const char *line = json_line(whole);
    if (utf8_is_valid(line, strlen(line)))
        buffer_append_string(buffer, line);
    else
        utf8_repair(slice_of_string(line), buffer);
    buffer_append_byte(buffer, '\n');
    json_object_put(whole);
}

static void put_call(struct buffer *buffer, struct json_object *whole, const char *method,
                     struct json_object *params)
{
    json_put_string(whole, "method", method);
    if (params)
        json_put(whole, "params", json_object_get(params));
    put_line(buffer, whole);
}

void json_rpc_put_request(struct buffer *buffer, struct json_object *id, const char *method,
                          struct json_object *params)
{
    put_call(buffer, envelope(id, true), method, params);
}

void json_rpc_put_notification(struct buffer *buffer, const char *method,
                               struct json_object *params)
{
    put_call(buffer, envelope(NULL, false), method, params);
}

void json_rpc_put_result(struct buffer *buffer, struct json_object *id, struct json_object *result)
{
    struct json_object *whole = envelope(id, true);
    json_put(whole, "result", json_object_get(result));
    put_line(buffer, whole);
}

void json_rpc_put_error(struct buffer *buffer, struct json_object *id, int code,
                        const struct error *error)
{
    struct json_object *data = json_object_new_object();
    json_put_string(data, "code", error_code_name(error->code));
    if (error->fix[0])
        json_put_string(data, "fix", error->fix);
    struct json_object *failure = json_object_new_object();
    json_put_integer(failure, "code", code);
    json_put_string(failure, "message", error->message);
    json_put(failure, "data", data);
    struct json_object *whole = envelope(id, true);
    json_put(whole, "error", failure);
    put_line(buffer, whole);
}

int json_rpc_code_of(const struct error *error)
{
    if (error->code == ERROR_INVALID)
        return JSON_RPC_INVALID_PARAMS;
    return JSON_RPC_APPLICATION_ERROR - (int)error->code;
}

void json_rpc_error_of(const struct json_rpc_message *message, struct error *error)
{
    enum error_code code = ERROR_NONE;
    const char *fix = NULL, *name = NULL;
    if (json_object_is_type(message->data, json_type_object)) {
        json_get_string(message->data, "code", &name, NULL);
        json_get_string(message->data, "fix", &fix, NULL);
    }
    if (name)
        code = error_code_from_name(name);
    if (code == ERROR_NONE)
        code = message->code == JSON_RPC_METHOD_NOT_FOUND ? ERROR_UNSUPPORTED : ERROR_INVALID;
    error_set(error, code, "%s", message->message);
    if (fix)
        error_fix(error, "%s", fix);
}
