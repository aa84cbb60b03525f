#include "wire/api_kv.h"

#include <float.h>

static const struct schema_member api_kv_item_members[] = {
    {"key", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_kv_item, key)},
    {"value", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_kv_item, value)},
    {"version", SCHEMA_INTEGER, SCHEMA_REQUIRED, SCHEMA_AT(struct api_kv_item, version)},
    {0}};
const struct schema api_kv_item_schema = {.size = sizeof(struct api_kv_item),
                                          .members = api_kv_item_members};

static const struct schema_member api_kv_query_members[] = {
    {"prefix", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_kv_query, prefix)},
    {"limit", SCHEMA_INTEGER, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_kv_query, limit), .least = 1,
     .most = 1000, .number_default = 100},
    {0}};
const struct schema api_kv_query_schema = {.size = sizeof(struct api_kv_query),
                                           .members = api_kv_query_members};

static const struct schema_member api_kv_list_members[] = {
    {"items", SCHEMA_LIST, SCHEMA_REQUIRED, SCHEMA_AT(struct api_kv_list, items),
     SCHEMA_ITEMS(struct api_kv_list, items), .item = SCHEMA_OBJECT, .of = &api_kv_item_schema},
    {0}};
const struct schema api_kv_list_schema = {.size = sizeof(struct api_kv_list),
                                          .members = api_kv_list_members};

static const struct schema_member api_kv_bulk_members[] = {
    {"keys", SCHEMA_LIST, SCHEMA_REQUIRED, SCHEMA_AT(struct api_kv_bulk, keys),
     SCHEMA_ITEMS(struct api_kv_bulk, keys), .item = SCHEMA_STRING, .length_least = 1,
     .length_most = API_KV_BATCH_MAX},
    {0}};
const struct schema api_kv_bulk_schema = {.size = sizeof(struct api_kv_bulk),
                                          .members = api_kv_bulk_members};

static const struct schema_member api_kv_values_members[] = {
    {"values", SCHEMA_LIST, SCHEMA_REQUIRED, SCHEMA_AT(struct api_kv_values, values),
     SCHEMA_ITEMS(struct api_kv_values, values), .item = SCHEMA_OBJECT, .of = &api_kv_item_schema},
    {0}};
const struct schema api_kv_values_schema = {.size = sizeof(struct api_kv_values),
                                            .members = api_kv_values_members};

static const struct schema_member api_kv_mutation_members[] = {
    {"key", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_kv_mutation, key)},
    {"value", SCHEMA_STRING, SCHEMA_NULLABLE, SCHEMA_AT(struct api_kv_mutation, value)},
    {"version", SCHEMA_NUMBER, SCHEMA_REQUIRED, SCHEMA_AT(struct api_kv_mutation, version)},
    {0}};
const struct schema api_kv_mutation_schema = {.size = sizeof(struct api_kv_mutation),
                                              .members = api_kv_mutation_members};

static const struct schema_member api_kv_mutate_members[] = {
    {"mutations", SCHEMA_LIST, SCHEMA_REQUIRED, SCHEMA_AT(struct api_kv_mutate, mutations),
     SCHEMA_ITEMS(struct api_kv_mutate, mutations), .item = SCHEMA_OBJECT,
     .of = &api_kv_mutation_schema, .length_least = 1, .length_most = API_KV_BATCH_MAX},
    {0}};
const struct schema api_kv_mutate_schema = {.size = sizeof(struct api_kv_mutate),
                                            .members = api_kv_mutate_members};

static const struct schema_member api_kv_version_members[] = {
    {"key", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_kv_version, key)},
    {"version", SCHEMA_INTEGER, SCHEMA_REQUIRED, SCHEMA_AT(struct api_kv_version, version)},
    {0}};
const struct schema api_kv_version_schema = {.size = sizeof(struct api_kv_version),
                                             .members = api_kv_version_members};

static const struct schema_member api_kv_mismatch_members[] = {
    {"key", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_kv_mismatch, key)},
    {"error", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_kv_mismatch, error)},
    {"version", SCHEMA_INTEGER, SCHEMA_REQUIRED, SCHEMA_AT(struct api_kv_mismatch, version)},
    {"value", SCHEMA_STRING, SCHEMA_NULLABLE, SCHEMA_AT(struct api_kv_mismatch, value)},
    {0}};
const struct schema api_kv_mismatch_schema = {.size = sizeof(struct api_kv_mismatch),
                                              .members = api_kv_mismatch_members};

static const struct schema_member api_kv_mutated_members[] = {
    {"success", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct api_kv_mutated, success)},
    {"results", SCHEMA_LIST, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_kv_mutated, results),
     SCHEMA_ITEMS(struct api_kv_mutated, results), .item = SCHEMA_OBJECT,
     .of = &api_kv_version_schema},
    {"errors", SCHEMA_LIST, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_kv_mutated, errors),
     SCHEMA_ITEMS(struct api_kv_mutated, errors), .item = SCHEMA_OBJECT,
     .of = &api_kv_mismatch_schema},
    {0}};
const struct schema api_kv_mutated_schema = {.size = sizeof(struct api_kv_mutated),
                                             .members = api_kv_mutated_members};
