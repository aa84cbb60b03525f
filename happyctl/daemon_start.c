#include "daemon_start.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "deadline.h"
#include "os/executable.h"
#include "os/unix_socket.h"
#include "service_manager.h"
#include "spawn.h"

#define OTHER_MS      2000
#define OTHER_STEP_MS 10

/* <directory>/happyd when it is a program; the caller frees it. */
static char *program_in(const char *directory)
{
    char *program = NULL;
    if (!directory || asprintf(&program, "%s/happyd", directory) < 0)
        return NULL;
    if (access(program, X_OK) == 0)
        return program;
    free(program);
    return NULL;
}

char *daemon_program(void)
{
    char *directory = executable_directory();
    char *program = program_in(directory);
    free(directory);
    if (!program)
        program = program_in(getenv("HAPPY_LIBEXEC_DIR"));
    return program ? program : strdup(BINDIR "/happyd");
}

/* The lock is let go when the descriptor is closed, however this process ends. */
static int take_lock(const struct paths *paths, struct error *error)
{
    char *path = NULL;
    if (asprintf(&path, "%s/happyd.start.lock", paths->home) < 0)
        return error_set(error, ERROR_MEMORY, "out of memory");
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    int result = lock;
    while (result >= 0 && (result = flock(lock, LOCK_EX)) < 0 && errno == EINTR)
        result = 0;
    if (lock < 0 || result < 0) {
        error_set_errno(error, "cannot lock %s", path);
        if (lock >= 0)
            close(lock);
        lock = -1;
    }
    free(path);
    return lock;
}

/* `happyd --fork` returns when the daemon listens, or when it could not start. */
static int start_by_fork(const struct paths *paths, struct error *error)
{
    char *program = daemon_program();
    if (!program)
        return error_set(error, ERROR_MEMORY, "out of memory");
    const char *const arguments[] = {program, "--fork", NULL};
    struct error reason;
    int status = spawn_and_wait(arguments, NULL, &reason);
    if (status != 0) {
        error_set(error, ERROR_SYSTEM, "happyd could not be started: %s", reason.message);
        if (status < 0)
            error_fix(error, "install happyd beside happyctl, or as %s/happyd", BINDIR);
        else
            error_fix(error, "its log is %s", paths->log);
    }
    free(program);
    return status == 0 ? 0 : -1;
}

static int start_by_service(const struct service_manager *manager, struct error *error)
{
    struct error reason;
    if (spawn_and_wait(manager->start, NULL, &reason) == 0)
        return 0;
    error_set(error, ERROR_SYSTEM, "%s could not start happyd: %s", manager->start[0],
              reason.message);
    return error_fix(error, "its log: %s", manager->logs);
}

static bool other_is_alive(const struct paths *paths)
{
    int lock = open(paths->lock, O_RDONLY | O_CLOEXEC);
    bool alive = lock >= 0 && flock(lock, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
    if (lock >= 0)
        close(lock);
    return alive;
}

/* A happyd that holds its own lock and does not answer yet was started by hand, or by a client that
   was killed since. Nothing tells when it is ready but its socket. Returns the descriptor or -1. */
static int wait_for_other(const struct paths *paths)
{
    int64_t deadline = deadline_after(OTHER_MS);
    struct error error;
    while (other_is_alive(paths) && deadline_left(deadline) > 0) {
        int descriptor = unix_socket_connect(paths->daemon_socket, &error);
        if (descriptor >= 0)
            return descriptor;
        poll(NULL, 0, OTHER_STEP_MS);
    }
    return unix_socket_connect(paths->daemon_socket, &error);
}

int daemon_start(const struct paths *paths, struct error *error)
{
    if (paths_create(paths, error) < 0)
        return -1;
    int lock = take_lock(paths, error);
    if (lock < 0)
        return -1;
    /* Another client may have started it while this one waited for the lock. */
    int descriptor = unix_socket_connect(paths->daemon_socket, error);
    if (descriptor < 0 && error->code == ERROR_CLOSED) {
        const struct service_manager *manager = service_manager();
        int result = manager->is_enabled(paths) ? start_by_service(manager, error)
                                                : start_by_fork(paths, error);
        if (result < 0) {
            descriptor = wait_for_other(paths);
        } else {
            descriptor = unix_socket_connect(paths->daemon_socket, error);
            if (descriptor < 0)
                error_set(error, ERROR_SYSTEM, "happyd was started and does not answer on %s",
                          paths->daemon_socket);
        }
    }
    close(lock);
    return descriptor;
}
