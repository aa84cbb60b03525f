/* Accounts: one for each public key that ever logged in. */
#ifndef STORE_ACCOUNTS_H
#define STORE_ACCOUNTS_H

#include "store/transaction.h"

struct account {
    struct slice id;         /* cuid */
    struct slice public_key; /* upper-case hex of the Ed25519 key */
    int64_t sequence;        /* of the last update, 0 before the first */
    int64_t created_at, updated_at;
    /* Known when the account is linked with somebody's public profile; null elsewhere. */
    struct slice username, first_name, last_name;
    struct slice avatar; /* JSON: {path, width, height, thumbhash} */
    struct slice github; /* JSON: the profile as GitHub gave it */
};

struct account_page {
    struct account *rows;
    size_t count;
    bool has_more;
};

#define ACCOUNT_PAGE_MAX 1000u

struct account_operations {
    /* The account of `public_key`, `updated_at` touched. Without one: it is made when `create`,
       else STORE_NOT_FOUND. STORE_OK: made now; STORE_EXISTS: it was there. */
    int (*log_in)(struct store_transaction *tx, struct slice public_key, bool create,
                  struct account *account, struct error *error);

    /* STORE_OK or STORE_NOT_FOUND. */
    int (*get)(struct store_transaction *tx, struct slice id, struct account *account,
               struct error *error);

    /* All accounts by id, those behind `after` (null: from the first). `limit` is at most
       ACCOUNT_PAGE_MAX. */
    int (*list)(struct store_transaction *tx, struct slice after, unsigned limit,
                struct account_page *page, struct error *error);

    /* Takes `count` numbers for updates. `*first` is the lowest; the first ever is 1. They are
       given back when the job fails. STORE_OK or STORE_NOT_FOUND. */
    int (*take_sequence)(struct store_transaction *tx, struct slice id, unsigned count,
                         int64_t *first, struct error *error);

    /* Settings: opaque text or null, version 0 before the first. STORE_OK or STORE_NOT_FOUND. */
    int (*settings)(struct store_transaction *tx, struct slice id, struct store_versioned *settings,
                    struct error *error);

    /* STORE_OK with the new version, STORE_MISMATCH with what is stored, or STORE_NOT_FOUND. */
    int (*set_settings)(struct store_transaction *tx, struct slice id, struct slice value,
                        int64_t expected_version, struct store_versioned *settings,
                        struct error *error);

    /* Replaces all five. STORE_OK, STORE_NOT_FOUND, or STORE_FOREIGN when the name is taken
       (letter case of ASCII counts for nothing). */
    int (*set_profile)(struct store_transaction *tx, struct slice id, const struct account *profile,
                       struct error *error);

    /* With all that it has; files of attachments are the caller's matter. STORE_OK or
       STORE_NOT_FOUND. */
    int (*remove)(struct store_transaction *tx, struct slice id, struct error *error);
};

#endif
