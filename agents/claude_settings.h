/* The settings that Claude Code gets by --settings: its hooks, and the person's own. */
#ifndef AGENTS_CLAUDE_SETTINGS_H
#define AGENTS_CLAUDE_SETTINGS_H

#include "wire/error.h"

#define CLAUDE_SETTINGS_MAX (1024u * 1024u) /* bytes of the person's own settings */

/* Settings, as JSON text, that run `program` at every event of interest: behind the hooks of
   `theirs` (JSON text, or NULL), of which nothing else changes. The caller frees it. NULL when
   `theirs` is not what Claude Code would accept. */
char *claude_settings_make(const char *theirs, const char *program, struct error *error);

/* The text behind the person's --settings option: `value` itself when it is JSON, else what the
   file of that name, seen from `directory`, holds. The caller frees it; NULL when it cannot be
   read or is longer than CLAUDE_SETTINGS_MAX. */
char *claude_settings_read(const char *value, const char *directory, struct error *error);

/* Where settings that hold the person's own are kept, beside the holder's socket. The caller frees
   it. */
char *claude_settings_path(const char *holder_socket);

/* Writes the file anew, 0600: settings may hold secrets, which a command line would show to all. */
int claude_settings_write(const char *path, const char *settings, struct error *error);

#endif
