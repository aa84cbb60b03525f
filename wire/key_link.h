/* Links that carry a public key in base64url. Private to wire. */
#ifndef WIRE_KEY_LINK_H
#define WIRE_KEY_LINK_H

#include "wire/buffer.h"
#include "wire/error.h"
#include "wire/key_pair.h"
#include "wire/slice.h"

void key_link_print(const char *prefix, const unsigned char public_key[static PUBLIC_KEY_SIZE],
                    struct buffer *link);

/* Returns 0, or -1 with ERROR_INVALID when `link` does not begin with `prefix` or what follows is
   not a key. */
int key_link_parse(const char *prefix, struct slice link,
                   unsigned char public_key[static PUBLIC_KEY_SIZE], struct error *error);

#endif
