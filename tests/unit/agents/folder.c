#include "folder.h"

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[PATH_MAX];

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

void folder_free(void)
{
    if (folder[0])
        nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    folder[0] = '\0';
}

const char *folder_new(void)
{
    char name[] = "/tmp/happy-agents-XXXXXX";
    folder_free();
    if (!mkdtemp(name) || !realpath(name, folder))
        abort();
    return folder;
}

const char *folder_path(const char *name)
{
    static char paths[8][PATH_MAX];
    static unsigned next;
    char *path = paths[next++ % 8];
    snprintf(path, PATH_MAX, "%.2000s/%.1000s", folder, name);
    return path;
}

static void make_parents(const char *path)
{
    char parent[PATH_MAX];
    snprintf(parent, sizeof parent, "%s", path);
    for (char *slash = parent + strlen(folder) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(parent, 0700);
        *slash = '/';
    }
}

const char *folder_write(const char *name, const char *contents, int mode)
{
    const char *path = folder_path(name);
    make_parents(path);
    FILE *file = fopen(path, "w");
    if (!file || fputs(contents, file) < 0 || fclose(file) != 0 || chmod(path, (mode_t)mode) != 0)
        abort();
    return path;
}

void folder_link(const char *target, const char *name)
{
    const char *path = folder_path(name);
    make_parents(path);
    if (symlink(target, path) != 0)
        abort();
}
