/* An event of a client under way: from its packet to its acknowledgement, through a store job when
   it needs one ("Client events" in the notes on the realtime protocol). */
#ifndef SERVER_CLIENT_REQUEST_H
#define SERVER_CLIENT_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "connection.h"
#include "store/operations.h"
#include "store/store.h"
#include "wire/arena.h"
#include "wire/client_event.h"

struct client_request {
    struct connection *connection; /* held */
    int64_t acknowledgement;       /* -1: nobody waits */
    struct arena arena;            /* the loop's thread only */
    const void *payload;           /* of the event's schema; NULL: it has none */
    void *state;                   /* `state_size` of its handler */

    /* Its own. */
    const struct client_handler *handler;
    struct store_job job;
};

enum client_step { CLIENT_RUN, CLIENT_DONE, CLIENT_DROP };

/* Events that need the store have `run`, the others only `done`. */
struct client_handler {
    enum client_event event;
    /* On the store's thread, perhaps more than once: touches `tx`, reads the payload, and writes
       its results over in `state`. Returns 0 or -1. */
    int (*run)(struct store_transaction *tx, struct client_request *request, struct error *error);
    /* On the loop, when all is on the disk: emits, then answers. */
    void (*done)(struct client_request *request);
    size_t state_size;
    bool only_reads;
    const char *failure; /* acknowledged when the store fails; NULL: nothing */
    /* On the loop, before anything else: what comes next. NULL: run(), or done() without it. */
    enum client_step (*prepare)(struct client_request *request);
};

/* One family of events. */
struct client_handlers {
    const struct client_handler *rows;
    size_t count;
};

extern const struct client_handlers SESSION_EVENTS, MACHINE_EVENTS, ARTIFACT_EVENTS, ACCOUNT_EVENTS,
    PRESENCE_EVENTS, RPC_EVENTS;

/* Takes an event that came on a connection. */
void client_request_begin(struct connection *connection, const struct socketio_packet *packet);

/* Acknowledge, at most once, where somebody waits. */
void client_answer(struct client_request *request, const struct schema *schema, const void *value);
void client_answer_text(struct client_request *request, const char *json);

static inline struct slice client_account(const struct client_request *request)
{
    return connection_account(request->connection);
}
static inline struct hub *client_hub(const struct client_request *request)
{
    return request->connection->realtime->application->hub;
}

/* Text of a payload, for the store: null stays null. */
static inline struct slice client_text(const char *text)
{
    return is_text(text) ? slice_of_string(text) : slice_of(NULL, 0);
}

/* Text of the store, which has a NUL behind it, for an event: null stays null. */
static inline const char *client_string(struct slice text)
{
    return text.data ? text.data : json_null_string;
}

/* The version that a client expects; one that no value has when it is no whole number. */
int64_t client_version(double expected);

/* Takes the account's next number for an update. Returns 0, or -1 with `error` filled. */
int client_take_sequence(struct store_transaction *tx, const struct client_request *request,
                         int64_t *sequence, struct error *error);

#endif
