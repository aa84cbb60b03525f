/* One thread of the store: takes jobs from a queue and runs them in transactions. */
#ifndef STORE_WORKER_H
#define STORE_WORKER_H

#include <pthread.h>
#include <stdbool.h>

#include "store/backend.h"
#include "store/store.h"

STAILQ_HEAD(store_jobs, store_job);

struct worker {
    const struct store_backend *backend;
    struct store_connection *connection;
    unsigned queue_max, batch_max;
    bool gathers; /* jobs that come while a transaction runs join it */
    int64_t (*now_ms)(void);
    /* Takes over jobs that have ended; called on the worker's thread. */
    void (*ended)(void *context, struct store_jobs *jobs);
    void *context;

    pthread_t thread;
    bool started;

    /* Everything below is under the lock. */
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct store_jobs queue;
    bool closing;
    struct store_queue_statistics statistics;
};

/* Fill the first group of members before. Returns 0, or -1 with `error` filled. */
int worker_start(struct worker *worker, struct error *error);

/* Runs what is queued, ends the thread, and refuses further jobs. The connection stays open. */
void worker_stop(struct worker *worker);
/* After worker_stop(), when nobody can submit any more. */
void worker_free(struct worker *worker);

int worker_submit(struct worker *worker, struct store_job *job, struct error *error);
void worker_statistics(struct worker *worker, struct store_queue_statistics *statistics);

#endif
