#include "wire/rpc_payload.h"

static const struct schema_member spawn_members[] = {
    {"type", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct rpc_spawn_params, type)},
    {"directory", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct rpc_spawn_params, directory)},
    {"approvedNewDirectoryCreation", SCHEMA_BOOL, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct rpc_spawn_params, approved_new_directory_creation), .number_default = 1},
    {"agent", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct rpc_spawn_params, agent)},
    {"permissionMode", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct rpc_spawn_params, permission_mode)},
    {"modelMode", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct rpc_spawn_params, model_mode)},
    {"effortLevel", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct rpc_spawn_params, effort_level)},
    {"token", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct rpc_spawn_params, token)},
    {"environmentVariables", SCHEMA_MAP, SCHEMA_NULLISH,
     SCHEMA_AT(struct rpc_spawn_params, environment_variables),
     SCHEMA_ITEMS(struct rpc_spawn_params, environment_variables), .item = SCHEMA_STRING,
     .length_most = RPC_VARIABLES_MAX},
    {"resumeClaudeSessionId", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct rpc_spawn_params, resume_claude_session_id)},
    {"resumeCodexThreadId", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct rpc_spawn_params, resume_codex_thread_id)},
    {"parentSessionId", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct rpc_spawn_params, parent_session_id)},
    {"forkedFromMessageId", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct rpc_spawn_params, forked_from_message_id)},
    {"isSideChat", SCHEMA_BOOL, SCHEMA_NULLISH, SCHEMA_AT(struct rpc_spawn_params, is_side_chat)},
    {"sessionId", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct rpc_spawn_params, session_id)},
    {"machineId", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct rpc_spawn_params, machine_id)},
    {"clientRequestId", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct rpc_spawn_params, client_request_id)},
    {"providerId", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct rpc_spawn_params, provider_id)},
    {"modelId", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct rpc_spawn_params, model_id)},
    {"effort", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct rpc_spawn_params, effort)},
    {0}};
const struct schema rpc_spawn_params_schema = {.size = sizeof(struct rpc_spawn_params),
                                               .members = spawn_members};

static const struct schema_member fallback_metadata_members[] = {
    {"path", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_fallback_metadata, path)},
    {"machineId", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct rpc_fallback_metadata, machine_id)},
    {"flavor", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct rpc_fallback_metadata, flavor)},
    {"claudeSessionId", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct rpc_fallback_metadata, claude_session_id)},
    {"codexThreadId", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct rpc_fallback_metadata, codex_thread_id)},
    {0}};
static const struct schema fallback_metadata_schema = {.size = sizeof(struct rpc_fallback_metadata),
                                                       .members = fallback_metadata_members};

static const char *const variant_names[] = {"", "dataKey", NULL};
static const struct schema_member fallback_members[] = {
    {"metadata", SCHEMA_OBJECT, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_fallback, metadata),
     .of = &fallback_metadata_schema},
    {"metadataVersion", SCHEMA_INTEGER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct rpc_fallback, metadata_version), .least = 0, .most = 9007199254740991},
    {"agentStateVersion", SCHEMA_INTEGER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct rpc_fallback, agent_state_version), .least = 0, .most = 9007199254740991},
    {"seq", SCHEMA_INTEGER, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_fallback, seq), .least = 0,
     .most = 9007199254740991},
    {"encryptionKey", SCHEMA_BASE64, SCHEMA_REQUIRED,
     SCHEMA_AT(struct rpc_fallback, encryption_key), .reader = BASE64_STANDARD, .length_least = 32,
     .length_most = 32},
    {"encryptionVariant", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct rpc_fallback, encryption_variant), .names = variant_names},
    {0}};
static const struct schema fallback_schema = {.size = sizeof(struct rpc_fallback),
                                              .members = fallback_members};

static const struct schema_member resume_members[] = {
    {"sessionId", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct rpc_resume_params, session_id)},
    {"model", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct rpc_resume_params, model)},
    {"permissionMode", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct rpc_resume_params, permission_mode)},
    {"fallback", SCHEMA_OBJECT, SCHEMA_NULLISH | SCHEMA_LENIENT,
     SCHEMA_AT(struct rpc_resume_params, fallback), .of = &fallback_schema},
    {"fallbackReason", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct rpc_resume_params, fallback_reason)},
    {0}};
const struct schema rpc_resume_params_schema = {.size = sizeof(struct rpc_resume_params),
                                                .members = resume_members};

static const struct schema_member success_members[] = {
    {"sessionId", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_spawn_result, session_id)},
    {0}};
static const struct schema_member needs_directory_members[] = {
    {"directory", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_spawn_result, directory)},
    {0}};
static const struct schema_member pending_members[] = {
    {"clientRequestId", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct rpc_spawn_result, pending.client_request_id)},
    {"retryAfterMs", SCHEMA_NUMBER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct rpc_spawn_result, pending.retry_after)},
    {0}};
static const struct schema_member failure_members[] = {
    {"errorMessage", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct rpc_spawn_result, failure.message)},
    {"error", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct rpc_spawn_result, failure.error)},
    {0}};
static const struct schema_variant outcomes[] = {
    {0},
    [SPAWN_SUCCESS] = {"success", success_members},
    [SPAWN_NEEDS_DIRECTORY] = {"requestToApproveDirectoryCreation", needs_directory_members},
    [SPAWN_PENDING] = {"pending", pending_members},
    [SPAWN_ERROR] = {"error", failure_members},
    {0}};
const struct schema rpc_spawn_result_schema = {.size = sizeof(struct rpc_spawn_result),
                                               .tag = "type",
                                               .tag_offset =
                                                   offsetof(struct rpc_spawn_result, outcome),
                                               .variants = outcomes};

static const struct schema_member stop_members[] = {
    {"sessionId", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct rpc_stop_params, session_id)},
    {0}};
const struct schema rpc_stop_params_schema = {.size = sizeof(struct rpc_stop_params),
                                              .members = stop_members};

static const struct schema_member fork_members[] = {
    {"directory", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct rpc_fork_params, directory)},
    {"claudeSessionId", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct rpc_fork_params, claude_session_id)},
    {"codexThreadId", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct rpc_fork_params, codex_thread_id)},
    {"cutAfterUuid", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct rpc_fork_params, cut_after_uuid)},
    {"cutAfterItemId", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct rpc_fork_params, cut_after_item_id)},
    {0}};
const struct schema rpc_fork_params_schema = {.size = sizeof(struct rpc_fork_params),
                                              .members = fork_members};

static const char *const success_names[] = {"", "success", NULL};
static const struct schema_member fork_result_members[] = {
    {"type", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_fork_result, type),
     .names = success_names},
    {"newClaudeSessionId", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct rpc_fork_result, new_claude_session_id)},
    {"newCodexThreadId", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct rpc_fork_result, new_codex_thread_id)},
    {0}};
const struct schema rpc_fork_result_schema = {.size = sizeof(struct rpc_fork_result),
                                              .members = fork_result_members};

static const struct schema_member point_members[] = {
    {"uuid", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct rpc_rewind_point, uuid)},
    {"itemId", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct rpc_rewind_point, item_id)},
    {"text", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_rewind_point, text)},
    {"timestamp", SCHEMA_NUMBER, SCHEMA_NULLISH, SCHEMA_AT(struct rpc_rewind_point, timestamp)},
    {0}};
static const struct schema point_schema = {.size = sizeof(struct rpc_rewind_point),
                                           .members = point_members};

static const struct schema_member points_members[] = {
    {"type", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_points_result, type),
     .names = success_names},
    {"points", SCHEMA_LIST, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_points_result, points),
     SCHEMA_ITEMS(struct rpc_points_result, points), .item = SCHEMA_OBJECT, .of = &point_schema},
    {0}};
const struct schema rpc_points_result_schema = {.size = sizeof(struct rpc_points_result),
                                                .members = points_members};

static const struct schema_member message_members[] = {
    {"success", SCHEMA_BOOL, SCHEMA_OPTIONAL, SCHEMA_AT(struct rpc_message_result, success)},
    {"message", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct rpc_message_result, message)},
    {0}};
const struct schema rpc_message_result_schema = {.size = sizeof(struct rpc_message_result),
                                                 .members = message_members};
