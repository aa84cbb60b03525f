/* Usage reports: tokens and cost, the latest for each session and key. */
#ifndef STORE_USAGE_H
#define STORE_USAGE_H

#include "store/transaction.h"

struct usage_row {
    struct slice id;   /* cuid */
    struct slice data; /* JSON: {"tokens": {name: number}, "cost": {name: number}} */
    int64_t created_at, updated_at;
};

struct usage_list {
    struct usage_row *rows;
    size_t count;
};

#define USAGE_LIST_MAX 10000u

struct usage_operations {
    /* Stores a report, or replaces that of the same session and key, which keeps its id and time of
       creation. STORE_OK or STORE_NO_PARENT. */
    int (*report)(struct store_transaction *tx, struct slice account, struct slice session,
                  struct slice key, struct slice data, struct usage_row *report,
                  struct error *error);

    /* Those created from `from` to `to`, the oldest first, of one session or (null) of all; at most
       `limit` (USAGE_LIST_MAX). STORE_OK or STORE_NO_PARENT. */
    int (*list)(struct store_transaction *tx, struct slice account, struct slice session,
                int64_t from, int64_t to, unsigned limit, struct usage_list *list,
                struct error *error);
};

#endif
