/* What the server itself remembers: a few values by name. */
#ifndef STORE_SERVER_VALUES_H
#define STORE_SERVER_VALUES_H

#include "store/transaction.h"

struct server_value_operations {
    /* STORE_OK or STORE_NOT_FOUND. Also the cheapest proof that the store works. */
    int (*get)(struct store_transaction *tx, struct slice name, struct slice *value,
               struct error *error);

    /* Null removes it. */
    int (*set)(struct store_transaction *tx, struct slice name, struct slice value,
               struct error *error);
};

#endif
