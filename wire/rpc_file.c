#include "wire/rpc_payload.h"

static const struct schema_member bash_members[] = {
    {"command", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_bash_params, command)},
    {"cwd", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct rpc_bash_params, cwd)},
    {"timeout", SCHEMA_NUMBER, SCHEMA_NULLISH, SCHEMA_AT(struct rpc_bash_params, timeout),
     .number_default = 30000},
    {0}};
const struct schema rpc_bash_params_schema = {.size = sizeof(struct rpc_bash_params),
                                              .members = bash_members};

static const struct schema_member program_members[] = {
    {"args", SCHEMA_LIST, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_program_params, args),
     SCHEMA_ITEMS(struct rpc_program_params, args), .length_most = RPC_ARGUMENTS_MAX},
    {"cwd", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct rpc_program_params, cwd)},
    {0}};
const struct schema rpc_program_params_schema = {.size = sizeof(struct rpc_program_params),
                                                 .members = program_members};

static const struct schema_member command_members[] = {
    {"success", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_command_result, success)},
    {"exitCode", SCHEMA_NUMBER, SCHEMA_NULLISH, SCHEMA_AT(struct rpc_command_result, exit_code)},
    {"stdout", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct rpc_command_result, standard_output)},
    {"stderr", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct rpc_command_result, standard_error)},
    {"error", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct rpc_command_result, error)},
    {0}};
const struct schema rpc_command_result_schema = {.size = sizeof(struct rpc_command_result),
                                                 .members = command_members};

static const struct schema_member path_members[] = {
    {"path", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_path_params, path)},
    {"maxDepth", SCHEMA_NUMBER, SCHEMA_NULLISH, SCHEMA_AT(struct rpc_path_params, max_depth)},
    {0}};
const struct schema rpc_path_params_schema = {.size = sizeof(struct rpc_path_params),
                                              .members = path_members};

static const struct schema_member write_members[] = {
    {"path", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_write_params, path)},
    {"content", SCHEMA_BASE64, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_write_params, content),
     .reader = BASE64_LENIENT},
    {"expectedHash", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct rpc_write_params, expected_hash)},
    {0}};
const struct schema rpc_write_params_schema = {.size = sizeof(struct rpc_write_params),
                                               .members = write_members};

static const struct schema_member read_result_members[] = {
    {"success", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_read_result, success)},
    {"content", SCHEMA_BASE64, SCHEMA_OPTIONAL, SCHEMA_AT(struct rpc_read_result, content),
     .reader = BASE64_LENIENT},
    {"error", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct rpc_read_result, error)},
    {0}};
const struct schema rpc_read_result_schema = {.size = sizeof(struct rpc_read_result),
                                              .members = read_result_members};

static const struct schema_member write_result_members[] = {
    {"success", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_write_result, success)},
    {"hash", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct rpc_write_result, hash)},
    {"error", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct rpc_write_result, error)},
    {0}};
const struct schema rpc_write_result_schema = {.size = sizeof(struct rpc_write_result),
                                               .members = write_result_members};

static const char *const entry_names[] = {
    "", [ENTRY_FILE] = "file", [ENTRY_DIRECTORY] = "directory", [ENTRY_OTHER] = "other", NULL};
static const struct schema_member entry_members[] = {
    {"name", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_entry, name)},
    {"type", SCHEMA_ENUM, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_entry, type), .names = entry_names},
    {"size", SCHEMA_NUMBER, SCHEMA_OPTIONAL, SCHEMA_AT(struct rpc_entry, size)},
    {"modified", SCHEMA_NUMBER, SCHEMA_OPTIONAL, SCHEMA_AT(struct rpc_entry, modified)},
    {0}};
static const struct schema entry_schema = {.size = sizeof(struct rpc_entry),
                                           .members = entry_members};

static const struct schema_member list_members[] = {
    {"success", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_list_result, success)},
    {"entries", SCHEMA_LIST, SCHEMA_OPTIONAL, SCHEMA_AT(struct rpc_list_result, entries),
     SCHEMA_ITEMS(struct rpc_list_result, entries), .item = SCHEMA_OBJECT, .of = &entry_schema},
    {"error", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct rpc_list_result, error)},
    {0}};
const struct schema rpc_list_result_schema = {.size = sizeof(struct rpc_list_result),
                                              .members = list_members};

static const struct schema node_schema;
static const struct schema_member node_members[] = {
    {"name", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_node, name)},
    {"path", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_node, path)},
    {"type", SCHEMA_ENUM, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_node, type), .names = entry_names},
    {"size", SCHEMA_NUMBER, SCHEMA_OPTIONAL, SCHEMA_AT(struct rpc_node, size)},
    {"modified", SCHEMA_NUMBER, SCHEMA_OPTIONAL, SCHEMA_AT(struct rpc_node, modified)},
    {"children", SCHEMA_LIST, SCHEMA_OPTIONAL, SCHEMA_AT(struct rpc_node, children),
     SCHEMA_ITEMS(struct rpc_node, children), .item = SCHEMA_OBJECT, .of = &node_schema},
    {0}};
static const struct schema node_schema = {.size = sizeof(struct rpc_node), .members = node_members};

static const struct schema_member tree_members[] = {
    {"success", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_tree_result, success)},
    {"tree", SCHEMA_OBJECT, SCHEMA_OPTIONAL, SCHEMA_AT(struct rpc_tree_result, tree),
     .of = &node_schema},
    {"error", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct rpc_tree_result, error)},
    {0}};
const struct schema rpc_tree_result_schema = {.size = sizeof(struct rpc_tree_result),
                                              .members = tree_members};
