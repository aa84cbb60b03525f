/* One command of happyctl: an entry of the table in commands.c, and what it is run with. */
#ifndef HAPPYCTL_COMMAND_H
#define HAPPYCTL_COMMAND_H

#include "arguments.h"
#include "os/paths.h"
#include "wire/json.h"

struct daemon_client;
struct invocation;

#define OPERANDS_ANY SIZE_MAX

/* What the operands of a command are. */
enum operand_kind {
    OPERAND_OTHER,
    OPERAND_SESSION,
    OPERAND_SESSIONS,
    OPERAND_AGENT,
    OPERAND_COMMAND,
    OPERAND_ACTION
};

struct command {
    const char *name;
    const char *alias;   /* NULL: has none */
    const char *usage;   /* what follows the name; "" for nothing */
    const char *summary; /* for the overview: a few words */
    const char *details; /* for --help: lines; NULL */
    const char *example; /* for --help: lines */
    const struct option *options;
    size_t least, most;        /* operands */
    enum operand_kind operand; /* what a shell completes */
    bool minor;                /* not in the overview, which must fit a screen */
    bool hidden;               /* not for people: in no overview */
    bool passive;              /* never starts happyd */
    int (*run)(struct invocation *invocation);
};

/* One run of one command. */
struct invocation {
    const struct command *command;
    struct arguments arguments;
    bool may_start;               /* start happyd when none runs */
    struct paths *paths;          /* made when first needed */
    struct daemon_client *daemon; /* connected when first needed */
};

#define CALL_TIMEOUT_MS  10000 /* for what happyd answers at once */
#define START_TIMEOUT_MS 30000 /* for what starts a session */
#define CALL_FOREVER     (-1)

/* Computes the paths. Returns STATUS_OK, or the exit status after telling the person why not. */
int invocation_find_paths(struct invocation *invocation);

/* Connects to happyd, starting it when needed and allowed. Returns as above. */
int invocation_connect(struct invocation *invocation);

/* Calls a method, connecting first. `params` is taken over; NULL means {}. Returns the result,
   which the caller frees with json_object_put(); NULL, after telling the person, with `*status` set
   to the exit status. */
struct json_object *invocation_call(struct invocation *invocation, const char *method,
                                    struct json_object *params, int timeout_ms, int *status);

/* {"session": name}, or {} when `name` is NULL: the latest session. */
struct json_object *session_parameters(const char *name);

/* The id of the session called `name` (NULL: the latest), which goes on meaning the same session
   when others come and go. The caller frees it. NULL, after telling the person, with `*status` set.
 */
char *invocation_find_session(struct invocation *invocation, const char *name, int *status);

/* Writes a value as JSON to standard output: indented on a terminal, else one line. Takes it over.
   Returns STATUS_OK or what report_written() says. */
int print_json(struct json_object *value);

#endif
