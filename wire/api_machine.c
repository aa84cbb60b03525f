#include "wire/api_machine.h"

#include <float.h>

static const struct schema_member api_machine_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_machine, id)},
    {"metadata", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_machine, metadata)},
    {"metadataVersion", SCHEMA_INTEGER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_machine, metadata_version)},
    {"daemonState", SCHEMA_STRING, SCHEMA_NULLABLE, SCHEMA_AT(struct api_machine, daemon_state)},
    {"daemonStateVersion", SCHEMA_INTEGER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_machine, daemon_state_version)},
    {"dataEncryptionKey", SCHEMA_STRING, SCHEMA_NULLABLE,
     SCHEMA_AT(struct api_machine, data_encryption_key)},
    {"seq", SCHEMA_INTEGER, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_machine, seq)},
    {"active", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct api_machine, active)},
    {"activeAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct api_machine, active_at)},
    {"createdAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct api_machine, created_at)},
    {"updatedAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct api_machine, updated_at)},
    {0}};
const struct schema api_machine_schema = {.size = sizeof(struct api_machine),
                                          .members = api_machine_members};

static const struct schema_member api_machine_create_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_machine_create, id)},
    {"metadata", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_machine_create, metadata)},
    {"daemonState", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct api_machine_create, daemon_state)},
    {"dataEncryptionKey", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct api_machine_create, data_encryption_key)},
    {0}};
const struct schema api_machine_create_schema = {.size = sizeof(struct api_machine_create),
                                                 .members = api_machine_create_members};

static const struct schema_member api_machine_answer_members[] = {
    {"machine", SCHEMA_OBJECT, SCHEMA_REQUIRED, SCHEMA_AT(struct api_machine_answer, machine),
     .of = &api_machine_schema},
    {0}};
const struct schema api_machine_answer_schema = {.size = sizeof(struct api_machine_answer),
                                                 .members = api_machine_answer_members};

static const struct schema_member api_machine_list_members[] = {
    {"items", SCHEMA_LIST, SCHEMA_REQUIRED, SCHEMA_AT(struct api_machine_list, items),
     SCHEMA_ITEMS(struct api_machine_list, items), .item = SCHEMA_OBJECT,
     .of = &api_machine_schema},
    {0}};
const struct schema api_machine_list_schema = {.size = sizeof(struct api_machine_list),
                                               .members = api_machine_list_members};

static const struct schema_member api_access_key_members[] = {
    {"data", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_access_key, data)},
    {"dataVersion", SCHEMA_INTEGER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_access_key, data_version)},
    {"createdAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct api_access_key, created_at)},
    {"updatedAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct api_access_key, updated_at)},
    {0}};
const struct schema api_access_key_schema = {.size = sizeof(struct api_access_key),
                                             .members = api_access_key_members};

static const struct schema_member api_access_key_answer_members[] = {
    {"accessKey", SCHEMA_OBJECT, SCHEMA_NULLABLE,
     SCHEMA_AT(struct api_access_key_answer, access_key), .of = &api_access_key_schema},
    {0}};
const struct schema api_access_key_answer_schema = {.size = sizeof(struct api_access_key_answer),
                                                    .members = api_access_key_answer_members};

static const struct schema_member api_access_key_create_members[] = {
    {"data", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_access_key_create, data)}, {0}};
const struct schema api_access_key_create_schema = {.size = sizeof(struct api_access_key_create),
                                                    .members = api_access_key_create_members};

static const struct schema_member api_access_key_created_members[] = {
    {"success", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct api_access_key_created, success)},
    {"accessKey", SCHEMA_OBJECT, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_access_key_created, access_key), .of = &api_access_key_schema},
    {0}};
const struct schema api_access_key_created_schema = {.size = sizeof(struct api_access_key_created),
                                                     .members = api_access_key_created_members};

static const struct schema_member api_access_key_update_members[] = {
    {"data", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_access_key_update, data)},
    {"expectedVersion", SCHEMA_INTEGER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_access_key_update, expected_version), .least = 0,
     .most = API_INTEGER_MAX},
    {0}};
const struct schema api_access_key_update_schema = {.size = sizeof(struct api_access_key_update),
                                                    .members = api_access_key_update_members};

static const struct schema_member api_access_key_updated_members[] = {
    {"success", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct api_access_key_updated, success)},
    {"version", SCHEMA_INTEGER, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_access_key_updated, version)},
    {"error", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_access_key_updated, error)},
    {"currentVersion", SCHEMA_INTEGER, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct api_access_key_updated, current_version)},
    {"currentData", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct api_access_key_updated, current_data)},
    {0}};
const struct schema api_access_key_updated_schema = {.size = sizeof(struct api_access_key_updated),
                                                     .members = api_access_key_updated_members};
