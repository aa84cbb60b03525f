#include "wire/engine_request.h"

#include <string.h>

#include "wire/json_text.h"

/* Queries longer than this name no session of ours: only the beginning is read. */
#define QUERY_MAX 4096u

static int hex_digit(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if ((digit | 0x20) >= 'a' && (digit | 0x20) <= 'f')
        return (digit | 0x20) - 'a' + 10;
    return -1;
}

/* Decodes application/x-www-form-urlencoded; a "%" that begins no pair of digits stays. */
static void form_decode(struct slice text, struct buffer *decoded)
{
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.data[i];
        if (byte == '%' && i + 2 < text.length && hex_digit(text.data[i + 1]) >= 0 &&
            hex_digit(text.data[i + 2]) >= 0) {
            byte = (char)(hex_digit(text.data[i + 1]) << 4 | hex_digit(text.data[i + 2]));
            i += 2;
        } else if (byte == '+') {
            byte = ' ';
        }
        buffer_append_byte(decoded, byte);
    }
}

/* The next field of a form. False at its end. */
static bool form_next(struct slice *rest, struct slice *name, struct slice *value)
{
    while (rest->length > 0) {
        const char *ampersand = memchr(rest->data, '&', rest->length);
        size_t length = ampersand ? (size_t)(ampersand - rest->data) : rest->length;
        const char *equals = length > 0 ? memchr(rest->data, '=', length) : NULL;
        *name = slice_of(rest->data, equals ? (size_t)(equals - rest->data) : length);
        *value = equals ? slice_of(equals + 1, length - name->length - 1) : slice_of("", 0);
        size_t used = length + (ampersand != NULL);
        *rest = slice_of(rest->data + used, rest->length - used);
        if (length > 0)
            return true;
    }
    return false;
}

static void read_revision(struct engine_query *query, struct slice value)
{
    query->revision_4 = slice_equals(value, "4");
}

static void read_transport(struct engine_query *query, struct slice value)
{
    query->transport = slice_equals(value, "polling")     ? ENGINE_POLLING
                       : slice_equals(value, "websocket") ? ENGINE_WEBSOCKET
                                                          : ENGINE_TRANSPORT_UNKNOWN;
}

static void read_id(struct engine_query *query, struct slice value)
{
    query->has_id = value.length > 0;
    query->id[0] = '\0';
    if (value.length != ENGINE_ID_LENGTH || memchr(value.data, '\0', value.length))
        return;
    memcpy(query->id, value.data, value.length);
    query->id[value.length] = '\0';
}

static void read_jsonp(struct engine_query *query, struct slice value)
{
    size_t count = 0;
    query->jsonp = true;
    for (size_t i = 0; i < value.length && count < ENGINE_JSONP_DIGITS_MAX; i++)
        if (value.data[i] >= '0' && value.data[i] <= '9')
            query->jsonp_digits[count++] = value.data[i];
    query->jsonp_digits[count] = '\0';
}

void engine_query_parse(struct slice query, struct engine_query *parsed)
{
    static const struct {
        const char *name;
        void (*read)(struct engine_query *query, struct slice value);
    } fields[] = {
        {"EIO", read_revision},
        {"transport", read_transport},
        {"sid", read_id},
        {"j", read_jsonp},
    };
    struct buffer name = {0}, value = {0};
    struct slice raw_name, raw_value;
    *parsed = (struct engine_query){.transport = ENGINE_TRANSPORT_UNKNOWN};
    if (query.length > QUERY_MAX)
        query.length = QUERY_MAX;
    while (form_next(&query, &raw_name, &raw_value)) {
        buffer_clear(&name);
        buffer_clear(&value);
        form_decode(raw_name, &name);
        form_decode(raw_value, &value);
        for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
            if (slice_equals(slice_of(name.data, name.length), fields[i].name))
                fields[i].read(parsed, slice_of(value.data, value.length));
    }
    buffer_free(&name);
    buffer_free(&value);
}

/* Bytes that Node lets into a header: tab and all that is not a control character. */
static bool is_header(struct slice value)
{
    for (size_t i = 0; i < value.length; i++) {
        unsigned char byte = (unsigned char)value.data[i];
        if ((byte < 0x20 && byte != '\t') || byte == 0x7f)
            return false;
    }
    return true;
}

enum refusal {
    TRANSPORT_UNKNOWN,
    SESSION_UNKNOWN,
    BAD_METHOD,
    BAD_REQUEST,
    UNSUPPORTED_REVISION,
    NO_SUCH_METHOD,
};

static enum engine_action refuse(struct engine_refusal *refusal, enum refusal which)
{
    static const struct engine_refusal refusals[] = {
        [TRANSPORT_UNKNOWN] = {400, 0, "Transport unknown"},
        [SESSION_UNKNOWN] = {400, 1, "Session ID unknown"},
        [BAD_METHOD] = {400, 2, "Bad handshake method"},
        [BAD_REQUEST] = {400, 3, "Bad request"},
        [UNSUPPORTED_REVISION] = {400, 5, "Unsupported protocol version"},
        [NO_SUCH_METHOD] = {500, -1, ""},
    };
    *refusal = refusals[which];
    return ENGINE_REFUSE;
}

static enum engine_action check_session(const struct engine_request *request,
                                        struct engine_refusal *refusal)
{
    if (request->session_transport == ENGINE_TRANSPORT_UNKNOWN)
        return refuse(refusal, SESSION_UNKNOWN);
    if (request->upgrade)
        return request->query.transport == ENGINE_WEBSOCKET ? ENGINE_UPGRADE : ENGINE_SHUT;
    if (request->session_transport != request->query.transport ||
        request->query.transport != ENGINE_POLLING)
        return refuse(refusal, BAD_REQUEST);
    if (request->method == ENGINE_GET)
        return ENGINE_RECEIVE;
    return request->method == ENGINE_POST ? ENGINE_SEND : refuse(refusal, NO_SUCH_METHOD);
}

static enum engine_action check_handshake(const struct engine_request *request,
                                          struct engine_refusal *refusal)
{
    if (request->method != ENGINE_GET)
        return refuse(refusal, BAD_METHOD);
    if (request->query.transport == ENGINE_WEBSOCKET && !request->upgrade)
        return refuse(refusal, BAD_REQUEST);
    if (!request->query.revision_4)
        return refuse(refusal, UNSUPPORTED_REVISION);
    if (request->query.transport == ENGINE_POLLING && request->upgrade)
        return ENGINE_SHUT;
    return ENGINE_OPEN;
}

enum engine_action engine_request_check(const struct engine_request *request,
                                        struct engine_refusal *refusal)
{
    if (request->method == ENGINE_OPTIONS)
        return ENGINE_PREFLIGHT;
    if (request->query.transport == ENGINE_TRANSPORT_UNKNOWN)
        return refuse(refusal, TRANSPORT_UNKNOWN);
    if (!is_header(request->origin))
        return refuse(refusal, BAD_REQUEST);
    return request->query.has_id ? check_session(request, refusal)
                                 : check_handshake(request, refusal);
}

void engine_refusal_print(const struct engine_refusal *refusal, struct buffer *body)
{
    if (refusal->code >= 0)
        buffer_append_format(body, "{\"code\":%d,\"message\":\"%s\"}", refusal->code,
                             refusal->message);
}

void engine_jsonp_print(const char *digits, struct slice payload, struct buffer *script)
{
    struct buffer text = {0};
    json_text_print_string(&text, payload);
    buffer_append_format(script, "___eio[%s](", digits);
    /* U+2028 and U+2029 end a line of a script. */
    for (size_t i = 0; i < text.length; i++)
        if (text.length - i >= 3 && memcmp(text.data + i, "\xe2\x80", 2) == 0 &&
            (text.data[i + 2] & ~1) == (char)0xa8) {
            buffer_append_format(script, "\\u202%c", text.data[i + 2] & 1 ? '9' : '8');
            i += 2;
        } else {
            buffer_append_byte(script, text.data[i]);
        }
    buffer_append_string(script, ");");
    script->failed |= text.failed;
    buffer_free(&text);
}

/* Browsers change line ends in forms, so clients write a line feed as "\n" and what looks like that
   with one more backslash. */
static void unescape(struct slice text, struct buffer *payload)
{
    for (size_t i = 0; i < text.length; i++) {
        size_t rest = text.length - i;
        if (rest >= 3 && memcmp(text.data + i, "\\\\n", 3) == 0) {
            buffer_append_string(payload, "\\n");
            i += 2;
        } else if (rest >= 2 && memcmp(text.data + i, "\\n", 2) == 0) {
            buffer_append_byte(payload, '\n');
            i += 1;
        } else {
            buffer_append_byte(payload, text.data[i]);
        }
    }
}

int engine_jsonp_parse(struct slice body, struct buffer *payload, struct error *error)
{
    struct slice name, value, found = {NULL, 0};
    struct buffer decoded = {0};
    while (form_next(&body, &name, &value))
        if (slice_equals(name, "d"))
            found = value;
    if (!found.data)
        return error_set(error, ERROR_INVALID, "Engine.IO: the form has no field d");
    form_decode(found, &decoded);
    unescape(slice_of(decoded.data, decoded.length), payload);
    payload->failed |= decoded.failed;
    buffer_free(&decoded);
    return 0;
}
