#include "wire/session_metadata.h"

#include <string.h>

static const struct schema_member summary_members[] = {
    {"text", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct session_summary, text)},
    {"updatedAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct session_summary, updated_at)},
    {0}};
static const struct schema summary_schema = {.size = sizeof(struct session_summary),
                                             .members = summary_members};

static const struct schema_member mcp_server_members[] = {
    {"name", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct mcp_server, name)},
    {"status", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct mcp_server, status)},
    {0}};
static const struct schema mcp_server_schema = {.size = sizeof(struct mcp_server),
                                                .members = mcp_server_members};

static const struct schema_member choice_members[] = {
    {"code", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct session_choice, code)},
    {"value", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct session_choice, value)},
    {"description", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct session_choice, description)},
    {0}};
static const struct schema choice_schema = {.size = sizeof(struct session_choice),
                                            .members = choice_members};

static const char *const started_by_names[] = {
    "", [STARTED_BY_DAEMON] = "daemon", [STARTED_BY_TERMINAL] = "terminal", NULL};

static const struct schema_member metadata_members[] = {
    {"path", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct session_metadata, path)},
    {"host", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct session_metadata, host)},
    {"version", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct session_metadata, version)},
    {"os", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct session_metadata, os)},
    {"machineId", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct session_metadata, machine_id)},
    {"homeDir", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct session_metadata, home_dir)},
    {"happyHomeDir", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct session_metadata, happy_home_dir)},
    {"happyLibDir", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct session_metadata, happy_lib_dir)},
    {"happyToolsDir", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct session_metadata, happy_tools_dir)},
    {"gitBranch", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct session_metadata, git_branch)},
    {"startedFromDaemon", SCHEMA_BOOL, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct session_metadata, started_from_daemon)},
    {"hostPid", SCHEMA_NUMBER, SCHEMA_OPTIONAL, SCHEMA_AT(struct session_metadata, host_pid)},
    {"startedBy", SCHEMA_ENUM, SCHEMA_OPTIONAL, SCHEMA_AT(struct session_metadata, started_by),
     .names = started_by_names},
    {"lifecycleState", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct session_metadata, lifecycle_state)},
    {"lifecycleStateSince", SCHEMA_TIME, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct session_metadata, lifecycle_state_since)},
    {"archivedBy", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct session_metadata, archived_by)},
    {"archiveReason", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct session_metadata, archive_reason)},
    {"flavor", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct session_metadata, flavor)},
    {"sandbox", SCHEMA_JSON, SCHEMA_NULLISH, SCHEMA_AT(struct session_metadata, sandbox)},
    {"dangerouslySkipPermissions", SCHEMA_BOOL, SCHEMA_NULLISH,
     SCHEMA_AT(struct session_metadata, dangerously_skip_permissions)},
    {"parentSessionId", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct session_metadata, parent_session_id)},
    {"forkedFromMessageId", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct session_metadata, forked_from_message_id)},
    {"isSideChat", SCHEMA_BOOL, SCHEMA_OPTIONAL, SCHEMA_AT(struct session_metadata, is_side_chat)},
    {"summary", SCHEMA_OBJECT, SCHEMA_OPTIONAL, SCHEMA_AT(struct session_metadata, summary),
     .of = &summary_schema},
    {"name", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct session_metadata, name)},
    {"claudeSessionId", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct session_metadata, claude_session_id)},
    {"codexThreadId", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct session_metadata, codex_thread_id)},
    {"tools", SCHEMA_LIST, SCHEMA_OPTIONAL, SCHEMA_AT(struct session_metadata, tools),
     SCHEMA_ITEMS(struct session_metadata, tools)},
    {"slashCommands", SCHEMA_LIST, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct session_metadata, slash_commands),
     SCHEMA_ITEMS(struct session_metadata, slash_commands)},
    {"skills", SCHEMA_LIST, SCHEMA_OPTIONAL, SCHEMA_AT(struct session_metadata, skills),
     SCHEMA_ITEMS(struct session_metadata, skills)},
    {"mcpServers", SCHEMA_LIST, SCHEMA_OPTIONAL, SCHEMA_AT(struct session_metadata, mcp_servers),
     SCHEMA_ITEMS(struct session_metadata, mcp_servers), .item = SCHEMA_OBJECT,
     .of = &mcp_server_schema},
    {"models", SCHEMA_LIST, SCHEMA_OPTIONAL, SCHEMA_AT(struct session_metadata, models),
     SCHEMA_ITEMS(struct session_metadata, models), .item = SCHEMA_OBJECT, .of = &choice_schema},
    {"operatingModes", SCHEMA_LIST, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct session_metadata, operating_modes),
     SCHEMA_ITEMS(struct session_metadata, operating_modes), .item = SCHEMA_OBJECT,
     .of = &choice_schema},
    {"thoughtLevels", SCHEMA_LIST, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct session_metadata, thought_levels),
     SCHEMA_ITEMS(struct session_metadata, thought_levels), .item = SCHEMA_OBJECT,
     .of = &choice_schema},
    {"currentModelCode", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct session_metadata, current_model_code)},
    {"currentOperatingModeCode", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct session_metadata, current_operating_mode_code)},
    {"currentThoughtLevelCode", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct session_metadata, current_thought_level_code)},
    {"permissionMode", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct session_metadata, permission_mode)},
    {"modelMode", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct session_metadata, model_mode)},
    {"effortLevel", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct session_metadata, effort_level)},
    {0}};
const struct schema session_metadata_schema = {.size = sizeof(struct session_metadata),
                                               .members = metadata_members};

int session_metadata_parse(struct slice text, struct session_metadata *metadata,
                           struct error *error)
{
    struct arena arena = {0};
    int status = schema_parse_lenient(&session_metadata_schema, text, &arena, metadata, error);
    metadata->arena = arena;
    if (status != 0)
        session_metadata_free(metadata);
    return status;
}

int session_metadata_print(const struct session_metadata *metadata, struct buffer *text,
                           struct error *error)
{
    return schema_print(&session_metadata_schema, metadata, text, error);
}

void session_metadata_free(struct session_metadata *metadata)
{
    arena_free(&metadata->arena);
    memset(metadata, 0, sizeof *metadata);
}
