/* One turn of the event loop: what it changed is written in one transaction, and nobody is told
   before that is on the disk. Whatever acknowledges a change (an answer, an event, a frame that
   lets a holder forget something) is handed to turn_after() and runs when the turn ends. */
#ifndef DAEMON_TURN_H
#define DAEMON_TURN_H

#include <event2/event.h>

#include "database.h"
#include "wire/error.h"

struct turn;

/* Writes what is new to the database, which it begins a transaction on; -1 with `error` filled. May
   be called again for the same things when the commit failed: `saved` tells that it did not.
   `failed`, which may be NULL, tells that it did. */
struct turn_source {
    bool (*has_changes)(void *context);
    int (*save)(void *context, struct error *error);
    void (*saved)(void *context);
    void (*failed)(void *context);
    void *context;
};

#define TURN_SOURCES_MAX 4

/* `failure` is NULL when all is on the disk. */
typedef void turn_done(const struct error *failure, void *context);

struct turn *turn_new(struct event_base *base, struct database *database);
void turn_free(struct turn *turn);

void turn_add_source(struct turn *turn, struct turn_source source);

/* Runs `done` once, in order, when this turn's changes are on the disk or could not be written.
   When memory runs out it runs at once, with that failure. */
void turn_after(struct turn *turn, turn_done *done, void *context);

/* As turn_after(), but `done` waits until the changes could be written, however long that takes.
   -1 when memory runs out. */
int turn_after_saved(struct turn *turn, turn_done *done, void *context);

/* Writes, commits, and runs what waits for it, until nothing is left. What could not be written is
   tried again after a few seconds. */
void turn_end(struct turn *turn);

#endif
