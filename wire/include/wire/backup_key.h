/* The backup key: the account's master secret as a person writes it down, base32 (RFC 4648,
   section 6) in groups of five. "Backup key" in the protocol notes. */
#ifndef WIRE_BACKUP_KEY_H
#define WIRE_BACKUP_KEY_H

#include "wire/error.h"
#include "wire/secret.h"
#include "wire/slice.h"

#define MASTER_SECRET_SIZE 32u
#define BACKUP_KEY_LENGTH  62u /* ten groups of 5, one of 2, dashes */

/* The 62 characters for a master secret, as a secret text. NULL, with `error` filled, when it is
   not of MASTER_SECRET_SIZE or memory ran out. */
struct secret *backup_key_print(const struct secret *master, struct error *error);

/* Reads what a person typed, with the tolerance of the official apps: any case (by Unicode's
   rules), 0, 1, 8 and 9 for O, I, B and G, and whatever else is no letter of the alphabet left out.
   There is no checksum: a typing error that keeps the length is the key of another account. */
struct secret *backup_key_parse(struct slice text, struct error *error);

/* What the restore screen takes: the backup key or the secret itself in base64url, white space
   around it ignored. Unlike the official apps this also takes a base64url secret with a dash in it.
 */
struct secret *backup_key_parse_any(struct slice text, struct error *error);

#endif
