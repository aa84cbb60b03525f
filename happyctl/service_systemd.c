#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "service_file.h"
#include "service_manager.h"
#include "spawn.h"

static const char *const UNITS[] = {"systemd/user/happyd.service", "systemd/user/happyd.socket"};
#define UNIT_COUNT (sizeof UNITS / sizeof UNITS[0])

static const char *const START[] = {"systemctl", "--user", "start", "happyd.service", NULL};

/* In this order: a socket cannot be opened anew under a running service. */
static const char *const INSTALL_STEPS[][7] = {
    {"systemctl", "--user", "daemon-reload", NULL},
    {"systemctl", "--user", "enable", "happyd.socket", "happyd.service", NULL},
    {"systemctl", "--user", "stop", "happyd.service", NULL},
    {"systemctl", "--user", "restart", "happyd.socket", NULL},
    {"systemctl", "--user", "start", "happyd.service", NULL},
};
static const char *const UNINSTALL_STEPS[][7] = {
    {"systemctl", "--user", "disable", "--now", "happyd.socket", "happyd.service", NULL},
};
static const char *const RELOAD[] = {"systemctl", "--user", "daemon-reload", NULL};

static bool exists(const char *path)
{
    struct stat status;
    return path && lstat(path, &status) == 0;
}

static bool is_running(void)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    char *path = NULL;
    if (!runtime || asprintf(&path, "%s/systemd/private", runtime) < 0)
        return false;
    bool running = exists(path);
    free(path);
    return running;
}

/* The unit serves the default home only. */
static bool is_enabled(const struct paths *paths)
{
    (void)paths;
    if (getenv("HAPPY_HOME_DIR") || !is_running())
        return false;
    char *link = service_file_in_config("systemd/user/default.target.wants/happyd.service");
    bool enabled = exists(link);
    free(link);
    return enabled;
}

static int run_step(const char *const *step, bool quiet, struct error *error)
{
    if (!quiet) {
        for (const char *const *word = step; *word; word++)
            printf("%s%s", word == step ? "+ " : " ", *word);
        puts("");
        fflush(stdout);
    }
    struct error reason;
    if (spawn_and_wait(step, NULL, &reason) == 0)
        return 0;
    error_set(error, ERROR_SYSTEM, "%s %s failed: %s", step[0], step[2], reason.message);
    return error_fix(error, "journalctl --user -u happyd may tell more");
}

/* loginctl(1) keeps a file for each user who lingers. */
static void tell_about_lingering(void)
{
    const struct passwd *user = getpwuid(getuid());
    char *path = NULL;
    if (!user || asprintf(&path, "/var/lib/systemd/linger/%s", user->pw_name) < 0)
        return;
    if (!exists(path))
        printf("agents will end when you log out, unless you let them linger:\n"
               "  loginctl enable-linger\n");
    free(path);
}

static int check(struct error *error)
{
    if (getenv("HAPPY_HOME_DIR")) {
        error_set(error, ERROR_UNSUPPORTED,
                  "the service is for the default home, and "
                  "HAPPY_HOME_DIR is set");
        return error_fix(error, "unset HAPPY_HOME_DIR, or go without: happyctl daemon start");
    }
    if (is_running())
        return 0;
    error_set(error, ERROR_UNSUPPORTED, "no systemd user manager runs for you here");
    return error_fix(error,
                     "log in with a session of your own (not by su), or go without: happyctl "
                     "daemon start");
}

static int install(const struct paths *paths, bool quiet, struct error *error)
{
    for (size_t i = 0; i < UNIT_COUNT; i++) {
        char *path = service_file_in_config(UNITS[i]);
        int result = path ? service_file_install(UNITS[i], path, paths, error)
                          : error_set(error, ERROR_NOT_FOUND, "HOME is not set");
        if (result == 0 && !quiet)
            printf("wrote %s\n", path);
        free(path);
        if (result < 0)
            return -1;
    }
    for (size_t i = 0; i < sizeof INSTALL_STEPS / sizeof INSTALL_STEPS[0]; i++)
        if (run_step(INSTALL_STEPS[i], quiet, error) < 0)
            return -1;
    if (!quiet) {
        puts("happyd is running, and will when you log in");
        tell_about_lingering();
    }
    return 0;
}

static int uninstall(bool quiet, struct error *error)
{
    size_t removed = 0;
    char *paths[UNIT_COUNT];
    for (size_t i = 0; i < UNIT_COUNT; i++) {
        paths[i] = service_file_in_config(UNITS[i]);
        removed += exists(paths[i]);
    }
    int result = 0;
    if (removed)
        result = run_step(UNINSTALL_STEPS[0], quiet, error);
    for (size_t i = 0; i < UNIT_COUNT; i++) {
        if (result == 0 && exists(paths[i]) && unlink(paths[i]) < 0)
            result = error_set_errno(error, "cannot remove %s", paths[i]);
        else if (result == 0 && removed && !quiet)
            printf("removed %s\n", paths[i]);
        free(paths[i]);
    }
    if (result == 0 && removed)
        result = run_step(RELOAD, quiet, error);
    if (result == 0 && !quiet)
        puts(removed ? "happyctl starts happyd when it is needed; agents go on"
                     : "the service was not installed");
    return result;
}

const struct service_manager SERVICE_SYSTEMD = {
    .is_running = is_running,
    .is_enabled = is_enabled,
    .logs_to_journal = true,
    .check = check,
    .install = install,
    .uninstall = uninstall,
    .start = START,
    .logs = "journalctl --user -u happyd",
};
