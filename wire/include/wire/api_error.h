/* What the HTTP API answers when it does not do what it was asked ("Error bodies" in the notes on
   the HTTP API). Most routes say {"error":"<text>"}; what is wrong before a route is reached has a
   form of its own. */
#ifndef WIRE_API_ERROR_H
#define WIRE_API_ERROR_H

#include "wire/buffer.h"
#include "wire/schema.h"
#include "wire/slice.h"

/* The server. Each appends a body. */

/* {"error":<text>} of a route; of accounts 401: "Missing authorization header", "Invalid token". */
void api_error_print(struct buffer *body, const char *text);

/* The same with "success":false before it, as access keys and settings have it for status 500. */
void api_error_print_failure(struct buffer *body, const char *text);

/* {"error":…,"message":…,"statusCode":…}; for 400 see wire/api_body.h. */
void api_error_print_status(struct buffer *body, int status, const char *error,
                            const char *message);

/* 500, whatever happened. */
void api_error_print_internal(struct buffer *body);

/* 404 for a path without a route; `url` is as it was asked for, with its query. */
void api_error_print_no_route(struct buffer *body, struct slice url, const char *method);

/* 400 for a path with a percent sign that begins no escape. */
void api_error_print_bad_url(struct buffer *body, struct slice path);

/* 413 and, for a type that is none of the known ones or not there (NULL), 415. */
void api_error_print_too_large(struct buffer *body);
void api_error_print_media_type(struct buffer *body, const char *type);

/* The client. */

/* Fills `error` for an answer whose status is not 2xx, with the server's own words when the body
   has some: a sentence that names the status. Returns -1. The codes: REFUSED for 401 and 403,
   NOT_FOUND for 404, EXISTS for 409, LIMIT for 413 and 429, INVALID for others below 500, CLOSED
   for 5xx: another try may help. */
int api_error_read(int status, struct slice body, struct error *error);

#endif
