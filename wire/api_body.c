#include "wire/api_body.h"

#include <math.h>
#include <string.h>

#include "wire/api_error.h"
#include "wire/json_number.h"
#include "wire/json_text.h"
#include "wire/utf8.h"

static const struct schema_member success_members[] = {
    {"success", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct api_success, success)}, {0}};
const struct schema api_success_schema = {.size = sizeof(struct api_success),
                                          .members = success_members};

static int refuse(struct buffer *answer, enum api_part part, const char *message)
{
    static const char *const parts[] = {"params/ ", "body/ ", "querystring/ ", "headers/ "};
    struct buffer text = {0};
    buffer_append_string(&text, parts[part]);
    buffer_append_string(&text, message);
    api_error_print_status(answer, 400, "Error", buffer_string(&text));
    buffer_free(&text);
    return -1;
}

int api_read(const struct schema *schema, enum api_part part, struct json_object *json,
             struct arena *arena, void *value, struct buffer *answer)
{
    struct buffer problems = {0};
    memset(value, 0, schema->size);
    if (!api_check(schema, part, json, &problems)) {
        api_error_print_status(answer, 400, "Error", buffer_string(&problems));
        buffer_free(&problems);
        return -1;
    }
    /* The rule for several members speaks for itself: the reader would put words before it. */
    struct schema each = *schema;
    struct error error = {0};
    each.check = NULL;
    if (schema_read(&each, json, arena, value, &error) == 0 &&
        (!schema->check || schema->check(value, &error) == 0))
        return 0;
    memset(value, 0, schema->size);
    return refuse(answer, part, error.message);
}

int api_read_body(const struct schema *schema, struct slice body, struct arena *arena, void *value,
                  struct buffer *answer)
{
    struct json_object *json;
    struct error error = {0};
    memset(value, 0, schema->size);
    if (body.length == 0)
        body = slice_of_string("{}");
    if (json_text_parse(body, &json, &error) != 0) {
        api_error_print_status(answer, 400, "SyntaxError", error.message);
        return -1;
    }
    int status = api_read(schema, API_BODY, json, arena, value, answer);
    json_object_put(json);
    return status;
}

/* Queries. */

static int hex_digit(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    digit |= 32;
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* Percent-decoded. What does not decode to text stays as it was. */
static void decode(struct slice text, struct buffer *decoded)
{
    buffer_clear(decoded);
    for (size_t i = 0; i < text.length; i++) {
        int high = -1, low = -1;
        if (text.data[i] == '%' && i + 2 < text.length) {
            high = hex_digit(text.data[i + 1]);
            low = hex_digit(text.data[i + 2]);
        }
        if (high >= 0 && low >= 0) {
            buffer_append_byte(decoded, (char)(high << 4 | low));
            i += 2;
        } else {
            buffer_append_byte(decoded, text.data[i] == '+' ? ' ' : text.data[i]);
        }
    }
    if (utf8_is_valid(decoded->data, decoded->length))
        return;
    buffer_clear(decoded);
    buffer_append(decoded, text.data, text.length);
}

static double read_digits(const char *text, int base)
{
    double number = 0;
    if (!*text)
        return NAN;
    for (; *text; text++) {
        int digit = hex_digit(*text);
        if (digit < 0 || digit >= base)
            return NAN;
        number = number * base + digit;
    }
    return number;
}

/* Whether it is a decimal number as JavaScript writes it, without a sign. */
static bool is_decimal(const char *text)
{
    size_t whole = strspn(text, "0123456789"), fraction = 0;
    text += whole;
    if (*text == '.') {
        fraction = strspn(++text, "0123456789");
        text += fraction;
    }
    if (whole + fraction == 0)
        return false;
    if (*text == 'e' || *text == 'E') {
        text++;
        text += *text == '+' || *text == '-';
        size_t exponent = strspn(text, "0123456789");
        if (exponent == 0)
            return false;
        text += exponent;
    }
    return *text == '\0';
}

/* Number() of ECMA-262, section 7.1.4.1, for blanks of ASCII. */
static double number_of(const char *text)
{
    static const char blanks[] = " \t\n\v\f\r";
    static const struct {
        char letter;
        int base;
    } prefixes[] = {{'x', 16}, {'o', 8}, {'b', 2}};
    char plain[JSON_NUMBER_LENGTH_MAX + 1];
    text += strspn(text, blanks);
    size_t length = strlen(text);
    while (length > 0 && strchr(blanks, text[length - 1]))
        length--;
    if (length == 0)
        return 0;
    if (length >= sizeof plain)
        return NAN;
    memcpy(plain, text, length);
    plain[length] = '\0';
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        if (plain[0] == '0' && (plain[1] | 32) == prefixes[i].letter)
            return read_digits(plain + 2, prefixes[i].base);
    const char *digits = plain + (plain[0] == '+' || plain[0] == '-');
    double number = strcmp(digits, "Infinity") == 0 ? INFINITY
                    : is_decimal(digits)            ? json_number_read(slice_of_string(digits))
                                                    : NAN;
    return plain[0] == '-' ? -number : number;
}

static bool wants_number(const struct schema *schema, const char *name)
{
    for (const struct schema_member *row = schema->members; row && row->name; row++)
        if (strcmp(row->name, name) == 0)
            return row->kind == SCHEMA_INTEGER || row->kind == SCHEMA_NUMBER ||
                   row->kind == SCHEMA_TIME;
    return false;
}

/* A parameter that is given again becomes an array. */
static void put_parameter(const struct schema *schema, struct json_object *query, const char *name,
                          const struct buffer *text)
{
    struct json_object *before;
    bool again = json_object_object_get_ex(query, name, &before);
    struct json_object *value = json_object_new_string_len(buffer_string(text), (int)text->length);
    if (wants_number(schema, name)) {
        double number = again || strlen(buffer_string(text)) != text->length
                            ? NAN
                            : number_of(buffer_string(text));
        json_object_put(value);
        value = json_object_new_double(number);
    } else if (again) {
        if (!json_object_is_type(before, json_type_array)) {
            struct json_object *array = json_object_new_array();
            json_object_array_add(array, json_object_get(before));
            before = array;
        } else {
            json_object_get(before);
        }
        json_object_array_add(before, value);
        value = before;
    }
    json_object_object_add(query, name, value);
}

int api_read_query(const struct schema *schema, struct slice query, struct arena *arena,
                   void *value, struct buffer *answer)
{
    struct json_object *json = json_object_new_object();
    struct buffer name = {0}, text = {0};
    const char *at = query.data, *end = query.data + query.length;
    for (unsigned i = 0; at < end && i < API_QUERY_PARAMETERS_MAX; i++) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        stop = stop ? stop : end;
        const char *equals = memchr(at, '=', (size_t)(stop - at));
        decode(slice_of(at, (size_t)((equals ? equals : stop) - at)), &name);
        decode(slice_of(equals ? equals + 1 : stop, (size_t)(equals ? stop - equals - 1 : 0)),
               &text);
        if (stop > at)
            put_parameter(schema, json, buffer_string(&name), &text);
        at = stop + 1;
    }
    int status = api_read(schema, API_QUERYSTRING, json, arena, value, answer);
    buffer_free(&name);
    buffer_free(&text);
    json_object_put(json);
    return status;
}

/* Bare arrays. */

int api_array_print(const struct schema *schema, const void *value, struct buffer *text,
                    struct error *error)
{
    struct json_object *array, *object = schema_write(schema, value, error);
    if (!object)
        return -1;
    if (json_object_object_get_ex(object, schema->members->name, &array))
        json_text_print(text, array);
    json_object_put(object);
    return text->failed ? error_set(error, ERROR_MEMORY, "out of memory") : 0;
}

int api_array_parse(const struct schema *schema, struct slice text, struct arena *arena,
                    void *value, struct error *error)
{
    struct json_object *array, *object = json_object_new_object();
    memset(value, 0, schema->size);
    int status = json_text_parse(text, &array, error);
    if (status == 0) {
        json_object_object_add(object, schema->members->name, array);
        status = schema_read(schema, object, arena, value, error);
    }
    json_object_put(object);
    return status;
}
