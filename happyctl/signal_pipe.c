#include "signal_pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static int pipe_ends[2] = {-1, -1};
static const int *caught;

static void on_signal(int number)
{
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    /* A full pipe holds more signals than anybody could want to know of. */
    if (write(pipe_ends[1], &byte, 1) < 0)
        errno = saved;
    errno = saved;
}

static void set_handlers(void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    for (const int *number = caught; *number; number++)
        sigaction(*number, &action, NULL);
}

int signal_pipe_open(const int *signals, struct error *error)
{
    if (pipe(pipe_ends) < 0)
        return error_set_errno(error, "cannot make a pipe");
    for (int i = 0; i < 2; i++) {
        fcntl(pipe_ends[i], F_SETFD, FD_CLOEXEC);
        fcntl(pipe_ends[i], F_SETFL, O_NONBLOCK);
    }
    caught = signals;
    set_handlers(on_signal);
    return pipe_ends[0];
}

int signal_pipe_next(void)
{
    unsigned char byte;
    return read(pipe_ends[0], &byte, 1) == 1 ? byte : 0;
}

void signal_pipe_close(void)
{
    set_handlers(SIG_DFL);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
}
