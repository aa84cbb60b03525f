/* Any bytes as one line of JSON-RPC; what was understood must survive being printed and read again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/json_rpc.h"

static void print(const struct json_rpc_message *message, struct buffer *line)
{
    struct error error;
    switch (message->kind) {
    case JSON_RPC_REQUEST:
        json_rpc_put_request(line, message->id, message->method, message->params);
        break;
    case JSON_RPC_NOTIFICATION:
        json_rpc_put_notification(line, message->method, message->params);
        break;
    case JSON_RPC_RESULT:
        json_rpc_put_result(line, message->id, message->result);
        break;
    case JSON_RPC_ERROR:
        json_rpc_error_of(message, &error);
        json_rpc_put_error(line, message->id, message->code, &error);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json_rpc_message message, again;
    struct error error;
    if (json_rpc_parse((const char *)data, size, &message, &error) == 0) {
        struct buffer line = {0};
        print(&message, &line);
        if (json_rpc_parse(line.data, line.length, &again, &error) != 0 ||
            again.kind != message.kind)
            abort();
        json_rpc_message_clear(&again);
        buffer_free(&line);
    }
    json_rpc_message_clear(&message);
    return 0;
}
