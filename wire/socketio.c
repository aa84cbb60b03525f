#include "wire/socketio.h"

#include <inttypes.h>
#include <stdlib.h>

#include "wire/json_number.h"
#include "wire/json_text.h"

/* What is added to the type of an event or ack with attachments. */
#define BINARY 3

struct socketio_decoder {
    struct socketio_packet packet; /* waits for attachments while `missing` > 0 */
    struct buffer text;            /* what `packet` points into */
    size_t missing;
    size_t pending; /* bytes kept */
    struct buffer bytes[SOCKETIO_ATTACHMENTS_MAX];
    struct slice attachments[SOCKETIO_ATTACHMENTS_MAX];
};

void socketio_print(const struct socketio_packet *packet, struct buffer *text)
{
    bool binary = packet->attachment_count > 0;
    buffer_append_byte(text, (char)('0' + packet->type + (binary ? BINARY : 0)));
    if (binary)
        buffer_append_format(text, "%zu-", packet->attachment_count);
    if (!slice_equals(packet->namespace, "/")) {
        buffer_append(text, packet->namespace.data, packet->namespace.length);
        buffer_append_byte(text, ',');
    }
    if (packet->id >= 0)
        buffer_append_format(text, "%" PRId64, packet->id);
    buffer_append(text, packet->data.data, packet->data.length);
}

void socketio_put_event(struct buffer *data, const char *name, struct slice arguments)
{
    buffer_append_byte(data, '[');
    json_text_print_string(data, slice_of_string(name));
    if (arguments.length > 0)
        buffer_append_byte(data, ',');
    buffer_append(data, arguments.data, arguments.length);
    buffer_append_byte(data, ']');
}

void socketio_put_placeholder(struct buffer *data, size_t number)
{
    buffer_append_format(data, "{\"_placeholder\":true,\"num\":%zu}", number);
}

struct socketio_decoder *socketio_decoder_new(void)
{
    return calloc(1, sizeof(struct socketio_decoder));
}

static void forget(struct socketio_decoder *decoder)
{
    buffer_free(&decoder->text);
    for (size_t i = 0; i < SOCKETIO_ATTACHMENTS_MAX; i++)
        buffer_free(&decoder->bytes[i]);
    decoder->missing = 0;
    decoder->pending = 0;
}

void socketio_decoder_free(struct socketio_decoder *decoder)
{
    if (decoder)
        forget(decoder);
    free(decoder);
}

/* Parsing of the text message. The messages of the errors are those of the reference decoder. */

static int refuse(struct error *error, const char *why)
{
    return error_set(error, ERROR_INVALID, "Socket.IO: %s", why);
}

static int parse_type(struct slice *rest, struct socketio_packet *packet, bool *binary,
                      struct error *error)
{
    *binary = false;
    packet->type = SOCKETIO_CONNECT;
    if (rest->length == 0) /* the reference reads an empty text as type 0 */
        return 0;
    char digit = rest->data[0];
    if (digit >= '0' && digit <= '4')
        packet->type = (enum socketio_type)(digit - '0');
    else if (digit == '5' || digit == '6')
        packet->type = (enum socketio_type)(digit - '0' - BINARY);
    else if (digit >= '7' && digit <= '9')
        return error_set(error, ERROR_INVALID, "Socket.IO: unknown packet type %c", digit);
    else
        return refuse(error, "unknown packet type NaN");
    *binary = digit == '5' || digit == '6';
    *rest = slice_of(rest->data + 1, rest->length - 1);
    return 0;
}

static int parse_attachment_count(struct slice *rest, struct socketio_packet *packet,
                                  struct error *error)
{
    size_t i = 0, count = 0;
    for (; i < rest->length && rest->data[i] >= '0' && rest->data[i] <= '9'; i++)
        if (count <= SOCKETIO_ATTACHMENTS_MAX)
            count = count * 10 + (size_t)(rest->data[i] - '0');
    if (count == 0 || i >= rest->length || rest->data[i] != '-')
        return refuse(error, "Illegal attachments");
    if (count > SOCKETIO_ATTACHMENTS_MAX)
        return refuse(error, "too many attachments");
    packet->attachment_count = count;
    *rest = slice_of(rest->data + i + 1, rest->length - i - 1);
    return 0;
}

static void parse_namespace(struct slice *rest, struct socketio_packet *packet)
{
    packet->namespace = slice_of_string("/");
    if (rest->length == 0 || rest->data[0] != '/')
        return;
    const char *comma = memchr(rest->data, ',', rest->length);
    size_t length = comma ? (size_t)(comma - rest->data) : rest->length;
    packet->namespace = slice_of(rest->data, length);
    *rest =
        slice_of(rest->data + length + (comma != NULL), rest->length - length - (comma != NULL));
}

static bool is_blank(char character)
{
    return character == ' ' || (character >= '\t' && character <= '\r');
}

/* The reference takes blanks for digits: alone they are the id 0, around digits they do not count.
 */
static int parse_id(struct slice *rest, struct socketio_packet *packet, struct error *error)
{
    const char *at = rest->data, *end = rest->data + rest->length;
    packet->id = -1;
    while (at < end && is_blank(*at))
        at++;
    if (at > rest->data)
        packet->id = 0;
    for (; at < end && *at >= '0' && *at <= '9'; at++) {
        packet->id = (packet->id < 0 ? 0 : packet->id) * 10 + (*at - '0');
        if (packet->id > SOCKETIO_ID_MAX)
            return refuse(error, "invalid payload");
    }
    while (at < end && is_blank(*at))
        at++;
    *rest = slice_of(at, (size_t)(end - at));
    return 0;
}

/* Names that would clash with the events a Socket.IO socket has itself. */
static bool is_reserved(struct slice name)
{
    static const char *const reserved[] = {"connect",       "connect_error", "disconnect",
                                           "disconnecting", "newListener",   "removeListener"};
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++)
        if (json_scan_string_is(name, reserved[i]))
            return true;
    return false;
}

static bool is_event(struct slice data)
{
    struct slice name;
    struct json_cursor cursor = json_cursor_of(data);
    if (json_scan_kind(data) != JSON_ARRAY || !json_scan_element(&cursor, &name))
        return false;
    return json_scan_kind(name) == JSON_NUMBER ||
           (json_scan_kind(name) == JSON_STRING && !is_reserved(name));
}

static bool is_valid(enum socketio_type type, struct slice data)
{
    switch (type) {
    case SOCKETIO_CONNECT:
        return json_scan_kind(data) == JSON_OBJECT;
    case SOCKETIO_DISCONNECT:
        return false;
    case SOCKETIO_CONNECT_ERROR:
        return json_scan_kind(data) == JSON_OBJECT || json_scan_kind(data) == JSON_STRING;
    case SOCKETIO_EVENT:
        return is_event(data);
    case SOCKETIO_ACK:
        return json_scan_kind(data) == JSON_ARRAY;
    }
    return false;
}

static int parse(struct slice text, struct socketio_packet *packet, struct error *error)
{
    bool binary;
    if (!text.data)
        text.data = "";
    *packet = (struct socketio_packet){.id = -1};
    if (parse_type(&text, packet, &binary, error) != 0 ||
        (binary && parse_attachment_count(&text, packet, error) != 0))
        return -1;
    parse_namespace(&text, packet);
    if (parse_id(&text, packet, error) != 0)
        return -1;
    if (text.length == 0)
        return 0;
    if (json_scan_check(text, &packet->data, NULL, NULL) != 0 ||
        !is_valid(packet->type, packet->data))
        return refuse(error, "invalid payload");
    return 0;
}

/* The number of a placeholder. 1: it is one, with `*number` set; -1: it is one with a number that
   is none of `count`; 0: it is something else. */
static int placeholder_number(struct slice value, size_t count, size_t *number)
{
    struct slice mark, num;
    int64_t integer;
    if (json_scan_kind(value) != JSON_OBJECT || !json_scan_find(value, "_placeholder", &mark) ||
        !slice_equals(mark, "true"))
        return 0;
    if (!json_scan_find(value, "num", &num) || json_scan_kind(num) != JSON_NUMBER ||
        !json_number_is_integer(num, &integer) || integer < 0 || (uint64_t)integer >= count)
        return -1;
    *number = (size_t)integer;
    return 1;
}

/* Whether all placeholders in a value stand for attachments. Every level reads the text below it
   again: `levels` keeps that from being used against us. */
static bool placeholders_fit(struct slice value, size_t count, unsigned levels)
{
    struct slice key, child;
    size_t number;
    enum json_kind kind = json_scan_kind(value);
    if (kind != JSON_ARRAY && kind != JSON_OBJECT)
        return true;
    if (levels == 0)
        return false;
    int found = placeholder_number(value, count, &number);
    if (found != 0)
        return found > 0;
    struct json_cursor cursor = json_cursor_of(value);
    while (kind == JSON_ARRAY ? json_scan_element(&cursor, &child)
                              : json_scan_member(&cursor, &key, &child))
        if (!placeholders_fit(child, count, levels - 1))
            return false;
    return true;
}

bool socketio_has_attachments(struct slice text)
{
    return text.length > 0 && (text.data[0] == '5' || text.data[0] == '6');
}

int socketio_decode_text(struct socketio_decoder *decoder, struct slice text,
                         struct socketio_packet *packet, struct error *error)
{
    if (decoder && decoder->missing > 0)
        return refuse(error, "got plaintext data when reconstructing a packet");
    if (socketio_has_attachments(text)) {
        /* It outlives the caller's text. */
        forget(decoder);
        if (text.length > SOCKETIO_PENDING_MAX)
            return error_set(error, ERROR_LIMIT, "Socket.IO: a packet of %zu bytes is too long",
                             text.length);
        buffer_append(&decoder->text, text.data, text.length);
        if (decoder->text.failed)
            return error_set(error, ERROR_MEMORY, "out of memory");
        if (parse(slice_of(decoder->text.data, text.length), &decoder->packet, error) != 0)
            return -1;
        decoder->pending = text.length;
        decoder->missing = decoder->packet.attachment_count;
        return 0;
    }
    return parse(text, packet, error) == 0 ? 1 : -1;
}

int socketio_decode_binary(struct socketio_decoder *decoder, struct slice bytes,
                           struct socketio_packet *packet, struct error *error)
{
    if (decoder->missing == 0)
        return refuse(error, "got binary data when not reconstructing a packet");
    decoder->pending += bytes.length;
    if (decoder->pending > SOCKETIO_PENDING_MAX)
        return error_set(error, ERROR_LIMIT, "Socket.IO: the attachments of a packet are too long");
    size_t count = decoder->packet.attachment_count, number = count - decoder->missing;
    buffer_append(&decoder->bytes[number], bytes.data, bytes.length);
    if (decoder->bytes[number].failed)
        return error_set(error, ERROR_MEMORY, "out of memory");
    decoder->attachments[number] = slice_of(decoder->bytes[number].data, bytes.length);
    if (--decoder->missing > 0)
        return 0;
    decoder->packet.attachments = decoder->attachments;
    if (decoder->packet.data.length > 0 &&
        !placeholders_fit(decoder->packet.data, count, SOCKETIO_ATTACHMENT_DEPTH_MAX))
        return refuse(error, "illegal attachments");
    *packet = decoder->packet;
    return 1;
}

bool socketio_event(const struct socketio_packet *packet, struct slice *name,
                    struct json_cursor *arguments)
{
    if (packet->type != SOCKETIO_EVENT || packet->data.length == 0)
        return false;
    *arguments = json_cursor_of(packet->data);
    return json_scan_element(arguments, name);
}

bool socketio_attachment(const struct socketio_packet *packet, struct slice value,
                         struct slice *bytes)
{
    size_t number;
    if (placeholder_number(value, packet->attachment_count, &number) <= 0)
        return false;
    *bytes = packet->attachments[number];
    return true;
}
