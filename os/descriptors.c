#include "os/descriptors.h"

#include <unistd.h>

#define MOST 65536 /* where the system has no call of its own */

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
