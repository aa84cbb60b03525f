/* POST /v1/auth: an account proves that it holds its master secret by signing a challenge of its
   own making. "Login and bearer tokens" in the protocol notes. Both sides. */
#ifndef WIRE_LOGIN_H
#define WIRE_LOGIN_H

#include "wire/buffer.h"
#include "wire/error.h"
#include "wire/key_pair.h"
#include "wire/random.h"
#include "wire/secret.h"
#include "wire/slice.h"

#define LOGIN_CHALLENGE_SIZE 32u
#define LOGIN_CHALLENGE_MAX  4096u /* bytes of a challenge that is verified */

/* Client: appends the request's JSON body, with a random challenge. Returns 0 or -1. */
int login_request_print(const struct secret *master, const struct random_source *random,
                        struct buffer *body, struct error *error);

/* Server: reads a request's body and verifies it. Fills the account's public key and returns 0; or
   returns -1 with ERROR_REFUSED when the signature is not right ("Invalid signature", status 401),
   or ERROR_INVALID when the body, its base64 or a length is not. */
int login_request_verify(struct slice body, unsigned char public_key[static PUBLIC_KEY_SIZE],
                         struct error *error);

/* Client: the token out of the answer's body; the caller frees it. NULL with ERROR_INVALID when the
   answer has none. Works for every answer with a member `token`. */
struct secret *login_reply_token(struct slice body, struct error *error);

#endif
