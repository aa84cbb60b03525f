#include "wire/message.h"

static const struct schema_member meta_members[] = {
    {"sentFrom", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct message_meta, sent_from)},
    {"permissionMode", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct message_meta, permission_mode)},
    {"model", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct message_meta, model)},
    {"modelProviderId", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct message_meta, model_provider_id)},
    {"effort", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct message_meta, effort)},
    {"fallbackModel", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct message_meta, fallback_model)},
    {"customSystemPrompt", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct message_meta, custom_system_prompt)},
    {"appendSystemPrompt", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct message_meta, append_system_prompt)},
    {"allowedTools", SCHEMA_LIST, SCHEMA_NULLISH, SCHEMA_AT(struct message_meta, allowed_tools),
     SCHEMA_ITEMS(struct message_meta, allowed_tools)},
    {"disallowedTools", SCHEMA_LIST, SCHEMA_NULLISH,
     SCHEMA_AT(struct message_meta, disallowed_tools),
     SCHEMA_ITEMS(struct message_meta, disallowed_tools)},
    {"displayText", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct message_meta, display_text)},
    {"expectsAcceptance", SCHEMA_BOOL, SCHEMA_OPTIONAL | SCHEMA_LENIENT,
     SCHEMA_AT(struct message_meta, expects_acceptance)},
    {"queuedWhileBusy", SCHEMA_BOOL, SCHEMA_OPTIONAL | SCHEMA_LENIENT,
     SCHEMA_AT(struct message_meta, queued_while_busy)},
    {0}};
const struct schema message_meta_schema = {.size = sizeof(struct message_meta),
                                           .members = meta_members};

static const char *const mode_names[] = {"", [CONTROL_LOCAL] = "local", [CONTROL_REMOTE] = "remote",
                                         NULL};
static const struct schema_member switch_members[] = {{"mode", SCHEMA_ENUM, SCHEMA_REQUIRED,
                                                       SCHEMA_AT(struct session_event, mode),
                                                       .names = mode_names},
                                                      {0}};
static const struct schema_member event_message_members[] = {
    {"message", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct session_event, message)}, {0}};
static const struct schema_member limit_members[] = {
    {"endsAt", SCHEMA_NUMBER, SCHEMA_REQUIRED, SCHEMA_AT(struct session_event, ends_at)}, {0}};
static const struct schema_variant events[] = {
    {0},
    [SESSION_EVENT_SWITCH] = {"switch", switch_members},
    [SESSION_EVENT_MESSAGE] = {"message", event_message_members},
    [SESSION_EVENT_READY] = {"ready", NULL},
    [SESSION_EVENT_LIMIT_REACHED] = {"limit-reached", limit_members},
    {0}};
static const struct schema event_schema = {.size = sizeof(struct session_event),
                                           .tag = "type",
                                           .tag_offset = offsetof(struct session_event, type),
                                           .variants = events};

static const struct schema_member codex_message_members[] = {
    {"message", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct codex_record, message)}, {0}};
static const struct schema_member codex_call_members[] = {
    {"callId", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct codex_record, call.call_id)},
    {"name", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct codex_record, call.name)},
    {"input", SCHEMA_JSON, SCHEMA_REQUIRED, SCHEMA_AT(struct codex_record, call.value)},
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct codex_record, call.id)},
    {0}};
static const struct schema_member codex_result_members[] = {
    {"callId", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct codex_record, call.call_id)},
    {"output", SCHEMA_JSON, SCHEMA_REQUIRED, SCHEMA_AT(struct codex_record, call.value)},
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct codex_record, call.id)},
    {0}};
static const struct schema_variant codex_types[] = {
    {0},
    [CODEX_MESSAGE] = {"message", codex_message_members},
    [CODEX_REASONING] = {"reasoning", codex_message_members},
    [CODEX_TOOL_CALL] = {"tool-call", codex_call_members},
    [CODEX_TOOL_RESULT] = {"tool-call-result", codex_result_members},
    {0}};
static const struct schema codex_schema = {.size = sizeof(struct codex_record),
                                           .tag = "type",
                                           .tag_offset = offsetof(struct codex_record, type),
                                           .variants = codex_types};

static const struct schema_member acp_message_members[] = {
    {"message", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct acp_data, text)}, {0}};
static const struct schema_member acp_thinking_members[] = {
    {"text", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct acp_data, text)}, {0}};
static const struct schema_member acp_call_members[] = {
    {"callId", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct acp_data, call.call_id)},
    {"name", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct acp_data, call.name)},
    {"input", SCHEMA_JSON, SCHEMA_REQUIRED, SCHEMA_AT(struct acp_data, call.value)},
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct acp_data, call.id)},
    {0}};
static const struct schema_member acp_result_members[] = {
    {"callId", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct acp_data, call.call_id)},
    {"output", SCHEMA_JSON, SCHEMA_REQUIRED, SCHEMA_AT(struct acp_data, call.value)},
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct acp_data, call.id)},
    {"isError", SCHEMA_BOOL, SCHEMA_OPTIONAL, SCHEMA_AT(struct acp_data, call.is_error)},
    {0}};
static const struct schema_member acp_call_result_members[] = {
    {"callId", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct acp_data, call.call_id)},
    {"output", SCHEMA_JSON, SCHEMA_REQUIRED, SCHEMA_AT(struct acp_data, call.value)},
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct acp_data, call.id)},
    {0}};
static const struct schema_member acp_edit_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct acp_data, file_edit.id)},
    {"filePath", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct acp_data, file_edit.path)},
    {"description", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct acp_data, file_edit.description)},
    {"diff", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct acp_data, file_edit.diff)},
    {"oldContent", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct acp_data, file_edit.old_content)},
    {"newContent", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct acp_data, file_edit.new_content)},
    {0}};
static const struct schema_member acp_output_members[] = {
    {"data", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct acp_data, terminal_output.data)},
    {"callId", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct acp_data, terminal_output.call_id)},
    {0}};
static const struct schema_member acp_permission_members[] = {
    {"permissionId", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct acp_data, permission_request.id)},
    {"toolName", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct acp_data, permission_request.tool_name)},
    {"description", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct acp_data, permission_request.description)},
    {"options", SCHEMA_JSON, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct acp_data, permission_request.options)},
    {0}};
static const struct schema_member acp_id_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct acp_data, id)}, {0}};
static const struct schema_variant acp_types[] = {
    {0},
    [ACP_MESSAGE] = {"message", acp_message_members},
    [ACP_REASONING] = {"reasoning", acp_message_members},
    [ACP_THINKING] = {"thinking", acp_thinking_members},
    [ACP_TOOL_CALL] = {"tool-call", acp_call_members},
    [ACP_TOOL_RESULT] = {"tool-result", acp_result_members},
    [ACP_TOOL_CALL_RESULT] = {"tool-call-result", acp_call_result_members},
    [ACP_FILE_EDIT] = {"file-edit", acp_edit_members},
    [ACP_TERMINAL_OUTPUT] = {"terminal-output", acp_output_members},
    [ACP_PERMISSION_REQUEST] = {"permission-request", acp_permission_members},
    [ACP_TASK_STARTED] = {"task_started", acp_id_members},
    [ACP_TASK_COMPLETE] = {"task_complete", acp_id_members},
    [ACP_TURN_ABORTED] = {"turn_aborted", acp_id_members},
    [ACP_TOKEN_COUNT] = {"token_count", NULL},
    {0}};
static const struct schema acp_schema = {.size = sizeof(struct acp_data),
                                         .tag = "type",
                                         .tag_offset = offsetof(struct acp_data, type),
                                         .variants = acp_types};

static const char *const provider_names[] = {"",
                                             [ACP_GEMINI] = "gemini",
                                             [ACP_CODEX] = "codex",
                                             [ACP_CLAUDE] = "claude",
                                             [ACP_OPENCODE] = "opencode",
                                             NULL};
static const struct schema_member text_members[] = {
    {"text", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct message_content, text)}, {0}};
static const struct schema_member output_members[] = {{"data", SCHEMA_OBJECT, SCHEMA_REQUIRED,
                                                       SCHEMA_AT(struct message_content, output),
                                                       .of = &output_row_schema},
                                                      {0}};
static const struct schema_member codex_members[] = {{"data", SCHEMA_OBJECT, SCHEMA_REQUIRED,
                                                      SCHEMA_AT(struct message_content, codex),
                                                      .of = &codex_schema},
                                                     {0}};
static const struct schema_member acp_members[] = {
    {"provider", SCHEMA_ENUM, SCHEMA_REQUIRED, SCHEMA_AT(struct message_content, acp.provider),
     .names = provider_names},
    {"data", SCHEMA_OBJECT, SCHEMA_REQUIRED, SCHEMA_AT(struct message_content, acp.data),
     .of = &acp_schema},
    {0}};
static const struct schema_member event_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct message_content, event.id)},
    {"data", SCHEMA_OBJECT, SCHEMA_REQUIRED, SCHEMA_AT(struct message_content, event.data),
     .of = &event_schema},
    {0}};
static const struct schema_member envelope_members[] = {
    {"data", SCHEMA_OBJECT, SCHEMA_REQUIRED, SCHEMA_AT(struct message_content, envelope),
     .of = &envelope_schema},
    {0}};
static const struct schema_variant content_types[] = {
    {0},
    [MESSAGE_TEXT] = {"text", text_members},
    [MESSAGE_OUTPUT] = {"output", output_members},
    [MESSAGE_CODEX] = {"codex", codex_members},
    [MESSAGE_ACP] = {"acp", acp_members},
    [MESSAGE_EVENT] = {"event", event_members},
    [MESSAGE_ENVELOPE] = {"session", envelope_members},
    {0}};
static const struct schema content_schema = {.size = sizeof(struct message_content),
                                             .tag = "type",
                                             .tag_offset = offsetof(struct message_content, type),
                                             .variants = content_types};

static const struct schema_member user_members[] = {
    {"localKey", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct message, local_key)}, {0}};
static const struct schema_variant roles[] = {{0},
                                              [MESSAGE_USER] = {"user", user_members},
                                              [MESSAGE_AGENT] = {"agent", NULL},
                                              [MESSAGE_SESSION] = {"session", NULL},
                                              {0}};
static const struct schema_member message_members[] = {
    {"content", SCHEMA_OBJECT, SCHEMA_REQUIRED, SCHEMA_AT(struct message, content),
     .of = &content_schema},
    {"meta", SCHEMA_OBJECT, SCHEMA_OPTIONAL, SCHEMA_AT(struct message, meta),
     .of = &message_meta_schema},
    {0}};

static int check_content(const void *value, struct error *error)
{
    const struct message *message = value;
    bool is_text_record = message->content.type == MESSAGE_TEXT;
    bool is_envelope = message->content.type == MESSAGE_ENVELOPE;
    if (is_text_record != (message->role == MESSAGE_USER) ||
        (message->role == MESSAGE_SESSION && !is_envelope))
        return error_set(error, ERROR_INVALID, "content.type must not be %s with role %s",
                         content_types[message->content.type].name, roles[message->role].name);
    return 0;
}

const struct schema message_schema = {.size = sizeof(struct message),
                                      .members = message_members,
                                      .tag = "role",
                                      .tag_offset = offsetof(struct message, role),
                                      .variants = roles,
                                      .check = check_content};

static const struct schema_member bare_members[] = {
    {"content", SCHEMA_OBJECT, SCHEMA_REQUIRED, SCHEMA_AT(struct message, content.envelope),
     .of = &envelope_schema},
    {"meta", SCHEMA_OBJECT, SCHEMA_OPTIONAL, SCHEMA_AT(struct message, meta),
     .of = &message_meta_schema},
    {0}};
const struct schema message_bare_schema = {.size = sizeof(struct message),
                                           .members = bare_members,
                                           .tag = "role",
                                           .tag_offset = offsetof(struct message, role),
                                           .variants = roles};
