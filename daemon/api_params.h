/* What the parameters of a method may be, as a table: one place for the checks, for the list that
   --print-api prints, and for the test that compares it with docs/local-api.md. */
#ifndef DAEMON_API_PARAMS_H
#define DAEMON_API_PARAMS_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/error.h"
#include "wire/json.h"

enum api_type {
    API_STRING,
    API_BOOLEAN,
    API_INTEGER,
    API_STRINGS, /* an array of strings */
    API_OBJECT,
};

struct api_param {
    const char *name;
    enum api_type type;
    bool required;
    int64_t least, most;      /* of an integer; of a string, most is its length when not 0 */
    const char *const *words; /* a string must be one of these; NULL-terminated */
};

/* The end of a list of parameters has no name. */
#define API_PARAM_END                                                                              \
    {                                                                                              \
        0                                                                                          \
    }

/* Checks that `params` (NULL: none given) is an object with the required members and no others than
   those listed, of the right types and within the bounds. -1 with `error` filled, ERROR_INVALID. */
int api_params_check(const struct api_param *list, struct json_object *params, struct error *error);

const char *api_type_name(enum api_type type);

/* Values, after the check. What is absent has the value `otherwise`; strings are borrowed. */
const char *api_string(struct json_object *params, const char *name);
bool api_boolean(struct json_object *params, const char *name, bool otherwise);
int64_t api_integer(struct json_object *params, const char *name, int64_t otherwise);
struct json_object *api_value(struct json_object *params, const char *name); /* NULL when absent */

/* The strings of an array, NULL-terminated, borrowed; the caller frees the array. An absent one is
   empty. NULL when memory runs out. */
const char **api_strings(struct json_object *params, const char *name);

/* Overwrites the strings of a list: nothing keeps them any more. */
void api_strings_wipe(struct json_object *params, const char *name);

#endif
