/* Messages of sessions. They are never changed. */
#ifndef STORE_MESSAGES_H
#define STORE_MESSAGES_H

#include "store/transaction.h"

/* What is posted. */
struct message_item {
    struct slice content;  /* opaque text; or JSON of another value, see below */
    struct slice local_id; /* the client's name for it, or null */
    /* The content is not text but the JSON of something else, which old clients may send. */
    bool content_is_json;
};

struct message {
    struct slice id;  /* cuid */
    int64_t sequence; /* 1 for the first of a session, without gaps */
    struct slice content;
    bool content_is_json;
    struct slice local_id;
    int64_t created_at; /* also the time of the last change, as there is none */
};

/* What became of an item, or of several with the same local id. */
struct message_posted {
    struct slice id;
    int64_t sequence;
    struct slice local_id;
    int64_t created_at;
    bool is_new;
    size_t item; /* index of the first item that it stands for */
};

struct message_posted_list {
    struct message_posted *rows; /* by sequence, the lowest first */
    size_t count;
    size_t new_count; /* how many of them are new */
};

struct message_list {
    struct message *rows;
    size_t count;
    bool has_more; /* further rows in the same direction */
};

#define MESSAGE_POST_MAX  100u
#define MESSAGE_LIST_MAX  500u
#define MESSAGE_NEWEST    INT64_MAX             /* before everything */
#define MESSAGE_BYTES_MAX (64u * 1024u * 1024u) /* of the contents in one list */

struct message_operations {
    /* Stores at most MESSAGE_POST_MAX items. A local id that the session has already keeps its
       first content, and of equal ones in `items` the first counts. New ones get consecutive
       numbers in the order of `items`. STORE_OK or STORE_NOT_FOUND. */
    int (*post)(struct store_transaction *tx, struct slice account, struct slice session,
                const struct message_item *items, size_t count, struct message_posted_list *posted,
                struct error *error);

    /* At most `limit` (MESSAGE_LIST_MAX) with a sequence above `after`, the lowest first, or below
       `before`, the highest first. A list ends early, `has_more` set, when its contents reach
       `bytes_max` (at most MESSAGE_BYTES_MAX); the first row is always given. STORE_OK or
       STORE_NOT_FOUND. */
    int (*list_after)(struct store_transaction *tx, struct slice account, struct slice session,
                      int64_t after, unsigned limit, size_t bytes_max, struct message_list *list,
                      struct error *error);
    int (*list_before)(struct store_transaction *tx, struct slice account, struct slice session,
                       int64_t before, unsigned limit, size_t bytes_max, struct message_list *list,
                       struct error *error);
};

#endif
