/* Room at the end of a buffer that the caller fills, which spares a copy of what is sealed, opened,
   encoded or decoded. Private to wire. */
#ifndef WIRE_BUFFER_ROOM_H
#define WIRE_BUFFER_ROOM_H

#include "wire/buffer.h"

/* Memory for `size` more bytes behind those in use, which stay; `length` is unchanged. NULL, with
   `failed` set, when there is none. Valid until the next change of the buffer. */
unsigned char *buffer_room(struct buffer *buffer, size_t size);

/* Counts `size` bytes of that room in, and terminates them. With 0, undoes having written to it. */
void buffer_filled(struct buffer *buffer, size_t size);

#endif
