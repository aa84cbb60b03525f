/* The coding agents: how each is found, started, prompted, watched and asked to end. Nothing here
   does I/O on the agent itself; the daemon does, with the values given here. */
#ifndef AGENTS_AGENT_H
#define AGENTS_AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/error.h"

/* How the agent is asked to end: each step's keys (or signal to its process group), then a wait. */
struct agent_stop_step {
    const char *keys; /* bytes to type; NULL for none */
    int signal;       /* 0 for none */
    int wait_ms;      /* until the next step */
};

struct agent_request {
    const char *session;            /* our session id */
    const char *directory;          /* absolute */
    const char *const *environment; /* K=V, NULL-terminated: the client's */
    const char *const
        *arguments;            /* what the person gave behind the agent's name; NULL-terminated */
    const char *resume;        /* native session id to resume; NULL for a new session */
    const char *hook_program;  /* absolute path of happy-hook */
    const char *holder_socket; /* absolute path */
    bool terminal;             /* on a PTY: false for pipes */
};

/* What to execute. All strings are owned; free with agent_launch_free(). */
struct agent_launch {
    char *program;      /* absolute path */
    char **arguments;   /* argv, argv[0] included; NULL-terminated */
    char **environment; /* K=V, complete; NULL-terminated */
    char *native_id;    /* known before the start; NULL when it is learnt later */
};

/* What agent_prepare() may have left beside the holder's socket (settings that hold the person's
   own and ours, private to the user) is removed; call it when the session has ended. */
void agent_remove_files(const char *holder_socket);

enum agent_note_kind {
    AGENT_NOTE_OTHER,            /* nothing the daemon acts upon */
    AGENT_NOTE_SESSION_STARTED,  /* native_id is set; says nothing about busy or idle */
    AGENT_NOTE_PROMPT_TAKEN,     /* a prompt was submitted: busy */
    AGENT_NOTE_TURN_ENDED,       /* idle */
    AGENT_NOTE_QUESTION,         /* waits for a person */
    AGENT_NOTE_QUESTION_SETTLED, /* a tool has run: busy (again) */
};

struct agent_note {
    enum agent_note_kind kind;
    char *native_id; /* owned; NULL when the note has none */
};

enum agent_activity_source {
    AGENT_ACTIVITY_NOTES,  /* notes tell busy, idle and waiting; silence of the terminal is the
                              fallback */
    AGENT_ACTIVITY_OUTPUT, /* busy while it writes, idle after a silence */
};

struct agent_dialect {
    const char *name;          /* "claude" */
    const char *title;         /* "Claude Code" */
    const char *program;       /* looked up on PATH; NULL: decided by prepare */
    const char *install;       /* the command that installs it; NULL when there is none */
    const char *const *places; /* where else it may be, below $HOME; NULL-terminated, or NULL */
    enum agent_activity_source activity;
    int quiet_ms;       /* silence after which the terminal counts as quiet */
    int enter_delay_ms; /* between the end of the paste and Enter */
    /* Extended regular expressions (regex(3)) for a line of the screen; NULL when there is none. */
    const char *ready;    /* the input line is there and empty: a prompt can be pasted, and after
                             Enter this says that it was taken. Matched without the faint text of
                             the screen, which is suggestions */
    const char *question; /* a question stands and waits for a person: whenever a line matches, and
                             for as long as one does */
    const struct agent_stop_step *stop; /* ends with a step of wait_ms 0 */

    /* Fills `launch` but for its program, which agent_prepare() has looked up already when
       `program` is set. -1 with `error` filled. */
    int (*prepare)(const struct agent_request *request, struct agent_launch *launch,
                   struct error *error);
    /* Reads a note that one of the agent's hooks left. NULL when the dialect has no hooks. */
    void (*read_note)(const char *bytes, size_t length, struct agent_note *note);
    /* Looks in the agent's own files for the id of the session that it runs in `request->directory`
       since `started_at` (ms since the epoch). Returns an owned string, or NULL when it is not
       there (yet). NULL when the id is known otherwise. */
    char *(*find_native_id)(const struct agent_request *request, int64_t started_at, int pid);
    /* True when the agent's own files tell that the person interrupted the last turn, of which no
       note comes. NULL when they do not tell. */
    bool (*is_interrupted)(const char *const *environment, const char *native_id);
    /* The arguments that resume `native_id` are made by prepare; false: it cannot resume. */
    bool can_resume;
};

/* The dialects: claude, codex, gemini, shell, command. */
const struct agent_dialect *const *agent_dialects(size_t *count);

/* NULL when there is none of that name. */
const struct agent_dialect *agent_dialect_find(const char *name);

/* The absolute path of `program` on `path` (a PATH value) seen from `directory`; links to our own
   wrappers (happy-claude and so on) are passed over. NULL when it is not there. The caller frees
   it. */
char *agent_program_find(const char *program, const char *path, const char *directory);

/* The value of `name` in an environment; NULL when it is not set. Borrowed. */
const char *agent_environment_get(const char *const *environment, const char *name);

/* The absolute path of the dialect's program: on the environment's PATH, else in its places below
   HOME. NULL when it is nowhere or the dialect has none. The caller frees it. */
char *agent_dialect_program(const struct agent_dialect *dialect, const char *const *environment,
                            const char *directory);

/* Finds the program and makes the command line. -1 with `error` filled: ERROR_NO_PROGRAM names the
   install command. */
int agent_prepare(const struct agent_dialect *dialect, const struct agent_request *request,
                  struct agent_launch *launch, struct error *error);
void agent_launch_free(struct agent_launch *launch);

/* As the dialect's function; AGENT_NOTE_OTHER when it has none. Free with agent_note_clear(). */
void agent_read_note(const struct agent_dialect *dialect, const char *bytes, size_t length,
                     struct agent_note *note);
void agent_note_clear(struct agent_note *note);

#endif
