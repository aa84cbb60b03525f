#include "store/worker.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "store/histogram.h"

#define REST_AFTER_S 5    /* without a job */
#define GATHER_US    5000 /* a transaction takes no further jobs then */

static int64_t monotonic_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* What one turn of the worker has done, to be counted under the lock. */
struct turn {
    struct store_jobs jobs;
    unsigned count, repeated;
    int64_t begun_us, commit_us;
    bool committed;
};

/* Waits for jobs; the first time that none comes for a while the connection may rest, and after
   that nothing wakes the thread. Returns false at the end. */
static bool wait_for_jobs(struct worker *worker)
{
    bool rested = false;
    while (STAILQ_EMPTY(&worker->queue)) {
        if (worker->closing)
            return false;
        if (rested) {
            pthread_cond_wait(&worker->wake, &worker->lock);
            continue;
        }
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += REST_AFTER_S;
        if (pthread_cond_timedwait(&worker->wake, &worker->lock, &until) == ETIMEDOUT &&
            STAILQ_EMPTY(&worker->queue)) {
            pthread_mutex_unlock(&worker->lock);
            worker->backend->rest(worker->connection);
            pthread_mutex_lock(&worker->lock);
            rested = true;
        }
    }
    return true;
}

/* Moves what is queued to the turn, as far as a transaction may have it. Returns the first of it.
 */
static struct store_job *take_queued(struct worker *worker, struct turn *turn)
{
    struct store_job *first = NULL;
    unsigned count = 0;
    while (turn->count + count < worker->batch_max && !STAILQ_EMPTY(&worker->queue)) {
        struct store_job *job = STAILQ_FIRST(&worker->queue);
        STAILQ_REMOVE_HEAD(&worker->queue, entry);
        STAILQ_INSERT_TAIL(&turn->jobs, job, entry);
        first = first ? first : job;
        count++;
    }
    turn->count += count;
    worker->statistics.waiting -= count;
    return first;
}

static bool take_jobs(struct worker *worker, struct turn *turn)
{
    memset(turn, 0, sizeof *turn);
    STAILQ_INIT(&turn->jobs);
    pthread_mutex_lock(&worker->lock);
    bool more = wait_for_jobs(worker);
    if (more)
        take_queued(worker, turn);
    pthread_mutex_unlock(&worker->lock);
    return more;
}

/* Those who got their answers from the last turn ask again one after the other: what has come while
   this one ran joins it, rather than waiting for another sync of the disk. */
static struct store_job *take_more(struct worker *worker, struct turn *turn)
{
    if (!worker->gathers || monotonic_us() - turn->begun_us > GATHER_US)
        return NULL;
    pthread_mutex_lock(&worker->lock);
    struct store_job *first = take_queued(worker, turn);
    pthread_mutex_unlock(&worker->lock);
    return first;
}

static void run_job(struct worker *worker, struct store_job *job, struct store_transaction *tx)
{
    store_arena_free(&job->arena);
    job->error = (struct error){0};
    tx->arena = &job->arena;
    tx->now_ms = worker->now_ms();
    job->failed = job->run(tx, job->context, &job->error) < 0;
    if (job->failed && job->error.code == ERROR_NONE)
        error_set(&job->error, ERROR_INVALID, "the job failed without a reason");
}

static int commit(struct worker *worker, struct turn *turn, struct error *error)
{
    int64_t before = monotonic_us();
    if (worker->backend->commit(worker->connection, error) < 0)
        return -1;
    turn->commit_us = monotonic_us() - before;
    turn->committed = true;
    return 0;
}

static void run_alone(struct worker *worker, struct turn *turn, struct store_job *job)
{
    struct store_transaction *tx = worker->backend->begin(worker->connection, &job->error);
    job->failed = true;
    if (!tx)
        return;
    run_job(worker, job, tx);
    if (job->failed)
        worker->backend->rollback(worker->connection);
    else
        job->failed = commit(worker, turn, &job->error) < 0;
}

/* Runs one of several, undoing it alone when it fails. -1: the transaction is lost. */
static int run_guarded(struct worker *worker, struct store_job *job, struct store_transaction *tx)
{
    const struct store_backend *backend = worker->backend;
    struct error error = {0};
    if (backend->savepoint(worker->connection, &error) < 0)
        return -1;
    run_job(worker, job, tx);
    if (job->failed)
        return backend->undo(worker->connection);
    return backend->keep(worker->connection, &error);
}

/* All in one transaction. A savepoint for each would cost a third of the whole, and jobs that fail
   are rare: without `guarded` one that fails ends the transaction. -1: none of them has happened.
 */
static int run_together(struct worker *worker, struct turn *turn, bool guarded, struct error *error)
{
    struct store_transaction *tx = worker->backend->begin(worker->connection, error);
    if (!tx)
        return -1;
    turn->begun_us = monotonic_us();
    struct store_job *job = STAILQ_FIRST(&turn->jobs);
    while (job) {
        if (!guarded)
            run_job(worker, job, tx);
        if (guarded ? run_guarded(worker, job, tx) < 0 : job->failed) {
            worker->backend->rollback(worker->connection);
            return -1;
        }
        job = STAILQ_NEXT(job, entry);
        if (!job)
            job = take_more(worker, turn);
    }
    return commit(worker, turn, error);
}

/* When one job fails, all are run again so that it undoes only itself. When even so the transaction
   is lost, because the disk is full or one job is too large for it, each gets one of its own. */
static void run_turn(struct worker *worker, struct turn *turn)
{
    struct error error = {0};
    struct store_job *job = STAILQ_FIRST(&turn->jobs);
    if (run_together(worker, turn, false, &error) == 0)
        return;
    if (turn->count == 1) {
        if (!job->failed)
            job->error = error;
        job->failed = true;
        return;
    }
    turn->repeated = turn->count;
    if (run_together(worker, turn, true, &error) == 0)
        return;
    STAILQ_FOREACH(job, &turn->jobs, entry)
    run_alone(worker, turn, job);
}

static void count_turn(struct worker *worker, struct turn *turn)
{
    struct store_queue_statistics *statistics = &worker->statistics;
    struct store_job *job;
    int64_t now = monotonic_us();
    pthread_mutex_lock(&worker->lock);
    statistics->jobs += turn->count;
    statistics->repeated += turn->repeated;
    histogram_add(&statistics->batch, STORE_BATCH_BOUNDS, turn->count);
    if (turn->committed)
        histogram_add(&statistics->commit_us, STORE_TIME_BOUNDS_US, turn->commit_us);
    STAILQ_FOREACH(job, &turn->jobs, entry)
    {
        statistics->failed += job->failed;
        histogram_add(&statistics->job_us, STORE_TIME_BOUNDS_US, now - job->submitted_us);
    }
    pthread_mutex_unlock(&worker->lock);
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    struct turn turn;
    while (take_jobs(worker, &turn)) {
        run_turn(worker, &turn);
        count_turn(worker, &turn);
        worker->ended(worker->context, &turn.jobs);
        worker->backend->tidy(worker->connection);
    }
    return NULL;
}

/* Signals are the business of the threads that the caller made. */
static int start_thread(struct worker *worker)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int result = pthread_create(&worker->thread, NULL, work, worker);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return result;
}

int worker_start(struct worker *worker, struct error *error)
{
    STAILQ_INIT(&worker->queue);
    pthread_mutex_init(&worker->lock, NULL);
    pthread_cond_init(&worker->wake, NULL);
    int result = start_thread(worker);
    if (result != 0) {
        errno = result;
        pthread_cond_destroy(&worker->wake);
        pthread_mutex_destroy(&worker->lock);
        return error_set_errno(error, "cannot start a thread of the store");
    }
    worker->started = true;
    return 0;
}

void worker_stop(struct worker *worker)
{
    if (!worker->started)
        return;
    pthread_mutex_lock(&worker->lock);
    worker->closing = true;
    pthread_cond_signal(&worker->wake);
    pthread_mutex_unlock(&worker->lock);
    pthread_join(worker->thread, NULL);
}

void worker_free(struct worker *worker)
{
    if (!worker->started)
        return;
    pthread_cond_destroy(&worker->wake);
    pthread_mutex_destroy(&worker->lock);
}

int worker_submit(struct worker *worker, struct store_job *job, struct error *error)
{
    int result = 0;
    job->submitted_us = monotonic_us();
    job->failed = false;
    pthread_mutex_lock(&worker->lock);
    if (worker->closing) {
        result = error_set(error, ERROR_CLOSED, "the store is being closed");
    } else if (worker->statistics.waiting >= worker->queue_max) {
        worker->statistics.refused++;
        error_set(error, ERROR_LIMIT, "%u requests wait for the store already", worker->queue_max);
        result = error_fix(error, "try again when some have ended");
    } else {
        STAILQ_INSERT_TAIL(&worker->queue, job, entry);
        if (worker->statistics.waiting++ == 0)
            pthread_cond_signal(&worker->wake);
    }
    pthread_mutex_unlock(&worker->lock);
    return result;
}

void worker_statistics(struct worker *worker, struct store_queue_statistics *statistics)
{
    pthread_mutex_lock(&worker->lock);
    *statistics = worker->statistics;
    pthread_mutex_unlock(&worker->lock);
}
