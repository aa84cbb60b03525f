#include "store/sqlite_engine.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "os/lock_file.h"
#include "os/log.h"

/* Frames are pages of 4 KiB in the log. */
#define COPY_FRAMES 2048  /* so many that are not in the database are copied there */
#define LONG_FRAMES 16384 /* a log of this length is to begin anew */
#define LAST_FRAMES 512   /* so few are left for the writer then */
#define TRIM_FRAMES 1024  /* a longer log is given back to the disk when nothing happens */
#define ROUNDS_MAX  8     /* of copying while the writer goes on */

struct sqlite_engine {
    char *path;
    int64_t size_max;
    int lock_file; /* -1 for a shared one */
    struct store_connection *checkpoints;
    pthread_t thread;
    bool started;

    pthread_mutex_t lock;
    pthread_cond_t wake;
    /* Under the lock. */
    int log_frames;  /* after the writer's last commit */
    int copied;      /* of them are in the database */
    bool warned;     /* checkpoints fail, and that was told */
    bool requested;  /* the thread has something to do */
    bool last_round; /* the writer has */
    bool closing;
};

/* Told once for each time that it begins to fail: a full disk stays full for a while. */
static void warn(struct store_connection *connection, bool failed)
{
    struct sqlite_engine *engine = connection->engine;
    pthread_mutex_lock(&engine->lock);
    bool tell = failed && !engine->warned;
    engine->warned = failed;
    pthread_mutex_unlock(&engine->lock);
    if (tell)
        log_warning("the log of %s cannot be copied into it: %s", connection->path,
                    sqlite3_errmsg(connection->handle));
}

/* Returns how many frames of the log are in the database, or -1. */
static int checkpoint(struct store_connection *connection)
{
    int frames = 0, copied = 0;
    int result = sqlite3_wal_checkpoint_v2(connection->handle, NULL, SQLITE_CHECKPOINT_PASSIVE,
                                           &frames, &copied);
    warn(connection, result != SQLITE_OK && (result & 0xff) != SQLITE_BUSY);
    return result == SQLITE_OK ? copied : -1;
}

/* Copies once; when the log is long, until little is left or the writer is no slower than this. */
static void catch_up(struct sqlite_engine *engine)
{
    int left = 0;
    for (int round = 0; round < ROUNDS_MAX; round++) {
        pthread_mutex_unlock(&engine->lock);
        int copied = checkpoint(engine->checkpoints);
        pthread_mutex_lock(&engine->lock);
        if (copied > engine->copied && copied <= engine->log_frames)
            engine->copied = copied;
        left = engine->log_frames - engine->copied;
        if (copied < 0 || engine->closing || left <= LAST_FRAMES ||
            engine->log_frames < LONG_FRAMES)
            break;
    }
    engine->requested = false;
    engine->last_round = engine->log_frames >= LONG_FRAMES;
}

static void *checkpoint_thread(void *argument)
{
    struct sqlite_engine *engine = argument;
    pthread_mutex_lock(&engine->lock);
    while (!engine->closing) {
        if (engine->requested)
            catch_up(engine);
        else
            pthread_cond_wait(&engine->wake, &engine->lock);
    }
    pthread_mutex_unlock(&engine->lock);
    return NULL;
}

static int on_commit(void *context, sqlite3 *handle, const char *database, int frames)
{
    struct sqlite_engine *engine = context;
    (void)handle, (void)database;
    pthread_mutex_lock(&engine->lock);
    if (frames < engine->log_frames) /* it began anew */
        engine->copied = 0;
    engine->log_frames = frames;
    pthread_mutex_unlock(&engine->lock);
    return SQLITE_OK;
}

void sqlite_engine_tidy(struct store_connection *connection)
{
    struct sqlite_engine *engine = connection->engine;
    if (connection->purpose != STORE_WRITES)
        return;
    pthread_mutex_lock(&engine->lock);
    bool last_round = engine->last_round;
    engine->last_round = false;
    if (!last_round && !engine->requested && engine->log_frames - engine->copied >= COPY_FRAMES) {
        engine->requested = true;
        pthread_cond_signal(&engine->wake);
    }
    pthread_mutex_unlock(&engine->lock);
    if (last_round)
        checkpoint(connection);
}

void sqlite_engine_rest(struct store_connection *connection)
{
    struct sqlite_engine *engine = connection->engine;
    sqlite3_db_release_memory(connection->handle);
    if (connection->purpose != STORE_WRITES)
        return;
    pthread_mutex_lock(&engine->lock);
    bool trim = engine->log_frames > TRIM_FRAMES;
    pthread_mutex_unlock(&engine->lock);
    if (!trim)
        return;
    sqlite3_busy_timeout(connection->handle, 0); /* a reader is not waited for: jobs may come */
    int result =
        sqlite3_wal_checkpoint_v2(connection->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_busy_timeout(connection->handle, SQLITE_STORE_BUSY_MS);
    if (result == SQLITE_OK) {
        pthread_mutex_lock(&engine->lock);
        engine->log_frames = engine->copied = 0;
        pthread_mutex_unlock(&engine->lock);
    }
}

static int take_lock(struct sqlite_engine *engine, struct error *error)
{
    char path[PATH_MAX];
    pid_t owner = 0;
    struct error reason = {0};
    if ((size_t)snprintf(path, sizeof path, "%s.lock", engine->path) >= sizeof path)
        return error_set(error, ERROR_INVALID, "the path of the database is too long");
    engine->lock_file = lock_file_take(path, &owner, &reason);
    if (engine->lock_file >= 0)
        return 0;
    if (reason.code == ERROR_EXISTS) {
        error_set(error, ERROR_EXISTS,
                  "another happy-server (process %ld) has the database %s open", (long)owner,
                  engine->path);
        return error_fix(error, "end it, or give this one another data directory");
    }
    error_set(error, ERROR_DATABASE, "the database %s cannot be opened: %s", engine->path,
              reason.message);
    return error_fix(error, "make its directory, and make it writable for this user");
}

/* A write that is taken back: a file on a read-only or full disk is told of at the start. */
static int check_writable(struct store_connection *connection, struct error *error)
{
    if (sqlite_execute(connection, "BEGIN IMMEDIATE", error) < 0)
        return -1;
    int result = sqlite_execute(connection, "PRAGMA user_version = 1000000", error);
    sqlite3_exec(connection->handle, "ROLLBACK", NULL, NULL, NULL);
    return result;
}

static int start_thread(struct sqlite_engine *engine, struct error *error)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int result = pthread_create(&engine->thread, NULL, checkpoint_thread, engine);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (result != 0) {
        errno = result;
        return error_set_errno(error, "cannot start a thread of the store");
    }
    engine->started = true;
    return 0;
}

static struct sqlite_engine *engine_new(const struct store_settings *settings)
{
    struct sqlite_engine *engine = calloc(1, sizeof *engine);
    if (!engine || !(engine->path = strdup(settings->path))) {
        free(engine);
        return NULL;
    }
    engine->size_max = settings->size_max;
    engine->lock_file = -1;
    pthread_mutex_init(&engine->lock, NULL);
    pthread_cond_init(&engine->wake, NULL);
    return engine;
}

void *sqlite_engine_open(const struct store_settings *settings, struct error *error)
{
    struct sqlite_engine *engine = engine_new(settings);
    if (!engine) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    if ((settings->shared || take_lock(engine, error) == 0) &&
        (engine->checkpoints = sqlite_connection_open(engine->path, ACCESS_CREATE, error)) &&
        (engine->checkpoints->engine = engine) && sqlite_migrate(engine->checkpoints, error) == 0 &&
        check_writable(engine->checkpoints, error) == 0 && start_thread(engine, error) == 0)
        return engine;
    sqlite_engine_close(engine);
    return NULL;
}

void sqlite_engine_close(void *opened)
{
    struct sqlite_engine *engine = opened;
    if (engine->started) {
        pthread_mutex_lock(&engine->lock);
        engine->closing = true;
        pthread_cond_signal(&engine->wake);
        pthread_mutex_unlock(&engine->lock);
        pthread_join(engine->thread, NULL);
    }
    sqlite_connection_close(engine->checkpoints);
    if (engine->lock_file >= 0)
        close(engine->lock_file);
    pthread_cond_destroy(&engine->wake);
    pthread_mutex_destroy(&engine->lock);
    free(engine->path);
    free(engine);
}

static int limit_size(struct store_connection *connection, int64_t size_max, struct error *error)
{
    char sql[64];
    if (size_max <= 0)
        return 0;
    sqlite3_snprintf(sizeof sql, sql, "PRAGMA max_page_count = %lld",
                     (long long)(size_max / SQLITE_STORE_PAGE));
    return sqlite_execute(connection, sql, error);
}

struct store_connection *sqlite_engine_connect(void *opened, enum store_purpose purpose,
                                               struct error *error)
{
    struct sqlite_engine *engine = opened;
    struct store_connection *connection = sqlite_connection_open(
        engine->path, purpose == STORE_WRITES ? ACCESS_WRITE : ACCESS_READ, error);
    if (!connection)
        return NULL;
    connection->engine = engine;
    connection->purpose = purpose;
    if (purpose == STORE_WRITES) {
        sqlite3_wal_hook(connection->handle, on_commit, engine);
        if (limit_size(connection, engine->size_max, error) < 0) {
            sqlite_connection_close(connection);
            return NULL;
        }
    }
    return connection;
}
