/* The key-value store of an account. */
#ifndef STORE_KEY_VALUES_H
#define STORE_KEY_VALUES_H

#include "store/transaction.h"

#define KEY_VALUE_UNWRITTEN  (-1) /* the version of a key that was never written */
#define KEY_VALUE_MUTATE_MAX 100u
#define KEY_VALUE_READ_MAX   100u
#define KEY_VALUE_LIST_MAX   1000u

struct key_value {
    struct slice key;
    struct slice value; /* bytes */
    int64_t version;
};

struct key_value_list {
    struct key_value *rows;
    size_t count;
};

struct key_value_change {
    struct slice key;
    struct slice value; /* null or empty deletes; the key keeps counting versions */
    int64_t version;    /* what the caller believes to be stored */
    /* Set by mutate(): the new version, or what is stored when `mismatch`. */
    bool mismatch;
    struct store_versioned current;
};

struct key_value_operations {
    /* STORE_OK, or STORE_NOT_FOUND for a deleted one too. */
    int (*get)(struct store_transaction *tx, struct slice account, struct slice key,
               struct key_value *value, struct error *error);

    /* Those that begin with `prefix` (null or empty: all), by the bytes of their keys; at most
       `limit` (KEY_VALUE_LIST_MAX). Deleted ones are left out. */
    int (*list)(struct store_transaction *tx, struct slice account, struct slice prefix,
                unsigned limit, struct key_value_list *list, struct error *error);

    /* Those of `keys` (at most KEY_VALUE_READ_MAX) that there are, each once. */
    int (*get_many)(struct store_transaction *tx, struct slice account, const struct slice *keys,
                    size_t count, struct key_value_list *list, struct error *error);

    /* All or nothing, at most KEY_VALUE_MUTATE_MAX. All versions are compared first. A new key gets
       version 0, another one its version + 1; of changes to one key the last wins, and the version
       grows once. STORE_OK, or STORE_MISMATCH with every change that differs marked. */
    int (*mutate)(struct store_transaction *tx, struct slice account,
                  struct key_value_change *changes, size_t count, struct error *error);
};

#endif
