/* Numbers as JavaScript reads and writes them: doubles, in the shortest decimal text that reads
   back to the same double (ECMA-262, Number::toString). Independent of the locale. */
#ifndef WIRE_JSON_NUMBER_H
#define WIRE_JSON_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/slice.h"

#define JSON_NUMBER_LENGTH_MAX 1024u       /* characters of a number that is read */
#define JSON_NUMBER_ROOM       32u         /* for any number that is printed, with its NUL */
#define JSON_INTEGER_MAX       (1ll << 53) /* integers up to here are exact in a double */

/* Prints it and returns the length. Not a number and the infinities are "null", -0 is "0". */
size_t json_number_print(double number, char text[static JSON_NUMBER_ROOM]);

/* Reads a text that is a number by JSON's grammar and at most JSON_NUMBER_LENGTH_MAX long. What is
   too large becomes an infinity, as in JavaScript. */
double json_number_read(struct slice text);

/* Whether the text is a whole number of at most JSON_INTEGER_MAX either way, and which. "1e3" and
   "-0" are. */
bool json_number_is_integer(struct slice text, int64_t *integer);

#endif
