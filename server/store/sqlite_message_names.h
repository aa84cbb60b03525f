/* The names (local ids) of a session's messages, which make posting again harmless.

   Names are random, so an index of them would have a page written for nearly each message. Hashes
   of the latest ones are therefore kept side by side in one row of the session, and go to the index
   together, in their order, when there are RECENT_NAMES_MAX. A hash only says where to look:
   whether a name is the same is seen in the message's row. The hash is SipHash-2-4
   (crypto_shorthash(3) of libsodium) under a key of the database's own, so that nobody can make
   names that collide. */
#ifndef STORE_SQLITE_MESSAGE_NAMES_H
#define STORE_SQLITE_MESSAGE_NAMES_H

#include "store/messages.h"
#include "store/sqlite_statement.h"

#define RECENT_NAMES_MAX 256u
#define NAME_HASH_SIZE   8u

struct recent_names {
    int64_t session; /* its number */
    int64_t first;   /* sequence that the first hash belongs to */
    size_t count;
    unsigned char hashes[RECENT_NAMES_MAX + MESSAGE_POST_MAX][NAME_HASH_SIZE];
};

/* Where a message is in its table. */
static inline int64_t message_position(int64_t session, int64_t sequence)
{
    return session * ((int64_t)1 << 32) + sequence;
}

/* Reads those of a session. Returns 0 or -1. */
int recent_names_load(struct store_transaction *tx, int64_t session, struct recent_names *names,
                      struct error *error);

/* Finds the message of that name: STORE_OK with `posted` filled, STORE_NOT_FOUND or -1. */
int recent_names_find(struct store_transaction *tx, const struct recent_names *names,
                      struct slice local_id, struct message_posted *posted, struct error *error);

/* Adds that of the session's next message, null when it has none: at most MESSAGE_POST_MAX times.
   Returns 0 or -1. */
int recent_names_add(struct store_transaction *tx, struct recent_names *names,
                     struct slice local_id, struct error *error);

/* Writes what was added. Returns 0 or -1. */
int recent_names_save(struct store_transaction *tx, struct recent_names *names,
                      struct error *error);

#endif
