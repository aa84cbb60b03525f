/* Identifiers, each from randomness (and time) that is passed in. */
#ifndef WIRE_IDENTIFIER_H
#define WIRE_IDENTIFIER_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/random.h"
#include "wire/slice.h"

#define CUID_LENGTH      25u
#define CUID2_LENGTH     24u
#define UUID_LENGTH      36u
#define UPDATE_ID_LENGTH 12u
#define ENGINE_ID_LENGTH 20u

/* Rows of the server's tables have a cuid of version 1: "c", 8 base-36 digits of the time in ms, 4
   of a counter, 4 of the host, 8 random (github.com/paralleldrive/cuid). They sort by time as text,
   which GET /v2/sessions relies on. */
struct cuid_source {
    uint32_t counter;
    uint32_t host; /* any number that tells this process from others */
};
void cuid_make(struct cuid_source *source, int64_t now_ms, const struct random_source *random,
               char id[static CUID_LENGTH + 1]);

/* A cuid2 of 24 characters (github.com/paralleldrive/cuid2): a letter, then lower-case letters and
   digits. Official programs hash their randomness, which nobody can see. Envelopes and turns. */
void cuid2_make(const struct random_source *random, char id[static CUID2_LENGTH + 1]);

/* A random UUID (RFC 9562, section 5.4: version 4), lower case. Machines, session tags, localId,
   token ids. */
void uuid_make(const struct random_source *random, char id[static UUID_LENGTH + 1]);

/* Whether it is a UUID of versions 1 to 8 in either case: what the server takes for an artifact. */
bool uuid_is_valid(struct slice text);

/* The id of an `update` event: 12 letters and digits. */
void update_id_make(const struct random_source *random, char id[static UPDATE_ID_LENGTH + 1]);

/* Ids of Engine.IO sessions and Socket.IO sockets: 12 random bytes and the low 24 bits of a counter
   that both share, in base64url. Advances `counter`. */
void engine_id_make(const struct random_source *random, uint32_t *counter,
                    char id[static ENGINE_ID_LENGTH + 1]);

#endif
