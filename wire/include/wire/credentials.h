/* The texts of the files that hold credentials ("Files, modes, environment" in the protocol notes).
   All of them are secret; write them with mode 0600, by rename. */
#ifndef WIRE_CREDENTIALS_H
#define WIRE_CREDENTIALS_H

#include "wire/error.h"
#include "wire/key_pair.h"
#include "wire/record.h"
#include "wire/secret.h"
#include "wire/slice.h"

/* access.key, a terminal's: of version 1 the master secret, of version 2 the content public key and
   the machine's key. */
struct credentials {
    struct secret *token; /* bearer token, may be empty; owned */
    enum record_variant variant;
    struct secret *master;                             /* RECORD_LEGACY; owned */
    unsigned char content_public_key[PUBLIC_KEY_SIZE]; /* RECORD_DATA_KEY */
    struct secret *machine_key;                        /* RECORD_DATA_KEY; owned */
};

/* The token is visible ASCII, keys are padded standard base64 of 32 bytes; a `secret` that is not
   empty wins over `encryption`; unknown members are ignored. Returns 0, or -1 with ERROR_INVALID:
   the terminal is not paired. */
int credentials_parse(struct slice text, struct credentials *credentials, struct error *error);

/* The bytes of the file as the official program writes them. NULL with `error` filled. */
struct secret *credentials_print(const struct credentials *credentials, struct error *error);

void credentials_clear(struct credentials *credentials);

/* agent.key and the app's stored text: a token and a master secret, base64 in the one, base64url in
   the other. Both are read whichever of the two it is. Tokens and secrets are not empty. */
struct account_credentials {
    struct secret *token;  /* owned */
    struct secret *master; /* owned */
};
int account_credentials_parse(struct slice text, struct account_credentials *credentials,
                              struct error *error);
struct secret *agent_key_print(const struct account_credentials *credentials, struct error *error);
struct secret *app_credentials_print(const struct account_credentials *credentials,
                                     struct error *error);
void account_credentials_clear(struct account_credentials *credentials);

#endif
