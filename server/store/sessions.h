/* Sessions of agents. */
#ifndef STORE_SESSIONS_H
#define STORE_SESSIONS_H

#include "store/transaction.h"

struct session {
    struct slice id;       /* cuid: sorts by creation time */
    int64_t last_message;  /* sequence of the last message, 0 before the first */
    struct slice metadata; /* opaque text */
    int64_t metadata_version;
    struct slice agent_state; /* opaque text or null */
    int64_t agent_state_version;
    struct slice data_key; /* bytes; null, or of any length */
    bool active;
    int64_t active_at;
    int64_t created_at, updated_at;
};

struct session_list {
    struct session *rows;
    size_t count;
    bool has_more; /* of session_operations.page only */
};

/* Whose presence changed without its doing. */
struct presence_change {
    struct slice account, id;
    int64_t active_at;
};

struct presence_list {
    struct presence_change *rows;
    size_t count;
};

#define SESSION_LIST_MAX   500u
#define PRESENCE_SWEEP_MAX 1000u

struct session_operations {
    /* Finds it by its tag, or makes it: active now, versions 0, no agent state. STORE_OK when it is
       new, else STORE_EXISTS with the stored one; `metadata` and `data_key` count for a new one
       only. */
    int (*create)(struct store_transaction *tx, struct slice account, struct slice tag,
                  struct slice metadata, struct slice data_key, struct session *session,
                  struct error *error);

    /* STORE_OK or STORE_NOT_FOUND. */
    int (*get)(struct store_transaction *tx, struct slice account, struct slice id,
               struct session *session, struct error *error);

    /* By `updated_at`, the newest first. Limits are at most SESSION_LIST_MAX. */
    int (*list_recent)(struct store_transaction *tx, struct slice account, unsigned limit,
                       struct session_list *list, struct error *error);

    /* The active ones with `active_at` after `since`, the newest by that first. */
    int (*list_active)(struct store_transaction *tx, struct slice account, int64_t since,
                       unsigned limit, struct session_list *list, struct error *error);

    /* By id, the newest first: those before `before` (null: from the newest) that were updated
       after `changed_since` (0: all). */
    int (*page)(struct store_transaction *tx, struct slice account, struct slice before,
                int64_t changed_since, unsigned limit, struct session_list *list,
                struct error *error);

    /* STORE_OK with the new version, STORE_MISMATCH with what is stored, or STORE_NOT_FOUND. The
       agent state may be null. */
    int (*set_metadata)(struct store_transaction *tx, struct slice account, struct slice id,
                        struct slice value, int64_t expected_version,
                        struct store_versioned *metadata, struct error *error);
    int (*set_agent_state)(struct store_transaction *tx, struct slice account, struct slice id,
                           struct slice value, int64_t expected_version,
                           struct store_versioned *agent_state, struct error *error);

    /* Heartbeats, archive and end: writes both and `updated_at`. STORE_OK or STORE_NOT_FOUND. */
    int (*set_active)(struct store_transaction *tx, struct slice account, struct slice id,
                      bool active, int64_t active_at, struct error *error);

    /* Makes at most `limit` (PRESENCE_SWEEP_MAX) sessions of all accounts inactive that were last
       active at `until` or before, and tells which. */
    int (*sweep)(struct store_transaction *tx, int64_t until, unsigned limit,
                 struct presence_list *list, struct error *error);

    /* With its messages, usage reports, access keys and the index of its attachments. STORE_OK or
       STORE_NOT_FOUND. */
    int (*remove)(struct store_transaction *tx, struct slice account, struct slice id,
                  struct error *error);
};

#endif
