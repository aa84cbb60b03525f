#include "net/http_parser.h"

#include <http_parser.h>
#include <stdlib.h>
#include <string.h>

#include "net/http_chunks.h"
#include "net/http_start_line.h"
#include "wire/buffer.h"

#define METHOD_MAX 32u

enum reader_state {
    READING_HEAD,
    READING_LENGTH, /* `left` bytes of a body */
    READING_CHUNKS,
    READING_ALL, /* a body until the end of the connection */
    READING_DONE,
    READING_FAILED,
};

struct http_reader {
    enum http_role role;
    enum reader_state state;
    struct buffer text; /* the head */
    struct http_head head;
    struct http_header *headers;
    bool has_head, after_cr;
    uint8_t skipped; /* bytes of an empty line before a request */
    uint32_t line;   /* bytes of the line that is being read */
    uint32_t lines;  /* whole lines */
    int status;      /* for a request that was refused */
    uint64_t left;
    struct http_chunks chunks;
};

/* What the library found in a head; it calls once for each value, as the head is in one piece. */
struct found {
    struct http_head *head;
    struct http_header headers[HTTP_HEADERS_MAX];
    size_t count;
};

static enum http_event fail(struct http_reader *reader, int status, struct error *error,
                            const char *what)
{
    reader->state = READING_FAILED;
    reader->status = status;
    error_set(error, ERROR_INVALID, "HTTP: %s", what);
    return HTTP_EVENT_ERROR;
}

static int on_target(http_parser *library, const char *at, size_t length)
{
    ((struct found *)library->data)->head->target = slice_of(at, length);
    return 0;
}

static int on_reason(http_parser *library, const char *at, size_t length)
{
    ((struct found *)library->data)->head->reason = slice_of(at, length);
    return 0;
}

static int on_name(http_parser *library, const char *at, size_t length)
{
    struct found *found = library->data;
    if (found->count == HTTP_HEADERS_MAX)
        return -1;
    found->headers[found->count++] = (struct http_header){.name = slice_of(at, length)};
    return 0;
}

static int on_value(http_parser *library, const char *at, size_t length)
{
    struct found *found = library->data;
    while (length > 0 && (at[length - 1] == ' ' || at[length - 1] == '\t'))
        length--;
    found->headers[found->count - 1].value = slice_of(at, length);
    return 0;
}

/* What follows the head is not the library's business. */
static int on_headers_complete(http_parser *library)
{
    (void)library;
    return 1;
}

static const http_parser_settings SETTINGS = {
    .on_url = on_target,
    .on_status = on_reason,
    .on_header_field = on_name,
    .on_header_value = on_value,
    .on_headers_complete = on_headers_complete,
};

static int status_of(const http_parser *library)
{
    switch (HTTP_PARSER_ERRNO(library)) {
    case HPE_INVALID_METHOD:
        return 501;
    case HPE_HEADER_OVERFLOW:
        return 431;
    case HPE_INVALID_TRANSFER_ENCODING:
        return 501;
    default:
        return 400;
    }
}

/* Takes the whole head apart. */
static enum http_event parse_head(struct http_reader *reader, struct error *error)
{
    struct found found = {.head = &reader->head};
    struct slice text = slice_of(reader->text.data, reader->text.length);
    http_parser library;
    http_parser_init(&library, reader->role == HTTP_REQUESTS ? HTTP_REQUEST : HTTP_RESPONSE);
    library.data = &found;
    http_parser_execute(&library, &SETTINGS, text.data, text.length);
    if (HTTP_PARSER_ERRNO(&library) != HPE_OK)
        return fail(reader, status_of(&library), error,
                    http_errno_description(HTTP_PARSER_ERRNO(&library)));
    reader->headers = calloc(found.count ? found.count : 1, sizeof *reader->headers);
    if (!reader->headers)
        return fail(reader, 500, error, "out of memory");
    memcpy(reader->headers, found.headers, found.count * sizeof *reader->headers);
    reader->head.headers = reader->headers;
    reader->head.header_count = found.count;
    int checked = reader->role == HTTP_REQUESTS
                      ? http_check_request(text, &reader->head, &reader->status, error)
                      : http_check_response(text, &reader->head, error);
    if (checked != 0) {
        reader->state = READING_FAILED;
        return HTTP_EVENT_ERROR;
    }
    reader->has_head = true;
    reader->left = reader->head.content_length > 0 ? (uint64_t)reader->head.content_length : 0;
    if (reader->head.chunked)
        reader->state = READING_CHUNKS;
    else if (reader->head.content_length == HTTP_LENGTH_UNKNOWN)
        reader->state = READING_ALL;
    else
        reader->state = READING_LENGTH;
    return HTTP_EVENT_HEAD;
}

/* One byte of the head: HTTP_EVENT_HEAD behind the last. */
static enum http_event take_byte(struct http_reader *reader, unsigned char byte,
                                 struct error *error)
{
    if (reader->after_cr) {
        if (byte != '\n')
            return fail(reader, 400, error, "a line of the head ends in CR without LF");
        reader->after_cr = false;
        if (reader->line == 0)
            return HTTP_EVENT_HEAD;
        reader->line = 0;
        if (++reader->lines > HTTP_HEADERS_MAX + 1)
            return fail(reader, 431, error, "there are more than 100 headers");
    } else if (byte == '\r') {
        if (reader->lines == 0 && reader->line == 0)
            return fail(reader, 400, error, "the start line is empty");
        reader->after_cr = true;
    } else if (byte == '\n') {
        return fail(reader, 400, error, "a line of the head ends in LF without CR");
    } else if ((byte < ' ' && byte != '\t') || byte == 0x7f) {
        return fail(reader, 400, error, "the head has a control character");
    } else if ((byte == ' ' || byte == '\t') && reader->line == 0) {
        return fail(reader, 400, error, "a line of the head begins with a blank");
    } else {
        reader->line++;
    }
    return HTTP_EVENT_MORE;
}

/* RFC 9112, 2.2: one empty line before a request is passed over. */
static bool skip_empty_line(struct http_reader *reader, struct slice *input)
{
    while (reader->role == HTTP_REQUESTS && reader->text.length == 0 && reader->skipped < 2 &&
           input->length > 0 && (reader->skipped == 1 || input->data[0] == '\r')) {
        if (input->data[0] != "\r\n"[reader->skipped])
            return false;
        reader->skipped++;
        *input = slice_of(input->data + 1, input->length - 1);
    }
    return true;
}

static enum http_event read_head(struct http_reader *reader, struct slice *input,
                                 struct error *error)
{
    if (!skip_empty_line(reader, input))
        return fail(reader, 400, error, "a line of the head ends in CR without LF");
    size_t length = 0;
    enum http_event event = HTTP_EVENT_MORE;
    while (event == HTTP_EVENT_MORE && length < input->length) {
        event = take_byte(reader, (unsigned char)input->data[length++], error);
        if (event != HTTP_EVENT_ERROR && reader->lines == 0 &&
            reader->line > HTTP_TARGET_MAX + METHOD_MAX)
            return fail(reader, 414, error, "the start line is longer than 16 KiB");
        if (event != HTTP_EVENT_ERROR && reader->text.length + length > HTTP_HEAD_MAX)
            return fail(reader, 431, error, "the head is longer than 64 KiB");
    }
    if (event == HTTP_EVENT_ERROR)
        return event;
    buffer_append(&reader->text, input->data, length);
    *input = slice_of(input->data + length, input->length - length);
    if (reader->text.failed)
        return fail(reader, 500, error, "out of memory");
    return event == HTTP_EVENT_HEAD ? parse_head(reader, error) : HTTP_EVENT_MORE;
}

static enum http_event read_length(struct http_reader *reader, struct slice *input,
                                   struct slice *part)
{
    if (reader->left == 0) {
        reader->state = READING_DONE;
        return HTTP_EVENT_END;
    }
    if (input->length == 0)
        return HTTP_EVENT_MORE;
    size_t length = input->length < reader->left ? input->length : (size_t)reader->left;
    *part = slice_of(input->data, length);
    *input = slice_of(input->data + length, input->length - length);
    reader->left -= length;
    return HTTP_EVENT_BODY;
}

static enum http_event read_chunks(struct http_reader *reader, struct slice *input,
                                   struct slice *part, struct error *error)
{
    enum http_event event = http_chunks_next(&reader->chunks, input, part, &reader->status, error);
    if (event == HTTP_EVENT_END)
        reader->state = READING_DONE;
    else if (event == HTTP_EVENT_ERROR)
        reader->state = READING_FAILED;
    return event;
}

enum http_event http_reader_next(struct http_reader *reader, struct slice *input,
                                 struct slice *part, struct error *error)
{
    *part = slice_of(NULL, 0);
    switch (reader->state) {
    case READING_HEAD:
        return read_head(reader, input, error);
    case READING_LENGTH:
        return read_length(reader, input, part);
    case READING_CHUNKS:
        return read_chunks(reader, input, part, error);
    case READING_ALL:
        *part = *input;
        *input = slice_of(NULL, 0);
        return part->length > 0 ? HTTP_EVENT_BODY : HTTP_EVENT_MORE;
    case READING_DONE:
        return HTTP_EVENT_END;
    case READING_FAILED:
        break;
    }
    error_set(error, ERROR_INVALID, "HTTP: the message was malformed");
    return HTTP_EVENT_ERROR;
}

enum http_event http_reader_finish(struct http_reader *reader, struct error *error)
{
    if (reader->state == READING_ALL)
        reader->state = READING_DONE;
    if (reader->state == READING_DONE || (reader->state == READING_LENGTH && reader->left == 0))
        return HTTP_EVENT_END;
    if (reader->state == READING_HEAD && reader->text.length == 0)
        return HTTP_EVENT_MORE;
    reader->state = READING_FAILED;
    reader->status = 400;
    error_set(error, ERROR_CLOSED, "HTTP: the connection ended in the middle of a message");
    return HTTP_EVENT_ERROR;
}

void http_reader_skip_body(struct http_reader *reader)
{
    reader->state = READING_DONE;
}

void http_reader_restart(struct http_reader *reader)
{
    enum http_role role = reader->role;
    buffer_free(&reader->text);
    free(reader->headers);
    *reader = (struct http_reader){.role = role};
}

struct http_reader *http_reader_new(enum http_role role)
{
    struct http_reader *reader = calloc(1, sizeof *reader);
    if (reader)
        reader->role = role;
    return reader;
}

void http_reader_free(struct http_reader *reader)
{
    if (!reader)
        return;
    buffer_free(&reader->text);
    free(reader->headers);
    free(reader);
}

const struct http_head *http_reader_head(const struct http_reader *reader)
{
    return reader->has_head ? &reader->head : NULL;
}

bool http_reader_has_begun(const struct http_reader *reader)
{
    return reader->state != READING_DONE &&
           (reader->state != READING_HEAD || reader->text.length > 0);
}

int http_reader_status(const struct http_reader *reader)
{
    return reader->status;
}
