#include "net/content_encoding.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define GZIP_WINDOW (15 + 16) /* zlib.h: the largest window, with gzip's header */
#define ZLIB_WINDOW 15
#define MEMORY      8

/* "gzip", "gzip;q=0.5" and "*" accept, "gzip;q=0" does not. */
static bool accepts(const struct http_head *head, const char *coding)
{
    struct slice rest, item;
    bool any = false;
    http_head_find(head, "accept-encoding", &rest);
    while (http_list_next(&rest, &item)) {
        const char *semicolon = memchr(item.data, ';', item.length);
        struct slice name =
            slice_of(item.data, semicolon ? (size_t)(semicolon - item.data) : item.length);
        char weight[16] = "";
        const char *equals = semicolon ? memchr(semicolon, '=', item.length - name.length) : NULL;
        while (name.length > 0 && (name.data[name.length - 1] == ' '))
            name.length--;
        if (equals) {
            size_t length = item.length - (size_t)(equals + 1 - item.data);
            memcpy(weight, equals + 1, length < sizeof weight ? length : sizeof weight - 1);
        }
        bool accepted = !equals || strtod(weight, NULL) > 0;
        if (http_name_equals(name, coding))
            return accepted;
        any = any || (slice_equals(name, "*") && accepted);
    }
    return any;
}

static bool compress_body(struct slice body, int window, struct buffer *encoded)
{
    z_stream stream = {0};
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window, MEMORY,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    unsigned char piece[16384];
    int result = Z_OK;
    stream.next_in = (unsigned char *)body.data;
    stream.avail_in = (unsigned)body.length;
    while (result == Z_OK) {
        stream.next_out = piece;
        stream.avail_out = sizeof piece;
        result = deflate(&stream, Z_FINISH);
        buffer_append(encoded, piece, sizeof piece - stream.avail_out);
    }
    deflateEnd(&stream);
    return result == Z_STREAM_END && !encoded->failed;
}

const char *content_encode(const struct http_head *head, struct slice body, struct buffer *encoded)
{
    static const struct {
        const char *name;
        int window;
    } CODINGS[] = {{"gzip", GZIP_WINDOW}, {"deflate", ZLIB_WINDOW}};
    if (body.length < CONTENT_ENCODING_MIN || body.length > UINT32_MAX)
        return NULL;
    for (size_t i = 0; i < sizeof CODINGS / sizeof *CODINGS; i++)
        if (accepts(head, CODINGS[i].name))
            return compress_body(body, CODINGS[i].window, encoded) ? CODINGS[i].name : NULL;
    return NULL;
}
