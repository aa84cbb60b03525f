/* Bytes read as HTTP messages, in one piece and in pieces of sizes that the bytes themselves give:
   both must tell the same. */
#ifndef TESTS_FUZZ_HTTP_INPUT_H
#define TESTS_FUZZ_HTTP_INPUT_H

#include <stdlib.h>
#include <string.h>

#include "net/http_parser.h"
#include "wire/buffer.h"

static inline void tell_http_head(const struct http_head *head, struct buffer *told)
{
    buffer_append(told, head->method.data, head->method.length);
    buffer_append(told, head->target.data, head->target.length);
    buffer_append_format(told, "%d %d%d%d%d%d %lld\n", head->status, head->minor_version,
                         head->keep_alive, head->upgrade, head->has_body, head->chunked,
                         (long long)head->content_length);
    for (size_t i = 0; i < head->header_count; i++) {
        buffer_append(told, head->headers[i].name.data, head->headers[i].name.length);
        buffer_append_byte(told, ':');
        buffer_append(told, head->headers[i].value.data, head->headers[i].value.length);
        buffer_append_byte(told, '\n');
    }
    http_head_lists(head, "connection", "close");
}

/* False at an error. */
static inline bool tell_http_piece(struct http_reader *reader, struct slice piece,
                                   struct buffer *told)
{
    struct slice part;
    struct error error;
    enum http_event event;
    while ((event = http_reader_next(reader, &piece, &part, &error)) > HTTP_EVENT_MORE) {
        if (event == HTTP_EVENT_HEAD)
            tell_http_head(http_reader_head(reader), told);
        else if (event == HTTP_EVENT_BODY)
            buffer_append(told, part.data, part.length);
        else
            http_reader_restart(reader);
    }
    if (event == HTTP_EVENT_ERROR)
        buffer_append_format(told, "!%d", http_reader_status(reader));
    else if (piece.length > 0)
        abort();
    return event != HTTP_EVENT_ERROR;
}

static inline void tell_http(enum http_role role, struct slice input, unsigned char seed,
                             struct buffer *told)
{
    struct http_reader *reader = http_reader_new(role);
    unsigned pace = seed;
    while (input.length > 0) {
        size_t length = seed == 0 ? input.length : 1 + pace % 7;
        length = length < input.length ? length : input.length;
        pace = pace * 75 + 74;
        if (!tell_http_piece(reader, slice_of(input.data, length), told))
            break;
        input = slice_of(input.data + length, input.length - length);
    }
    buffer_append_format(told, "$%d", (int)http_reader_finish(reader, NULL));
    http_reader_free(reader);
}

static inline void compare_http(enum http_role role, const uint8_t *data, size_t size)
{
    if (size == 0)
        return;
    struct buffer whole = {0}, split = {0};
    struct slice input = slice_of((const char *)data + 1, size - 1);
    tell_http(role, input, 0, &whole);
    tell_http(role, input, data[0] ? data[0] : 1, &split);
    if (whole.length != split.length || memcmp(whole.data, split.data, whole.length) != 0)
        abort();
    buffer_free(&whole);
    buffer_free(&split);
}

#endif
