/* Events whose acknowledgement is awaited, the first to time out in front. */
#ifndef WIRE_CALL_TABLE_H
#define WIRE_CALL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "wire/socketio.h"

struct call {
    TAILQ_ENTRY(call) entries;
    int64_t id;
    int64_t deadline; /* INT64_MAX: none */
    uint32_t socket;
    socketio_reply *reply;
    void *context;
};
TAILQ_HEAD(call_list, call);

struct call_table {
    struct call_list calls;
    size_t count;
};

void call_table_init(struct call_table *table);

/* Copies the call. Returns 0, or -1 with ERROR_LIMIT or ERROR_MEMORY. */
int call_table_add(struct call_table *table, size_t count_max, const struct call *call,
                   struct error *error);

/* When the first call times out; INT64_MAX: none does. */
int64_t call_table_deadline(const struct call_table *table);

/* Takes the first call out that has timed out. */
bool call_table_expired(struct call_table *table, int64_t now, struct call *call);

/* Takes the call out. */
bool call_table_take(struct call_table *table, uint32_t socket, int64_t id, struct call *call);

/* Takes those out for which `matches` is true, and tells them that the socket is disconnected. */
void call_table_close(struct call_table *table,
                      bool (*matches)(const struct call *call, const void *context),
                      const void *context);

/* Tells a call what became of it. */
void call_fail(const struct call *call, const struct error *error);
void call_fail_timeout(const struct call *call);

#endif
