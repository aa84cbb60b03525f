/* The server's bearer tokens: issued, and verified with a memory of those that were lately found
   good, since a signature costs more than most requests. */
#ifndef SERVER_TOKENS_H
#define SERVER_TOKENS_H

#include <stdint.h>

#include "wire/error.h"
#include "wire/key_pair.h"
#include "wire/random.h"
#include "wire/secret.h"
#include "wire/slice.h"
#include "wire/token.h"

#define TOKENS_KNOWN_MAX 10000u             /* tokens that are remembered */
#define TOKENS_KNOWN_MS  (60ll * 60 * 1000) /* for this long, ours do not expire */

struct tokens;

/* Takes the pair over, in every case. NULL: out of memory. */
struct tokens *tokens_new(struct key_pair *pair);
void tokens_free(struct tokens *tokens); /* NULL is fine */

/* A new token of an account; `session` is the id of the pairing it comes from, or "". The caller
   frees it. NULL with `error` filled. */
struct secret *tokens_issue(struct tokens *tokens, const struct random_source *random,
                            int64_t now_ms, struct slice account, struct slice session,
                            struct error *error);

/* Returns 0 with the account's id in `account`, or -1 with ERROR_REFUSED. */
int tokens_verify(struct tokens *tokens, struct slice token, int64_t now_ms,
                  char account[static TOKEN_CLAIM_MAX + 1], struct error *error);

#endif
