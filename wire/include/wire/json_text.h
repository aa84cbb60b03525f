/* JSON between the values of json-c and the text the official programs write and read: what
   JSON.stringify gives and what JSON.parse takes ("JSON text" in the protocol notes, ECMA-262
   sections 25.5.1 and 25.5.2). What goes through here and back means the same to them:

   - numbers are doubles; whole ones up to 2^53 are kept as integers;
   - members stay in their order, keys that are array indices come first in the text; of members
   with the same key the last value counts, at the place of the first;
   - surrogate escapes without their other half are kept in a string as the three bytes UTF-8 would
     have for them, and printed as escapes again;
   - json-c's keys end at a NUL: U+0000 in a key is kept as C0 80. */
#ifndef WIRE_JSON_TEXT_H
#define WIRE_JSON_TEXT_H

#include <json-c/json.h>
#include <stddef.h>

#include "wire/buffer.h"
#include "wire/error.h"
#include "wire/slice.h"

#define JSON_TEXT_VALUES_MAX                                                                       \
    100000u /* values in one text: bounds the memory it can make us use                            \
             */

/* Reads a JSON value of any kind; null is NULL. The caller owns the result (json_object_put).
   Returns 0, or -1 with ERROR_INVALID or ERROR_LIMIT. */
int json_text_parse(struct slice text, struct json_object **value, struct error *error);

/* As json_text_parse() for bytes that were decrypted: a byte order mark is dropped and malformed
   UTF-8 becomes U+FFFD, as Node and browsers do it. */
int json_text_parse_lenient(struct slice text, struct json_object **value, struct error *error);

/* Appends the text. Always valid UTF-8: bytes of a string that are not are printed as U+FFFD. */
void json_text_print(struct buffer *text, struct json_object *value);

/* Appends a string with its quotes. */
void json_text_print_string(struct buffer *text, struct slice string);

#endif
