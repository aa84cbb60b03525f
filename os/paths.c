#include "os/paths.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static char *join(const char *directory, const char *name)
{
    char *path = NULL;
    return asprintf(&path, "%s/%s", directory, name) < 0 ? NULL : path;
}

static const char *home_directory(void)
{
    const char *home = getenv("HOME");
    if (home && home[0] == '/')
        return home;
    const struct passwd *user = getpwuid(getuid());
    return user ? user->pw_dir : NULL;
}

/* FNV-1a, 32 bits: tells several homes of one user apart, nothing more. */
static uint32_t hash_path(const char *path)
{
    uint32_t hash = 2166136261u;
    for (; *path; path++)
        hash = (hash ^ (unsigned char)*path) * 16777619u;
    return hash;
}

static bool is_own_directory(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == getuid();
}

static char *runtime_directory(const char *home, bool default_home)
{
    char run_user[64];
    const char *base = getenv("XDG_RUNTIME_DIR");
    if (!base || base[0] != '/') {
        snprintf(run_user, sizeof run_user, "/run/user/%lu", (unsigned long)getuid());
        base = run_user;
    }
    if (!is_own_directory(base))
        return join(home, "run");
    if (default_home)
        return join(base, "happy");
    char name[32];
    snprintf(name, sizeof name, "happy-%08x", hash_path(home));
    return join(base, name);
}

/* The home as an absolute path without links, so that two names of one home give one daemon. */
static char *find_home(bool *is_default, struct error *error)
{
    const char *user_home = home_directory();
    const char *wanted = getenv("HAPPY_HOME_DIR");
    char *standard = user_home ? join(user_home, ".happy") : NULL;
    *is_default = !wanted || !*wanted;
    if (*is_default && !standard) {
        error_set(error, ERROR_NOT_FOUND, "neither HAPPY_HOME_DIR nor HOME is set");
        error_fix(error, "set HOME to your home directory");
        return NULL;
    }
    const char *chosen = *is_default ? standard : wanted;
    char *home = NULL;
    if (chosen[0] == '~' && chosen[1] == '/' && user_home)
        home = join(user_home, chosen + 2);
    else if (chosen[0] == '/')
        home = strdup(chosen);
    else {
        char directory[PATH_MAX];
        home = getcwd(directory, sizeof directory) ? join(directory, chosen) : NULL;
    }
    char *real = home ? realpath(home, NULL) : NULL;
    if (real) {
        free(home);
        home = real;
    }
    if (home && standard) {
        char *real_standard = realpath(standard, NULL);
        *is_default = strcmp(home, real_standard ? real_standard : standard) == 0;
        free(real_standard);
    }
    free(standard);
    if (!home)
        error_set_errno(error, "the Happy home \"%s\" cannot be resolved", wanted ? wanted : "");
    return home;
}

struct paths *paths_new(struct error *error)
{
    struct paths *paths = calloc(1, sizeof *paths);
    if (!paths) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    bool default_home;
    paths->home = find_home(&default_home, error);
    if (!paths->home)
        goto failed;
    error_set(error, ERROR_MEMORY, "out of memory");
    if (!(paths->runtime = runtime_directory(paths->home, default_home)) ||
        !(paths->daemon_socket = join(paths->runtime, "happyd.sock")) ||
        !(paths->holders = join(paths->runtime, "holders")) ||
        !(paths->lock = join(paths->home, "happyd.lock")) ||
        !(paths->database = join(paths->home, "happyd.db")) ||
        !(paths->settings = join(paths->home, "happyd.json")) ||
        !(paths->log = join(paths->home, "logs/happyd.log")))
        goto failed;
    size_t room = sizeof((struct sockaddr_un *)0)->sun_path;
    if (strlen(paths->holders) + 1 + PATHS_SESSION_ID_MAX + strlen(".sock") >= room) {
        error_set(error, ERROR_LIMIT, "socket paths under \"%s\" would be longer than %zu bytes",
                  paths->runtime, room - 1);
        error_fix(error, "set HAPPY_HOME_DIR to a shorter path");
        goto failed;
    }
    if (error)
        *error = (struct error){0};
    return paths;
failed:
    paths_free(paths);
    return NULL;
}

void paths_free(struct paths *paths)
{
    if (!paths)
        return;
    free(paths->home);
    free(paths->runtime);
    free(paths->daemon_socket);
    free(paths->holders);
    free(paths->lock);
    free(paths->database);
    free(paths->settings);
    free(paths->log);
    free(paths);
}

static int create_private(const char *path, struct error *error)
{
    if (mkdir(path, 0700) < 0 && errno != EEXIST)
        return error_set_errno(error, "cannot create the directory %s", path);
    struct stat status;
    if (stat(path, &status) < 0)
        return error_set_errno(error, "cannot read the directory %s", path);
    if (!S_ISDIR(status.st_mode))
        return error_set(error, ERROR_INVALID, "%s is not a directory", path);
    if (status.st_uid != getuid()) {
        error_set(error, ERROR_REFUSED, "%s belongs to another user", path);
        return error_fix(error, "set HAPPY_HOME_DIR to a directory of your own");
    }
    if ((status.st_mode & 077) && chmod(path, 0700) < 0)
        return error_set_errno(error, "%s is open to others and cannot be closed", path);
    return 0;
}

int paths_create(const struct paths *paths, struct error *error)
{
    char *logs = join(paths->home, "logs");
    if (!logs)
        return error_set(error, ERROR_MEMORY, "out of memory");
    int result = 0;
    const char *all[] = {paths->home, paths->runtime, paths->holders, logs};
    for (size_t i = 0; i < sizeof all / sizeof all[0] && result == 0; i++)
        result = create_private(all[i], error);
    free(logs);
    return result;
}

char *paths_holder_socket(const struct paths *paths, const char *session)
{
    char *path = NULL;
    return asprintf(&path, "%s/%s.sock", paths->holders, session) < 0 ? NULL : path;
}
