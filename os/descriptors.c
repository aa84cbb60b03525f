#include "os/descriptors.h"

#include <fcntl.h>
#include <unistd.h>

#define MOST 65536 /* where the system has no call of its own */

int descriptors_pipe(int ends[2])
{
    if (pipe(ends) < 0)
        return -1;
    if (fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0 && fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0)
        return 0;
    close(ends[0]);
    close(ends[1]);
    return -1;
}

void descriptors_close_from(int first)
{
#if defined(HAVE_CLOSE_RANGE)
    if (close_range((unsigned)first, ~0u, 0) == 0)
        return;
#elif defined(HAVE_CLOSEFROM)
    closefrom(first);
    return;
#endif
    long limit = sysconf(_SC_OPEN_MAX);
    if (limit < 0 || limit > MOST)
        limit = MOST;
    for (int i = first; i < limit; i++)
        close(i);
}
