/* Machines: where a daemon runs. Their ids are chosen by clients. */
#ifndef STORE_MACHINES_H
#define STORE_MACHINES_H

#include "store/sessions.h"
#include "store/transaction.h"

struct machine {
    struct slice id;
    struct slice metadata; /* opaque text */
    int64_t metadata_version;
    struct slice daemon_state; /* opaque text or null */
    int64_t daemon_state_version;
    struct slice data_key; /* bytes; null, or of any length */
    bool active;
    int64_t active_at;
    int64_t created_at, updated_at;
};

struct machine_list {
    struct machine *rows;
    size_t count;
};

#define MACHINE_LIST_MAX 1000u

struct machine_operations {
    /* Finds it, or makes it: not active, metadata version 1; a daemon state that is null or empty
       is stored as null with version 0, another one with version 1. STORE_OK when it is new,
       STORE_EXISTS with the stored one, STORE_FOREIGN when another account has this id. */
    int (*create)(struct store_transaction *tx, struct slice account, struct slice id,
                  struct slice metadata, struct slice daemon_state, struct slice data_key,
                  struct machine *machine, struct error *error);

    /* STORE_OK or STORE_NOT_FOUND. */
    int (*get)(struct store_transaction *tx, struct slice account, struct slice id,
               struct machine *machine, struct error *error);

    /* By `active_at`, the newest first; at most `limit` (MACHINE_LIST_MAX). */
    int (*list)(struct store_transaction *tx, struct slice account, unsigned limit,
                struct machine_list *list, struct error *error);

    /* STORE_OK with the new version, STORE_MISMATCH with what is stored, or STORE_NOT_FOUND. A new
       daemon state makes the machine active now. */
    int (*set_metadata)(struct store_transaction *tx, struct slice account, struct slice id,
                        struct slice value, int64_t expected_version,
                        struct store_versioned *metadata, struct error *error);
    int (*set_daemon_state)(struct store_transaction *tx, struct slice account, struct slice id,
                            struct slice value, int64_t expected_version,
                            struct store_versioned *daemon_state, struct error *error);

    /* As for sessions. */
    int (*set_active)(struct store_transaction *tx, struct slice account, struct slice id,
                      bool active, int64_t active_at, struct error *error);
    int (*sweep)(struct store_transaction *tx, int64_t until, unsigned limit,
                 struct presence_list *list, struct error *error);

    /* With its access keys; sessions stay. STORE_OK or STORE_NOT_FOUND. */
    int (*remove)(struct store_transaction *tx, struct slice account, struct slice id,
                  struct error *error);
};

#endif
