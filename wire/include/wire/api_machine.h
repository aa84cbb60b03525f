/* Machines and access keys: bodies of the routes in "Machines and access keys" of the notes on the
   HTTP API. metadata, daemonState and the data of access keys are opaque to the server. */
#ifndef WIRE_API_MACHINE_H
#define WIRE_API_MACHINE_H

#include "wire/api_body.h"
#include "wire/schema.h"

/* `seq` is not in the answer to POST, and always 0 elsewhere. */
struct api_machine {
    struct schema_object object;
    const char *id;
    const char *metadata;
    int64_t metadata_version;
    const char *daemon_state;
    int64_t daemon_state_version;
    const char *data_encryption_key;
    struct maybe_integer seq;
    bool active;
    int64_t active_at;
    int64_t created_at;
    int64_t updated_at;
};

extern const struct schema api_machine_schema;

/* POST /v1/machines: registers a machine, or gives the registered one. daemonState may be absent,
   not null. */
struct api_machine_create {
    struct schema_object object;
    const char *id;
    const char *metadata;
    const char *daemon_state;
    const char *data_encryption_key;
};

extern const struct schema api_machine_create_schema;

struct api_machine_answer {
    struct schema_object object;
    struct api_machine machine;
};

extern const struct schema api_machine_answer_schema;

/* GET /v1/machines: a bare array (wire/api_body.h: api_array_print, api_array_parse). */
struct api_machine_list {
    struct schema_object object;
    LIST_OF(struct api_machine) items;
};

extern const struct schema api_machine_list_schema;

struct api_access_key {
    struct schema_object object;
    const char *data;
    int64_t data_version;
    int64_t created_at;
    int64_t updated_at;
};

extern const struct schema api_access_key_schema;

/* GET /v1/access-keys/:sessionId/:machineId */
struct api_access_key_answer {
    struct schema_object object;
    struct api_access_key access_key;
};

extern const struct schema api_access_key_answer_schema;

/* POST there */
struct api_access_key_create {
    struct schema_object object;
    const char *data;
};

extern const struct schema api_access_key_create_schema;

struct api_access_key_created {
    struct schema_object object;
    bool success;
    struct api_access_key access_key;
};

extern const struct schema api_access_key_created_schema;

/* PUT there */
struct api_access_key_update {
    struct schema_object object;
    const char *data;
    int64_t expected_version;
};

extern const struct schema api_access_key_update_schema;

/* With `error` ("version-mismatch"), what is there is given; else the new version. */
struct api_access_key_updated {
    struct schema_object object;
    bool success;
    struct maybe_integer version;
    const char *error;
    struct maybe_integer current_version;
    const char *current_data;
};

extern const struct schema api_access_key_updated_schema;

#endif
