/* Ids that agents give their sessions. */
#ifndef AGENTS_NATIVE_ID_H
#define AGENTS_NATIVE_ID_H

#include <stdbool.h>

#define NATIVE_ID_MAX 128

/* Letters, digits, '-' and '_', beginning with a letter or digit, at most NATIVE_ID_MAX: it goes
   onto a command line later and must not look like an option there. */
bool native_id_is_valid(const char *id);

/* A random UUID (RFC 9562, version 4), owned by the caller; NULL when the system has no random
   bytes. */
char *native_id_new(void);

#endif
