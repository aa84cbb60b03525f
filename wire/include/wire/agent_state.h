/* The agent state of a session: who has control, which permissions are asked for, and which were
   answered ("Agent state" in the protocol notes). Only the machine writes it; the app takes one
   that it finds invalid for an empty one. */
#ifndef WIRE_AGENT_STATE_H
#define WIRE_AGENT_STATE_H

#include "wire/schema.h"

enum request_status { REQUEST_APPROVED = 1, REQUEST_DENIED, REQUEST_CANCELED };
enum request_decision {
    DECISION_APPROVED = 1,
    DECISION_APPROVED_FOR_SESSION,
    DECISION_DENIED,
    DECISION_ABORT,
};

/* Times are ms since the epoch. Strings, lists and times below may be absent or null unless said.
 */
struct agent_request {
    struct schema_object object;   /* `key` is the id to answer with */
    const char *tool;              /* always there */
    struct json_object *arguments; /* any value; NULL is null */
    struct maybe_integer created_at;
    const char *tool_use_id; /* of the row to show it at, when that is not the id */
};

struct completed_request {
    struct schema_object object;
    const char *tool;
    struct json_object *arguments;
    struct maybe_integer created_at, completed_at;
    enum request_status status; /* always there */
    const char *reason, *mode;
    LIST_OF(const char *) allowed_tools;
    LIST_OF(const char *) allow_tools; /* the older name; readers do not know it */
    enum request_decision decision;
    const char *tool_use_id;
};

struct usage_window {
    struct schema_object object;
    const char *id, *label, *status;
    struct maybe_number utilization; /* 0 to 100 */
    struct maybe_integer resets_at;
};

struct usage_limits {
    struct schema_object object;
    int64_t captured_at;
    LIST_OF(struct usage_window) windows;
};

enum goal_source { GOAL_OF_CLAUDE = 1, GOAL_OF_CODEX };
enum goal_status { GOAL_UNAVAILABLE = 1, GOAL_INACTIVE, GOAL_ACTIVE };
struct goal_step {
    struct schema_object object;
    const char *text, *status;
};

struct goal_progress {
    struct schema_object object;
    struct maybe_number current_step, total_steps;
    LIST_OF(struct goal_step) steps;
};

struct goal_capabilities {
    struct schema_object object;
    struct maybe_bool clear, stop, edit;
};

/* A member that is not here, or a null, makes the whole agent state invalid. */
struct agent_goal {
    struct schema_object object;
    enum goal_source source;
    int64_t observed_at;
    enum goal_status status;
    const char *source_session_id; /* GOAL_ACTIVE needs it */
    struct maybe_json source_revision;
    const char *reason; /* of GOAL_UNAVAILABLE and GOAL_INACTIVE; each has its words for it */
    const char *text;   /* of GOAL_ACTIVE, as is what follows */
    struct goal_capabilities capabilities;
    struct goal_progress progress;
};

/* Questions that another agent host asks in forms. */
struct question_option {
    struct schema_object object;
    const char *label, *description;
};

struct question {
    struct schema_object object;
    const char *id, *header, *question;
    LIST_OF(struct question_option) options;
    struct maybe_bool multi_select, allow_custom, required;
};

struct question_form {
    struct schema_object object;
    LIST_OF(struct question) questions;
};

struct question_answer {
    struct schema_object object; /* `key` is the id of the question */
    LIST_OF(const char *) options;
    const char *custom;
};

enum communication_status { COMMUNICATION_ANSWERED = 1, COMMUNICATION_CANCELLED };

struct communication {
    struct schema_object object;
    const char *kind; /* "form", or what is newer */
    struct maybe_integer created_at;
    const char *tool_use_id, *title;
    struct question_form form;
    /* Of a completed one. */
    struct maybe_integer completed_at;
    enum communication_status status;
    LIST_OF(struct question_answer) answers;
};

struct agent_state {
    struct schema_object object;
    struct maybe_bool controlled_by_user; /* true: the agent runs in the terminal */
    LIST_OF(struct agent_request) requests;
    LIST_OF(struct completed_request) completed_requests;
    struct usage_limits usage_limits; /* an invalid one is ignored */
    struct agent_goal goal;
    LIST_OF(struct communication) communications, completed_communications;
    struct arena arena;
};

extern const struct schema agent_state_schema; /* reads all but `arena` */
extern const struct schema question_answer_schema;
extern const char *const communication_status_names[], *const request_decision_names[];

/* Reads what was decrypted. Returns 0, or -1 with `error` filled and `state` empty. */
int agent_state_parse(struct slice text, struct agent_state *state, struct error *error);

/* Appends the text. Returns 0, or -1 with nothing appended when a reader would refuse it. */
int agent_state_print(const struct agent_state *state, struct buffer *text, struct error *error);

void agent_state_free(struct agent_state *state);

/* The open request with this id, or NULL. */
struct agent_request *agent_state_request(struct agent_state *state, const char *id);

/* A new open request, without a tool yet; one that was open or completed under the same id is
   forgotten. `id` is copied. NULL when there is no memory. */
struct agent_request *agent_state_open_request(struct agent_state *state, const char *id);

/* Moves an open request, with all its members, to the completed ones. NULL when there is none with
   this id, or no memory. */
struct completed_request *agent_state_complete_request(struct agent_state *state, const char *id,
                                                       enum request_status status, int64_t now);

#endif
