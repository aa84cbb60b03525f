/* The one growable string of bytes. Zero-initialised, it is empty and valid. */
#ifndef WIRE_BUFFER_H
#define WIRE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

struct buffer {
    char *data;      /* always followed by a NUL once something was appended; NULL before */
    size_t length;   /* bytes in use */
    size_t capacity; /* bytes allocated */
    bool failed;     /* an append ran out of memory: everything after it is missing */
};

/* Appending never returns an error: when memory runs out `failed` is set and further appends do
   nothing, so that a writer checks once, at the end. */
/* Makes room for `more` bytes at once: growing by and by leaves copies behind. */
void buffer_reserve(struct buffer *buffer, size_t more);

void buffer_append(struct buffer *buffer, const void *bytes, size_t length);
void buffer_append_string(struct buffer *buffer, const char *string);
void buffer_append_byte(struct buffer *buffer, char byte);
void buffer_append_format(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The bytes as a C string: "" for an empty buffer. Valid until the next change. */
const char *buffer_string(const struct buffer *buffer);

/* Removes the first `length` bytes (all of them when there are fewer). */
void buffer_drain(struct buffer *buffer, size_t length);

/* Empties it and keeps the memory. */
void buffer_clear(struct buffer *buffer);

/* Gives the memory back; the buffer is empty and usable afterwards. */
void buffer_free(struct buffer *buffer);

/* Hands the bytes, NUL-terminated, over to the caller, who frees them. NULL when an append failed
   or nothing was ever appended. The buffer is empty afterwards. */
char *buffer_take(struct buffer *buffer);

#endif
