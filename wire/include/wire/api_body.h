/* Bodies and queries of the HTTP API, read as the public server reads them: what is wrong with them
   is told in the words of its validator (zod), so that the answer is the one its clients know
   ("Request bodies and validation" in the notes on the HTTP API).

   A server reads requests with the functions below and prints answers with schema_print(); a client
   prints requests with schema_print() and reads answers with schema_parse(). The tables are in
   wire/api_*.h. Where upstream has no bound for a text or list those of wire/schema.h and
   wire/json_text.h hold, and going beyond them is a status of 400, too. */
#ifndef WIRE_API_BODY_H
#define WIRE_API_BODY_H

#include <float.h>
#include <json-c/json.h>

#include "wire/buffer.h"
#include "wire/schema.h"
#include "wire/slice.h"

#define API_QUERY_PARAMETERS_MAX 64u /* of one query; the rest is not looked at */
#define API_PROBLEMS_MAX         16u /* told of one request */

/* For tables: the largest whole number, and the least one that is greater than 0. */
#define API_INTEGER_MAX 9007199254740991.0
#define API_ABOVE_ZERO  DBL_TRUE_MIN

/* In the order in which they are to be checked; the first with a problem makes the answer. */
enum api_part { API_PARAMS, API_BODY, API_QUERYSTRING, API_HEADERS };

/* Reads a part of a request that is JSON by now: parameters of the path as an object of strings,
   headers likewise. Returns 0; or -1, with the body of the answer, whose status is 400, appended to
   `answer`, and `value` cleared. What was read belongs to `arena`. */
int api_read(const struct schema *schema, enum api_part part, struct json_object *json,
             struct arena *arena, void *value, struct buffer *answer);

/* The same for the text of a body of type application/json. No text at all is {}. */
int api_read_body(const struct schema *schema, struct slice body, struct arena *arena, void *value,
                  struct buffer *answer);

/* The same for what is behind the question mark of a URL. Texts become numbers where the table
   wants one, as JavaScript's Number() makes them. */
int api_read_query(const struct schema *schema, struct slice query, struct arena *arena,
                   void *value, struct buffer *answer);

/* Appends the problems the validator would tell, with ", " between them, at most API_PROBLEMS_MAX.
   `problems` may be NULL. Returns whether
   there are none. What concerns several members is not looked at. */
bool api_check(const struct schema *schema, enum api_part part, struct json_object *json,
               struct buffer *problems);

/* For tables: NULL, or what the validator says. */
const char *api_check_uuid(const char *text);

/* Bodies that are a bare array, for tables with one member, which is a list. As schema_print() and
   schema_parse(). */
int api_array_print(const struct schema *schema, const void *value, struct buffer *text,
                    struct error *error);
int api_array_parse(const struct schema *schema, struct slice text, struct arena *arena,
                    void *value, struct error *error);

/* {"success":true}, the answer of routes that have nothing else to say. */
struct api_success {
    struct schema_object object;
    bool success;
};

extern const struct schema api_success_schema;

#endif
