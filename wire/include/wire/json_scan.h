/* JSON text (RFC 8259) read where it lies: checked once, then taken apart without copying. What is
   only passed on keeps every byte, and secrets are not spread over the heap by a parser. */
#ifndef WIRE_JSON_SCAN_H
#define WIRE_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/buffer.h"
#include "wire/error.h"
#include "wire/slice.h"

#define JSON_SCAN_DEPTH_MAX 256u /* arrays and objects inside each other */

enum json_kind { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/* Checks that `text` is one JSON value of any kind with white space around it, as JSON.parse takes
   it, in valid UTF-8, within JSON_SCAN_DEPTH_MAX and JSON_NUMBER_LENGTH_MAX. Gives the value
   without that white space, and the number of values in it when `count` is not NULL. Returns 0, or
   -1 with ERROR_INVALID or ERROR_LIMIT.

   All functions below want text that was checked, or a part of it they gave themselves. */
int json_scan_check(struct slice text, struct slice *value, size_t *count, struct error *error);

enum json_kind json_scan_kind(struct slice value);

/* Walks over an array or object: start with json_cursor_of(), then call the matching function until
   it returns false. Keys come as string values, with their quotes. */
struct json_cursor {
    const char *next;
    const char *end;
};
struct json_cursor json_cursor_of(struct slice container);
bool json_scan_element(struct json_cursor *cursor, struct slice *value);
bool json_scan_member(struct json_cursor *cursor, struct slice *key, struct slice *value);

/* The member of an object; of several with the same key the last. */
bool json_scan_find(struct slice object, const char *key, struct slice *value);

/* Appends what a string value stands for, as UTF-8. A surrogate escape without its other half
   becomes the three bytes UTF-8 would have for it (WTF-8), so that nothing is lost. */
void json_scan_string(struct slice value, struct buffer *text);

/* As json_scan_string(), into memory of the caller that has at least `value.length` bytes. Returns
   the number of bytes written. For secrets. */
size_t json_scan_string_into(struct slice value, char *text);

/* Whether a string value stands for exactly this text. */
bool json_scan_string_is(struct slice value, const char *text);

#endif
