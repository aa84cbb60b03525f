#include "wire/update.h"

static const struct schema_member versioned_text_members[] = {
    {"value", SCHEMA_STRING, SCHEMA_NULLABLE, SCHEMA_AT(struct versioned_text, value)},
    {"version", SCHEMA_INTEGER, SCHEMA_REQUIRED, SCHEMA_AT(struct versioned_text, version)},
    {0}};
const struct schema versioned_text_schema = {.size = sizeof(struct versioned_text),
                                             .members = versioned_text_members};

static const struct schema_member versioned_some_members[] = {
    {"value", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct versioned_text, value)},
    {"version", SCHEMA_INTEGER, SCHEMA_REQUIRED, SCHEMA_AT(struct versioned_text, version)},
    {0}};
static const struct schema versioned_some_schema = {.size = sizeof(struct versioned_text),
                                                    .members = versioned_some_members};

static const struct schema_member update_avatar_members[] = {
    {"path", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct update_avatar, path)},
    {"url", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct update_avatar, url)},
    {"width", SCHEMA_INTEGER, SCHEMA_OPTIONAL, SCHEMA_AT(struct update_avatar, width)},
    {"height", SCHEMA_INTEGER, SCHEMA_OPTIONAL, SCHEMA_AT(struct update_avatar, height)},
    {"thumbhash", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct update_avatar, thumbhash)},
    {0}};
const struct schema update_avatar_schema = {.size = sizeof(struct update_avatar),
                                            .members = update_avatar_members};

static const struct schema_member update_kv_change_members[] = {
    {"key", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct update_kv_change, key)},
    {"value", SCHEMA_STRING, SCHEMA_NULLABLE, SCHEMA_AT(struct update_kv_change, value)},
    {"version", SCHEMA_INTEGER, SCHEMA_REQUIRED, SCHEMA_AT(struct update_kv_change, version)},
    {0}};
const struct schema update_kv_change_schema = {.size = sizeof(struct update_kv_change),
                                               .members = update_kv_change_members};

static const struct schema_member new_session_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct update_body, new_session.id)},
    {"seq", SCHEMA_INTEGER, SCHEMA_REQUIRED, SCHEMA_AT(struct update_body, new_session.seq)},
    {"metadata", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct update_body, new_session.metadata)},
    {"metadataVersion", SCHEMA_INTEGER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct update_body, new_session.metadata_version)},
    {"agentState", SCHEMA_STRING, SCHEMA_NULLABLE,
     SCHEMA_AT(struct update_body, new_session.agent_state)},
    {"agentStateVersion", SCHEMA_INTEGER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct update_body, new_session.agent_state_version)},
    {"dataEncryptionKey", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct update_body, new_session.data_encryption_key)},
    {"active", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct update_body, new_session.active)},
    {"activeAt", SCHEMA_TIME, SCHEMA_REQUIRED,
     SCHEMA_AT(struct update_body, new_session.active_at)},
    {"createdAt", SCHEMA_TIME, SCHEMA_REQUIRED,
     SCHEMA_AT(struct update_body, new_session.created_at)},
    {"updatedAt", SCHEMA_TIME, SCHEMA_REQUIRED,
     SCHEMA_AT(struct update_body, new_session.updated_at)},
    {0}};

static const struct schema_member update_session_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct update_body, update_session.id)},
    {"metadata", SCHEMA_OBJECT, SCHEMA_NULLISH,
     SCHEMA_AT(struct update_body, update_session.metadata), .of = &versioned_some_schema},
    {"agentState", SCHEMA_OBJECT, SCHEMA_NULLISH,
     SCHEMA_AT(struct update_body, update_session.agent_state), .of = &versioned_text_schema},
    {0}};

static const struct schema_member delete_session_members[] = {
    {"sid", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct update_body, delete_session.sid)},
    {0}};

static const struct schema_member new_message_members[] = {
    {"sid", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct update_body, new_message.sid)},
    {"message", SCHEMA_OBJECT, SCHEMA_REQUIRED, SCHEMA_AT(struct update_body, new_message.message),
     .of = &api_message_schema},
    {0}};

static const struct schema_member new_machine_members[] = {
    {"machineId", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct update_body, new_machine.machine_id)},
    {"seq", SCHEMA_INTEGER, SCHEMA_REQUIRED, SCHEMA_AT(struct update_body, new_machine.seq)},
    {"metadata", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct update_body, new_machine.metadata)},
    {"metadataVersion", SCHEMA_INTEGER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct update_body, new_machine.metadata_version)},
    {"daemonState", SCHEMA_STRING, SCHEMA_NULLABLE,
     SCHEMA_AT(struct update_body, new_machine.daemon_state)},
    {"daemonStateVersion", SCHEMA_INTEGER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct update_body, new_machine.daemon_state_version)},
    {"dataEncryptionKey", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct update_body, new_machine.data_encryption_key)},
    {"active", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct update_body, new_machine.active)},
    {"activeAt", SCHEMA_TIME, SCHEMA_REQUIRED,
     SCHEMA_AT(struct update_body, new_machine.active_at)},
    {"createdAt", SCHEMA_TIME, SCHEMA_REQUIRED,
     SCHEMA_AT(struct update_body, new_machine.created_at)},
    {"updatedAt", SCHEMA_TIME, SCHEMA_REQUIRED,
     SCHEMA_AT(struct update_body, new_machine.updated_at)},
    {0}};

static const struct schema_member update_machine_members[] = {
    {"machineId", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct update_body, update_machine.machine_id)},
    {"metadata", SCHEMA_OBJECT, SCHEMA_NULLISH,
     SCHEMA_AT(struct update_body, update_machine.metadata), .of = &versioned_some_schema},
    {"daemonState", SCHEMA_OBJECT, SCHEMA_NULLISH,
     SCHEMA_AT(struct update_body, update_machine.daemon_state), .of = &versioned_some_schema},
    {"active", SCHEMA_BOOL, SCHEMA_OPTIONAL, SCHEMA_AT(struct update_body, update_machine.active)},
    {"activeAt", SCHEMA_TIME, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct update_body, update_machine.active_at)},
    {0}};

static const struct schema_member delete_machine_members[] = {
    {"machineId", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct update_body, delete_machine.machine_id)},
    {0}};

static const struct schema_member update_account_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct update_body, update_account.id)},
    {"settings", SCHEMA_OBJECT, SCHEMA_NULLISH,
     SCHEMA_AT(struct update_body, update_account.settings), .of = &versioned_text_schema},
    {"github", SCHEMA_JSON, SCHEMA_OPTIONAL, SCHEMA_AT(struct update_body, update_account.github)},
    {"username", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct update_body, update_account.username)},
    {"firstName", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct update_body, update_account.first_name)},
    {"lastName", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct update_body, update_account.last_name)},
    {"avatar", SCHEMA_OBJECT, SCHEMA_NULLISH, SCHEMA_AT(struct update_body, update_account.avatar),
     .of = &update_avatar_schema},
    {0}};

static const struct schema_member new_artifact_members[] = {
    {"artifactId", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct update_body, new_artifact.artifact_id)},
    {"seq", SCHEMA_INTEGER, SCHEMA_REQUIRED, SCHEMA_AT(struct update_body, new_artifact.seq)},
    {"header", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct update_body, new_artifact.header)},
    {"headerVersion", SCHEMA_INTEGER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct update_body, new_artifact.header_version)},
    {"body", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct update_body, new_artifact.body)},
    {"bodyVersion", SCHEMA_INTEGER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct update_body, new_artifact.body_version)},
    {"dataEncryptionKey", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct update_body, new_artifact.data_encryption_key)},
    {"createdAt", SCHEMA_TIME, SCHEMA_REQUIRED,
     SCHEMA_AT(struct update_body, new_artifact.created_at)},
    {"updatedAt", SCHEMA_TIME, SCHEMA_REQUIRED,
     SCHEMA_AT(struct update_body, new_artifact.updated_at)},
    {0}};

static const struct schema_member update_artifact_members[] = {
    {"artifactId", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct update_body, update_artifact.artifact_id)},
    {"header", SCHEMA_OBJECT, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct update_body, update_artifact.header), .of = &versioned_some_schema},
    {"body", SCHEMA_OBJECT, SCHEMA_OPTIONAL, SCHEMA_AT(struct update_body, update_artifact.body),
     .of = &versioned_some_schema},
    {0}};

static const struct schema_member delete_artifact_members[] = {
    {"artifactId", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct update_body, delete_artifact.artifact_id)},
    {0}};

static const struct schema_member new_feed_post_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct update_body, new_feed_post.id)},
    {"body", SCHEMA_OBJECT, SCHEMA_REQUIRED, SCHEMA_AT(struct update_body, new_feed_post.body),
     .of = &api_feed_body_schema},
    {"cursor", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct update_body, new_feed_post.cursor)},
    {"createdAt", SCHEMA_TIME, SCHEMA_REQUIRED,
     SCHEMA_AT(struct update_body, new_feed_post.created_at)},
    {"repeatKey", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct update_body, new_feed_post.repeat_key)},
    {0}};

static const struct schema_member kv_batch_update_members[] = {
    {"changes", SCHEMA_LIST, SCHEMA_REQUIRED,
     SCHEMA_AT(struct update_body, kv_batch_update.changes),
     SCHEMA_ITEMS(struct update_body, kv_batch_update.changes), .item = SCHEMA_OBJECT,
     .of = &update_kv_change_schema},
    {0}};

static const struct schema_variant update_body_variants[] = {
    {0},
    [UPDATE_TYPE_NEW_SESSION] = {"new-session", new_session_members},
    [UPDATE_TYPE_UPDATE_SESSION] = {"update-session", update_session_members},
    [UPDATE_TYPE_DELETE_SESSION] = {"delete-session", delete_session_members},
    [UPDATE_TYPE_NEW_MESSAGE] = {"new-message", new_message_members},
    [UPDATE_TYPE_NEW_MACHINE] = {"new-machine", new_machine_members},
    [UPDATE_TYPE_UPDATE_MACHINE] = {"update-machine", update_machine_members},
    [UPDATE_TYPE_DELETE_MACHINE] = {"delete-machine", delete_machine_members},
    [UPDATE_TYPE_UPDATE_ACCOUNT] = {"update-account", update_account_members},
    [UPDATE_TYPE_NEW_ARTIFACT] = {"new-artifact", new_artifact_members},
    [UPDATE_TYPE_UPDATE_ARTIFACT] = {"update-artifact", update_artifact_members},
    [UPDATE_TYPE_DELETE_ARTIFACT] = {"delete-artifact", delete_artifact_members},
    [UPDATE_TYPE_NEW_FEED_POST] = {"new-feed-post", new_feed_post_members},
    [UPDATE_TYPE_KV_BATCH_UPDATE] = {"kv-batch-update", kv_batch_update_members},
    {0}};

const struct schema update_body_schema = {.size = sizeof(struct update_body),
                                          .tag = "t",
                                          .tag_offset = offsetof(struct update_body, type),
                                          .variants = update_body_variants};

static const struct schema_member update_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct update, id)},
    {"seq", SCHEMA_INTEGER, SCHEMA_REQUIRED, SCHEMA_AT(struct update, seq)},
    {"body", SCHEMA_OBJECT, SCHEMA_REQUIRED, SCHEMA_AT(struct update, body),
     .of = &update_body_schema},
    {"createdAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct update, created_at)},
    {0}};
const struct schema update_schema = {.size = sizeof(struct update), .members = update_members};
