/* Strict reading of JSON on top of json-c: bounded, and typed where a value is taken out. */
#ifndef WIRE_JSON_H
#define WIRE_JSON_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/error.h"

#define JSON_DEPTH_MAX 32

/* Parses exactly one JSON object or array (white space around it allowed; no other value means
   anything at the top here). NULL, with `error` filled (ERROR_INVALID), when it is malformed,
   deeper than JSON_DEPTH_MAX, not UTF-8, or has something behind it. The caller owns it
   (json_object_put). */
struct json_object *json_parse(const char *text, size_t length, struct error *error);

/* One line of JSON without a newline, valid until `value` changes or goes. */
const char *json_line(struct json_object *value);

/* Members of an object. Each returns false, with `error` filled (ERROR_INVALID, naming `key`), when
   the member is there with another type; a member that is absent or null leaves `*result` alone and
   returns true. Strings belong to `object`. */
bool json_get_string(struct json_object *object, const char *key, const char **result,
                     struct error *error);
bool json_get_bool(struct json_object *object, const char *key, bool *result, struct error *error);
bool json_get_integer(struct json_object *object, const char *key, int64_t least, int64_t most,
                      int64_t *result, struct error *error);
bool json_get_array(struct json_object *object, const char *key, struct json_object **result,
                    struct error *error);
bool json_get_object(struct json_object *object, const char *key, struct json_object **result,
                     struct error *error);

/* Puts a member; takes over `value`, which may be NULL for null. json_put_string() puts nothing for
   NULL, json_put_string_or_null() puts null. */
void json_put(struct json_object *object, const char *key, struct json_object *value);
void json_put_string(struct json_object *object, const char *key, const char *value);
void json_put_string_or_null(struct json_object *object, const char *key, const char *value);
void json_put_integer(struct json_object *object, const char *key, int64_t value);
void json_put_bool(struct json_object *object, const char *key, bool value);

#endif
