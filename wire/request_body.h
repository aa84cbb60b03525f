/* Members of the JSON bodies of the auth routes, with the errors of a schema check. Private to
   wire. */
#ifndef WIRE_REQUEST_BODY_H
#define WIRE_REQUEST_BODY_H

#include "wire/buffer.h"
#include "wire/error.h"
#include "wire/slice.h"

/* The body as a checked JSON object (wire/json_scan.h). An empty body counts as {}. */
int request_body_object(struct slice body, struct slice *object, struct error *error);

/* Appends a member that must be a string. */
int request_body_string(struct slice object, const char *key, struct buffer *text,
                        struct error *error);

/* A member that may be true, false, null or absent; the last two are false. */
int request_body_flag(struct slice object, const char *key, bool *flag, struct error *error);

#endif
