#include "wire/json.h"

#include <json-c/printbuf.h>
#include <string.h>

#include "wire/utf8.h"

struct json_object *json_parse(const char *text, size_t length, struct error *error)
{
    struct json_tokener *tokener = json_tokener_new_ex(JSON_DEPTH_MAX);
    if (!tokener) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
    struct json_object *value = NULL;
    if (length > INT32_MAX - 1) {
        error_set(error, ERROR_LIMIT, "JSON text of %zu bytes is too long", length);
        goto out;
    }
    /* Not by json-c's JSON_TOKENER_VALIDATE_UTF8: 0.18 refuses every character beyond ASCII. */
    if (!utf8_is_valid(text, length)) {
        error_set(error, ERROR_INVALID, "not valid JSON: it is not UTF-8");
        goto out;
    }
    /* Strings are gathered here, and what is grown leaves copies behind. */
    printbuf_memset(tokener->pb, (int)length, 0, 1);
    printbuf_reset(tokener->pb);
    value = json_tokener_parse_ex(tokener, text, (int)length);
    enum json_tokener_error failure = json_tokener_get_error(tokener);
    if (failure != json_tokener_success || !value) {
        error_set(error, ERROR_INVALID, "not valid JSON at byte %zu: %s",
                  json_tokener_get_parse_end(tokener),
                  failure == json_tokener_success ? "null" : json_tokener_error_desc(failure));
        json_object_put(value);
        value = NULL;
        goto out;
    }
    size_t end = json_tokener_get_parse_end(tokener);
    while (end < length && strchr(" \t\r\n", text[end]) && text[end])
        end++;
    if (end < length) {
        error_set(error, ERROR_INVALID, "something follows the JSON value at byte %zu", end);
        json_object_put(value);
        value = NULL;
    }
out:
    explicit_bzero(tokener->pb->buf, (size_t)tokener->pb->size);
    json_tokener_free(tokener);
    return value;
}

const char *json_line(struct json_object *value)
{
    return json_object_to_json_string_ext(value,
                                          JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}

/* 1: there with the type wanted; 0: absent or null; -1: another type, `error` filled. */
static int find(struct json_object *object, const char *key, enum json_type type,
                struct json_object **result, struct error *error)
{
    struct json_object *value = NULL;
    if (!json_object_object_get_ex(object, key, &value) || !value)
        return 0;
    if (json_object_get_type(value) != type)
        return error_set(
            error, ERROR_INVALID, "\"%s\" must be %s %s, not %s", key,
            type == json_type_object || type == json_type_array || type == json_type_int ? "an"
                                                                                         : "a",
            type == json_type_int ? "integer" : json_type_to_name(type),
            json_type_to_name(json_object_get_type(value)));
    *result = value;
    return 1;
}

bool json_get_string(struct json_object *object, const char *key, const char **result,
                     struct error *error)
{
    struct json_object *value;
    int found = find(object, key, json_type_string, &value, error);
    if (found <= 0)
        return found == 0;
    const char *string = json_object_get_string(value);
    if (strlen(string) != (size_t)json_object_get_string_len(value)) {
        error_set(error, ERROR_INVALID, "\"%s\" must not contain a NUL character", key);
        return false;
    }
    *result = string;
    return true;
}

bool json_get_bool(struct json_object *object, const char *key, bool *result, struct error *error)
{
    struct json_object *value;
    int found = find(object, key, json_type_boolean, &value, error);
    if (found > 0)
        *result = json_object_get_boolean(value);
    return found >= 0;
}

bool json_get_integer(struct json_object *object, const char *key, int64_t least, int64_t most,
                      int64_t *result, struct error *error)
{
    struct json_object *value;
    int found = find(object, key, json_type_int, &value, error);
    if (found <= 0)
        return found == 0;
    int64_t number = json_object_get_int64(value);
    if (number < least || number > most) {
        error_set(error, ERROR_INVALID, "\"%s\" must be from %lld to %lld, not %lld", key,
                  (long long)least, (long long)most, (long long)number);
        return false;
    }
    *result = number;
    return true;
}

bool json_get_array(struct json_object *object, const char *key, struct json_object **result,
                    struct error *error)
{
    return find(object, key, json_type_array, result, error) >= 0;
}

bool json_get_object(struct json_object *object, const char *key, struct json_object **result,
                     struct error *error)
{
    return find(object, key, json_type_object, result, error) >= 0;
}

void json_put(struct json_object *object, const char *key, struct json_object *value)
{
    json_object_object_add(object, key, value);
}

void json_put_string(struct json_object *object, const char *key, const char *value)
{
    if (value)
        json_put(object, key, json_object_new_string(value));
}

void json_put_string_or_null(struct json_object *object, const char *key, const char *value)
{
    json_put(object, key, value ? json_object_new_string(value) : NULL);
}

void json_put_integer(struct json_object *object, const char *key, int64_t value)
{
    json_put(object, key, json_object_new_int64(value));
}

void json_put_bool(struct json_object *object, const char *key, bool value)
{
    json_put(object, key, json_object_new_boolean(value));
}
