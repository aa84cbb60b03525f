#include "os/open_file.h"

#ifdef __linux__
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROCESSES_MAX 256

static char *search_process(int pid, bool (*wanted)(const char *, void *), void *context)
{
    char path[64 + NAME_MAX], target[PATH_MAX];
    char *found = NULL;
    snprintf(path, sizeof path, "/proc/%d/fd", pid);
    DIR *directory = opendir(path);
    struct dirent *entry;
    while (directory && !found && (entry = readdir(directory))) {
        snprintf(path, sizeof path, "/proc/%d/fd/%s", pid, entry->d_name);
        ssize_t length = readlink(path, target, sizeof target - 1);
        if (length <= 0 || target[0] != '/')
            continue;
        target[length] = '\0';
        if (wanted(target, context))
            found = strdup(target);
    }
    if (directory)
        closedir(directory);
    return found;
}

/* proc(5): /proc/PID/task/TID/children. Adds to `pids` and returns the new count. */
static size_t add_children(int pid, int *pids, size_t count)
{
    char path[64 + NAME_MAX];
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *directory = opendir(path);
    struct dirent *entry;
    while (directory && (entry = readdir(directory))) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "/proc/%d/task/%s/children", pid, entry->d_name);
        FILE *file = fopen(path, "re");
        int child;
        while (file && count < PROCESSES_MAX && fscanf(file, "%d", &child) == 1)
            pids[count++] = child;
        if (file)
            fclose(file);
    }
    if (directory)
        closedir(directory);
    return count;
}

char *open_file_find(int pid, bool (*wanted)(const char *path, void *context), void *context)
{
    int pids[PROCESSES_MAX];
    size_t count = 0;
    char *found = NULL;
    if (pid > 0)
        pids[count++] = pid;
    for (size_t i = 0; i < count && !found; i++) {
        found = search_process(pids[i], wanted, context);
        count = add_children(pids[i], pids, count);
    }
    return found;
}
#else
#include <stddef.h>

char *open_file_find(int pid, bool (*wanted)(const char *path, void *context), void *context)
{
    (void)pid;
    (void)wanted;
    (void)context;
    return NULL;
}
#endif
