#include "wire/frame.h"

#include <stdlib.h>
#include <string.h>

size_t frame_begin(struct buffer *buffer, enum frame_type type)
{
    size_t mark = buffer->length;
    frame_put_u32(buffer, 0);
    frame_put_u8(buffer, (uint8_t)type);
    return mark;
}

void frame_put_u8(struct buffer *buffer, uint8_t value)
{
    buffer_append(buffer, &value, 1);
}

void frame_put_u16(struct buffer *buffer, uint16_t value)
{
    unsigned char bytes[2] = {(unsigned char)(value >> 8), (unsigned char)value};
    buffer_append(buffer, bytes, sizeof bytes);
}

static void store_u32(unsigned char *bytes, uint32_t value)
{
    for (int i = 3; i >= 0; i--, value >>= 8)
        bytes[i] = (unsigned char)value;
}

void frame_put_u32(struct buffer *buffer, uint32_t value)
{
    unsigned char bytes[4];
    store_u32(bytes, value);
    buffer_append(buffer, bytes, sizeof bytes);
}

void frame_put_u64(struct buffer *buffer, uint64_t value)
{
    frame_put_u32(buffer, (uint32_t)(value >> 32));
    frame_put_u32(buffer, (uint32_t)value);
}

void frame_put_string(struct buffer *buffer, const void *bytes, size_t length)
{
    if (length > FRAME_PAYLOAD_MAX) {
        buffer->failed = true;
        return;
    }
    frame_put_u32(buffer, (uint32_t)length);
    buffer_append(buffer, bytes, length);
}

void frame_end(struct buffer *buffer, size_t mark)
{
    if (buffer->failed)
        return;
    size_t payload = buffer->length - mark - FRAME_HEADER_SIZE;
    if (payload > FRAME_PAYLOAD_MAX) {
        buffer->failed = true;
        return;
    }
    store_u32((unsigned char *)buffer->data + mark, (uint32_t)payload);
}

void frame_put_empty(struct buffer *buffer, enum frame_type type)
{
    frame_end(buffer, frame_begin(buffer, type));
}

void frame_put_bytes(struct buffer *buffer, enum frame_type type, const void *bytes, size_t length)
{
    size_t mark = frame_begin(buffer, type);
    buffer_append(buffer, bytes, length);
    frame_end(buffer, mark);
}

long frame_parse(const void *bytes, size_t length, uint8_t *type, struct frame_reader *reader)
{
    const unsigned char *data = bytes;
    if (length < 4)
        return 0;
    uint32_t payload =
        (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 | data[3];
    if (payload > FRAME_PAYLOAD_MAX)
        return -1;
    if (length < FRAME_HEADER_SIZE + payload)
        return 0;
    *type = data[4];
    *reader = (struct frame_reader){.data = data + FRAME_HEADER_SIZE, .length = payload};
    return (long)(FRAME_HEADER_SIZE + payload);
}

/* The next `count` bytes of the payload, or NULL, with `failed` set, when it has fewer. */
static const unsigned char *take(struct frame_reader *reader, size_t count)
{
    if (reader->failed || count > reader->length - reader->offset) {
        reader->failed = true;
        return NULL;
    }
    const unsigned char *bytes = reader->data + reader->offset;
    reader->offset += count;
    return bytes;
}

uint8_t frame_get_u8(struct frame_reader *reader)
{
    const unsigned char *bytes = take(reader, 1);
    return bytes ? bytes[0] : 0;
}

uint16_t frame_get_u16(struct frame_reader *reader)
{
    const unsigned char *bytes = take(reader, 2);
    return bytes ? (uint16_t)(bytes[0] << 8 | bytes[1]) : 0;
}

uint32_t frame_get_u32(struct frame_reader *reader)
{
    const unsigned char *bytes = take(reader, 4);
    if (!bytes)
        return 0;
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

uint64_t frame_get_u64(struct frame_reader *reader)
{
    uint64_t high = frame_get_u32(reader);
    return high << 32 | frame_get_u32(reader);
}

struct frame_string frame_get_string(struct frame_reader *reader)
{
    uint32_t length = frame_get_u32(reader);
    const unsigned char *bytes = take(reader, length);
    if (!bytes)
        return (struct frame_string){"", 0};
    return (struct frame_string){(const char *)bytes, length};
}

struct frame_string frame_get_rest(struct frame_reader *reader)
{
    size_t length = reader->length - reader->offset;
    const unsigned char *bytes = take(reader, length);
    if (!bytes)
        return (struct frame_string){"", 0};
    return (struct frame_string){(const char *)bytes, length};
}

bool frame_read_whole(const struct frame_reader *reader)
{
    return !reader->failed && reader->offset == reader->length;
}

char *frame_string_copy(struct frame_string string)
{
    if (memchr(string.data, '\0', string.length))
        return NULL;
    return strndup(string.data, string.length);
}
