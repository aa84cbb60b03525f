/* Going to the background (happyd --fork): the calling process stays in the foreground until the
   daemon serves, and ends with status 0 then, or with the daemon's error and status 1. */
#ifndef DAEMON_DAEMONIZE_H
#define DAEMON_DAEMONIZE_H

#include "wire/error.h"

struct daemonize;

/* Returns in the daemon's process only (its own session, / as working directory, output to the
   file `log`, which is begun anew above 4 MiB); NULL with `error` filled, in the calling process,
   when that fails. */
struct daemonize *daemonize_begin(const char *log, struct error *error);

/* Tell the waiting process; both free `daemonize`, and NULL is allowed. */
void daemonize_ready(struct daemonize *daemonize);
void daemonize_failed(struct daemonize *daemonize, const struct error *error);

#endif
