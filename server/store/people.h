/* What accounts see of each other, and how they stand: one directed relation each way.
   friendship.h has the rules. */
#ifndef STORE_PEOPLE_H
#define STORE_PEOPLE_H

#include "store/accounts.h"
#include "store/transaction.h"

enum relation_status {
    RELATION_NONE,
    RELATION_REQUESTED, /* asked, and waits for the other */
    RELATION_PENDING,   /* was asked, and has not answered */
    RELATION_FRIEND,
    RELATION_REJECTED,
};

struct relation {
    enum relation_status status;
    int64_t notified_at; /* when `from` was last told of something about `to`; 0: never */
};

struct person {
    struct account account;      /* without its settings */
    enum relation_status status; /* of the asking account towards this one */
};

struct people_list {
    struct person *rows;
    size_t count;
};

#define PEOPLE_LIST_MAX 1000u

struct people_operations {
    /* STORE_OK or STORE_NOT_FOUND. */
    int (*get)(struct store_transaction *tx, struct slice account, struct slice id,
               struct person *person, struct error *error);

    /* Accounts whose username begins with `prefix`, letter case of ASCII aside, by username; at
       most `limit` (PEOPLE_LIST_MAX). */
    int (*search)(struct store_transaction *tx, struct slice account, struct slice prefix,
                  unsigned limit, struct people_list *list, struct error *error);

    /* Friends, and who asked or was asked, by id; at most `limit` (PEOPLE_LIST_MAX). */
    int (*friends)(struct store_transaction *tx, struct slice account, unsigned limit,
                   struct people_list *list, struct error *error);

    /* STORE_OK; without a row RELATION_NONE and 0. */
    int (*relation)(struct store_transaction *tx, struct slice from, struct slice to,
                    struct relation *relation, struct error *error);

    /* Stores or replaces it. The time of acceptance is now when the status turns to friend. */
    int (*set_relation)(struct store_transaction *tx, struct slice from, struct slice to,
                        const struct relation *relation, struct error *error);
};

#endif
