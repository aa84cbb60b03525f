#include "daemonize.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/descriptors.h"

#define LOG_SIZE_MAX (4 * 1024 * 1024)

struct daemonize {
    int report; /* a pipe to the waiting process: an error's text, or nothing */
};

/* The former log stays beside the new one. */
static int open_log(const char *path, struct error *error)
{
    struct stat status;
    char older[4096];
    if (stat(path, &status) == 0 && status.st_size > LOG_SIZE_MAX &&
        snprintf(older, sizeof older, "%s.1", path) < (int)sizeof older)
        rename(path, older);
    int descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    return descriptor >= 0 ? descriptor : error_set_errno(error, "cannot write the log %s", path);
}

/* The first byte says how it went: 'r' for ready, else an error's text follows. */
__attribute__((noreturn)) static void wait_for_daemon(int report)
{
    char text[1024];
    size_t length = 0;
    ssize_t got;
    while (length < sizeof text - 1 &&
           ((got = read(report, text + length, sizeof text - 1 - length)) > 0 ||
            (got < 0 && errno == EINTR)))
        length += got > 0 ? (size_t)got : 0;
    text[length] = '\0';
    if (length > 0 && text[0] == 'r')
        _exit(0);
    fprintf(stderr, "happyd: %s\n", length > 1 ? text + 1 : "the daemon ended while it started");
    fflush(stderr);
    _exit(1);
}

struct daemonize *daemonize_begin(const char *log, struct error *error)
{
    int ends[2];
    int log_descriptor = open_log(log, error);
    if (log_descriptor < 0)
        return NULL;
    struct daemonize *daemonize = malloc(sizeof *daemonize);
    if (!daemonize || descriptors_pipe(ends) < 0) {
        error_set_errno(error, "cannot go to the background");
        goto failed;
    }
    pid_t child = fork();
    if (child < 0) {
        error_set_errno(error, "cannot go to the background");
        close(ends[0]);
        close(ends[1]);
        goto failed;
    }
    if (child > 0) {
        close(ends[1]);
        waitpid(child, NULL, 0);
        wait_for_daemon(ends[0]);
    }
    setsid();
    if (fork() != 0)
        _exit(0);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(null, STDIN_FILENO);
    dup2(log_descriptor, STDOUT_FILENO);
    dup2(log_descriptor, STDERR_FILENO);
    close(null);
    close(log_descriptor);
    close(ends[0]);
    if (chdir("/") < 0)
        errno = 0;
    daemonize->report = ends[1];
    return daemonize;
failed:
    free(daemonize);
    close(log_descriptor);
    return NULL;
}

static void report(struct daemonize *daemonize, const char *text)
{
    if (!daemonize)
        return;
    /* A parent that is gone needs no report. */
    (void)!write(daemonize->report, text, strlen(text));
    close(daemonize->report);
    free(daemonize);
}

void daemonize_ready(struct daemonize *daemonize)
{
    report(daemonize, "r");
}

void daemonize_failed(struct daemonize *daemonize, const struct error *error)
{
    char text[1024];
    snprintf(text, sizeof text, "e%s%s%s", error->message, *error->fix ? "; " : "", error->fix);
    report(daemonize, text);
}
