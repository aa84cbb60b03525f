#include "wire/rpc_payload.h"

static const struct schema_member permission_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_permission_params, id)},
    {"approved", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_permission_params, approved)},
    {"mode", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct rpc_permission_params, mode)},
    {"reason", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct rpc_permission_params, reason)},
    {"allowTools", SCHEMA_LIST, SCHEMA_NULLISH,
     SCHEMA_AT(struct rpc_permission_params, allow_tools),
     SCHEMA_ITEMS(struct rpc_permission_params, allow_tools)},
    {"decision", SCHEMA_ENUM, SCHEMA_NULLISH | SCHEMA_LENIENT,
     SCHEMA_AT(struct rpc_permission_params, decision), .names = request_decision_names},
    {"updatedInput", SCHEMA_RECORD, SCHEMA_NULLISH,
     SCHEMA_AT(struct rpc_permission_params, updated_input)},
    {0}};
const struct schema rpc_permission_params_schema = {.size = sizeof(struct rpc_permission_params),
                                                    .members = permission_members};

static const struct schema_member abort_members[] = {{"reason", SCHEMA_STRING,
                                                      SCHEMA_NULLISH | SCHEMA_LENIENT,
                                                      SCHEMA_AT(struct rpc_abort_params, reason)},
                                                     {0}};
const struct schema rpc_abort_params_schema = {.size = sizeof(struct rpc_abort_params),
                                               .members = abort_members};

static const struct schema_member switch_members[] = {
    {"to", SCHEMA_STRING, SCHEMA_NULLISH | SCHEMA_LENIENT, SCHEMA_AT(struct rpc_switch_params, to)},
    {0}};
const struct schema rpc_switch_params_schema = {.size = sizeof(struct rpc_switch_params),
                                                .members = switch_members};

static const struct schema_member goal_members[] = {
    {"action", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_goal_params, action)},
    {"objective", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct rpc_goal_params, objective)},
    {0}};
const struct schema rpc_goal_params_schema = {.size = sizeof(struct rpc_goal_params),
                                              .members = goal_members};

static const struct schema_member ok_members[] = {
    {"ok", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_ok_result, ok)}, {0}};
const struct schema rpc_ok_result_schema = {.size = sizeof(struct rpc_ok_result),
                                            .members = ok_members};

static const struct schema_member communication_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_communication_params, id)},
    {"kind", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_communication_params, kind)},
    {"status", SCHEMA_ENUM, SCHEMA_REQUIRED, SCHEMA_AT(struct rpc_communication_params, status),
     .names = communication_status_names},
    {"answers", SCHEMA_MAP, SCHEMA_NULLISH, SCHEMA_AT(struct rpc_communication_params, answers),
     SCHEMA_ITEMS(struct rpc_communication_params, answers), .item = SCHEMA_OBJECT,
     .of = &question_answer_schema},
    {0}};
const struct schema rpc_communication_params_schema = {
    .size = sizeof(struct rpc_communication_params), .members = communication_members};
