/* Access keys: one opaque text for each session and machine of an account. */
#ifndef STORE_ACCESS_KEYS_H
#define STORE_ACCESS_KEYS_H

#include "store/transaction.h"

struct access_key {
    struct slice data;
    int64_t version; /* 1 for the first */
    int64_t created_at, updated_at;
};

struct access_key_operations {
    /* STORE_OK, STORE_NOT_FOUND, or STORE_NO_PARENT when session or machine is not the account's.
     */
    int (*get)(struct store_transaction *tx, struct slice account, struct slice session,
               struct slice machine, struct access_key *key, struct error *error);

    /* STORE_OK, STORE_EXISTS with the stored one, or STORE_NO_PARENT. */
    int (*create)(struct store_transaction *tx, struct slice account, struct slice session,
                  struct slice machine, struct slice data, struct access_key *key,
                  struct error *error);

    /* STORE_OK with the new version, STORE_MISMATCH with what is stored, or STORE_NOT_FOUND. */
    int (*update)(struct store_transaction *tx, struct slice account, struct slice session,
                  struct slice machine, struct slice data, int64_t expected_version,
                  struct store_versioned *current, struct error *error);
};

#endif
