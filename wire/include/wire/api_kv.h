/* The key-value store: bodies of the routes in "Key-value store" of the notes on the HTTP API. */
#ifndef WIRE_API_KV_H
#define WIRE_API_KV_H

#include "wire/api_body.h"
#include "wire/schema.h"

#define API_KV_BATCH_MAX 100 /* keys read or written by one request */

/* GET /v1/kv/:key. The value is base64. */
struct api_kv_item {
    struct schema_object object;
    const char *key;
    const char *value;
    int64_t version;
};

extern const struct schema api_kv_item_schema;

/* GET /v1/kv */
struct api_kv_query {
    struct schema_object object;
    const char *prefix;
    struct maybe_integer limit;
};

extern const struct schema api_kv_query_schema;

struct api_kv_list {
    struct schema_object object;
    LIST_OF(struct api_kv_item) items;
};

extern const struct schema api_kv_list_schema;

/* POST /v1/kv/bulk */
struct api_kv_bulk {
    struct schema_object object;
    LIST_OF(const char *) keys;
};

extern const struct schema api_kv_bulk_schema;

struct api_kv_values {
    struct schema_object object;
    LIST_OF(struct api_kv_item) values;
};

extern const struct schema api_kv_values_schema;

/* A value of null deletes. The version is the one that is there, -1 for a new key. */
struct api_kv_mutation {
    struct schema_object object;
    const char *key;
    const char *value;
    double version;
};

extern const struct schema api_kv_mutation_schema;

/* POST /v1/kv */
struct api_kv_mutate {
    struct schema_object object;
    LIST_OF(struct api_kv_mutation) mutations;
};

extern const struct schema api_kv_mutate_schema;

struct api_kv_version {
    struct schema_object object;
    const char *key;
    int64_t version;
};

extern const struct schema api_kv_version_schema;

/* What is there instead; version -1: nothing. */
struct api_kv_mismatch {
    struct schema_object object;
    const char *key;
    const char *error;
    int64_t version;
    const char *value;
};

extern const struct schema api_kv_mismatch_schema;

/* Status 200 with the results, or 409 with all that do not fit. */
struct api_kv_mutated {
    struct schema_object object;
    bool success;
    LIST_OF(struct api_kv_version) results;
    LIST_OF(struct api_kv_mismatch) errors;
};

extern const struct schema api_kv_mutated_schema;

#endif
