/* The fixtures of the session protocol in tests/vectors/session. */
#ifndef SESSION_FIXTURES_H
#define SESSION_FIXTURES_H

#include <json-c/json.h>

#include "wire/schema.h"

/* Calls `visit` for each file in a folder of them, with its tree. Fails the test when there is
   none. */
void fixtures_visit(const char *folder, void (*visit)(const char *name, struct json_object *root));

/* A member that must be there, or NULL when it is null or absent. */
struct json_object *fixture_member(struct json_object *object, const char *name);

/* The text of a tree, to be freed. */
char *fixture_text(struct json_object *json);

/* In how many places two trees differ. */
size_t fixture_differences(struct json_object *left, struct json_object *right);

/* Changes the `index`th text, number or truth value that was read into `value`, such that readers
   still take it. False when there are fewer. */
bool fixture_change(const struct schema *schema, void *value, size_t index);

#endif
