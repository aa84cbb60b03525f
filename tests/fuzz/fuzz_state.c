/* Any bytes as each of the other values that come sealed: metadata, states, and the parameters and
   results of methods. What is taken is printed as it was, and read as the same again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/agent_state.h"
#include "wire/app_settings.h"
#include "wire/json_text.h"
#include "wire/machine.h"
#include "wire/rpc_payload.h"
#include "wire/session_metadata.h"

static void try_table(const struct schema *schema, struct json_object *json,
                      const struct buffer *plain)
{
    struct arena arena = {0};
    struct buffer printed = {0};
    struct error error = {0};
    void *value = calloc(1, schema->size);
    if (!value)
        abort();
    if (schema_read(schema, json, &arena, value, &error) != 0) {
        if (!*error.message)
            abort();
    } else {
        if (schema_print(schema, value, &printed, NULL) != 0 || printed.length != plain->length ||
            memcmp(printed.data, plain->data, plain->length) != 0 ||
            schema_parse(schema, slice_of(printed.data, printed.length), &arena, value, NULL) != 0)
            abort();
    }
    buffer_free(&printed);
    arena_free(&arena);
    free(value);
}

/* Settings are completed with defaults; from there on they stay the same. */
static void try_settings(struct slice text)
{
    struct app_settings settings;
    struct buffer first = {0}, second = {0};
    if (app_settings_parse(text, &settings, NULL) != 0 ||
        app_settings_print(&settings, &first, NULL) != 0)
        abort();
    app_settings_free(&settings);
    if (app_settings_parse(slice_of(first.data, first.length), &settings, NULL) != 0 ||
        app_settings_print(&settings, &second, NULL) != 0 || first.length != second.length)
        abort();
    app_settings_free(&settings);
    buffer_free(&first);
    buffer_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct schema *const tables[] = {&agent_state_schema, &session_metadata_schema,
                                                  &machine_metadata_schema, &daemon_state_schema};
    struct slice text = slice_of(data, size);
    struct arena arena = {0};
    struct rpc_spawn_result result;
    struct rpc_spawn_params params;
    struct buffer plain = {0};
    struct json_object *json;
    try_settings(text);
    if (json_text_parse_lenient(text, &json, NULL) != 0)
        return 0;
    json_text_print(&plain, json);
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        try_table(tables[i], json, &plain);
    for (const struct rpc_method *method = rpc_methods; method->name; method++) {
        try_table(method->params, json, &plain);
        try_table(method->result, json, &plain);
    }
    rpc_params_parse(&rpc_spawn_params_schema, text, &arena, &params, NULL);
    rpc_result_parse(&rpc_spawn_result_schema, text, &arena, &result, NULL);
    arena_free(&arena);
    json_object_put(json);
    buffer_free(&plain);
    return 0;
}
