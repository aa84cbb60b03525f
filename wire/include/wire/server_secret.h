/* What follows from the text a server is configured with (HANDY_MASTER_SECRET). "Server-side
   secrets" in the protocol notes: sharing a database or living tokens with an upstream server needs
   it. */
#ifndef WIRE_SERVER_SECRET_H
#define WIRE_SERVER_SECRET_H

#include <stddef.h>

#include "wire/buffer.h"
#include "wire/error.h"
#include "wire/key_pair.h"
#include "wire/secret.h"

#define AT_REST_ROOT_SIZE 64u
#define VOICE_ID_LENGTH   45u

/* The pair that signs bearer tokens, and the one for the states of GitHub sign-ins. Each takes
   210,000 rounds of PBKDF2: call once. Return 0 or -1. */
int server_token_key_pair(const struct secret *server_secret, struct key_pair *pair,
                          struct error *error);
int server_github_state_key_pair(const struct secret *server_secret, struct key_pair *pair,
                                 struct error *error);

/* The root of the keys that encrypt vendors' tokens in the database; as costly. NULL on failure. */
struct secret *server_at_rest_root(const struct secret *server_secret, struct error *error);

/* The key for a path below the root, for RECORD_DATA_KEY records of plain text (wire/record.h).
   NULL with ERROR_INVALID when an element begins with "#". */
struct secret *server_at_rest_key(const struct secret *root, const char *const *path, size_t depth,
                                  struct error *error);

/* The id under which the voice service knows an account. */
void server_voice_id(const struct secret *server_secret, const char *account_id,
                     char id[static VOICE_ID_LENGTH + 1]);

#endif
