#include "buffer_room.h"

#include <stdint.h>
#include <stdlib.h>

unsigned char *buffer_room(struct buffer *buffer, size_t size)
{
    if (buffer->failed)
        return NULL;
    if (size >= SIZE_MAX / 2 - buffer->length) {
        buffer->failed = true;
        return NULL;
    }
    size_t wanted = buffer->length + size + 1;
    if (wanted > buffer->capacity) {
        size_t capacity = buffer->capacity * 2 > wanted ? buffer->capacity * 2 : wanted;
        char *data = realloc(buffer->data, capacity);
        if (!data) {
            buffer->failed = true;
            return NULL;
        }
        buffer->data = data;
        buffer->capacity = capacity;
        buffer->data[buffer->length] = '\0';
    }
    return (unsigned char *)buffer->data + buffer->length;
}

void buffer_filled(struct buffer *buffer, size_t size)
{
    buffer->length += size;
    buffer->data[buffer->length] = '\0';
}
