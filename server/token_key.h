/* The key pair that signs tokens. Stretching the secret into it takes longer than all the rest of a
   start, so that it is kept beside a secret that is kept: in <data>/token-key, 0600. */
#ifndef SERVER_TOKEN_KEY_H
#define SERVER_TOKEN_KEY_H

#include "settings.h"
#include "wire/error.h"
#include "wire/key_pair.h"

/* Reads the kept pair when it is that of the secret, else makes it and, unless the secret came from
   the environment, keeps it; that it cannot be kept is no failure. Returns 0, or -1. */
int token_key_load(const struct settings *settings, struct key_pair *pair, struct error *error);

#endif
