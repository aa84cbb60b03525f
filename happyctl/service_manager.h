/* One service manager: what service.h promises, for systemd or for launchd. */
#ifndef HAPPYCTL_SERVICE_MANAGER_H
#define HAPPYCTL_SERVICE_MANAGER_H

#include <stdbool.h>

#include "os/paths.h"

struct service_manager {
    bool (*is_running)(void);
    bool (*is_enabled)(const struct paths *paths);
    bool logs_to_journal;
    int (*check)(struct error *error); /* whether it can take happyd at all; -1 with `error` */
    int (*install)(const struct paths *paths, bool quiet, struct error *error);
    int (*uninstall)(bool quiet, struct error *error);
    const char *const *start; /* the command that starts happyd and returns when it is ready */
    const char *logs;         /* the command that shows its log */
};

extern const struct service_manager SERVICE_SYSTEMD, SERVICE_LAUNCHD;

/* The one of this operating system. */
const struct service_manager *service_manager(void);

#endif
