#include "turn.h"

#include <stdlib.h>
#include <sys/queue.h>

#include "os/log.h"

#define RETRY_SECONDS 5

struct waiting {
    STAILQ_ENTRY(waiting) entry;
    turn_done *done;
    void *context;
};

STAILQ_HEAD(waiting_list, waiting);

struct turn {
    struct database *database;
    struct turn_source sources[TURN_SOURCES_MAX];
    size_t source_count;
    struct waiting_list waiting; /* told of success or failure */
    struct waiting_list saved;   /* told of success only */
    struct event *retry;
    bool failing; /* the last try failed: the next one waits for `retry` or for something new */
    bool stuck;   /* the last try failed, also while `retry` makes a new one */
};

/* The loop ends its turn behind every batch of events: being woken is enough. */
static void on_retry(evutil_socket_t descriptor, short what, void *context)
{
    (void)descriptor, (void)what;
    ((struct turn *)context)->failing = false;
}

struct turn *turn_new(struct event_base *base, struct database *database)
{
    struct turn *turn = calloc(1, sizeof *turn);
    if (!turn)
        return NULL;
    turn->database = database;
    STAILQ_INIT(&turn->waiting);
    STAILQ_INIT(&turn->saved);
    turn->retry = evtimer_new(base, on_retry, turn);
    if (!turn->retry) {
        free(turn);
        return NULL;
    }
    return turn;
}

void turn_free(struct turn *turn)
{
    if (!turn)
        return;
    struct waiting *waiting;
    STAILQ_CONCAT(&turn->waiting, &turn->saved);
    while ((waiting = STAILQ_FIRST(&turn->waiting))) {
        STAILQ_REMOVE_HEAD(&turn->waiting, entry);
        free(waiting);
    }
    event_free(turn->retry);
    free(turn);
}

void turn_add_source(struct turn *turn, struct turn_source source)
{
    turn->sources[turn->source_count++] = source;
}

static int add(struct waiting_list *list, turn_done *done, void *context)
{
    struct waiting *waiting = malloc(sizeof *waiting);
    if (!waiting)
        return -1;
    *waiting = (struct waiting){.done = done, .context = context};
    STAILQ_INSERT_TAIL(list, waiting, entry);
    return 0;
}

void turn_after(struct turn *turn, turn_done *done, void *context)
{
    struct error error;
    if (add(&turn->waiting, done, context) == 0)
        return;
    error_set(&error, ERROR_MEMORY, "out of memory");
    done(&error, context);
}

int turn_after_saved(struct turn *turn, turn_done *done, void *context)
{
    return add(&turn->saved, done, context);
}

static bool has_changes(const struct turn *turn)
{
    for (size_t i = 0; i < turn->source_count; i++)
        if (turn->sources[i].has_changes(turn->sources[i].context))
            return true;
    return false;
}

static int save(struct turn *turn, struct error *error)
{
    int result = database_begin(turn->database, error);
    for (size_t i = 0; result == 0 && i < turn->source_count; i++)
        result = turn->sources[i].save(turn->sources[i].context, error);
    if (result == 0)
        return database_commit(turn->database, error);
    database_rollback(turn->database);
    return -1;
}

/* Returns NULL when nothing is left to be written. */
static const struct error *write_changes(struct turn *turn, struct error *error)
{
    if (!has_changes(turn))
        return NULL;
    if (save(turn, error) == 0) {
        if (turn->stuck)
            log_info("the database can be written again");
        evtimer_del(turn->retry);
        turn->failing = turn->stuck = false;
        for (size_t i = 0; i < turn->source_count; i++)
            turn->sources[i].saved(turn->sources[i].context);
        return NULL;
    }
    if (!turn->stuck)
        log_error("%s; %s", error->message, *error->fix ? error->fix : "it is tried again");
    struct timeval soon = {RETRY_SECONDS, 0};
    evtimer_add(turn->retry, &soon);
    turn->failing = turn->stuck = true;
    for (size_t i = 0; i < turn->source_count; i++)
        if (turn->sources[i].failed)
            turn->sources[i].failed(turn->sources[i].context);
    return error;
}

static void tell(struct waiting_list *list, const struct error *failure)
{
    struct waiting *waiting;
    while ((waiting = STAILQ_FIRST(list))) {
        STAILQ_REMOVE_HEAD(list, entry);
        waiting->done(failure, waiting->context);
        free(waiting);
    }
}

static bool has_work(const struct turn *turn)
{
    if (!STAILQ_EMPTY(&turn->waiting))
        return true;
    return !turn->failing && (!STAILQ_EMPTY(&turn->saved) || has_changes(turn));
}

void turn_end(struct turn *turn)
{
    while (has_work(turn)) {
        struct error error;
        struct waiting_list waiting = STAILQ_HEAD_INITIALIZER(waiting);
        struct waiting_list saved = STAILQ_HEAD_INITIALIZER(saved);
        STAILQ_CONCAT(&waiting, &turn->waiting);
        const struct error *failure = write_changes(turn, &error);
        if (!failure)
            STAILQ_CONCAT(&saved, &turn->saved);
        tell(&saved, NULL);
        tell(&waiting, failure);
    }
}
