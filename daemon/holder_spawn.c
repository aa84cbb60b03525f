#include "holder_spawn.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/descriptors.h"
#include "os/log.h"
#include "os/service_scope.h"
#include "os/unix_socket.h"

#define HOLDER_DESCRIPTOR 3 /* where the holder finds the daemon */

char *holder_spawn_program(const char *name)
{
    const char *directory = getenv("HAPPY_LIBEXEC_DIR");
    char *path = NULL;
    if (!directory || directory[0] != '/')
        directory = LIBEXECDIR;
    return asprintf(&path, "%s/%s", directory, name) < 0 ? NULL : path;
}

/* The holder outlives the daemon's terminal and pipes, so it must not keep them open. */
static void redirect_standard_streams(const struct holder_spawn *spawn)
{
    int null = open("/dev/null", O_RDWR);
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    if (spawn->log) {
        int log = open(spawn->log, O_WRONLY | O_CREAT | O_APPEND, 0600);
        dup2(log >= 0 ? log : null, STDERR_FILENO);
    }
}

/* First of all: a copy of the daemon's lock or listening socket in a child would, if the daemon
   died now, keep the next one out and clients waiting for nobody. */
static void keep_only(int descriptor)
{
    if (descriptor == HOLDER_DESCRIPTOR)
        fcntl(descriptor, F_SETFD, 0);
    else
        dup2(descriptor, HOLDER_DESCRIPTOR);
    descriptors_close_from(HOLDER_DESCRIPTOR + 1);
}

static void reset_signals(void)
{
    sigset_t none;
    sigemptyset(&none);
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Runs in a child process and does not return. */
__attribute__((noreturn)) static void become_holder(const struct holder_spawn *spawn,
                                                    const char *program)
{
    char unit[64];
    struct error error;
    redirect_standard_streams(spawn);
    reset_signals();
    umask(spawn->umask);
    if (chdir("/") < 0)
        log_warning("cannot change to /: %s", strerror(errno));
    snprintf(unit, sizeof unit, "happy-%s.scope", spawn->session);
    if (spawn->scope && service_scope_enter(unit, spawn->description, spawn->limits, &error) < 0)
        log_warning("session %s runs without a scope and limits of its own: %s", spawn->session,
                    error.message);
    descriptors_close_from(HOLDER_DESCRIPTOR + 1);
    setrlimit(RLIMIT_CORE, spawn->core);
    setrlimit(RLIMIT_NOFILE, spawn->files);
    execl(program, "happy-holder", spawn->session, (char *)NULL);
    log_error("cannot execute %s: %s", program, strerror(errno));
    _exit(127);
}

int holder_spawn(const struct holder_spawn *spawn, struct error *error)
{
    int pair[2];
    char *program = holder_spawn_program("happy-holder");
    if (!program)
        return error_set(error, ERROR_MEMORY, "out of memory");
    if (access(program, X_OK) < 0) {
        error_set_errno(error, "cannot execute %s", program);
        error_fix(error, "install happyd again, or set HAPPY_LIBEXEC_DIR to the directory of "
                         "happy-holder");
        free(program);
        return -1;
    }
    if (unix_socket_pair(pair) < 0) {
        free(program);
        return error_set_errno(error, "cannot make a socket pair");
    }
    pid_t child = fork();
    if (child == 0) {
        keep_only(pair[1]);
        setsid();
        /* The second fork leaves the holder to init, so that the daemon has nothing to wait for. */
        pid_t holder = fork();
        if (holder == 0) {
            setsid();
            become_holder(spawn, program);
        }
        _exit(holder < 0);
    }
    int status = 1;
    bool failed = child < 0;
    close(pair[1]);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    free(program);
    if (!failed && status == 0)
        return pair[0];
    close(pair[0]);
    return error_set_errno(error, "cannot start a process");
}
