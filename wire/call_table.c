#include "call_table.h"

#include <stdlib.h>

void call_table_init(struct call_table *table)
{
    TAILQ_INIT(&table->calls);
    table->count = 0;
}

int call_table_add(struct call_table *table, size_t count_max, const struct call *call,
                   struct error *error)
{
    struct call *copy, *after;
    if (table->count >= count_max)
        return error_set(error, ERROR_LIMIT, "%zu acknowledgements are awaited already",
                         table->count);
    copy = malloc(sizeof *copy);
    if (!copy)
        return error_set(error, ERROR_MEMORY, "out of memory");
    *copy = *call;
    /* Most have the same time-out: the place is near the end. */
    TAILQ_FOREACH_REVERSE(after, &table->calls, call_list, entries)
    if (after->deadline <= copy->deadline)
        break;
    if (after)
        TAILQ_INSERT_AFTER(&table->calls, after, copy, entries);
    else
        TAILQ_INSERT_HEAD(&table->calls, copy, entries);
    table->count++;
    return 0;
}

int64_t call_table_deadline(const struct call_table *table)
{
    const struct call *first = TAILQ_FIRST(&table->calls);
    return first ? first->deadline : INT64_MAX;
}

static void take(struct call_table *table, struct call *found, struct call *call)
{
    *call = *found;
    TAILQ_REMOVE(&table->calls, found, entries);
    table->count--;
    free(found);
}

bool call_table_expired(struct call_table *table, int64_t now, struct call *call)
{
    struct call *first = TAILQ_FIRST(&table->calls);
    if (!first || first->deadline > now)
        return false;
    take(table, first, call);
    return true;
}

bool call_table_take(struct call_table *table, uint32_t socket, int64_t id, struct call *call)
{
    struct call *found;
    TAILQ_FOREACH(found, &table->calls, entries)
    if (found->id == id && found->socket == socket) {
        take(table, found, call);
        return true;
    }
    return false;
}

void call_table_close(struct call_table *table,
                      bool (*matches)(const struct call *call, const void *context),
                      const void *context)
{
    struct call_list closed = TAILQ_HEAD_INITIALIZER(closed);
    struct call *call, *next;
    struct error error;
    for (call = TAILQ_FIRST(&table->calls); call; call = next) {
        next = TAILQ_NEXT(call, entries);
        if (!matches(call, context))
            continue;
        TAILQ_REMOVE(&table->calls, call, entries);
        TAILQ_INSERT_TAIL(&closed, call, entries);
        table->count--;
    }
    /* Told when the table is in order again: a reply may make calls. */
    error_set(&error, ERROR_CLOSED, "socket has been disconnected");
    while ((call = TAILQ_FIRST(&closed))) {
        TAILQ_REMOVE(&closed, call, entries);
        call_fail(call, &error);
        free(call);
    }
}

void call_fail(const struct call *call, const struct error *error)
{
    call->reply(NULL, error, call->context);
}

void call_fail_timeout(const struct call *call)
{
    struct error error;
    error_set(&error, ERROR_TIMEOUT, "operation has timed out");
    call_fail(call, &error);
}
