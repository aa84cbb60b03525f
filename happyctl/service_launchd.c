#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "service_file.h"
#include "service_manager.h"
#include "spawn.h"

/* launchctl(1): the domain of the user who is logged in at the screen. */
#define LABEL "happyd"

static const char *const START[] = {"launchctl", "start", LABEL, NULL};

static char *plist_path(void)
{
    const char *home = getenv("HOME");
    char *path = NULL;
    if (!home || asprintf(&path, "%s/Library/LaunchAgents/happyd.plist", home) < 0)
        return NULL;
    return path;
}

static bool is_running(void)
{
    return access("/bin/launchctl", X_OK) == 0;
}

/* `launchctl start` does not wait for readiness, and the agent is started at log-in anyhow: a
   client that finds no daemon starts one itself, which the lock lets win or lose cleanly. */
static bool is_enabled(const struct paths *paths)
{
    (void)paths;
    return false;
}

static int check(struct error *error)
{
    if (is_running())
        return 0;
    error_set(error, ERROR_UNSUPPORTED, "there is no launchd here");
    return error_fix(error, "go without: happyctl daemon start");
}

static int run(const char *action, const char *argument, bool quiet, struct error *error)
{
    char domain[48];
    snprintf(domain, sizeof domain, "gui/%lu", (unsigned long)getuid());
    const char *const step[] = {"launchctl", action, domain, argument, NULL};
    if (!quiet)
        printf("+ launchctl %s %s %s\n", action, domain, argument);
    return spawn_and_wait(step, NULL, error) == 0 ? 0 : -1;
}

static int install(const struct paths *paths, bool quiet, struct error *error)
{
    char *path = plist_path();
    struct error ignored;
    if (!path)
        return error_set(error, ERROR_NOT_FOUND, "HOME is not set");
    int result = service_file_install("launchd/happyd.plist", path, paths, error);
    if (result == 0)
        run("bootout", path, true, &ignored); /* an older one, if there is one */
    if (result == 0)
        result = run("bootstrap", path, quiet, error);
    if (result == 0 && !quiet)
        puts("happyd is running, and will when you log in");
    free(path);
    return result;
}

static int uninstall(bool quiet, struct error *error)
{
    char *path = plist_path();
    if (!path)
        return error_set(error, ERROR_NOT_FOUND, "HOME is not set");
    int result = 0;
    if (access(path, F_OK) == 0) {
        result = run("bootout", path, quiet, error);
        if (result == 0 && unlink(path) < 0)
            result = error_set_errno(error, "cannot remove %s", path);
    } else if (!quiet) {
        puts("the service was not installed");
    }
    free(path);
    return result;
}

const struct service_manager SERVICE_LAUNCHD = {
    .is_running = is_running,
    .is_enabled = is_enabled,
    .check = check,
    .install = install,
    .uninstall = uninstall,
    .start = START,
    .logs = "happyctl daemon logs",
};
