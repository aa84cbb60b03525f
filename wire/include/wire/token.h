/* Bearer tokens: JSON Web Tokens (RFC 7519) in compact form, signed with Ed25519 (RFC 8037), as the
   server issues them. "Token" in the protocol notes. The app reads `sub` from them, so that other
   servers' tokens must look alike. */
#ifndef WIRE_TOKEN_H
#define WIRE_TOKEN_H

#include <stdint.h>

#include "wire/buffer.h"
#include "wire/error.h"
#include "wire/key_pair.h"
#include "wire/secret.h"
#include "wire/slice.h"

#define TOKEN_LENGTH_MAX 4096u
#define TOKEN_CLAIM_MAX  255u /* bytes of one claim */
#define TOKEN_ISSUER     "handy"

struct token_claims {
    char subject[TOKEN_CLAIM_MAX + 1]; /* `sub`: the account's id */
    char session[TOKEN_CLAIM_MAX + 1]; /* the pairing request's id; empty in an app's token */
    char id[TOKEN_CLAIM_MAX + 1];      /* `jti`: a UUID; may be empty in a token that is read */
    int64_t issued_at;                 /* `iat` and `nbf`, seconds; 0 when absent */
};

/* The token; the caller frees it. The claims are `sub`, `session` unless it is empty, `iat`, `nbf`,
   `iss` and `jti`, in this order. NULL with ERROR_INVALID when `sub` is empty or a claim has a
   character that the app's web build could not read back: > ? ~, a quote, a backslash, and whatever
   is not printable ASCII. */
struct secret *token_issue(const struct key_pair *pair, const struct token_claims *claims,
                           struct error *error);

/* Verifies signature, `iss`, `nbf` and `exp` (where present) at a time in seconds, and that there
   is a `sub`. Returns 0 with `claims` filled, or -1 with ERROR_REFUSED. */
int token_verify(const unsigned char public_key[static PUBLIC_KEY_SIZE], struct slice token,
                 int64_t now, struct token_claims *claims, struct error *error);

#endif
