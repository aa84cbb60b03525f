/* Artifacts: documents in two encrypted parts. Their ids are chosen by clients. */
#ifndef STORE_ARTIFACTS_H
#define STORE_ARTIFACTS_H

#include "store/transaction.h"

struct artifact {
    struct slice id;
    struct slice header; /* bytes, as `body` and `data_key` */
    int64_t header_version;
    struct slice body; /* null in lists */
    int64_t body_version;
    struct slice data_key;
    int64_t sequence; /* 0, and one more at each update */
    int64_t created_at, updated_at;
};

struct artifact_list {
    struct artifact *rows;
    size_t count;
};

#define ARTIFACT_LIST_MAX 200u

/* A part that is to be changed. */
struct artifact_change {
    bool wanted;
    struct slice value;
    int64_t expected_version;
    /* Set by the update: whether the stored version is another one, and then what is stored. */
    bool mismatch;
    struct store_versioned current;
};

struct artifact_operations {
    /* STORE_OK when it is new (versions 1), STORE_EXISTS with the stored one, STORE_FOREIGN. */
    int (*create)(struct store_transaction *tx, struct slice account, struct slice id,
                  struct slice header, struct slice body, struct slice data_key,
                  struct artifact *artifact, struct error *error);

    /* STORE_OK or STORE_NOT_FOUND. */
    int (*get)(struct store_transaction *tx, struct slice account, struct slice id,
               struct artifact *artifact, struct error *error);

    /* By `updated_at`, the newest first; at most `limit` (ARTIFACT_LIST_MAX). */
    int (*list)(struct store_transaction *tx, struct slice account, unsigned limit,
                struct artifact_list *list, struct error *error);

    /* Both wanted parts or nothing; each gets its expected version + 1, and the artifact's
       `sequence` grows by one even when no part is wanted. STORE_OK, STORE_MISMATCH with
       `mismatch` and `current` set in the parts that differ, or STORE_NOT_FOUND. */
    int (*update)(struct store_transaction *tx, struct slice account, struct slice id,
                  struct artifact_change *header, struct artifact_change *body,
                  struct error *error);

    /* STORE_OK or STORE_NOT_FOUND. */
    int (*remove)(struct store_transaction *tx, struct slice account, struct slice id,
                  struct error *error);
};

#endif
