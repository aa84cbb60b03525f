/* JSON-RPC 2.0, one message a line (https://www.jsonrpc.org/specification). Pure: text in, values
   out. Used by the local API; the framing is also that of ACP, MCP and Codex's app-server. */
#ifndef WIRE_JSON_RPC_H
#define WIRE_JSON_RPC_H

#include <stddef.h>

#include "wire/buffer.h"
#include "wire/error.h"
#include "wire/json.h"

enum json_rpc_code {
    JSON_RPC_PARSE_ERROR = -32700,
    JSON_RPC_INVALID_REQUEST = -32600,
    JSON_RPC_METHOD_NOT_FOUND = -32601,
    JSON_RPC_INVALID_PARAMS = -32602,
    JSON_RPC_INTERNAL_ERROR = -32603,
    JSON_RPC_APPLICATION_ERROR = -32000, /* minus the enum error_code */
};

enum json_rpc_kind {
    JSON_RPC_REQUEST,
    JSON_RPC_NOTIFICATION,
    JSON_RPC_RESULT,
    JSON_RPC_ERROR,
};

struct json_rpc_message {
    enum json_rpc_kind kind;
    struct json_object *whole; /* owns all below; free with json_rpc_message_clear() */
    struct json_object
        *id; /* string or integer; NULL for a notification, and for an error without one */
    const char *method;         /* requests and notifications */
    struct json_object *params; /* object or array; NULL when absent */
    struct json_object *result; /* JSON_RPC_RESULT; may be NULL for null */
    int code;                   /* JSON_RPC_ERROR */
    const char *message;        /* JSON_RPC_ERROR */
    struct json_object *data;   /* JSON_RPC_ERROR; NULL when absent */
};

/* Parses one line. Returns 0; or the JSON-RPC code to answer with (JSON_RPC_PARSE_ERROR or
   JSON_RPC_INVALID_REQUEST) with `error` filled; then `message->id` is set if it could be made out,
   and `message` is to be cleared all the same. Batches are refused. */
int json_rpc_parse(const char *line, size_t length, struct json_rpc_message *message,
                   struct error *error);
void json_rpc_message_clear(struct json_rpc_message *message);

/* Printing: appends one line with its newline, ill-formed UTF-8 replaced by U+FFFD. `params`,
   `result`, `data` and `id` are borrowed, and may be NULL (absent; for `id` and `result`: null). */
void json_rpc_put_request(struct buffer *buffer, struct json_object *id, const char *method,
                          struct json_object *params);
void json_rpc_put_notification(struct buffer *buffer, const char *method,
                               struct json_object *params);
void json_rpc_put_result(struct buffer *buffer, struct json_object *id, struct json_object *result);

/* An error as the local API gives it: `code` is the JSON-RPC number; `data` is {"code": name,
   "fix": text} made from `error`. */
void json_rpc_put_error(struct buffer *buffer, struct json_object *id, int code,
                        const struct error *error);

/* The number for an error: the standard one for ERROR_INVALID (invalid params), else
   JSON_RPC_APPLICATION_ERROR minus the enum value. */
int json_rpc_code_of(const struct error *error);

/* The reverse, from a received JSON_RPC_ERROR. */
void json_rpc_error_of(const struct json_rpc_message *message, struct error *error);

#endif
