/* Any bytes as a message record: what is taken is printed as it was, and read as the same again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/json_text.h"
#include "wire/message.h"

static void expect_same(const struct buffer *left, const struct buffer *right)
{
    if (left->length != right->length || memcmp(left->data, right->data, left->length) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct message message, again;
    struct buffer plain = {0}, first = {0}, second = {0};
    struct json_object *json;
    struct error error = {0};
    if (json_text_parse_lenient(slice_of(data, size), &json, NULL) != 0)
        return 0;
    if (message_read(json, &message, &error) == 0) {
        json_text_print(&plain, json);
        if (message_print(&message, &first, NULL) != 0 ||
            message_parse(slice_of(first.data, first.length), &again, NULL) != 0 ||
            message_print(&again, &second, NULL) != 0)
            abort();
        expect_same(&plain, &first);
        expect_same(&first, &second);
        message_free(&message);
        message_free(&again);
    } else if (!*error.message) {
        abort();
    }
    json_object_put(json);
    buffer_free(&plain);
    buffer_free(&first);
    buffer_free(&second);
    return 0;
}
