#include "schema_scalar.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "schema_table.h"
#include "wire/json_number.h"

#define INTEGER_MOST ((double)(JSON_INTEGER_MAX - 1)) /* Number.MAX_SAFE_INTEGER */

static int wrong_type(const char *wanted, struct json_object *json, struct error *error)
{
    return error_set(error, ERROR_INVALID, "must be %s, not %s", wanted,
                     json ? json_type_to_name(json_object_get_type(json)) : "null");
}

/* The length JavaScript would give for UTF-8, or WTF-8, text. */
static size_t utf16_length(const char *text, size_t length)
{
    size_t units = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];
        units += (byte & 0xc0) != 0x80;
        units += byte >= 0xf0;
    }
    return units;
}

static int check_length(const struct schema_member *member, const char *text, size_t length,
                        struct error *error)
{
    if (length > SCHEMA_STRING_MAX && member->length_most == 0)
        return error_set(error, ERROR_LIMIT, "must have at most %u bytes, not %zu",
                         SCHEMA_STRING_MAX, length);
    if (member->length_least == 0 && member->length_most == 0)
        return 0;
    size_t units = utf16_length(text, length);
    if (units < member->length_least)
        return error_set(error, ERROR_INVALID, "must have at least %zu characters",
                         member->length_least);
    if (member->length_most > 0 && units > member->length_most)
        return error_set(error, ERROR_LIMIT, "must have at most %zu characters, not %zu",
                         member->length_most, units);
    return 0;
}

/* "must be one of a, b, c". */
static int not_among(const char *const *names, struct error *error)
{
    char known[256] = "";
    size_t length = 0;
    for (int i = 1; names[i] && length < sizeof known - 1; i++)
        length += (size_t)snprintf(known + length, sizeof known - length, "%s%s", i > 1 ? ", " : "",
                                   names[i]);
    return error_set(error, ERROR_INVALID, "must be one of %s", known);
}

static int read_string(const struct schema_member *member, struct json_object *json,
                       struct arena *arena, const char **field, struct error *error)
{
    if (!json_object_is_type(json, json_type_string))
        return wrong_type("a string", json, error);
    const char *text = json_object_get_string(json);
    size_t length = (size_t)json_object_get_string_len(json);
    if (check_length(member, text, length, error) != 0)
        return -1;
    if (memchr(text, '\0', length))
        text = arena_string(arena, slice_of(text, length));
    if (!text)
        return error_set(error, ERROR_MEMORY, "out of memory");
    if (member->names && !schema_name_index(member->names, text))
        return not_among(member->names, error);
    const char *wrong = member->check ? member->check(text) : NULL;
    if (wrong)
        return error_set(error, ERROR_INVALID, "%s", wrong);
    *field = text;
    return 0;
}

static int read_number(const struct schema_member *member, struct json_object *json, double *number,
                       struct error *error)
{
    if (!json_object_is_type(json, json_type_int) && !json_object_is_type(json, json_type_double))
        return wrong_type("a number", json, error);
    *number = json_object_get_double(json);
    if (!isfinite(*number))
        return error_set(error, ERROR_INVALID, "must be a finite number");
    if (member->least < member->most && (*number < member->least || *number > member->most))
        return error_set(error, ERROR_INVALID, "must be from %g to %g", member->least,
                         member->most);
    return 0;
}

static int read_integer(const struct schema_member *member, enum schema_kind kind,
                        struct json_object *json, int64_t *field, struct error *error)
{
    double number;
    if (read_number(member, json, &number, error) != 0)
        return -1;
    if (kind == SCHEMA_INTEGER && (number != trunc(number) || fabs(number) > INTEGER_MOST))
        return error_set(error, ERROR_INVALID, "must be an integer");
    *field = (int64_t)fmin(fmax(number, -INTEGER_MOST), INTEGER_MOST);
    return 0;
}

static int read_enum(const struct schema_member *member, struct json_object *json, int *field,
                     struct error *error)
{
    if (!json_object_is_type(json, json_type_string))
        return wrong_type("a string", json, error);
    const char *text = json_object_get_string(json);
    int index = strlen(text) == (size_t)json_object_get_string_len(json)
                    ? schema_name_index(member->names, text)
                    : 0;
    if (index == 0)
        return not_among(member->names, error);
    *field = index;
    return 0;
}

static int read_base64(const struct schema_member *member, struct json_object *json,
                       struct arena *arena, struct slice *field, struct error *error)
{
    struct buffer bytes = {0};
    if (!json_object_is_type(json, json_type_string))
        return wrong_type("a string of base64", json, error);
    struct slice text =
        slice_of(json_object_get_string(json), (size_t)json_object_get_string_len(json));
    if (text.length > 2u * SCHEMA_STRING_MAX)
        return error_set(error, ERROR_LIMIT, "must have at most %u bytes", SCHEMA_STRING_MAX);
    if (base64_decode(member->reader, text, &bytes, NULL) != 0) {
        buffer_free(&bytes);
        return error_set(error, ERROR_INVALID, "must be base64");
    }
    int status = 0;
    char *copy = arena_allocate(arena, bytes.length + 1);
    if (bytes.length < member->length_least ||
        (member->length_most > 0 && bytes.length > member->length_most))
        status = error_set(error, ERROR_INVALID, "must be base64 of %zu to %zu bytes, not %zu",
                           member->length_least, member->length_most, bytes.length);
    else if (!copy || bytes.failed)
        status = error_set(error, ERROR_MEMORY, "out of memory");
    else
        *field = slice_of(memcpy(copy, buffer_string(&bytes), bytes.length), bytes.length);
    buffer_free(&bytes);
    return status;
}

int schema_scalar_read(const struct schema_member *member, enum schema_kind kind,
                       struct json_object *json, struct arena *arena, void *field,
                       struct error *error)
{
    switch (kind) {
    case SCHEMA_STRING:
        return read_string(member, json, arena, field, error);
    case SCHEMA_BOOL:
        if (!json_object_is_type(json, json_type_boolean))
            return wrong_type("true or false", json, error);
        *(bool *)field = json_object_get_boolean(json);
        return 0;
    case SCHEMA_INTEGER:
    case SCHEMA_TIME:
        return read_integer(member, kind, json, field, error);
    case SCHEMA_NUMBER:
        return read_number(member, json, field, error);
    case SCHEMA_ENUM:
        return read_enum(member, json, field, error);
    case SCHEMA_BASE64:
        return read_base64(member, json, arena, field, error);
    case SCHEMA_RECORD:
        if (!json_object_is_type(json, json_type_object))
            return wrong_type("an object", json, error);
        *(struct json_object **)field = json;
        return 0;
    default:
        *(struct json_object **)field = json;
        return 0;
    }
}

/* Back from C0 80 to U+0000. */
static struct json_object *write_string(const char *text)
{
    struct buffer plain = {0};
    if (!strstr(text, "\xc0\x80"))
        return json_object_new_string(text);
    for (const char *at = text; *at; at++) {
        bool masked = at[0] == '\xc0' && at[1] == '\x80';
        buffer_append_byte(&plain, masked ? '\0' : *at);
        at += masked;
    }
    struct json_object *json = json_object_new_string_len(plain.data, (int)plain.length);
    buffer_free(&plain);
    return json;
}

static struct json_object *write_base64(const struct slice *bytes)
{
    struct buffer text = {0};
    base64_encode(&text, bytes->data, bytes->length);
    struct json_object *json = json_object_new_string_len(buffer_string(&text), (int)text.length);
    buffer_free(&text);
    return json;
}

static struct json_object *write_new(const struct schema_member *member, enum schema_kind kind,
                                     const void *field)
{
    switch (kind) {
    case SCHEMA_STRING:
        return write_string(*(const char *const *)field);
    case SCHEMA_BOOL:
        return json_object_new_boolean(*(const bool *)field);
    case SCHEMA_INTEGER:
    case SCHEMA_TIME:
        return json_object_new_int64(*(const int64_t *)field);
    case SCHEMA_NUMBER:
        return json_object_new_double(*(const double *)field);
    case SCHEMA_ENUM:
        for (int i = 1; member->names[i]; i++)
            if (i == *(const int *)field)
                return json_object_new_string(member->names[i]);
        return json_object_new_string("");
    case SCHEMA_BASE64:
        return write_base64(field);
    default:
        return json_object_get(*(struct json_object *const *)field);
    }
}

/* Whether two values of a kind are the same. */
static bool same(enum schema_kind kind, const void *left, const void *right)
{
    const struct slice *a = left, *b = right;
    switch (kind) {
    case SCHEMA_STRING:
        return strcmp(*(const char *const *)left, *(const char *const *)right) == 0;
    case SCHEMA_BASE64:
        return a->length == b->length && memcmp(a->data, b->data, a->length) == 0;
    default:
        return memcmp(left, right, schema_kind_size(kind, NULL)) == 0;
    }
}

struct json_object *schema_scalar_write(const struct schema_member *member, enum schema_kind kind,
                                        const void *field, struct json_object *origin)
{
    union {
        const char *string;
        int64_t integer;
        double number;
        struct slice bytes;
        struct json_object *json;
        bool boolean;
        int index;
    } before = {0};
    struct arena arena = {0};
    struct json_object *json;
    if (origin && schema_scalar_read(member, kind, origin, &arena, &before, NULL) == 0 &&
        same(kind, field, &before))
        json = json_object_get(origin);
    else
        json = write_new(member, kind, field);
    arena_free(&arena);
    return json;
}
