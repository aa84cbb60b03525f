/* Where things are: the Happy home, the runtime directory, the sockets. */
#ifndef OS_PATHS_H
#define OS_PATHS_H

#include "wire/error.h"

#define PATHS_SESSION_ID_MAX 16

struct paths {
    char *home;          /* $HAPPY_HOME_DIR, or ~/.happy; absolute */
    char *runtime;       /* see paths_new() */
    char *daemon_socket; /* <runtime>/happyd.sock */
    char *holders;       /* <runtime>/holders: one <session id>.sock each */
    char *lock;          /* <home>/happyd.lock */
    char *database;      /* <home>/happyd.db */
    char *settings;      /* <home>/happyd.json */
    char *log;           /* <home>/logs/happyd.log, for a daemon that nobody else logs for */
};

/* Reads the environment and computes all paths; creates nothing. The runtime directory is
   $XDG_RUNTIME_DIR/happy (or /run/user/UID/happy when the variable is missing and that directory is
   ours) for the default home, the same with "-" and a hash of the home's path for another home, and
   <home>/run where there is no such directory. Returns NULL, with `error` filled, when there is no
   home directory or a socket's path would not fit into sun_path. Free with paths_free(). */
struct paths *paths_new(struct error *error);
void paths_free(struct paths *paths);

/* Creates home, runtime, holders and logs where they are missing, 0700. Returns -1 when one cannot
   be made, belongs to somebody else, or is open to others. */
int paths_create(const struct paths *paths, struct error *error);

/* <holders>/<session>.sock; the caller frees it. NULL when memory runs out. */
char *paths_holder_socket(const struct paths *paths, const char *session);

#endif
