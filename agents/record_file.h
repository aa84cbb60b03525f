/* The files in which agents record their sessions: JSON lines, of which the first tells what the
   session is. */
#ifndef AGENTS_RECORD_FILE_H
#define AGENTS_RECORD_FILE_H

#include <json-c/json.h>
#include <stdint.h>

#include "wire/buffer.h"

#define RECORD_HEAD_MAX (256u * 1024u) /* bytes of a first line */
#define RECORD_TAIL_MAX (64u * 1024u)

/* The first line of the file; NULL when it is not a JSON object, not complete, or too long. The
   caller owns it (json_object_put). */
struct json_object *record_file_head(const char *path);

/* Appends the last bytes of the file, RECORD_TAIL_MAX of them at the most; none when it cannot be
   read. */
void record_file_tail(const char *path, struct buffer *tail);

/* Milliseconds since the epoch of "2026-11-22T16:34:41.065Z" (RFC 3339, UTC); -1 for anything else.
   NULL is allowed. */
int64_t record_time(const char *text);

/* When the file was last written, ms since the epoch; -1 when it is no regular file. */
int64_t record_file_written_at(const char *path);

#endif
