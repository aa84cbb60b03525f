#include "net/http_chunks.h"

static enum http_event malformed(struct error *error)
{
    error_set(error, ERROR_INVALID, "HTTP: a chunk of the body is malformed");
    return HTTP_EVENT_ERROR;
}

static int hex_digit(unsigned char byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* Visible characters, blanks and text beyond ASCII: what a line may hold before its CR. */
static bool is_line_byte(unsigned char byte)
{
    return byte == '\t' || (byte >= ' ' && byte != 0x7f);
}

/* One byte of "1f;extension CR". Returns false when it may not stand here. */
static bool take_size(struct http_chunks *chunks, unsigned char byte)
{
    int digit = hex_digit(byte);
    if (++chunks->line > HTTP_CHUNK_LINE_MAX)
        return false;
    if (chunks->state == CHUNKS_SIZE && digit >= 0) {
        chunks->left = chunks->left << 4 | (unsigned)digit;
        return chunks->left <= INT64_MAX >> 4;
    }
    if (chunks->line == 1)
        return false;
    if (byte == '\r')
        chunks->state = CHUNKS_SIZE_LF;
    else if (chunks->state == CHUNKS_SIZE && byte == ';')
        chunks->state = CHUNKS_EXTENSION;
    else
        return chunks->state == CHUNKS_EXTENSION && is_line_byte(byte);
    return true;
}

static void after_size(struct http_chunks *chunks)
{
    chunks->line = 0;
    chunks->state = chunks->left > 0 ? CHUNKS_DATA : CHUNKS_TRAILER;
}

static struct slice take_data(struct http_chunks *chunks, struct slice *input)
{
    size_t length = input->length < chunks->left ? input->length : (size_t)chunks->left;
    struct slice part = slice_of(input->data, length);
    *input = slice_of(input->data + length, input->length - length);
    chunks->left -= length;
    if (chunks->left == 0)
        chunks->state = CHUNKS_DATA_CR;
    return part;
}

static bool take_trailer(struct http_chunks *chunks, unsigned char byte, int *status)
{
    if (++chunks->trailer > HTTP_TRAILER_MAX) {
        *status = 431;
        return false;
    }
    if (byte == '\r')
        chunks->state = CHUNKS_TRAILER_LF;
    else
        chunks->line++;
    return byte == '\r' || is_line_byte(byte);
}

/* One byte outside of the data. */
static bool take_byte(struct http_chunks *chunks, unsigned char byte, int *status)
{
    switch (chunks->state) {
    case CHUNKS_SIZE:
    case CHUNKS_EXTENSION:
        return take_size(chunks, byte);
    case CHUNKS_SIZE_LF:
        after_size(chunks);
        return byte == '\n';
    case CHUNKS_DATA_CR:
        chunks->state = CHUNKS_DATA_LF;
        return byte == '\r';
    case CHUNKS_DATA_LF:
        chunks->state = CHUNKS_SIZE;
        return byte == '\n';
    case CHUNKS_TRAILER:
        return take_trailer(chunks, byte, status);
    default:
        return byte == '\n';
    }
}

enum http_event http_chunks_next(struct http_chunks *chunks, struct slice *input,
                                 struct slice *part, int *status, struct error *error)
{
    while (input->length > 0) {
        if (chunks->state == CHUNKS_DATA) {
            *part = take_data(chunks, input);
            return HTTP_EVENT_BODY;
        }
        bool trailer_ends = chunks->state == CHUNKS_TRAILER_LF;
        unsigned char byte = (unsigned char)input->data[0];
        *status = 400;
        if (!take_byte(chunks, byte, status))
            return malformed(error);
        *input = slice_of(input->data + 1, input->length - 1);
        if (trailer_ends && chunks->line == 0)
            return HTTP_EVENT_END;
        if (trailer_ends) {
            chunks->line = 0;
            chunks->state = CHUNKS_TRAILER;
        }
    }
    return HTTP_EVENT_MORE;
}
