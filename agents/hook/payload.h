/* A hook's payload, as far as happy-hook looks at it. */
#ifndef AGENTS_HOOK_PAYLOAD_H
#define AGENTS_HOOK_PAYLOAD_H

#include <stddef.h>

#include "wire/buffer.h"

/* Shortens a payload that does not fit into a note: a JSON object of the original's
   hook_event_name, session_id, notification_type and tool_name, and "truncated":true. Members that
   are missing, nested, no strings or over 256 bytes are left out; any bytes are accepted. */
void payload_shorten(struct buffer *result, const char *payload, size_t length);

#endif
