#include "wire/api_artifact.h"

#include <float.h>

static const struct schema_member api_artifact_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_artifact, id)},
    {"header", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_artifact, header)},
    {"headerVersion", SCHEMA_INTEGER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_artifact, header_version)},
    {"body", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_artifact, body)},
    {"bodyVersion", SCHEMA_INTEGER, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_artifact, body_version)},
    {"dataEncryptionKey", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_artifact, data_encryption_key)},
    {"seq", SCHEMA_INTEGER, SCHEMA_REQUIRED, SCHEMA_AT(struct api_artifact, seq)},
    {"createdAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct api_artifact, created_at)},
    {"updatedAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct api_artifact, updated_at)},
    {0}};
const struct schema api_artifact_schema = {.size = sizeof(struct api_artifact),
                                           .members = api_artifact_members};

static const struct schema_member api_artifact_list_members[] = {
    {"items", SCHEMA_LIST, SCHEMA_REQUIRED, SCHEMA_AT(struct api_artifact_list, items),
     SCHEMA_ITEMS(struct api_artifact_list, items), .item = SCHEMA_OBJECT,
     .of = &api_artifact_schema},
    {0}};
const struct schema api_artifact_list_schema = {.size = sizeof(struct api_artifact_list),
                                                .members = api_artifact_list_members};

static const struct schema_member api_artifact_create_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_artifact_create, id),
     .check = api_check_uuid},
    {"header", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_artifact_create, header)},
    {"body", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_artifact_create, body)},
    {"dataEncryptionKey", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_artifact_create, data_encryption_key)},
    {0}};
const struct schema api_artifact_create_schema = {.size = sizeof(struct api_artifact_create),
                                                  .members = api_artifact_create_members};

static const struct schema_member api_artifact_update_members[] = {
    {"header", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_artifact_update, header)},
    {"expectedHeaderVersion", SCHEMA_INTEGER, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct api_artifact_update, expected_header_version), .least = 0,
     .most = API_INTEGER_MAX},
    {"body", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_artifact_update, body)},
    {"expectedBodyVersion", SCHEMA_INTEGER, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct api_artifact_update, expected_body_version), .least = 0,
     .most = API_INTEGER_MAX},
    {0}};
const struct schema api_artifact_update_schema = {.size = sizeof(struct api_artifact_update),
                                                  .members = api_artifact_update_members};

static const struct schema_member api_artifact_updated_members[] = {
    {"success", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct api_artifact_updated, success)},
    {"error", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_artifact_updated, error)},
    {"headerVersion", SCHEMA_INTEGER, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct api_artifact_updated, header_version)},
    {"bodyVersion", SCHEMA_INTEGER, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct api_artifact_updated, body_version)},
    {"currentHeaderVersion", SCHEMA_INTEGER, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct api_artifact_updated, current_header_version)},
    {"currentHeader", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct api_artifact_updated, current_header)},
    {"currentBodyVersion", SCHEMA_INTEGER, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct api_artifact_updated, current_body_version)},
    {"currentBody", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct api_artifact_updated, current_body)},
    {0}};
const struct schema api_artifact_updated_schema = {.size = sizeof(struct api_artifact_updated),
                                                   .members = api_artifact_updated_members};
