/* Version, voice and health: bodies of the routes in "POST /v1/version", "Voice" and "Service
   routes" of the notes on the HTTP API. */
#ifndef WIRE_API_SERVICE_H
#define WIRE_API_SERVICE_H

#include "wire/schema.h"

/* POST /v1/version */
struct api_version_request {
    struct schema_object object;
    const char *platform;
    const char *version;
    const char *app_id;
};

extern const struct schema api_version_request_schema;

struct api_version_answer {
    struct schema_object object;
    const char *update_url;
};

extern const struct schema api_version_answer_schema;

/* POST /v1/voice/conversations */
struct api_voice_request {
    struct schema_object object;
    const char *agent_id;
};

extern const struct schema api_voice_request_schema;

/* When it is not allowed there is a reason, and no token and no ids but agentId. */
struct api_voice_answer {
    struct schema_object object;
    bool allowed;
    const char *reason;
    const char *conversation_token;
    const char *conversation_id;
    const char *agent_id;
    const char *eleven_user_id;
    double used_seconds;
    double limit_seconds;
};

extern const struct schema api_voice_answer_schema;

/* The same for a refusal, in its order. */
extern const struct schema api_voice_refusal_schema;

/* GET /v1/voice/usage */
struct api_voice_usage {
    struct schema_object object;
    double used_seconds;
    double limit_seconds;
    int64_t conversation_count;
    int64_t conversation_limit;
    const char *eleven_user_id;
};

extern const struct schema api_voice_usage_schema;

/* GET /health, status 200 or 503. The time is ISO 8601. */
struct api_health {
    struct schema_object object;
    const char *status;
    const char *timestamp;
    const char *service;
    const char *error;
};

extern const struct schema api_health_schema;

#endif
