/* The text JSON.stringify gives. */
#include "vectors.h"

#include <math.h>
#include <string.h>

#include "wire/json_text.h"

/* For each case a JSON text with the value of its JavaScript expression, written differently from
   what is expected; cases that are not here are written as expected. */
static const struct {
    const char *name;
    const char *input;
} INPUTS[] = {
    {"insertion order kept", "{ \"b\" : 1, \"a\" : 2 }"},
    {"integer-like keys come first in ascending order",
     "{\"b\":1,\"10\":2,\"2\":3,\"a\":4,\"01\":5,\"-1\":6,\"4294967294\":7,\"4294967295\":8}"},
    {"negative zero becomes 0", "[-0,0.0]"},
    {"integral double has no fraction", "[1.0,100,1e3]"},
    {"exponent thresholds", "[1e20,1e21,1e-6,1e-7,123456789012345680000]"},
    {"shortest round-trip digits",
     "[0.3000000000000000444,0.333333333333333314829616256247390992939472198486328125,"
     "4.9406564584124654e-324,17976931348623157e292,9007199254740993]"},
    {"milliseconds timestamp", "{\"createdAt\":1.767225600123e12}"},
    {"quote and backslash", "\"\\u0022\\u005c\""},
    {"slash is not escaped", "\"a\\/b\""},
    {"short escapes", "\"\\u0008\\u0009\\u000A\\u000c\\u000d\""},
    {"other control characters as lower-case u-escapes", "\"\\u0000\\u0001\\u000B\\u001F\""},
    {"DEL and C1 stay raw", "\"\\u007f\\u0080\\u009f\""},
    {"line separators stay raw", "\"\\u2028\\u2029\""},
    {"astral characters stay raw", "\"\xf0\x9f\x8c\x8d\\ud83d\\ude00\""},
    {"lone surrogates become lower-case u-escapes", "\"\\uD83D x \\uDE00\""},
    {"byte order mark inside a string stays raw", "\"\\ufeff\""},
    {"Uint8Array becomes an object of indices", "{\"2\":255,\"1\":2,\"0\":1}"},
    {"__proto__ as own key", "{\"__proto__\":0,\"a\":2,\"__proto__\":1}"},
};

static void run_text(struct vectors *vectors, struct json_object *item)
{
    struct json_object *value = NULL;
    struct buffer text = {0};
    struct error error = {.message = ""};
    struct slice input = vector_slice(item, "json");
    for (size_t i = 0; i < sizeof INPUTS / sizeof INPUTS[0]; i++)
        if (strcmp(INPUTS[i].name, vector_text(item, "name")) == 0)
            input = slice_of_string(INPUTS[i].input);
    int status = json_text_parse(input, &value, &error);
    if (!vector_has(item, "json")) {
        vector_expect(vectors, status != 0, "no text at all is JSON");
        return;
    }
    if (strcmp(vector_text(item, "name"), "NaN and infinities become null") == 0) {
        json_object_put(value);
        value = json_object_new_array();
        json_object_array_add(value, json_object_new_double(NAN));
        json_object_array_add(value, json_object_new_double(INFINITY));
        json_object_array_add(value, json_object_new_double(-INFINITY));
    }
    vector_expect(vectors, status == 0, "%s", error.message);
    json_text_print(&text, value);
    vector_expect(vectors, vector_same(vector_buffer(&text), vector_slice(item, "json")),
                  "printed as %s", buffer_string(&text));
    vector_expect(vectors, vector_equals(item, "utf8", vector_buffer(&text)), "bytes");
    json_object_put(value);
    buffer_free(&text);
}

static void run_json_text(struct vectors *vectors, struct json_object *document)
{
    vector_cases(vectors, document, "cases", run_text);
}

const struct vector_suite VECTORS_JSON[] = {
    {"crypto-json-text", run_json_text},
    {NULL, NULL},
};
