/* A transient scope of the user's systemd: a control group of its own for an agent, so that neither
   the end of the daemon's service nor a log-out (with lingering) ends it, and so that limits hold
   for the agent and all its processes (systemd.scope(5), org.freedesktop.systemd1(5)). */
#ifndef OS_SERVICE_SCOPE_H
#define OS_SERVICE_SCOPE_H

#include <stdbool.h>

#include "wire/error.h"
#include "wire/resource_limits.h"

/* True when this program was built with it and the user's service manager has a socket. */
bool service_scope_is_available(void);

/* Whether the user's services outlive the last log-out: 1 yes, 0 no, -1 not known (no systemd). */
int service_scope_is_lingering(void);

/* Moves the calling process into a new scope, and returns when it is in it (0), at most after five
   seconds; -1 with `error` filled when it is not. Loads libsystemd: only for a child process that
   soon executes another program. `unit` is the scope's name, with ".scope". */
int service_scope_enter(const char *unit, const char *description,
                        const struct resource_limits *limits, struct error *error);

#endif
