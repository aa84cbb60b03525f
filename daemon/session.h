/* One session: one run of an agent, as the daemon knows it. A plain record with its changes; what
   drives it is in session_start.c, session_link.c and session_end.c. */
#ifndef DAEMON_SESSION_H
#define DAEMON_SESSION_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>
#include <uthash.h>

#include "agents/agent.h"
#include "os/process.h"
#include "wire/frame.h"
#include "wire/json.h"

#define SESSION_ID_LENGTH 8
#define SESSION_NAME_MAX  64

struct daemon;
struct holder_link;
struct prompt;
struct session;

enum session_state { SESSION_STARTING, SESSION_RUNNING, SESSION_ENDED, SESSION_LOST };
enum session_activity {
    SESSION_ACTIVITY_NONE,
    SESSION_BUSY,
    SESSION_IDLE,
    SESSION_WAITING, /* a question stands on the screen */
};

enum session_change {
    SESSION_CHANGED_STATE,    /* it runs, or it ended */
    SESSION_CHANGED_ACTIVITY, /* busy, idle, waiting; or the terminal became active or quiet */
    SESSION_CHANGED_PROMPT,   /* a note said that the agent took a prompt */
    SESSION_REMOVED,          /* it is about to be freed: let go of it */
};

/* Whoever waits for something of a session. Owned by the waiter, in the session's list. */
struct session_observer {
    LIST_ENTRY(session_observer) entry;
    void (*changed)(struct session *session, enum session_change change, void *context);
    void *context;
    uint64_t told; /* the last announcement this one heard */
};

struct session {
    TAILQ_ENTRY(session) entry; /* in the order of creation */
    UT_hash_handle hh;
    struct daemon *daemon;

    char id[SESSION_ID_LENGTH + 1];
    char *name;
    char *agent;                         /* the dialect's name */
    const struct agent_dialect *dialect; /* never NULL: "command" for one that is not known */
    char *directory;
    char *command; /* JSON array: program and arguments */
    char *places;  /* JSON array of K=V: see session_places() */
    enum session_state state;
    enum session_activity activity;
    char *reason;
    int exit_code; /* -1: none */
    int64_t created_at, ended_at, last_output_at;
    uint16_t columns, rows;
    bool terminal; /* false: pipes */
    pid_t pid, holder_pid;
    uint64_t pid_started, holder_started;
    char boot_id[PROCESS_BOOT_ID_SIZE];
    char *title;
    char *native_id;
    char *resumed_from;
    uint64_t note_sequence; /* the last note that was processed */
    bool notes_left;        /* the notes behind it are left with the holder for now */

    /* Of a running session only. */
    struct holder_link *link;  /* NULL while it is not connected */
    struct holder_link *input; /* see session_input.h; NULL until it is needed */
    uint16_t terminals;
    unsigned followers;                    /* struct output_follower */
    LIST_HEAD(, pipe_reader) pipe_readers; /* see session_pipes.h */
    uint64_t pipe_end[2], pipe_released[2];
    struct event *pipe_timer;
    bool terminal_active; /* the holder's view: output within the quiet time */
    bool turn_open;       /* notes said that the agent works on a prompt */
    uint32_t modes;       /* enum frame_mode, as last told */
    int64_t question_at;  /* monotonic: when a question was last seen on its screen */
    struct event *quiet_timer;
    struct session_start *start;       /* on its way to run */
    struct session_recovery *recovery; /* its holder is being looked for */
    struct session_end *end;           /* what is left of it is being fetched */
    struct session_stop *stop;         /* being asked to end */
    struct prompt *prompts;            /* deliveries in progress, first in first out */

    uint32_t events_logged; /* since this daemon began */
    bool dirty;             /* to be written at the end of this turn */
    bool stored;            /* the row is there */
    LIST_HEAD(, session_observer) observers;
    uint64_t announcements;
};

/* A session in state `starting`. The strings are taken over; NULL for one of them that must be
   there means that memory ran out: then all are freed and NULL is returned. */
struct session *session_new(struct daemon *daemon, const char *id, char *name, char *agent,
                            char *directory, char *command, char *places);
void session_free(struct session *session);

bool session_is_live(const struct session *session); /* starting or running */

/* A name is 1 to 64 characters of letters, digits and . _ - + @, the first a letter or a digit. */
bool session_name_is_valid(const char *name);

/* Tells the observers. */
void session_announce(struct session *session, enum session_change change);
void session_observe(struct session *session, struct session_observer *observer);
void session_unobserve(struct session_observer *observer);

/* Puts the new value in, marks the session to be written, adds the event and tells the observers;
   does nothing when nothing changes. Strings are copied. */
void session_set_activity(struct session *session, enum session_activity activity);
void session_set_terminals(struct session *session, uint16_t terminals);
void session_set_size(struct session *session, uint16_t columns, uint16_t rows);
void session_set_native_id(struct session *session, const char *native_id);
void session_set_title(struct session *session, struct frame_string title);

/* It runs: the holder told its pid. Its own and the agent's start times are looked up. */
void session_set_running(struct session *session, pid_t pid, pid_t holder_pid);

/* It is over. `reason` is copied. */
void session_set_ended(struct session *session, enum session_state state, const char *reason,
                       int exit_code, int64_t at);

/* Reason and exit code as the local API gives them. */
int session_exit_code(const struct frame_exit *exit);
void session_exit_reason(const struct frame_exit *exit, char *text, size_t size);

/* The variables of an environment that say where an agent keeps its files (HOME, PATH, XDG_…,
   …_HOME, …_CONFIG_DIR), as a JSON array; the others may be secrets and are not kept. NULL when
   memory runs out. */
char *session_places(const char *const *environment);

/* The same as an environment again; NULL-terminated. Free with session_environment_free(). */
char **session_environment(const struct session *session);
void session_environment_free(char **environment);

/* The session object of docs/local-api.md. */
struct json_object *session_to_json(struct session *session, bool resources);

const char *session_state_name(enum session_state state);
const char *session_activity_name(enum session_activity activity); /* NULL for none */

#endif
