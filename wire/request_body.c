#include "request_body.h"

#include "wire/json_scan.h"

static const char *kind_name(enum json_kind kind)
{
    static const char *const names[] = {
        [JSON_NULL] = "null",     [JSON_BOOL] = "boolean", [JSON_NUMBER] = "number",
        [JSON_STRING] = "string", [JSON_ARRAY] = "array",  [JSON_OBJECT] = "object"};
    return names[kind];
}

int request_body_object(struct slice body, struct slice *object, struct error *error)
{
    if (body.length == 0)
        body = slice_of_string("{}");
    if (json_scan_check(body, object, NULL, error) != 0)
        return -1;
    if (json_scan_kind(*object) != JSON_OBJECT)
        return error_set(error, ERROR_INVALID, "body/ Invalid input: expected object, received %s",
                         kind_name(json_scan_kind(*object)));
    return 0;
}

int request_body_string(struct slice object, const char *key, struct buffer *text,
                        struct error *error)
{
    struct slice value;
    bool found = json_scan_find(object, key, &value);
    if (!found || json_scan_kind(value) != JSON_STRING)
        return error_set(error, ERROR_INVALID,
                         "body/%s Invalid input: expected string, received %s", key,
                         found ? kind_name(json_scan_kind(value)) : "undefined");
    json_scan_string(value, text);
    return text->failed ? error_set(error, ERROR_MEMORY, "out of memory") : 0;
}

int request_body_flag(struct slice object, const char *key, bool *flag, struct error *error)
{
    struct slice value;
    *flag = false;
    if (!json_scan_find(object, key, &value) || json_scan_kind(value) == JSON_NULL)
        return 0;
    if (json_scan_kind(value) != JSON_BOOL)
        return error_set(error, ERROR_INVALID,
                         "body/%s Invalid input: expected boolean, received %s", key,
                         kind_name(json_scan_kind(value)));
    *flag = value.data[0] == 't';
    return 0;
}
