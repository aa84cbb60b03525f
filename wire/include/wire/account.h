/* What follows from an account's master secret ("Keys" in the protocol notes). */
#ifndef WIRE_ACCOUNT_H
#define WIRE_ACCOUNT_H

#include "wire/error.h"
#include "wire/key_pair.h"
#include "wire/secret.h"

#define ANONYMOUS_ID_LENGTH       16u
#define ACCOUNT_PUBLIC_KEY_LENGTH 64u

/* The pair data keys are wrapped for. Paired terminals know the public half. */
int account_content_key_pair(const struct secret *master, struct key_pair *pair,
                             struct error *error);

/* The pair that logs in: Ed25519 with the master secret as seed. */
int account_signing_key_pair(const struct secret *master, struct key_pair *pair,
                             struct error *error);

/* 16 hexadecimal digits for product analytics; also a fingerprint to show beside the backup key.
   Returns 0 or -1. */
int account_anonymous_id(const struct secret *master, char id[static ANONYMOUS_ID_LENGTH + 1],
                         struct error *error);

/* The text by which the server finds the account: its public key in upper-case hexadecimal. */
void account_public_key_text(const unsigned char public_key[static PUBLIC_KEY_SIZE],
                             char text[static ACCOUNT_PUBLIC_KEY_LENGTH + 1]);

/* The keys of attachments: of a session with a data key, and of all sessions without one. */
struct secret *session_blob_key(const struct secret *data_key, struct error *error);
struct secret *master_blob_key(const struct secret *master, struct error *error);

#endif
