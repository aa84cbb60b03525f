#include "wire/agent_state.h"
#include "wire/envelope.h"

static const char *const status_names[] = {
    "", [REQUEST_APPROVED] = "approved", [REQUEST_DENIED] = "denied",
    [REQUEST_CANCELED] = "canceled", NULL};
const char *const request_decision_names[] = {"",
                                              [DECISION_APPROVED] = "approved",
                                              [DECISION_APPROVED_FOR_SESSION] =
                                                  "approved_for_session",
                                              [DECISION_DENIED] = "denied",
                                              [DECISION_ABORT] = "abort",
                                              NULL};

static const struct schema_member request_members[] = {
    {"tool", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct agent_request, tool)},
    {"arguments", SCHEMA_JSON, SCHEMA_REQUIRED, SCHEMA_AT(struct agent_request, arguments)},
    {"createdAt", SCHEMA_TIME, SCHEMA_NULLISH, SCHEMA_AT(struct agent_request, created_at)},
    {"toolUseId", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct agent_request, tool_use_id)},
    {0}};
static const struct schema request_schema = {.size = sizeof(struct agent_request),
                                             .members = request_members};

static const struct schema_member completed_members[] = {
    {"tool", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct completed_request, tool)},
    {"arguments", SCHEMA_JSON, SCHEMA_REQUIRED, SCHEMA_AT(struct completed_request, arguments)},
    {"createdAt", SCHEMA_TIME, SCHEMA_NULLISH, SCHEMA_AT(struct completed_request, created_at)},
    {"completedAt", SCHEMA_TIME, SCHEMA_NULLISH, SCHEMA_AT(struct completed_request, completed_at)},
    {"status", SCHEMA_ENUM, SCHEMA_REQUIRED, SCHEMA_AT(struct completed_request, status),
     .names = status_names},
    {"reason", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct completed_request, reason)},
    {"mode", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct completed_request, mode)},
    {"allowTools", SCHEMA_LIST, SCHEMA_NULLISH | SCHEMA_LENIENT,
     SCHEMA_AT(struct completed_request, allow_tools),
     SCHEMA_ITEMS(struct completed_request, allow_tools)},
    {"allowedTools", SCHEMA_LIST, SCHEMA_NULLISH,
     SCHEMA_AT(struct completed_request, allowed_tools),
     SCHEMA_ITEMS(struct completed_request, allowed_tools)},
    {"decision", SCHEMA_ENUM, SCHEMA_NULLISH, SCHEMA_AT(struct completed_request, decision),
     .names = request_decision_names},
    {"toolUseId", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct completed_request, tool_use_id)},
    {0}};
static const struct schema completed_schema = {.size = sizeof(struct completed_request),
                                               .members = completed_members};

static const struct schema_member window_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct usage_window, id)},
    {"label", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct usage_window, label)},
    {"status", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct usage_window, status)},
    {"utilization", SCHEMA_NUMBER, SCHEMA_NULLISH, SCHEMA_AT(struct usage_window, utilization)},
    {"resetsAt", SCHEMA_TIME, SCHEMA_NULLISH, SCHEMA_AT(struct usage_window, resets_at)},
    {0}};
static const struct schema window_schema = {.size = sizeof(struct usage_window),
                                            .members = window_members};

static const struct schema_member limits_members[] = {
    {"capturedAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct usage_limits, captured_at)},
    {"windows", SCHEMA_LIST, SCHEMA_REQUIRED, SCHEMA_AT(struct usage_limits, windows),
     SCHEMA_ITEMS(struct usage_limits, windows), .item = SCHEMA_OBJECT, .of = &window_schema},
    {0}};
static const struct schema limits_schema = {.size = sizeof(struct usage_limits),
                                            .members = limits_members};

static const char *check_not_blank(const char *text)
{
    return text_is_blank(text) ? "must not be blank" : NULL;
}

static const struct schema_member step_members[] = {
    {"text", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct goal_step, text)},
    {"status", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct goal_step, status)},
    {0}};
static const struct schema step_schema = {
    .size = sizeof(struct goal_step), .members = step_members, .closed = true};

static const struct schema_member progress_members[] = {
    {"currentStep", SCHEMA_NUMBER, SCHEMA_OPTIONAL, SCHEMA_AT(struct goal_progress, current_step)},
    {"totalSteps", SCHEMA_NUMBER, SCHEMA_OPTIONAL, SCHEMA_AT(struct goal_progress, total_steps)},
    {"steps", SCHEMA_LIST, SCHEMA_OPTIONAL, SCHEMA_AT(struct goal_progress, steps),
     SCHEMA_ITEMS(struct goal_progress, steps), .item = SCHEMA_OBJECT, .of = &step_schema},
    {0}};
static const struct schema progress_schema = {
    .size = sizeof(struct goal_progress), .members = progress_members, .closed = true};

static const struct schema_member capabilities_members[] = {
    {"clear", SCHEMA_BOOL, SCHEMA_OPTIONAL, SCHEMA_AT(struct goal_capabilities, clear)},
    {"stop", SCHEMA_BOOL, SCHEMA_OPTIONAL, SCHEMA_AT(struct goal_capabilities, stop)},
    {"edit", SCHEMA_BOOL, SCHEMA_OPTIONAL, SCHEMA_AT(struct goal_capabilities, edit)},
    {0}};
static const struct schema capabilities_schema = {
    .size = sizeof(struct goal_capabilities), .members = capabilities_members, .closed = true};

static const char *const unavailable_reasons[] = {"",          "unsupported", "not_loaded", "stale",
                                                  "malformed", "error",       "unknown",    NULL};
static const char *const inactive_reasons[] = {"", "none", "cleared", "completed", "unknown", NULL};

static const struct schema_member unavailable_members[] = {
    {"sourceSessionId", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct agent_goal, source_session_id), .check = check_not_blank},
    {"reason", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct agent_goal, reason),
     .names = unavailable_reasons},
    {0}};
static const struct schema_member inactive_members[] = {
    {"sourceSessionId", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct agent_goal, source_session_id), .check = check_not_blank},
    {"reason", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct agent_goal, reason),
     .names = inactive_reasons},
    {0}};
static const struct schema_member active_members[] = {
    {"sourceSessionId", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct agent_goal, source_session_id), .check = check_not_blank},
    {"text", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct agent_goal, text),
     .check = check_not_blank},
    {"capabilities", SCHEMA_OBJECT, SCHEMA_OPTIONAL, SCHEMA_AT(struct agent_goal, capabilities),
     .of = &capabilities_schema},
    {"progress", SCHEMA_OBJECT, SCHEMA_OPTIONAL, SCHEMA_AT(struct agent_goal, progress),
     .of = &progress_schema},
    {0}};
static const struct schema_variant goals[] = {
    {0},
    [GOAL_UNAVAILABLE] = {"unavailable", unavailable_members},
    [GOAL_INACTIVE] = {"inactive", inactive_members},
    [GOAL_ACTIVE] = {"active", active_members},
    {0}};

static const char *const source_names[] = {
    "", [GOAL_OF_CLAUDE] = "claude", [GOAL_OF_CODEX] = "codex", NULL};
static const struct schema_member goal_members[] = {
    {"source", SCHEMA_ENUM, SCHEMA_REQUIRED, SCHEMA_AT(struct agent_goal, source),
     .names = source_names},
    {"observedAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct agent_goal, observed_at)},
    {"sourceRevision", SCHEMA_JSON, SCHEMA_OPTIONAL, SCHEMA_AT(struct agent_goal, source_revision)},
    {0}};

static int check_goal(const void *value, struct error *error)
{
    const struct agent_goal *goal = value;
    if (goal->source_revision.presence == PRESENT && !goal->source_revision.value)
        return error_set(error, ERROR_INVALID, "sourceRevision must not be null");
    return 0;
}

static const struct schema goal_schema = {.size = sizeof(struct agent_goal),
                                          .members = goal_members,
                                          .tag = "status",
                                          .tag_offset = offsetof(struct agent_goal, status),
                                          .variants = goals,
                                          .closed = true,
                                          .check = check_goal};

static const struct schema_member option_members[] = {
    {"label", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct question_option, label)},
    {"description", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct question_option, description)},
    {0}};
static const struct schema option_schema = {.size = sizeof(struct question_option),
                                            .members = option_members};

static const struct schema_member question_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct question, id)},
    {"header", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct question, header)},
    {"question", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct question, question)},
    {"options", SCHEMA_LIST, SCHEMA_OPTIONAL, SCHEMA_AT(struct question, options),
     SCHEMA_ITEMS(struct question, options), .item = SCHEMA_OBJECT, .of = &option_schema},
    {"multiSelect", SCHEMA_BOOL, SCHEMA_NULLISH, SCHEMA_AT(struct question, multi_select)},
    {"allowCustom", SCHEMA_BOOL, SCHEMA_NULLISH, SCHEMA_AT(struct question, allow_custom),
     .number_default = 1},
    {"required", SCHEMA_BOOL, SCHEMA_NULLISH, SCHEMA_AT(struct question, required),
     .number_default = 1},
    {0}};
static const struct schema question_schema = {.size = sizeof(struct question),
                                              .members = question_members};

static const struct schema_member form_members[] = {
    {"questions", SCHEMA_LIST, SCHEMA_REQUIRED, SCHEMA_AT(struct question_form, questions),
     SCHEMA_ITEMS(struct question_form, questions), .item = SCHEMA_OBJECT, .of = &question_schema},
    {0}};
static const struct schema form_schema = {.size = sizeof(struct question_form),
                                          .members = form_members};

static const struct schema_member answer_members[] = {
    {"options", SCHEMA_LIST, SCHEMA_OPTIONAL, SCHEMA_AT(struct question_answer, options),
     SCHEMA_ITEMS(struct question_answer, options)},
    {"custom", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct question_answer, custom)},
    {0}};
const struct schema question_answer_schema = {.size = sizeof(struct question_answer),
                                              .members = answer_members};

static const struct schema_member open_communication_members[] = {
    {"kind", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct communication, kind)},
    {"createdAt", SCHEMA_TIME, SCHEMA_NULLISH, SCHEMA_AT(struct communication, created_at)},
    {"toolUseId", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct communication, tool_use_id)},
    {"title", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct communication, title)},
    {"form", SCHEMA_OBJECT, SCHEMA_NULLISH, SCHEMA_AT(struct communication, form),
     .of = &form_schema},
    {0}};
static const struct schema communication_schema = {.size = sizeof(struct communication),
                                                   .members = open_communication_members};

const char *const communication_status_names[] = {
    "", [COMMUNICATION_ANSWERED] = "answered", [COMMUNICATION_CANCELLED] = "cancelled", NULL};
static const struct schema_member completed_communication_members[] = {
    {"kind", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct communication, kind)},
    {"createdAt", SCHEMA_TIME, SCHEMA_NULLISH, SCHEMA_AT(struct communication, created_at)},
    {"toolUseId", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct communication, tool_use_id)},
    {"title", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct communication, title)},
    {"form", SCHEMA_OBJECT, SCHEMA_NULLISH, SCHEMA_AT(struct communication, form),
     .of = &form_schema},
    {"completedAt", SCHEMA_TIME, SCHEMA_NULLISH, SCHEMA_AT(struct communication, completed_at)},
    {"status", SCHEMA_ENUM, SCHEMA_REQUIRED, SCHEMA_AT(struct communication, status),
     .names = communication_status_names},
    {"answers", SCHEMA_MAP, SCHEMA_NULLISH, SCHEMA_AT(struct communication, answers),
     SCHEMA_ITEMS(struct communication, answers), .item = SCHEMA_OBJECT,
     .of = &question_answer_schema},
    {0}};
static const struct schema completed_communication_schema = {
    .size = sizeof(struct communication), .members = completed_communication_members};

static const struct schema_member state_members[] = {
    {"controlledByUser", SCHEMA_BOOL, SCHEMA_NULLISH,
     SCHEMA_AT(struct agent_state, controlled_by_user)},
    {"requests", SCHEMA_MAP, SCHEMA_NULLISH, SCHEMA_AT(struct agent_state, requests),
     SCHEMA_ITEMS(struct agent_state, requests), .item = SCHEMA_OBJECT, .of = &request_schema},
    {"completedRequests", SCHEMA_MAP, SCHEMA_NULLISH,
     SCHEMA_AT(struct agent_state, completed_requests),
     SCHEMA_ITEMS(struct agent_state, completed_requests), .item = SCHEMA_OBJECT,
     .of = &completed_schema},
    {"usageLimits", SCHEMA_OBJECT, SCHEMA_OPTIONAL | SCHEMA_LENIENT,
     SCHEMA_AT(struct agent_state, usage_limits), .of = &limits_schema},
    {"agentGoalStatus", SCHEMA_OBJECT, SCHEMA_OPTIONAL, SCHEMA_AT(struct agent_state, goal),
     .of = &goal_schema},
    {"communications", SCHEMA_MAP, SCHEMA_NULLISH, SCHEMA_AT(struct agent_state, communications),
     SCHEMA_ITEMS(struct agent_state, communications), .item = SCHEMA_OBJECT,
     .of = &communication_schema},
    {"completedCommunications", SCHEMA_MAP, SCHEMA_NULLISH,
     SCHEMA_AT(struct agent_state, completed_communications),
     SCHEMA_ITEMS(struct agent_state, completed_communications), .item = SCHEMA_OBJECT,
     .of = &completed_communication_schema},
    {0}};
const struct schema agent_state_schema = {.size = sizeof(struct agent_state),
                                          .members = state_members};
