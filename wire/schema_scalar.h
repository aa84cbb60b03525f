/* Members that are one value: between JSON and the struct. */
#ifndef SCHEMA_SCALAR_H
#define SCHEMA_SCALAR_H

#include "wire/schema.h"

/* Reads `json`, which may be null only for SCHEMA_JSON, as a value of this kind, within the
   member's bounds, into `field`. The message of an error begins with "must". */
int schema_scalar_read(const struct schema_member *member, enum schema_kind kind,
                       struct json_object *json, struct arena *arena, void *field,
                       struct error *error);

/* The JSON of a value of this kind, which the caller owns. Gives `origin`, with a reference, when
   that reads as the same. */
struct json_object *schema_scalar_write(const struct schema_member *member, enum schema_kind kind,
                                        const void *field, struct json_object *origin);

#endif
