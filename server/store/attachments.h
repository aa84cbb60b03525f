/* The index of attachments; the bytes are in files. A file is written only under a name that was
   asked for, and counts against its account from then on. */
#ifndef STORE_ATTACHMENTS_H
#define STORE_ATTACHMENTS_H

#include "store/transaction.h"

struct attachment {
    struct slice session;
    struct slice name; /* of the file, "<uuid>.enc" */
    int64_t size;      /* in bytes: as announced, then as stored */
    bool stored;       /* the file is there */
    int64_t created_at;
};

struct attachment_list {
    struct attachment *rows;
    size_t count;
};

#define ATTACHMENT_SWEEP_MAX 1000u

struct attachment_operations {
    /* STORE_OK, STORE_EXISTS, or STORE_NO_PARENT when the session is not the account's. */
    int (*announce)(struct store_transaction *tx, struct slice account, struct slice session,
                    struct slice name, int64_t size, struct error *error);

    /* The file is there, with so many bytes. STORE_OK or STORE_NOT_FOUND. */
    int (*set_stored)(struct store_transaction *tx, struct slice account, struct slice session,
                      struct slice name, int64_t size, struct error *error);

    /* STORE_OK, STORE_NOT_FOUND, or STORE_NO_PARENT. */
    int (*get)(struct store_transaction *tx, struct slice account, struct slice session,
               struct slice name, struct attachment *attachment, struct error *error);

    /* The sum of the sizes of an account's attachments. */
    int (*total)(struct store_transaction *tx, struct slice account, int64_t *bytes,
                 struct error *error);

    /* Takes at most `limit` (ATTACHMENT_SWEEP_MAX) away that were announced before `until` and
       never stored, and tells which. */
    int (*sweep)(struct store_transaction *tx, int64_t until, unsigned limit,
                 struct attachment_list *list, struct error *error);
};

#endif
