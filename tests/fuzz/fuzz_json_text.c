/* Any bytes as JSON text; what was read must be printed so that it is read as the same again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/json_scan.h"
#include "wire/json_text.h"

/* Goes through a checked value by the scanner. */
static void walk(struct slice value, unsigned levels)
{
    struct slice key, child, found;
    enum json_kind kind = json_scan_kind(value);
    struct buffer text = {0};
    if (levels == 0)
        return;
    if (kind == JSON_STRING) {
        json_scan_string(value, &text);
        char *copy = malloc(value.length);
        if (!copy || json_scan_string_into(value, copy) != text.length ||
            (text.length > 0 && memcmp(copy, text.data, text.length) != 0))
            abort();
        if (strlen(buffer_string(&text)) == text.length &&
            !json_scan_string_is(value, buffer_string(&text)))
            abort();
        free(copy);
    }
    struct json_cursor cursor = json_cursor_of(value);
    while ((kind == JSON_ARRAY && json_scan_element(&cursor, &child)) ||
           (kind == JSON_OBJECT && json_scan_member(&cursor, &key, &child)))
        walk(child, levels - 1);
    if (kind == JSON_OBJECT)
        json_scan_find(value, "a", &found);
    buffer_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json_object *value, *again;
    struct buffer first = {0}, second = {0};
    struct slice checked;
    if (json_scan_check(slice_of(data, size), &checked, NULL, NULL) == 0)
        walk(checked, 8);
    if (json_text_parse_lenient(slice_of(data, size), &value, NULL) == 0) {
        json_text_print(&first, value);
        if (json_text_parse(slice_of(first.data, first.length), &again, NULL) != 0)
            abort();
        json_text_print(&second, again);
        if (first.length != second.length || memcmp(first.data, second.data, first.length) != 0)
            abort();
        json_object_put(value);
        json_object_put(again);
    }
    buffer_free(&first);
    buffer_free(&second);
    return 0;
}
