/* Artifacts: bodies of the routes in "Artifacts" of the notes on the HTTP API. header, body and
   dataEncryptionKey are base64; what is not makes the route fail, not the validation. */
#ifndef WIRE_API_ARTIFACT_H
#define WIRE_API_ARTIFACT_H

#include "wire/api_body.h"
#include "wire/schema.h"

/* Without body and bodyVersion in lists. */
struct api_artifact {
    struct schema_object object;
    const char *id;
    const char *header;
    int64_t header_version;
    const char *body;
    struct maybe_integer body_version;
    const char *data_encryption_key;
    int64_t seq;
    int64_t created_at;
    int64_t updated_at;
};

extern const struct schema api_artifact_schema;

/* GET /v1/artifacts: a bare array (wire/api_body.h: api_array_print, api_array_parse). */
struct api_artifact_list {
    struct schema_object object;
    LIST_OF(struct api_artifact) items;
};

extern const struct schema api_artifact_list_schema;

/* POST /v1/artifacts. The id is a UUID. */
struct api_artifact_create {
    struct schema_object object;
    const char *id;
    const char *header;
    const char *body;
    const char *data_encryption_key;
};

extern const struct schema api_artifact_create_schema;

/* POST /v1/artifacts/:id. A part is written when both its value and its version are given. */
struct api_artifact_update {
    struct schema_object object;
    const char *header;
    struct maybe_integer expected_header_version;
    const char *body;
    struct maybe_integer expected_body_version;
};

extern const struct schema api_artifact_update_schema;

/* With `error` ("version-mismatch"), what is there of the parts that differ; else the new
   versions. */
struct api_artifact_updated {
    struct schema_object object;
    bool success;
    const char *error;
    struct maybe_integer header_version;
    struct maybe_integer body_version;
    struct maybe_integer current_header_version;
    const char *current_header;
    struct maybe_integer current_body_version;
    const char *current_body;
};

extern const struct schema api_artifact_updated_schema;

#endif
