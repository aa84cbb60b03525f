#include "wire/api_service.h"

static const struct schema_member api_version_request_members[] = {
    {"platform", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_version_request, platform)},
    {"version", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_version_request, version)},
    {"app_id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_version_request, app_id)},
    {0}};
const struct schema api_version_request_schema = {.size = sizeof(struct api_version_request),
                                                  .members = api_version_request_members};

static const struct schema_member api_version_answer_members[] = {
    {"updateUrl", SCHEMA_STRING, SCHEMA_NULLABLE, SCHEMA_AT(struct api_version_answer, update_url)},
    {0}};
const struct schema api_version_answer_schema = {.size = sizeof(struct api_version_answer),
                                                 .members = api_version_answer_members};

static const struct schema_member api_voice_request_members[] = {
    {"agentId", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_voice_request, agent_id)},
    {0}};
const struct schema api_voice_request_schema = {.size = sizeof(struct api_voice_request),
                                                .members = api_voice_request_members};

static const struct schema_member api_voice_answer_members[] = {
    {"allowed", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct api_voice_answer, allowed)},
    {"reason", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_voice_answer, reason)},
    {"conversationToken", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct api_voice_answer, conversation_token)},
    {"conversationId", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct api_voice_answer, conversation_id)},
    {"agentId", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_voice_answer, agent_id)},
    {"elevenUserId", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct api_voice_answer, eleven_user_id)},
    {"usedSeconds", SCHEMA_NUMBER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_voice_answer, used_seconds)},
    {"limitSeconds", SCHEMA_NUMBER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_voice_answer, limit_seconds)},
    {0}};
const struct schema api_voice_answer_schema = {.size = sizeof(struct api_voice_answer),
                                               .members = api_voice_answer_members};

static const struct schema_member api_voice_refusal_members[] = {
    {"allowed", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct api_voice_answer, allowed)},
    {"reason", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_voice_answer, reason)},
    {"usedSeconds", SCHEMA_NUMBER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_voice_answer, used_seconds)},
    {"limitSeconds", SCHEMA_NUMBER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_voice_answer, limit_seconds)},
    {"agentId", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_voice_answer, agent_id)},
    {0}};
const struct schema api_voice_refusal_schema = {.size = sizeof(struct api_voice_answer),
                                                .members = api_voice_refusal_members};

static const struct schema_member api_voice_usage_members[] = {
    {"usedSeconds", SCHEMA_NUMBER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_voice_usage, used_seconds)},
    {"limitSeconds", SCHEMA_NUMBER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_voice_usage, limit_seconds)},
    {"conversationCount", SCHEMA_INTEGER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_voice_usage, conversation_count)},
    {"conversationLimit", SCHEMA_INTEGER, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_voice_usage, conversation_limit)},
    {"elevenUserId", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_voice_usage, eleven_user_id)},
    {0}};
const struct schema api_voice_usage_schema = {.size = sizeof(struct api_voice_usage),
                                              .members = api_voice_usage_members};

static const struct schema_member api_health_members[] = {
    {"status", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_health, status)},
    {"timestamp", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_health, timestamp)},
    {"service", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_health, service)},
    {"error", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_health, error)},
    {0}};
const struct schema api_health_schema = {.size = sizeof(struct api_health),
                                         .members = api_health_members};
