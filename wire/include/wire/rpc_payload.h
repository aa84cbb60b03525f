/* Parameters and results of the methods a phone calls on a machine and on a session, as they are
   when opened ("RPC" in the protocol notes). The official handlers check little: parameters that
   are absent, or null where nothing else is said, are absent here, and what is there with another
   type is refused with a sentence for the caller. Members that are not known are ignored. */
#ifndef WIRE_RPC_PAYLOAD_H
#define WIRE_RPC_PAYLOAD_H

#include "wire/agent_state.h"
#include "wire/schema.h"

#define RPC_NO_METHOD     "Method not found" /* the error of a method nobody has */
#define RPC_VARIABLES_MAX 1024u              /* environment variables for a new session */
#define RPC_ARGUMENTS_MAX 4096u              /* arguments of a program */

enum rpc_scope { RPC_MACHINE = 1, RPC_SESSION = 2, RPC_ANYWHERE = RPC_MACHINE | RPC_SESSION };

struct rpc_method {
    const char *name;
    enum rpc_scope scope;
    const struct schema *params; /* of a struct rpc_…_params or rpc_nothing */
    const struct schema *result; /* of a struct rpc_…_result or rpc_nothing */
};

/* All methods there are; a name of NULL at the end. */
extern const struct rpc_method rpc_methods[];

/* The method of this name in this scope, or NULL. */
const struct rpc_method *rpc_method(const char *name, enum rpc_scope scope);

/* Takes "SCOPE:NAME", as it is on the wire, apart. False when it is not of this form. */
bool rpc_method_split(struct slice method, struct slice *scope, struct slice *name);

/* Reads parameters. What is no object counts as {}: empty text, and the null that stands for what
   could not be opened, among them. */
int rpc_params_parse(const struct schema *schema, struct slice text, struct arena *arena,
                     void *params, struct error *error);

/* Reads a result. Empty text and null mean that the handler returned nothing: all of `result` is
   empty then, also what is required. A handler that failed gives -1 with ERROR_REFUSED and its
   message. */
int rpc_result_parse(const struct schema *schema, struct slice text, struct arena *arena,
                     void *result, struct error *error);

/* Appends what says that the method failed. What says that it returned nothing is empty text. */
void rpc_print_error(struct buffer *text, const char *message);

struct rpc_nothing {
    struct schema_object object;
};

/* Machine: spawn-happy-session. */
struct rpc_spawn_params {
    struct schema_object object;
    const char *type, *directory;
    struct maybe_bool approved_new_directory_creation; /* true when absent */
    const char *agent;
    const char *permission_mode, *model_mode, *effort_level;
    const char *token;                                  /* secret */
    LIST_OF(struct named_string) environment_variables; /* secret */
    const char *resume_claude_session_id, *resume_codex_thread_id;
    const char *parent_session_id, *forked_from_message_id;
    struct maybe_bool is_side_chat;
    const char *session_id, *machine_id, *client_request_id, *provider_id, *model_id, *effort;
};

/* resume-happy-session. */
struct rpc_fallback_metadata {
    struct schema_object object;
    const char *path, *machine_id, *flavor, *claude_session_id, *codex_thread_id;
};
struct rpc_fallback {
    struct schema_object object;
    struct rpc_fallback_metadata metadata;
    int64_t metadata_version, agent_state_version, seq;
    struct slice encryption_key;    /* 32 bytes, secret: to be copied into a struct secret */
    const char *encryption_variant; /* "dataKey" */
};
struct rpc_resume_params {
    struct schema_object object;
    const char *session_id, *model, *permission_mode;
    struct rpc_fallback fallback; /* an invalid one is ignored */
    const char *fallback_reason;
};

/* Of both. Older daemons and ours say errors in `error`, which rpc_result_parse() gives when there
   is no `type`. */
enum rpc_spawn_outcome { SPAWN_SUCCESS = 1, SPAWN_NEEDS_DIRECTORY, SPAWN_PENDING, SPAWN_ERROR };
struct rpc_spawn_result {
    struct schema_object object;
    enum rpc_spawn_outcome outcome;
    union {
        const char *session_id; /* SPAWN_SUCCESS */
        const char *directory;  /* SPAWN_NEEDS_DIRECTORY */
        struct {
            const char *client_request_id;
            double retry_after; /* ms */
        } pending;
        struct {
            const char *message; /* for the app */
            const char *error;   /* the same for the control program; optional */
        } failure;
    };
};

/* stop-session. */
struct rpc_stop_params {
    struct schema_object object;
    const char *session_id;
};

/* claude-fork-session, -duplicate-session, -list-rewind-points; codex-fork-thread,
   -duplicate-thread, -list-rewind-points. */
struct rpc_fork_params {
    struct schema_object object;
    const char *directory;
    const char *claude_session_id, *codex_thread_id;
    const char *cut_after_uuid, *cut_after_item_id;
};
struct rpc_fork_result {
    struct schema_object object;
    const char *type; /* "success" */
    const char *new_claude_session_id, *new_codex_thread_id;
};
struct rpc_rewind_point {
    struct schema_object object;
    const char *uuid, *item_id; /* of Claude, of Codex */
    const char *text;
    struct maybe_number timestamp; /* ms */
};
struct rpc_points_result {
    struct schema_object object;
    const char *type; /* "success" */
    LIST_OF(struct rpc_rewind_point) points;
};

/* stop-session, stop-daemon, killSession. */
struct rpc_message_result {
    struct schema_object object;
    struct maybe_bool success;
    const char *message;
};

/* Both scopes: bash, ripgrep, difftastic. */
struct rpc_bash_params {
    struct schema_object object;
    const char *command, *cwd;
    struct maybe_number timeout; /* ms; 30000 when absent */
};
struct rpc_program_params {
    struct schema_object object;
    LIST_OF(const char *) args;
    const char *cwd;
};
struct rpc_command_result {
    struct schema_object object;
    bool success;
    const char *standard_output, *standard_error;
    struct maybe_number exit_code;
    const char *error;
};

/* readFile, writeFile, listDirectory, getDirectoryTree. */
struct rpc_path_params {
    struct schema_object object;
    const char *path;
    struct maybe_number max_depth; /* getDirectoryTree; 0 when absent */
};
struct rpc_write_params {
    struct schema_object object;
    const char *path;
    struct slice content;
    const char *expected_hash; /* absent or null: the file must not exist */
};
struct rpc_read_result {
    struct schema_object object;
    bool success;
    struct slice content;
    const char *error;
};
struct rpc_write_result {
    struct schema_object object;
    bool success;
    const char *hash; /* SHA-256, hexadecimal */
    const char *error;
};
enum rpc_entry_type { ENTRY_FILE = 1, ENTRY_DIRECTORY, ENTRY_OTHER };
struct rpc_entry {
    struct schema_object object;
    const char *name;
    enum rpc_entry_type type;
    struct maybe_number size, modified; /* bytes; ms since the epoch */
};
struct rpc_list_result {
    struct schema_object object;
    bool success;
    LIST_OF(struct rpc_entry) entries;
    const char *error;
};
struct rpc_node {
    struct schema_object object;
    const char *name, *path;
    enum rpc_entry_type type;
    struct maybe_number size, modified;
    LIST_OF(struct rpc_node) children;
};
struct rpc_tree_result {
    struct schema_object object;
    bool success;
    struct rpc_node tree;
    const char *error;
};

/* Session: permission. */
struct rpc_permission_params {
    struct schema_object object;
    const char *id; /* the key of the request in the agent state */
    bool approved;
    const char *mode, *reason;
    LIST_OF(const char *) allow_tools;
    enum request_decision decision;
    struct maybe_json updated_input; /* an object */
};

/* abort and switch: the official handlers look at neither. */
struct rpc_abort_params {
    struct schema_object object;
    const char *reason;
};
struct rpc_switch_params {
    struct schema_object object;
    const char *to; /* "remote", "local" */
};

/* goal-action. */
struct rpc_goal_params {
    struct schema_object object;
    const char *action, *objective; /* "clear", "stop", "edit" */
};
struct rpc_ok_result {
    struct schema_object object;
    bool ok;
};

/* communication: the answer to a form. */
struct rpc_communication_params {
    struct schema_object object;
    const char *id, *kind;
    enum communication_status status;
    LIST_OF(struct question_answer) answers;
};

extern const struct schema rpc_nothing_schema;
extern const struct schema rpc_spawn_params_schema, rpc_resume_params_schema,
    rpc_stop_params_schema, rpc_fork_params_schema;
extern const struct schema rpc_spawn_result_schema, rpc_fork_result_schema,
    rpc_points_result_schema, rpc_message_result_schema;
extern const struct schema rpc_bash_params_schema, rpc_program_params_schema,
    rpc_path_params_schema, rpc_write_params_schema;
extern const struct schema rpc_command_result_schema, rpc_read_result_schema,
    rpc_write_result_schema, rpc_list_result_schema, rpc_tree_result_schema;
extern const struct schema rpc_permission_params_schema, rpc_abort_params_schema,
    rpc_switch_params_schema, rpc_goal_params_schema, rpc_ok_result_schema,
    rpc_communication_params_schema;

#endif
