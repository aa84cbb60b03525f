#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CAPTURED_MAX (64u * 1024u)

extern char **environ;

static int wait_for(pid_t child)
{
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return 255;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* `captured` is standard output or standard error of the child. */
static int start(const char *const *arguments, int file, int captured, pid_t *child)
{
    int other = captured == STDERR_FILENO ? STDOUT_FILENO : STDERR_FILENO;
    posix_spawn_file_actions_t actions;
    int failure = posix_spawn_file_actions_init(&actions);
    if (failure)
        return failure;
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, other, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, file, captured);
    failure = posix_spawnp(child, arguments[0], &actions, NULL, (char *const *)arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}

static void read_back(int file, struct buffer *output)
{
    char bytes[4096];
    ssize_t count;
    if (lseek(file, 0, SEEK_SET) < 0)
        return;
    while (output->length < CAPTURED_MAX && (count = read(file, bytes, sizeof bytes)) > 0)
        buffer_append(output, bytes, (size_t)count);
}

static void describe(const char *program, int status, struct buffer *said, struct error *error)
{
    while (said->length && strchr("\r\n ", said->data[said->length - 1]))
        said->data[--said->length] = '\0';
    const char *line = said->length ? strrchr(said->data, '\n') : NULL;
    line = line ? line + 1 : buffer_string(said);
    const char *name = strrchr(program, '/');
    if (*line)
        error_set(error, ERROR_SYSTEM, "%s", line);
    else
        error_set(error, ERROR_SYSTEM, "%s ended with status %d", name ? name + 1 : program,
                  status);
}

/* A file and not a pipe takes what the child says: a daemon that it leaves behind may keep the
   descriptor, and then a pipe would never end. */
int spawn_and_wait(const char *const *arguments, struct buffer *output, struct error *error)
{
    FILE *file = tmpfile();
    if (!file)
        return error_set_errno(error, "cannot make a temporary file");
    fcntl(fileno(file), F_SETFD, FD_CLOEXEC);
    pid_t child;
    int failure = start(arguments, fileno(file), output ? STDOUT_FILENO : STDERR_FILENO, &child);
    int status = -1;
    if (failure) {
        errno = failure;
        error_set_errno(error, "cannot run %s", arguments[0]);
    } else {
        struct buffer said = {0};
        status = wait_for(child);
        read_back(fileno(file), output ? output : &said);
        if (status != 0)
            describe(arguments[0], status, &said, error);
        buffer_free(&said);
    }
    fclose(file);
    return status;
}
