/* The metadata of a session: where it runs, what runs there, its title, and what the user picked
   for it ("Session metadata" in the protocol notes). Machine and app both write it, and each keeps
   what it does not know. The app takes one that it finds invalid for none: no title, no path. */
#ifndef WIRE_SESSION_METADATA_H
#define WIRE_SESSION_METADATA_H

#include "wire/schema.h"

enum started_by { STARTED_BY_DAEMON = 1, STARTED_BY_TERMINAL };

struct session_summary {
    struct schema_object object;
    const char *text; /* the title */
    int64_t updated_at;
};

struct mcp_server {
    struct schema_object object;
    const char *name, *status;
};

/* A model, mode or level of thought that can be chosen. */
struct session_choice {
    struct schema_object object;
    const char *code, *value; /* what is sent, and what is shown */
    const char *description;  /* may be absent or null */
};

/* Everything but `path` and `host` may be absent. Only what says so may be null. */
struct session_metadata {
    struct schema_object object;
    const char *path, *host;
    const char *version, *os;
    const char *machine_id;
    const char *home_dir, *happy_home_dir, *happy_lib_dir, *happy_tools_dir;
    const char *git_branch;
    struct maybe_bool started_from_daemon;
    enum started_by started_by;
    struct maybe_number host_pid;
    const char *flavor;                             /* or null */
    struct maybe_json sandbox;                      /* or null */
    struct maybe_bool dangerously_skip_permissions; /* or null */
    const char *lifecycle_state;                    /* "running", "archived", "archiveRequested" */
    struct maybe_integer lifecycle_state_since;
    const char *archived_by, *archive_reason;
    const char *claude_session_id, *codex_thread_id;
    LIST_OF(const char *) tools, slash_commands, skills;
    LIST_OF(struct mcp_server) mcp_servers;
    struct session_summary summary;
    const char *name;
    LIST_OF(struct session_choice) models, operating_modes, thought_levels;
    const char *current_model_code, *current_operating_mode_code, *current_thought_level_code;
    const char *permission_mode, *model_mode, *effort_level; /* the app's picks; or null: reset */
    const char *parent_session_id, *forked_from_message_id;
    struct maybe_bool is_side_chat;
    struct arena arena;
};

extern const struct schema session_metadata_schema; /* reads all but `arena` */

/* Reads what was decrypted. Returns 0, or -1 with `error` filled and `metadata` empty. */
int session_metadata_parse(struct slice text, struct session_metadata *metadata,
                           struct error *error);

/* Appends the text. Returns 0, or -1 with nothing appended when a reader would refuse it. */
int session_metadata_print(const struct session_metadata *metadata, struct buffer *text,
                           struct error *error);

void session_metadata_free(struct session_metadata *metadata);

#endif
