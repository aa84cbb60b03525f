/* Invites: each lets one new account in. */
#ifndef STORE_INVITES_H
#define STORE_INVITES_H

#include "store/transaction.h"

struct invite {
    struct slice id;   /* cuid, for people to name it by */
    struct slice note; /* whom it is for, or null */
    int64_t created_at, expires_at;
    int64_t used_at;      /* 0: not yet */
    struct slice account; /* who used it; null before, and when that account is gone */
};

struct invite_list {
    struct invite *rows;
    size_t count;
};

#define INVITE_LIST_MAX 1000u

struct invite_operations {
    /* `hash` stands for the code, which is not stored. STORE_OK or STORE_EXISTS. */
    int (*create)(struct store_transaction *tx, struct slice hash, struct slice note,
                  int64_t expires_at, struct invite *invite, struct error *error);

    /* Uses it up for `account`. STORE_OK, or STORE_NOT_FOUND when there is none, it was used, or
       its time has passed. */
    int (*use)(struct store_transaction *tx, struct slice hash, struct slice account,
               struct error *error);

    /* The newest first; at most `limit` (INVITE_LIST_MAX). */
    int (*list)(struct store_transaction *tx, unsigned limit, struct invite_list *list,
                struct error *error);

    /* STORE_OK or STORE_NOT_FOUND. */
    int (*remove)(struct store_transaction *tx, struct slice id, struct error *error);
};

#endif
