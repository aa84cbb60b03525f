#include "os/lock_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

static pid_t read_pid(int descriptor)
{
    char text[32] = "";
    ssize_t length = pread(descriptor, text, sizeof text - 1, 0);
    return length > 0 ? (pid_t)strtol(text, NULL, 10) : 0;
}

void lock_file_write_pid(int descriptor)
{
    char text[32];
    int length = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    /* The number is for people: the lock holds without it, on a full disk too. */
    if (ftruncate(descriptor, 0) == 0 && pwrite(descriptor, text, (size_t)length, 0) < 0)
        errno = 0;
}

int lock_file_take(const char *path, pid_t *owner, struct error *error)
{
    int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0)
        return error_set_errno(error, "cannot open the lock file %s", path);
    int result;
    do
        result = flock(descriptor, LOCK_EX | LOCK_NB);
    while (result < 0 && errno == EINTR);
    if (result == 0) {
        lock_file_write_pid(descriptor);
        return descriptor;
    }
    if (errno == EWOULDBLOCK) {
        pid_t pid = read_pid(descriptor);
        if (owner)
            *owner = pid;
        error_set(error, ERROR_EXISTS, "process %ld holds the lock %s", (long)pid, path);
    } else {
        error_set_errno(error, "cannot lock %s", path);
    }
    close(descriptor);
    return -1;
}
