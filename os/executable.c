#include "os/executable.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __APPLE__
#include <mach-o/dyld.h>
#include <stdint.h>
#endif

static char *executable_path(void)
{
#ifdef __APPLE__
    char path[PATH_MAX];
    uint32_t size = sizeof path;
    return _NSGetExecutablePath(path, &size) == 0 ? realpath(path, NULL) : NULL;
#elif defined(__linux__)
    return realpath("/proc/self/exe", NULL);
#else
    return realpath("/proc/curproc/file", NULL);
#endif
}

char *executable_directory(void)
{
    char *path = executable_path();
    char *slash = path ? strrchr(path, '/') : NULL;
    if (slash)
        *(slash == path ? slash + 1 : slash) = '\0';
    return path;
}
