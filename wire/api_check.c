#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "schema_table.h"
#include "wire/api_body.h"

struct check {
    const char *part;
    struct buffer *problems; /* may be NULL */
    struct buffer path;
    size_t count;
};

static void check_object(struct check *check, const struct schema *schema,
                         struct json_object *json);

__attribute__((format(printf, 2, 3))) static void problem(struct check *check, const char *format,
                                                          ...)
{
    char text[512];
    va_list arguments;
    if (check->count++ >= API_PROBLEMS_MAX || !check->problems)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    buffer_append_format(check->problems, "%s%s/%s %s", check->count > 1 ? ", " : "", check->part,
                         buffer_string(&check->path), text);
}

static size_t enter(struct check *check, const char *step)
{
    size_t before = check->path.length;
    if (before > 0)
        buffer_append_byte(&check->path, '/');
    buffer_append_string(&check->path, step);
    return before;
}

static void leave(struct check *check, size_t before)
{
    if (!check->path.data)
        return;
    check->path.length = before;
    check->path.data[before] = '\0';
}

/* What JavaScript calls it. */
static const char *name_of(struct json_object *json)
{
    double number;
    switch (json_object_get_type(json)) {
    case json_type_boolean:
        return "boolean";
    case json_type_double:
        number = json_object_get_double(json);
        return isnan(number) ? "NaN" : isinf(number) ? "Infinity" : "number";
    case json_type_int:
        return "number";
    case json_type_string:
        return "string";
    case json_type_array:
        return "array";
    case json_type_object:
        return "object";
    default:
        return "null";
    }
}

static void expected(struct check *check, const char *what, const char *received)
{
    problem(check, "Invalid input: expected %s, received %s", what, received);
}

static size_t utf16_length(struct json_object *string)
{
    const char *text = json_object_get_string(string);
    size_t length = 0;
    for (int i = 0; i < json_object_get_string_len(string); i++) {
        unsigned char byte = (unsigned char)text[i];
        length += (byte & 0xc0) != 0x80; /* the first of a character */
        length += byte >= 0xf0;          /* two surrogates */
    }
    return length;
}

static void check_length(struct check *check, const struct schema_member *member,
                         const char *origin, const char *unit, size_t length)
{
    if (length < member->length_least)
        problem(check, "Too small: expected %s to have >=%zu %s", origin, member->length_least,
                unit);
    if (member->length_most > 0 && length > member->length_most)
        problem(check, "Too big: expected %s to have <=%zu %s", origin, member->length_most, unit);
}

static void check_string(struct check *check, const struct schema_member *member,
                         struct json_object *json)
{
    if (!json_object_is_type(json, json_type_string)) {
        expected(check, "string", name_of(json));
        return;
    }
    check_length(check, member, "string", "characters", utf16_length(json));
    const char *wrong = member->check ? member->check(json_object_get_string(json)) : NULL;
    if (wrong)
        problem(check, "%s", wrong);
}

static void check_name(struct check *check, const struct schema_member *member,
                       struct json_object *json)
{
    char options[256] = "";
    size_t length = 0;
    if (json_object_is_type(json, json_type_string) &&
        schema_name_index(member->names, json_object_get_string(json)) > 0)
        return;
    for (int i = 1; member->names[i] && length < sizeof options; i++)
        length += (size_t)snprintf(options + length, sizeof options - length, "%s\"%s\"",
                                   i > 1 ? "|" : "", member->names[i]);
    problem(check, "Invalid option: expected one of %s", options);
}

/* False when further checks make no sense. */
static bool check_whole(struct check *check, double number)
{
    if (number != trunc(number)) {
        expected(check, "int", "number");
        return false;
    }
    if (number > API_INTEGER_MAX)
        problem(check, "Too big: expected int to be <=9007199254740991");
    if (number < -API_INTEGER_MAX)
        problem(check, "Too small: expected int to be >=-9007199254740991");
    return true;
}

static void check_number(struct check *check, const struct schema_member *member, bool whole,
                         struct json_object *json)
{
    const char *name = name_of(json);
    if (strcmp(name, "number") != 0) {
        expected(check, "number", name);
        return;
    }
    double number = json_object_get_double(json);
    if ((whole && !check_whole(check, number)) || member->least >= member->most)
        return;
    if (number < member->least && member->least == API_ABOVE_ZERO)
        problem(check, "Too small: expected number to be >0");
    else if (number < member->least)
        problem(check, "Too small: expected number to be >=%.17g", member->least);
    if (number > member->most && member->most < API_INTEGER_MAX)
        problem(check, "Too big: expected number to be <=%.17g", member->most);
}

static void check_value(struct check *check, const struct schema_member *member,
                        enum schema_kind kind, struct json_object *json);

static void check_list(struct check *check, const struct schema_member *member,
                       struct json_object *json)
{
    if (!json_object_is_type(json, json_type_array)) {
        expected(check, "array", name_of(json));
        return;
    }
    size_t count = json_object_array_length(json);
    for (size_t i = 0; i < count && check->count < API_PROBLEMS_MAX; i++) {
        char index[24];
        snprintf(index, sizeof index, "%zu", i);
        size_t before = enter(check, index);
        struct schema_member item = {.of = member->of};
        check_value(check, &item, member->item, json_object_array_get_idx(json, i));
        leave(check, before);
    }
    check_length(check, member, "array", "items", count);
}

static void check_map(struct check *check, const struct schema_member *member,
                      struct json_object *json)
{
    if (!json_object_is_type(json, json_type_object)) {
        expected(check, "record", name_of(json));
        return;
    }
    json_object_object_foreach(json, key, value)
    {
        size_t before = enter(check, key);
        struct schema_member item = {.of = member->of};
        check_value(check, &item, member->item, value);
        leave(check, before);
    }
}

static void check_value(struct check *check, const struct schema_member *member,
                        enum schema_kind kind, struct json_object *json)
{
    switch (kind) {
    case SCHEMA_STRING:
    case SCHEMA_BASE64:
        check_string(check, member, json);
        break;
    case SCHEMA_BOOL:
        if (!json_object_is_type(json, json_type_boolean))
            expected(check, "boolean", name_of(json));
        break;
    case SCHEMA_INTEGER:
    case SCHEMA_TIME:
    case SCHEMA_NUMBER:
        check_number(check, member, kind == SCHEMA_INTEGER, json);
        break;
    case SCHEMA_ENUM:
        check_name(check, member, json);
        break;
    case SCHEMA_JSON:
        break;
    case SCHEMA_RECORD:
        if (!json_object_is_type(json, json_type_object))
            expected(check, "record", name_of(json));
        break;
    case SCHEMA_OBJECT:
        check_object(check, member->of, json);
        break;
    case SCHEMA_LIST:
        check_list(check, member, json);
        break;
    case SCHEMA_MAP:
        check_map(check, member, json);
        break;
    }
}

static const char *kind_name(enum schema_kind kind)
{
    static const char *const names[] = {
        [SCHEMA_STRING] = "string", [SCHEMA_BOOL] = "boolean", [SCHEMA_INTEGER] = "number",
        [SCHEMA_NUMBER] = "number", [SCHEMA_TIME] = "number",  [SCHEMA_BASE64] = "string",
        [SCHEMA_OBJECT] = "object", [SCHEMA_LIST] = "array",   [SCHEMA_MAP] = "record",
        [SCHEMA_JSON] = "anything", [SCHEMA_ENUM] = "one of",  [SCHEMA_RECORD] = "record",
    };
    return names[kind];
}

static void check_member(struct check *check, const struct schema_member *member,
                         struct json_object *object)
{
    struct json_object *json = NULL;
    bool found = json_object_object_get_ex(object, member->name, &json);
    bool accepted =
        found ? !json && (member->need & SCHEMA_NULLABLE) : (member->need & SCHEMA_OPTIONAL) != 0;
    if (accepted || (member->need & SCHEMA_LENIENT))
        return;
    if (found)
        check_value(check, member, member->kind, json);
    else if (member->kind == SCHEMA_ENUM)
        check_name(check, member, NULL);
    else
        expected(check, kind_name(member->kind), "undefined");
}

static void check_object(struct check *check, const struct schema *schema, struct json_object *json)
{
    if (!json_object_is_type(json, json_type_object)) {
        expected(check, "object", name_of(json));
        return;
    }
    struct schema_rows rows = schema_rows(schema, 0);
    const struct schema_member *row;
    bool alternative = false; /* rows of one name: schema_read() knows which is taken */
    while ((row = schema_next_row(&rows)) && check->count < API_PROBLEMS_MAX) {
        size_t before = enter(check, row->name);
        if (!alternative && !(row->need & SCHEMA_OR_NEXT))
            check_member(check, row, json);
        alternative = row->need & SCHEMA_OR_NEXT;
        leave(check, before);
    }
}

bool api_check(const struct schema *schema, enum api_part part, struct json_object *json,
               struct buffer *problems)
{
    static const char *const parts[] = {[API_PARAMS] = "params",
                                        [API_BODY] = "body",
                                        [API_QUERYSTRING] = "querystring",
                                        [API_HEADERS] = "headers"};
    struct check check = {.part = parts[part], .problems = problems};
    check_object(&check, schema, json);
    buffer_free(&check.path);
    return check.count == 0;
}

const char *api_check_uuid(const char *text)
{
    static const char form[] = "xxxxxxxx-xxxx-vxxx-rxxx-xxxxxxxxxxxx";
    static const char *const digits = "0123456789abcdefABCDEF";
    size_t length = strlen(text);
    bool good = length == sizeof form - 1;
    for (size_t i = 0; good && i < length; i++) {
        const char *allowed = form[i] == '-'   ? "-"
                              : form[i] == 'v' ? "12345678"
                              : form[i] == 'r' ? "89abAB"
                                               : digits;
        good = strchr(allowed, text[i]) != NULL;
    }
    bool nil = strcmp(text, "00000000-0000-0000-0000-000000000000") == 0;
    bool all = strcmp(text, "ffffffff-ffff-ffff-ffff-ffffffffffff") == 0;
    return good || nil || all ? NULL : "Invalid UUID";
}
