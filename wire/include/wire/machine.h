/* What a machine tells of itself ("Machine metadata and daemon state" in the protocol notes). The
   daemon writes both; of the metadata the app writes `display_name`, so that it must be kept. */
#ifndef WIRE_MACHINE_H
#define WIRE_MACHINE_H

#include "wire/schema.h"

enum daemon_last_status { DAEMON_WAS_RUNNING = 1, DAEMON_WAS_SHUTTING_DOWN };
enum shutdown_source {
    SHUTDOWN_BY_APP = 1,
    SHUTDOWN_BY_CLI,
    SHUTDOWN_BY_SIGNAL,
    SHUTDOWN_BY_UNKNOWN,
};

/* Which agents are installed. */
struct cli_availability {
    struct schema_object object;
    bool claude, codex, gemini, openclaw;
    struct maybe_bool agy, rig;
    int64_t detected_at;
};

struct resume_support {
    struct schema_object object;
    struct maybe_bool rpc_available, requires_same_machine, requires_happy_agent_auth;
    struct maybe_bool happy_agent_authenticated;
    struct maybe_integer detected_at;
};

/* What is below `home_dir` may be absent, never null. */
struct machine_metadata {
    struct schema_object object;
    const char *host;
    const char *platform; /* "linux", "darwin" */
    const char *happy_cli_version;
    const char *happy_home_dir, *home_dir;
    const char *happy_lib_dir, *username, *arch;
    const char *display_name; /* the user's */
    struct cli_availability cli_availability;
    struct resume_support resume_support; /* an invalid one is ignored */
    enum daemon_last_status daemon_last_known_status;
    struct maybe_number daemon_last_known_pid;
    struct maybe_integer shutdown_requested_at;
    enum shutdown_source shutdown_source;
    struct arena arena;
};

/* All may be absent or null but `status`. */
struct daemon_state {
    struct schema_object object;
    const char *status; /* "running", "shutting-down", "offline", or what is newer */
    struct maybe_number pid, http_port;
    struct maybe_integer started_at, shutdown_requested_at;
    const char *shutdown_source; /* "happy-app", "happy-cli", "os-signal", … */
    struct arena arena;
};

extern const struct schema machine_metadata_schema, daemon_state_schema; /* all but `arena` */

/* Read what was decrypted. Return 0, or -1 with `error` filled and the value empty. */
int machine_metadata_parse(struct slice text, struct machine_metadata *metadata,
                           struct error *error);
int daemon_state_parse(struct slice text, struct daemon_state *state, struct error *error);

/* Append the text. Return 0, or -1 with nothing appended when a reader would refuse it. */
int machine_metadata_print(const struct machine_metadata *metadata, struct buffer *text,
                           struct error *error);
int daemon_state_print(const struct daemon_state *state, struct buffer *text, struct error *error);

void machine_metadata_free(struct machine_metadata *metadata);
void daemon_state_free(struct daemon_state *state);

#endif
