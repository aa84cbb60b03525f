/* Tokens of other services that an account has left here. They come encrypted. */
#ifndef STORE_VENDOR_TOKENS_H
#define STORE_VENDOR_TOKENS_H

#include "store/transaction.h"

struct vendor_token {
    struct slice vendor;
    struct slice sealed; /* bytes that only the caller can open */
    int64_t created_at, updated_at;
};

struct vendor_token_list {
    struct vendor_token *rows;
    size_t count;
};

struct vendor_token_operations {
    /* Stores or replaces it. */
    int (*set)(struct store_transaction *tx, struct slice account, struct slice vendor,
               struct slice sealed, struct error *error);

    /* STORE_OK or STORE_NOT_FOUND. */
    int (*get)(struct store_transaction *tx, struct slice account, struct slice vendor,
               struct vendor_token *token, struct error *error);

    /* By vendor. Callers know a few vendors and store no others. */
    int (*list)(struct store_transaction *tx, struct slice account, struct vendor_token_list *list,
                struct error *error);

    /* STORE_OK or STORE_NOT_FOUND. */
    int (*remove)(struct store_transaction *tx, struct slice account, struct slice vendor,
                  struct error *error);
};

#endif
