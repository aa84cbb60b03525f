/* The feed of an account. */
#ifndef STORE_FEED_H
#define STORE_FEED_H

#include "store/transaction.h"

struct feed_item {
    struct slice id;         /* cuid */
    struct slice body;       /* JSON */
    struct slice repeat_key; /* or null */
    int64_t counter;         /* 1 for the first of an account */
    int64_t created_at;
};

struct feed_list {
    struct feed_item *rows;
    size_t count;
    bool has_more;
};

#define FEED_LIST_MAX 200u

struct feed_operations {
    /* Takes the older item of the same repeat key away and the account's next counter. STORE_OK or
       STORE_NOT_FOUND when there is no such account. */
    int (*post)(struct store_transaction *tx, struct slice account, struct slice repeat_key,
                struct slice body, struct feed_item *item, struct error *error);

    /* The newest first: those with a counter below `before` (INT64_MAX: all) and above `after` (0:
       all); at most `limit` (FEED_LIST_MAX). */
    int (*list)(struct store_transaction *tx, struct slice account, int64_t before, int64_t after,
                unsigned limit, struct feed_list *list, struct error *error);
};

#endif
