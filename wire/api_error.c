#include "wire/api_error.h"

#include <string.h>

#include "wire/json_text.h"
#include "wire/utf8.h"

static void put_member(struct buffer *body, const char *before, struct slice text)
{
    buffer_append_string(body, before);
    json_text_print_string(body, text);
}

void api_error_print(struct buffer *body, const char *text)
{
    put_member(body, "{\"error\":", slice_of_string(text));
    buffer_append_byte(body, '}');
}

void api_error_print_failure(struct buffer *body, const char *text)
{
    put_member(body, "{\"success\":false,\"error\":", slice_of_string(text));
    buffer_append_byte(body, '}');
}

void api_error_print_status(struct buffer *body, int status, const char *error, const char *message)
{
    put_member(body, "{\"error\":", slice_of_string(error));
    put_member(body, ",\"message\":", slice_of_string(message));
    buffer_append_format(body, ",\"statusCode\":%d}", status);
}

void api_error_print_internal(struct buffer *body)
{
    api_error_print_status(body, 500, "Internal Server Error", "An unexpected error occurred");
}

void api_error_print_no_route(struct buffer *body, struct slice url, const char *method)
{
    put_member(body, "{\"error\":\"Not found\",\"path\":", url);
    put_member(body, ",\"method\":", slice_of_string(method));
    buffer_append_byte(body, '}');
}

void api_error_print_bad_url(struct buffer *body, struct slice path)
{
    struct buffer message = {0};
    buffer_append_byte(&message, '\'');
    buffer_append(&message, path.data, path.length);
    buffer_append_string(&message, "' is not a valid url component");
    put_member(body, "{\"error\":\"Bad Request\",\"code\":\"FST_ERR_BAD_URL\",\"message\":",
               slice_of(message.data, message.length));
    buffer_append_string(body, ",\"statusCode\":400}");
    buffer_free(&message);
}

void api_error_print_too_large(struct buffer *body)
{
    api_error_print_status(body, 413, "FastifyError", "Request body is too large");
}

void api_error_print_media_type(struct buffer *body, const char *type)
{
    struct buffer message = {0};
    buffer_append_string(&message, "Unsupported Media Type: ");
    buffer_append_string(&message, type ? type : "undefined");
    api_error_print_status(body, 415, "FastifyError", buffer_string(&message));
    buffer_free(&message);
}

struct told {
    struct schema_object object;
    const char *error, *message;
};

static const struct schema_member told_members[] = {
    {"error", SCHEMA_STRING, SCHEMA_OPTIONAL | SCHEMA_LENIENT, SCHEMA_AT(struct told, error)},
    {"message", SCHEMA_STRING, SCHEMA_OPTIONAL | SCHEMA_LENIENT, SCHEMA_AT(struct told, message)},
    {0}};
static const struct schema told_schema = {.size = sizeof(struct told), .members = told_members};

static enum error_code code_of(int status)
{
    static const struct {
        int status;
        enum error_code code;
    } codes[] = {{401, ERROR_REFUSED}, {403, ERROR_REFUSED}, {404, ERROR_NOT_FOUND},
                 {409, ERROR_EXISTS},  {413, ERROR_LIMIT},   {429, ERROR_LIMIT}};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (codes[i].status == status)
            return codes[i].code;
    return status >= 500 ? ERROR_CLOSED : ERROR_INVALID;
}

/* The words of a server may come to a terminal: whole characters, and no controls, of which there
   are some from U+0080 to U+009F, too. */
static void print_safely(const char *text, char *safe, size_t size)
{
    size_t left = strlen(text), length = 0, step;
    for (; left > 0; text += step, left -= step) {
        uint32_t character;
        char bytes[4];
        step = utf8_decode(text, left, &character);
        if (character < 0x20 || (character >= 0x7f && character < 0xa0))
            character = '?';
        unsigned count = utf8_encode(character, bytes);
        if (length + count >= size)
            break;
        memcpy(safe + length, bytes, count);
        length += count;
    }
    safe[length] = '\0';
}

int api_error_read(int status, struct slice body, struct error *error)
{
    struct arena arena = {0};
    struct told told;
    const char *text = NULL;
    if (schema_parse(&told_schema, body, &arena, &told, NULL) == 0)
        text = told.message ? told.message : told.error;
    char safe[300];
    if (text)
        print_safely(text, safe, sizeof safe);
    if (text)
        error_set(error, code_of(status), "the server answered with status %d: %s", status, safe);
    else
        error_set(error, code_of(status), "the server answered with status %d", status);
    arena_free(&arena);
    return -1;
}
