/* The server's store: jobs that run as transactions on threads of their own.

   All writing jobs that wait at one moment share one transaction, so that one sync of the disk
   makes all of them durable. One that fails undoes itself only: the transaction is taken back, and
   all run again, each in a savepoint. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "store/arena.h"
#include "store/transaction.h"
#include "wire/error.h"

#define STORE_QUEUE_MAX 16384u /* waiting jobs, for each of the two queues */
#define STORE_BATCH_MAX 1024u  /* jobs in one transaction */

struct store;

struct store_settings {
    const char *path; /* of the database; "<path>.lock" is made beside it */
    /* A command beside a running server: takes no lock, and waits for the other's transactions. */
    bool shared;
    int64_t size_max;        /* bytes that the database may grow to; 0: what the disk has */
    unsigned queue_max;      /* 0: STORE_QUEUE_MAX */
    int64_t (*now_ms)(void); /* the clock, since the epoch; NULL: the system's */
};

/* The caller's, from its submission until done() is called, and then the caller's again: done() may
   free it. Zero-initialise it, and set the first three. */
struct store_job {
    /* Runs on the store's thread. Returns 0, or -1 with `error` filled, which undoes what it wrote.
       It may run more than once, each time as if for the first: so it writes its results over, and
       touches nothing but `tx` and `context`. */
    int (*run)(struct store_transaction *tx, void *context, struct error *error);
    /* Runs in store_dispatch(), in the order of submission. `error` is NULL when all that run() did
       is on the disk; else nothing of it is. What operations handed out lives until it returns. */
    void (*done)(void *context, const struct error *error);
    void *context;

    /* The store's. */
    STAILQ_ENTRY(store_job) entry;
    struct store_arena arena;
    struct error error;
    int64_t submitted_us;
    bool failed;
};

/* Opens the database, makes it (0600, with missing parts of an older version) when it is not there,
   and starts the threads. NULL, with `error` filled: ERROR_EXISTS when another server has it,
   ERROR_DATABASE when it is damaged, not a database, of a newer version or cannot be written. */
struct store *store_open(const struct store_settings *settings, struct error *error);

/* Runs what was submitted, calls its done(), and frees the store. NULL is fine. */
void store_close(struct store *store);

/* Queues a job. It may write, and runs in the order of submission. Returns 0, or -1 with
   ERROR_LIMIT when the queue is full, ERROR_CLOSED while the store closes. */
int store_submit(struct store *store, struct store_job *job, struct error *error);

/* Queues a job that only reads, on another thread: it sees one moment of the store, which is at or
   after its submission, and waits for no writer. A write in it fails. */
int store_submit_read(struct store *store, struct store_job *job, struct error *error);

/* Readable when store_dispatch() has something to do. The store's. */
int store_descriptor(const struct store *store);

/* Calls done() of all jobs that have ended. On one thread only, the caller's loop. */
void store_dispatch(struct store *store);

/* Durations in histograms are counted in the first bucket whose bound they do not exceed. */
#define STORE_TIME_BUCKETS  12
#define STORE_BATCH_BUCKETS 8
extern const int64_t STORE_TIME_BOUNDS_US[STORE_TIME_BUCKETS]; /* the last is INT64_MAX */
extern const int64_t STORE_BATCH_BOUNDS[STORE_BATCH_BUCKETS];

struct store_histogram {
    uint64_t count;
    int64_t sum, most;
    uint64_t buckets[STORE_TIME_BUCKETS]; /* batches use the first STORE_BATCH_BUCKETS */
};

struct store_queue_statistics {
    unsigned waiting; /* jobs, now */
    uint64_t jobs, failed, refused;
    uint64_t repeated;                /* jobs that ran again because one beside them failed */
    struct store_histogram batch;     /* jobs in a transaction */
    struct store_histogram commit_us; /* committing one */
    struct store_histogram job_us;    /* from submission to the end of its transaction */
};

struct store_statistics {
    struct store_queue_statistics write, read;
};

void store_statistics(struct store *store, struct store_statistics *statistics);

/* A whole and consistent copy of the database, 0600, at `destination`, which must not exist. May be
   called on any thread and in any process, also while a server runs. Takes as long as writing the
   copy takes. Returns 0, or -1 with no file left. */
int store_backup(const char *path, const char *destination, struct error *error);

/* Checks the whole file: its structure, that every reference is held, and that the messages of each
   session are gapless. Returns 0, or -1 with ERROR_DATABASE and what is wrong. As store_backup().
 */
int store_check(const char *path, struct error *error);

#endif
