/* Accounts: bodies of login and pairing ("Accounts: login and pairing" in the notes on the HTTP
   API). What is signed and sealed in them is the work of wire/login.h, wire/pairing.h and
   wire/account_link.h; here is what the routes check first, and what the server answers. */
#ifndef WIRE_API_AUTH_H
#define WIRE_API_AUTH_H

#include "wire/schema.h"

/* POST /v1/auth. All base64; the challenge is the client's. */
struct api_login_request {
    struct schema_object object;
    const char *public_key;
    const char *challenge;
    const char *signature;
};

extern const struct schema api_login_request_schema;

struct api_login_answer {
    struct schema_object object;
    bool success;
    const char *token;
};

extern const struct schema api_login_answer_schema;

/* POST /v1/auth/request, and /v1/auth/account/request, which does not look at supportsV2. */
struct api_pairing_request {
    struct schema_object object;
    const char *public_key;
    struct maybe_bool supports_v2;
};

extern const struct schema api_pairing_request_schema;

enum api_pairing_state {
    API_PAIRING_STATE_ABSENT,
    API_PAIRING_STATE_REQUESTED,
    API_PAIRING_STATE_AUTHORIZED,
};

/* The token and the response (base64) are there when it is authorized. */
struct api_pairing_state_answer {
    struct schema_object object;
    enum api_pairing_state state;
    const char *token;
    const char *response;
};

extern const struct schema api_pairing_state_answer_schema;

/* GET /v1/auth/request/status */
struct api_pairing_status_query {
    struct schema_object object;
    const char *public_key;
};

extern const struct schema api_pairing_status_query_schema;

enum api_pairing_status {
    API_PAIRING_STATUS_ABSENT,
    API_PAIRING_STATUS_NOT_FOUND,
    API_PAIRING_STATUS_PENDING,
    API_PAIRING_STATUS_AUTHORIZED,
};

/* supportsV2 is false unless it is pending. */
struct api_pairing_status_answer {
    struct schema_object object;
    enum api_pairing_status status;
    bool supports_v2;
};

extern const struct schema api_pairing_status_answer_schema;

/* POST /v1/auth/response and /v1/auth/account/response. An empty response leaves it pending. */
struct api_pairing_response_request {
    struct schema_object object;
    const char *public_key;
    const char *response;
};

extern const struct schema api_pairing_response_request_schema;

#endif
