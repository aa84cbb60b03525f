/* What the server is told: by options, else by the environment, whose names are those that the
   official server reads. */
#ifndef SERVER_SETTINGS_H
#define SERVER_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "os/log.h"
#include "wire/error.h"
#include "wire/secret.h"

#define SETTINGS_SECRET_MAX 4096u /* bytes of HANDY_MASTER_SECRET */

struct settings {
    char *host;           /* --listen, HOST: an address or a name; "" is all addresses */
    unsigned port;        /* --listen, PORT; 0 takes a free one */
    char *data_directory; /* --data-dir, DATA_DIR; absolute once it is prepared */
    char *public_url;     /* --public-url, PUBLIC_URL: without a slash at its end; NULL: unknown */
    enum log_level log_level;
    struct secret *secret; /* HANDY_MASTER_SECRET, or the text of <data>/master-secret */
    bool secret_is_given;  /* by the environment: nothing of it is written */
    bool wants_help, wants_version;
};

/* Reads options and environment. NULL with `error` filled. The master secret is taken out of the
   environment. */
struct settings *settings_new(int count, char **arguments, struct error *error);
void settings_free(struct settings *settings); /* NULL is fine */

/* Makes the data directory (0700) when it is missing, and, unless the environment gave the secret,
   reads <data>/master-secret, or makes it (0600, on the disk before this returns) at the first
   start. Returns 0, or -1: the directory or the file is open to others, or cannot be used. */
int settings_prepare(struct settings *settings, struct error *error);

/* "<data>/<name>"; the caller frees it. NULL when memory runs out. */
char *settings_path(const struct settings *settings, const char *name);

extern const char SETTINGS_USAGE[];

#endif
