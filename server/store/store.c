#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/descriptors.h"
#include "store/backend.h"
#include "store/worker.h"

#define READ_BATCH_MAX 16u /* answers of the first are not kept back by many others */

struct store {
    const struct store_backend *backend;
    void *engine;
    struct worker writer, reader;
    int wake[2]; /* a pipe: read by the caller's loop, written when `ended` begins to fill */
    pthread_mutex_t lock;
    struct store_jobs ended; /* under the lock */
};

static void on_ended(void *context, struct store_jobs *jobs)
{
    struct store *store = context;
    pthread_mutex_lock(&store->lock);
    bool first = STAILQ_EMPTY(&store->ended);
    STAILQ_CONCAT(&store->ended, jobs);
    pthread_mutex_unlock(&store->lock);
    /* The pipe cannot be full: it holds a byte for each time that the list was found empty. */
    if (first)
        while (write(store->wake[1], "", 1) < 0 && errno == EINTR)
            continue;
}

static int open_pipe(struct store *store, struct error *error)
{
    if (descriptors_pipe(store->wake) < 0)
        return error_set_errno(error, "cannot make a pipe");
    for (int i = 0; i < 2; i++)
        if (fcntl(store->wake[i], F_SETFL, O_NONBLOCK) < 0)
            return error_set_errno(error, "cannot set up a pipe");
    return 0;
}

static int start(struct store *store, struct worker *worker, enum store_purpose purpose,
                 const struct store_settings *settings, struct error *error)
{
    worker->backend = store->backend;
    worker->queue_max = settings->queue_max > 0 ? settings->queue_max : STORE_QUEUE_MAX;
    worker->batch_max = purpose == STORE_WRITES ? STORE_BATCH_MAX : READ_BATCH_MAX;
    worker->gathers = purpose == STORE_WRITES;
    worker->now_ms = settings->now_ms ? settings->now_ms : clock_now_ms;
    worker->ended = on_ended;
    worker->context = store;
    worker->connection = store->backend->connect(store->engine, purpose, error);
    return worker->connection ? worker_start(worker, error) : -1;
}

struct store *store_open(const struct store_settings *settings, struct error *error)
{
    struct store *store = calloc(1, sizeof *store);
    if (!store) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    store->backend = &STORE_SQLITE;
    store->wake[0] = store->wake[1] = -1;
    pthread_mutex_init(&store->lock, NULL);
    STAILQ_INIT(&store->ended);
    if (open_pipe(store, error) < 0 || !(store->engine = store->backend->open(settings, error)) ||
        start(store, &store->writer, STORE_WRITES, settings, error) < 0 ||
        start(store, &store->reader, STORE_READS, settings, error) < 0) {
        store_close(store);
        return NULL;
    }
    return store;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    worker_stop(&store->writer);
    worker_stop(&store->reader);
    store_dispatch(store);
    struct worker *workers[] = {&store->reader, &store->writer};
    for (unsigned i = 0; i < 2; i++) {
        worker_free(workers[i]);
        if (workers[i]->connection)
            store->backend->disconnect(workers[i]->connection);
    }
    if (store->engine)
        store->backend->close(store->engine);
    for (int i = 0; i < 2; i++)
        if (store->wake[i] >= 0)
            close(store->wake[i]);
    pthread_mutex_destroy(&store->lock);
    free(store);
}

int store_submit(struct store *store, struct store_job *job, struct error *error)
{
    return worker_submit(&store->writer, job, error);
}

int store_submit_read(struct store *store, struct store_job *job, struct error *error)
{
    return worker_submit(&store->reader, job, error);
}

int store_descriptor(const struct store *store)
{
    return store->wake[0];
}

void store_dispatch(struct store *store)
{
    char drained[64];
    struct store_jobs jobs = STAILQ_HEAD_INITIALIZER(jobs);
    while (read(store->wake[0], drained, sizeof drained) > 0)
        continue;
    pthread_mutex_lock(&store->lock);
    STAILQ_CONCAT(&jobs, &store->ended);
    pthread_mutex_unlock(&store->lock);
    while (!STAILQ_EMPTY(&jobs)) {
        struct store_job *job = STAILQ_FIRST(&jobs);
        STAILQ_REMOVE_HEAD(&jobs, entry);
        /* The job may be gone when done() returns, and what it owns must live until then. */
        struct store_arena arena = job->arena;
        struct error error = job->error;
        job->arena = (struct store_arena){0};
        job->done(job->context, job->failed ? &error : NULL);
        store_arena_free(&arena);
    }
}

void store_statistics(struct store *store, struct store_statistics *statistics)
{
    worker_statistics(&store->writer, &statistics->write);
    worker_statistics(&store->reader, &statistics->read);
}
