#include "store/friendship.h"

#include <string.h>

#include "store/operations.h"

struct pair {
    struct slice from, to;
    struct relation forth, back; /* from → to, to → from */
};

static int load(struct store_transaction *tx, struct pair *pair, struct error *error)
{
    struct person person;
    if (pair->from.length == pair->to.length &&
        memcmp(pair->from.data, pair->to.data, pair->from.length) == 0)
        return STORE_NOT_FOUND;
    int found = tx->op->people->get(tx, pair->from, pair->to, &person, error);
    if (found != STORE_OK)
        return found;
    if (tx->op->people->relation(tx, pair->from, pair->to, &pair->forth, error) < 0)
        return -1;
    return tx->op->people->relation(tx, pair->to, pair->from, &pair->back, error);
}

static int save(struct store_transaction *tx, const struct pair *pair, struct error *error)
{
    if (tx->op->people->set_relation(tx, pair->from, pair->to, &pair->forth, error) < 0)
        return -1;
    return tx->op->people->set_relation(tx, pair->to, pair->from, &pair->back, error);
}

/* Whose own relation is `relation` is told, unless that was done lately or is not wanted. */
static bool notify(struct relation *relation, int64_t now_ms)
{
    if (relation->status == RELATION_REJECTED ||
        (relation->notified_at > 0 && now_ms - relation->notified_at < FRIENDSHIP_NOTIFY_MS))
        return false;
    relation->notified_at = now_ms;
    return true;
}

int friendship_add(struct store_transaction *tx, struct slice from, struct slice to,
                   struct friendship *result, struct error *error)
{
    struct pair pair = {.from = from, .to = to};
    *result = (struct friendship){.status = RELATION_NONE};
    int found = load(tx, &pair, error);
    if (found != STORE_OK)
        return found;
    if (pair.back.status == RELATION_REQUESTED) {
        pair.forth.status = pair.back.status = RELATION_FRIEND;
        result->notify_from = notify(&pair.forth, tx->now_ms);
        result->notify_to = notify(&pair.back, tx->now_ms);
    } else if (pair.forth.status == RELATION_NONE || pair.forth.status == RELATION_REJECTED) {
        pair.forth.status = RELATION_REQUESTED;
        if (pair.back.status == RELATION_NONE)
            pair.back.status = RELATION_PENDING;
        result->notify_to = notify(&pair.back, tx->now_ms);
    } else {
        result->status = pair.forth.status;
        return STORE_OK;
    }
    result->status = pair.forth.status;
    return save(tx, &pair, error);
}

int friendship_remove(struct store_transaction *tx, struct slice from, struct slice to,
                      struct friendship *result, struct error *error)
{
    struct pair pair = {.from = from, .to = to};
    *result = (struct friendship){.status = RELATION_NONE};
    int found = load(tx, &pair, error);
    if (found != STORE_OK)
        return found;
    switch (pair.forth.status) {
    case RELATION_REQUESTED:
        pair.forth.status = result->status = RELATION_REJECTED;
        break;
    case RELATION_FRIEND:
        pair.back.status = RELATION_REQUESTED;
        pair.forth.status = RELATION_PENDING;
        result->status = RELATION_REQUESTED; /* as the official server says, which clients show */
        break;
    case RELATION_PENDING:
        pair.forth.status = result->status = RELATION_NONE;
        if (pair.back.status != RELATION_REJECTED)
            pair.back.status = RELATION_NONE;
        break;
    default:
        result->status = pair.forth.status;
        return STORE_OK;
    }
    return save(tx, &pair, error);
}
