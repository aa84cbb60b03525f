/* Steps over JSON text that json_scan_check() has passed. Private to wire. */
#ifndef WIRE_JSON_WALK_H
#define WIRE_JSON_WALK_H

#include <stdbool.h>

/* Where the white space at `at` ends. `at` is before a closing bracket, quote or comma. */
const char *json_walk_space(const char *at);

/* Behind the string that begins at `at`, at the latest at `end`. `*plain`: it has no escapes. */
const char *json_walk_string(const char *at, const char *end, bool *plain);

/* Behind the number or word that begins at `at`, at the latest at `end`. */
const char *json_walk_scalar(const char *at, const char *end);

#endif
