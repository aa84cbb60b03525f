/* Names of keys, as tmux(1) has them, and the bytes that a terminal sends for them. */
#ifndef DAEMON_KEY_NAMES_H
#define DAEMON_KEY_NAMES_H

#include <stdbool.h>

#include "wire/buffer.h"

/* Appends the bytes of one key: `Enter`, `C-c`, `M-x`, `S-Up`, `F5` and so on; what is no key's
   name is appended as it is. `application_cursor`: the agent has switched its cursor keys to
   application mode (DECCKM). */
void key_names_append(struct buffer *bytes, const char *name, bool application_cursor);

#endif
