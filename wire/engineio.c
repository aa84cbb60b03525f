#include "wire/engineio.h"

#include <inttypes.h>

#include "wire/base64.h"
#include "wire/json_number.h"
#include "wire/json_scan.h"

#define SEPARATOR    '\x1e'
#define INTERVAL_MAX (24 * 60 * 60 * 1000)

int engineio_parse(struct slice frame, struct engineio_packet *packet, struct buffer *scratch,
                   struct error *error)
{
    if (frame.length == 0)
        return error_set(error, ERROR_INVALID, "Engine.IO: parser error");
    char type = frame.data[0];
    struct slice data = slice_of(frame.data + 1, frame.length - 1);
    if (type == 'b') {
        buffer_clear(scratch);
        if (base64_decode(BASE64_LENIENT, data, scratch, error) != 0)
            return -1;
        *packet = (struct engineio_packet){ENGINEIO_MESSAGE, true,
                                           slice_of(buffer_string(scratch), scratch->length)};
        return 0;
    }
    if (type < '0' || type > '6')
        return error_set(error, ERROR_INVALID, "Engine.IO: parser error");
    *packet = (struct engineio_packet){(enum engineio_type)(type - '0'), false, data};
    return 0;
}

void engineio_print(const struct engineio_packet *packet, struct buffer *frame)
{
    if (!packet->binary)
        buffer_append_byte(frame, (char)('0' + packet->type));
    buffer_append(frame, packet->data.data, packet->data.length);
}

int engineio_payload_next(struct engineio_payload *payload, struct engineio_packet *packet,
                          struct buffer *scratch, struct error *error)
{
    if (payload->ended)
        return 0;
    struct slice rest = payload->rest;
    const char *separator = rest.length ? memchr(rest.data, SEPARATOR, rest.length) : NULL;
    size_t length = separator ? (size_t)(separator - rest.data) : rest.length;
    payload->ended = separator == NULL;
    if (separator)
        payload->rest = slice_of(separator + 1, rest.length - length - 1);
    if (engineio_parse(slice_of(rest.data, length), packet, scratch, error) == 0)
        return 1;
    payload->ended = true;
    return -1;
}

void engineio_payload_put(struct buffer *payload, const struct engineio_packet *packet)
{
    if (payload->length > 0)
        buffer_append_byte(payload, SEPARATOR);
    if (packet->binary) {
        buffer_append_byte(payload, 'b');
        base64_encode(payload, packet->data.data, packet->data.length);
    } else {
        engineio_print(packet, payload);
    }
}

void engineio_handshake_print(const struct engineio_handshake *handshake, struct buffer *data)
{
    buffer_append_string(data, "{\"sid\":\"");
    buffer_append(data, handshake->id.data, handshake->id.length);
    buffer_append_format(data,
                         "\",\"upgrades\":[%s],\"pingInterval\":%" PRId64
                         ",\"pingTimeout\":%" PRId64 ",\"maxPayload\":%" PRId64 "}",
                         handshake->upgrade_websocket ? "\"websocket\"" : "",
                         handshake->ping_interval, handshake->ping_timeout, handshake->max_payload);
}

static bool read_number(struct slice object, const char *key, int64_t least, int64_t most,
                        int64_t *number)
{
    struct slice value;
    return json_scan_find(object, key, &value) && json_scan_kind(value) == JSON_NUMBER &&
           json_number_is_integer(value, number) && *number >= least && *number <= most;
}

static bool offers_websocket(struct slice object)
{
    struct slice upgrades, value;
    if (!json_scan_find(object, "upgrades", &upgrades) || json_scan_kind(upgrades) != JSON_ARRAY)
        return false;
    struct json_cursor cursor = json_cursor_of(upgrades);
    while (json_scan_element(&cursor, &value))
        if (json_scan_kind(value) == JSON_STRING && json_scan_string_is(value, "websocket"))
            return true;
    return false;
}

int engineio_handshake_parse(struct slice data, struct engineio_handshake *handshake,
                             struct error *error)
{
    struct slice object, id;
    *handshake = (struct engineio_handshake){.max_payload = 0};
    if (json_scan_check(data, &object, NULL, error) != 0)
        return -1;
    if (json_scan_kind(object) != JSON_OBJECT || !json_scan_find(object, "sid", &id) ||
        json_scan_kind(id) != JSON_STRING || memchr(id.data, '\\', id.length))
        return error_set(error, ERROR_INVALID, "Engine.IO: the handshake has no session id");
    handshake->id = slice_of(id.data + 1, id.length - 2);
    if (!read_number(object, "pingInterval", 1, INTERVAL_MAX, &handshake->ping_interval) ||
        !read_number(object, "pingTimeout", 1, INTERVAL_MAX, &handshake->ping_timeout))
        return error_set(error, ERROR_INVALID, "Engine.IO: the handshake has no ping times");
    if (!read_number(object, "maxPayload", 1, JSON_INTEGER_MAX, &handshake->max_payload))
        handshake->max_payload = 0;
    handshake->upgrade_websocket = offers_websocket(object);
    return 0;
}
