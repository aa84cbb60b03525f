/* How two accounts become friends and part, in terms of the two relations between them. */
#ifndef STORE_FRIENDSHIP_H
#define STORE_FRIENDSHIP_H

#include "store/people.h"

/* A side is told of a change no more than once in this time. */
#define FRIENDSHIP_NOTIFY_MS (24 * 3600 * 1000)

struct friendship {
    enum relation_status status; /* what the caller is told */
    /* Who is to find an item in the feed; notified_at is written for them already. */
    bool notify_from, notify_to;
};

/* `from` asks `to`, or accepts. STORE_OK, or STORE_NOT_FOUND when `to` is nobody or `from` itself.
 */
int friendship_add(struct store_transaction *tx, struct slice from, struct slice to,
                   struct friendship *result, struct error *error);

/* `from` takes its request back, declines, or parts. STORE_OK or STORE_NOT_FOUND. */
int friendship_remove(struct store_transaction *tx, struct slice from, struct slice to,
                      struct friendship *result, struct error *error);

#endif
