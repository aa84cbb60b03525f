/* Sharing an account with a new device: the new device shows a key, a device of the account answers
   with the master secret boxed to it. "Account linking" in the protocol notes. The server's side is
   that of wire/pairing.h without `supportsV2`; the answer's body is pairing_answer_print(). */
#ifndef WIRE_ACCOUNT_LINK_H
#define WIRE_ACCOUNT_LINK_H

#include "wire/buffer.h"
#include "wire/error.h"
#include "wire/key_pair.h"
#include "wire/random.h"
#include "wire/secret.h"
#include "wire/slice.h"

/* "happy:///account?<key>": three slashes. */
void account_link_print(const unsigned char public_key[static PUBLIC_KEY_SIZE],
                        struct buffer *link);
int account_link_parse(struct slice link, unsigned char public_key[static PUBLIC_KEY_SIZE],
                       struct error *error);

/* The body of POST /v1/auth/account/request; its answer is read by pairing_reply_parse(). */
void account_link_request_print(const unsigned char public_key[static PUBLIC_KEY_SIZE],
                                struct buffer *body);

/* Appends the response, in base64. It gives the whole account away: ask the person first. */
int account_link_response(const struct secret *master,
                          const unsigned char device[static PUBLIC_KEY_SIZE],
                          const struct random_source *random, struct buffer *base64,
                          struct error *error);

/* The master secret out of a response; the caller frees it. NULL with ERROR_INVALID when it does
   not open or is not 32 bytes. */
struct secret *account_link_response_open(const struct key_pair *device, struct slice base64,
                                          struct error *error);

#endif
