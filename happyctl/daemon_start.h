/* Starting happyd when none runs. */
#ifndef HAPPYCTL_DAEMON_START_H
#define HAPPYCTL_DAEMON_START_H

#include "os/paths.h"

/* Connects to the running happyd, or starts one and connects, under a lock so that any number of
   clients at once start one daemon. The user's service manager starts it when `happyctl daemon
   install` put it in its care. Returns the descriptor; -1 with `error` filled. */
int daemon_start(const struct paths *paths, struct error *error);

/* happyd's program: the one beside happyctl, as in a moved installation; else the one in
   $HAPPY_LIBEXEC_DIR, as in a build directory; else where it was to be installed. The caller frees
   it. NULL when memory runs out. */
char *daemon_program(void);

#endif
