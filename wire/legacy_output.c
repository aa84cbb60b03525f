#include "wire/legacy_output.h"

static const char *const text_type_names[] = {"", "text", NULL};
static const struct schema_member part_members[] = {
    {"type", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct text_part, type),
     .names = text_type_names},
    {"text", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct text_part, text)},
    {0}};
static const struct schema part_schema = {.size = sizeof(struct text_part),
                                          .members = part_members};

static const char *const outcome_names[] = {
    "", [OUTCOME_APPROVED] = "approved", [OUTCOME_DENIED] = "denied", NULL};
static const char *const mode_names[] = {"",     "default",   "acceptEdits", "bypassPermissions",
                                         "plan", "read-only", "safe-yolo",   "yolo",
                                         NULL};
static const struct schema_member permissions_members[] = {
    {"date", SCHEMA_NUMBER, SCHEMA_REQUIRED, SCHEMA_AT(struct block_permissions, date)},
    {"result", SCHEMA_ENUM, SCHEMA_REQUIRED, SCHEMA_AT(struct block_permissions, result),
     .names = outcome_names},
    {"mode", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct block_permissions, mode),
     .names = mode_names},
    {"allowedTools", SCHEMA_LIST, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct block_permissions, allowed_tools),
     SCHEMA_ITEMS(struct block_permissions, allowed_tools)},
    {"decision", SCHEMA_ENUM, SCHEMA_OPTIONAL, SCHEMA_AT(struct block_permissions, decision),
     .names = request_decision_names},
    {0}};
static const struct schema permissions_schema = {.size = sizeof(struct block_permissions),
                                                 .members = permissions_members};

static const struct schema_member text_members[] = {
    {"text", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct output_block, text)}, {0}};
static const struct schema_member thinking_members[] = {
    {"thinking", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct output_block, text)}, {0}};
static const struct schema_member tool_use_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct output_block, call.id)},
    {"name", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct output_block, call.name)},
    {"input", SCHEMA_JSON, SCHEMA_REQUIRED, SCHEMA_AT(struct output_block, call.input)},
    {0}};
static const struct schema_member tool_result_members[] = {
    {"tool_use_id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct output_block, result.id)},
    {"content", SCHEMA_STRING, SCHEMA_OR_NEXT, SCHEMA_AT(struct output_block, result.content.text)},
    {"content", SCHEMA_LIST, SCHEMA_REQUIRED, SCHEMA_AT(struct output_block, result.content.parts),
     SCHEMA_ITEMS(struct output_block, result.content.parts), .item = SCHEMA_OBJECT,
     .of = &part_schema},
    {"is_error", SCHEMA_BOOL, SCHEMA_OPTIONAL, SCHEMA_AT(struct output_block, result.is_error)},
    {"permissions", SCHEMA_OBJECT, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct output_block, result.permissions), .of = &permissions_schema},
    {0}};
static const struct schema_member tool_call_members[] = {
    {"callId", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct output_block, call.id)},
    {"name", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct output_block, call.name)},
    {"input", SCHEMA_JSON, SCHEMA_REQUIRED, SCHEMA_AT(struct output_block, call.input)},
    {0}};
static const struct schema_member tool_call_result_members[] = {
    {"callId", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct output_block, result.id)},
    {"output", SCHEMA_STRING, SCHEMA_OR_NEXT, SCHEMA_AT(struct output_block, result.output.text)},
    {"output", SCHEMA_LIST, SCHEMA_NULLISH, SCHEMA_AT(struct output_block, result.output.parts),
     SCHEMA_ITEMS(struct output_block, result.output.parts), .item = SCHEMA_OBJECT,
     .of = &part_schema},
    {"content", SCHEMA_STRING, SCHEMA_OR_NEXT, SCHEMA_AT(struct output_block, result.content.text)},
    {"content", SCHEMA_LIST, SCHEMA_NULLISH | SCHEMA_LENIENT,
     SCHEMA_AT(struct output_block, result.content.parts),
     SCHEMA_ITEMS(struct output_block, result.content.parts), .item = SCHEMA_OBJECT,
     .of = &part_schema},
    {"is_error", SCHEMA_BOOL, SCHEMA_NULLISH, SCHEMA_AT(struct output_block, result.is_error)},
    {"permissions", SCHEMA_OBJECT, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct output_block, result.permissions), .of = &permissions_schema},
    {0}};
static const struct schema_variant blocks[] = {
    {0},
    [BLOCK_TEXT] = {"text", text_members},
    [BLOCK_THINKING] = {"thinking", thinking_members},
    [BLOCK_TOOL_USE] = {"tool_use", tool_use_members},
    [BLOCK_TOOL_RESULT] = {"tool_result", tool_result_members},
    [BLOCK_TOOL_CALL] = {"tool-call", tool_call_members},
    [BLOCK_TOOL_CALL_RESULT] = {"tool-call-result", tool_call_result_members},
    {0}};

/* The content of a tool-call-result matters only where it has no output. */
static int check_block(const void *value, struct error *error)
{
    const struct output_block *block = value;
    struct json_object *content = NULL;
    if (block->type != BLOCK_TOOL_CALL_RESULT || block->result.output.text ||
        block->result.output.parts.presence == PRESENT || block->result.content.text ||
        block->result.content.parts.presence == PRESENT)
        return 0;
    if (json_object_object_get_ex(block->object.origin, "content", &content) && content)
        return error_set(error, ERROR_INVALID, "content must be a string or texts");
    return 0;
}

static const struct schema block_schema = {.size = sizeof(struct output_block),
                                           .tag = "type",
                                           .tag_offset = offsetof(struct output_block, type),
                                           .variants = blocks,
                                           .check = check_block};

static const char *const assistant_names[] = {"", [OUTPUT_BY_ASSISTANT] = "assistant", NULL};
static const char *const user_names[] = {"", "assistant", [OUTPUT_BY_USER] = "user", NULL};
static const struct schema_member by_assistant_members[] = {
    {"role", SCHEMA_ENUM, SCHEMA_REQUIRED, SCHEMA_AT(struct output_message, role),
     .names = assistant_names},
    {"model", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct output_message, model)},
    {"content", SCHEMA_LIST, SCHEMA_REQUIRED, SCHEMA_AT(struct output_message, blocks),
     SCHEMA_ITEMS(struct output_message, blocks), .item = SCHEMA_OBJECT, .of = &block_schema},
    {"usage", SCHEMA_OBJECT, SCHEMA_OPTIONAL, SCHEMA_AT(struct output_message, usage),
     .of = &token_usage_schema},
    {0}};
static const struct schema by_assistant_schema = {.size = sizeof(struct output_message),
                                                  .members = by_assistant_members};

static const struct schema_member by_user_members[] = {
    {"role", SCHEMA_ENUM, SCHEMA_REQUIRED, SCHEMA_AT(struct output_message, role),
     .names = user_names},
    {"content", SCHEMA_STRING, SCHEMA_OR_NEXT, SCHEMA_AT(struct output_message, text)},
    {"content", SCHEMA_LIST, SCHEMA_REQUIRED, SCHEMA_AT(struct output_message, blocks),
     SCHEMA_ITEMS(struct output_message, blocks), .item = SCHEMA_OBJECT, .of = &block_schema},
    {0}};

static int check_by_user(const void *value, struct error *error)
{
    const struct output_message *message = value;
    return message->role == OUTPUT_BY_USER ? 0
                                           : error_set(error, ERROR_INVALID, "role must be user");
}

static const struct schema by_user_schema = {
    .size = sizeof(struct output_message), .members = by_user_members, .check = check_by_user};

static const struct schema_member assistant_members[] = {{"message", SCHEMA_OBJECT, SCHEMA_REQUIRED,
                                                          SCHEMA_AT(struct output_row, message),
                                                          .of = &by_assistant_schema},
                                                         {0}};
static const struct schema_member user_members[] = {
    {"message", SCHEMA_OBJECT, SCHEMA_REQUIRED, SCHEMA_AT(struct output_row, message),
     .of = &by_user_schema},
    {"toolUseResult", SCHEMA_JSON, SCHEMA_OPTIONAL, SCHEMA_AT(struct output_row, tool_use_result)},
    {0}};
static const struct schema_member result_members[] = {
    {"result", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct output_row, text)}, {0}};
static const struct schema_member summary_members[] = {
    {"summary", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct output_row, text)}, {0}};
static const struct schema_variant rows[] = {{0},
                                             [OUTPUT_ASSISTANT] = {"assistant", assistant_members},
                                             [OUTPUT_USER] = {"user", user_members},
                                             [OUTPUT_RESULT] = {"result", result_members},
                                             [OUTPUT_SUMMARY] = {"summary", summary_members},
                                             [OUTPUT_SYSTEM] = {"system", NULL},
                                             {0}};
static const struct schema_member row_members[] = {
    {"isSidechain", SCHEMA_BOOL, SCHEMA_NULLISH, SCHEMA_AT(struct output_row, is_sidechain)},
    {"isCompactSummary", SCHEMA_BOOL, SCHEMA_NULLISH,
     SCHEMA_AT(struct output_row, is_compact_summary)},
    {"isMeta", SCHEMA_BOOL, SCHEMA_NULLISH, SCHEMA_AT(struct output_row, is_meta)},
    {"uuid", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct output_row, uuid)},
    {"parentUuid", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct output_row, parent_uuid)},
    {0}};

static int check_row(const void *value, struct error *error)
{
    const struct output_row *row = value;
    if ((row->type == OUTPUT_ASSISTANT || row->type == OUTPUT_USER) &&
        !(is_text(row->uuid) && *row->uuid))
        return error_set(error, ERROR_INVALID, "uuid is missing");
    return 0;
}

const struct schema output_row_schema = {.size = sizeof(struct output_row),
                                         .members = row_members,
                                         .tag = "type",
                                         .tag_offset = offsetof(struct output_row, type),
                                         .variants = rows,
                                         .check = check_row};
