/* Where push notifications of an account go. */
#ifndef STORE_PUSH_TOKENS_H
#define STORE_PUSH_TOKENS_H

#include "store/transaction.h"

struct push_token {
    struct slice id; /* cuid */
    struct slice token;
    int64_t created_at, updated_at;
};

struct push_token_list {
    struct push_token *rows;
    size_t count;
};

#define PUSH_TOKEN_LIST_MAX 1000u

struct push_token_operations {
    /* A repeat touches `updated_at`. One token may be with several accounts. STORE_OK when it is
       new, else STORE_EXISTS. */
    int (*add)(struct store_transaction *tx, struct slice account, struct slice token,
               struct error *error);

    /* The newest first; at most `limit` (PUSH_TOKEN_LIST_MAX). */
    int (*list)(struct store_transaction *tx, struct slice account, unsigned limit,
                struct push_token_list *list, struct error *error);

    /* STORE_OK or STORE_NOT_FOUND. */
    int (*remove)(struct store_transaction *tx, struct slice account, struct slice token,
                  struct error *error);
};

#endif
