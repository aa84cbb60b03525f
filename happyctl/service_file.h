/* A service file made from its installed template. */
#ifndef HAPPYCTL_SERVICE_FILE_H
#define HAPPYCTL_SERVICE_FILE_H

#include "os/paths.h"

/* Reads the template `name` (below the package's data directory), replaces @bindir@ (where happyd
   is) and @home@ (the Happy home), and writes `path`, whose directories are made. -1 with `error`.
 */
int service_file_install(const char *name, const char *path, const struct paths *paths,
                         struct error *error);

/* <user's configuration directory>/<name>; the caller frees it. NULL when there is none, or memory
   runs out. */
char *service_file_in_config(const char *name);

#endif
