/* happyd as a whole: what its parts share. */
#ifndef DAEMON_DAEMON_H
#define DAEMON_DAEMON_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>

#include "database.h"
#include "event_log.h"
#include "os/paths.h"
#include "os/service_notify.h"
#include "session_store.h"
#include "session_table.h"
#include "turn.h"
#include "wire/settings.h"

struct history_queue;
struct local_api;

struct daemon {
    struct event_base *base;
    struct paths *paths;
    struct service_notify *service;
    struct settings settings;
    struct database *database;
    struct turn *turn;
    struct session_table sessions;
    struct session_store *store;
    struct event_log *events;
    struct local_api *api;
    struct history_queue *histories;
    int64_t started_at;
    int recovering;                       /* sessions whose holders are still being looked for */
    void (*ready)(struct daemon *daemon); /* called once, when none is left */
    bool ending;                          /* the loop ends behind this turn */
    bool warned_of_limits;                /* said once that limits have no effect here */
    int told_running;          /* sessions, as told to the service manager; -1: not yet */
    struct rlimit core, files; /* as the daemon was started with: agents get them */
    mode_t umask;              /* likewise */
};

/* Opens the state in the Happy home. NULL with `error` filled. */
struct daemon *daemon_new(struct paths *paths, struct service_notify *service,
                          const struct settings *settings, struct error *error);

/* Begins to look for the holders of running sessions. `ready` is called, from within daemon_run(),
   when all are found or given up; only then are requests read. `listener` is the listening API
   socket, which is taken over, also in case of failure. */
int daemon_begin(struct daemon *daemon, int listener, void (*ready)(struct daemon *daemon),
                 struct error *error);

/* Serves until daemon_end() is called. */
void daemon_run(struct daemon *daemon);
void daemon_end(struct daemon *daemon);

/* Lets go of everything; agents and their holders go on. */
void daemon_free(struct daemon *daemon);

/* The session is to be written at the end of this turn. */
void daemon_session_changed(struct daemon *daemon, struct session *session);

/* A session began to run, or ended. */
void daemon_counts_changed(struct daemon *daemon);

/* A session's holder was found or given up. */
void daemon_recovered(struct daemon *daemon);

/* Runs `act` when the changes made so far are on the disk, if the session is still there. */
void daemon_after_commit(struct daemon *daemon, const struct session *session,
                         void (*act)(struct session *session));

/* Takes the session out of memory and off the disk. */
void daemon_forget_session(struct daemon *daemon, struct session *session);

#endif
