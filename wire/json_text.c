#include "wire/json_text.h"

#include <stdlib.h>

#include "buffer_room.h"
#include "json_plain.h"
#include "json_walk.h"
#include "wire/json_number.h"
#include "wire/json_scan.h"
#include "wire/utf8.h"

/* Containers of json-c begin with room for 16 or 32 values, which hostile text could multiply. */
#define ARRAY_ROOM 4

#define KEY_ROOM   64

/* One pass over checked text: `at` moves behind what was built. */
struct builder {
    const char *at;
    const char *end;
    struct buffer scratch; /* the string that is being built */
};

static struct json_object *build(struct builder *builder);

/* The string at `at`, with its quotes. `*plain`: it has no escapes. */
static struct slice next_string(struct builder *builder, bool *plain)
{
    const char *start = builder->at;
    builder->at = json_walk_string(start, builder->end, plain);
    return slice_of(start, (size_t)(builder->at - start));
}

/* What a string stands for, in `scratch`. */
static struct buffer *unescape(struct builder *builder, struct slice string)
{
    buffer_clear(&builder->scratch);
    json_scan_string(string, &builder->scratch);
    return &builder->scratch;
}

static struct json_object *build_string(struct builder *builder)
{
    bool plain;
    struct slice string = next_string(builder, &plain);
    if (plain)
        return json_object_new_string_len(string.data + 1, (int)string.length - 2);
    const struct buffer *text = unescape(builder, string);
    return json_object_new_string_len(buffer_string(text), (int)text->length);
}

static struct json_object *build_scalar(struct builder *builder)
{
    const char *start = builder->at;
    builder->at = json_walk_scalar(start, builder->end);
    struct slice text = slice_of(start, (size_t)(builder->at - start));
    int64_t integer;
    if (*start == 'n')
        return NULL;
    if (*start == 't' || *start == 'f')
        return json_object_new_boolean(*start == 't');
    if (json_number_is_integer(text, &integer) && (integer != 0 || *start != '-'))
        return json_object_new_int64(integer);
    return json_object_new_double(json_number_read(text));
}

/* Goes into a container, or on in it, to the next value or key. False behind the closing bracket.
 */
static bool advance(struct builder *builder)
{
    builder->at = json_walk_space(builder->at + 1);
    if (*builder->at == ']' || *builder->at == '}') {
        builder->at++;
        return false;
    }
    return true;
}

/* After a value: on to the next one. The closing bracket or the comma is what `advance` skips. */
static bool go_on(struct builder *builder)
{
    builder->at = json_walk_space(builder->at);
    if (*builder->at == ',')
        return advance(builder);
    builder->at++;
    return false;
}

static struct json_object *build_array(struct builder *builder)
{
    struct json_object *array = json_object_new_array_ext(ARRAY_ROOM);
    for (bool more = advance(builder); more; more = go_on(builder))
        json_object_array_add(array, build(builder));
    return array;
}

/* U+0000, which would end a key of json-c, as C0 80. */
static void mask_nuls(struct buffer *key)
{
    struct buffer masked = {0};
    for (size_t i = 0; i < key->length; i++) {
        if (key->data[i] == '\0')
            buffer_append(&masked, "\xc0\x80", 2);
        else
            buffer_append_byte(&masked, key->data[i]);
    }
    buffer_free(key);
    *key = masked;
}

/* The key as a C string: in `room`, which is enough for nearly all, or in `scratch`. */
static const char *build_key(struct builder *builder, struct slice key, bool plain,
                             char room[static KEY_ROOM])
{
    if (plain && key.length - 2 < KEY_ROOM) {
        memcpy(room, key.data + 1, key.length - 2);
        room[key.length - 2] = '\0';
        return room;
    }
    struct buffer *text = unescape(builder, key);
    if (memchr(buffer_string(text), '\0', text->length))
        mask_nuls(text);
    return buffer_string(text);
}

static struct json_object *build_object(struct builder *builder)
{
    struct json_object *object = json_object_new_object();
    for (bool more = advance(builder); more; more = go_on(builder)) {
        char room[KEY_ROOM];
        bool plain;
        struct slice key = next_string(builder, &plain);
        builder->at = json_walk_space(json_walk_space(builder->at) + 1); /* over the colon */
        struct json_object *value = build(builder);
        json_object_object_add(object, build_key(builder, key, plain, room), value);
    }
    return object;
}

static struct json_object *build(struct builder *builder)
{
    switch (*builder->at) {
    case '[':
        return build_array(builder);
    case '{':
        return build_object(builder);
    case '"':
        return build_string(builder);
    default:
        return build_scalar(builder);
    }
}

int json_text_parse(struct slice text, struct json_object **value, struct error *error)
{
    struct slice checked;
    size_t count;
    *value = NULL;
    if (text.length >= INT32_MAX)
        return error_set(error, ERROR_LIMIT, "JSON text of %zu bytes is too long", text.length);
    if (json_scan_check(text, &checked, &count, error) != 0)
        return -1;
    if (count > JSON_TEXT_VALUES_MAX)
        return error_set(error, ERROR_LIMIT, "the JSON text holds %zu values, more than %u", count,
                         JSON_TEXT_VALUES_MAX);
    struct builder builder = {.at = checked.data, .end = checked.data + checked.length};
    *value = build(&builder);
    bool complete = !builder.scratch.failed;
    buffer_free(&builder.scratch);
    if (complete)
        return 0;
    json_object_put(*value);
    *value = NULL;
    return error_set(error, ERROR_MEMORY, "out of memory");
}

int json_text_parse_lenient(struct slice text, struct json_object **value, struct error *error)
{
    /* Nearly all texts are sound, so that looking for what is to be repaired can wait. */
    int status = json_text_parse(text, value, error);
    bool marked = text.length >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0;
    if (status == 0 || (!marked && utf8_is_valid(text.data, text.length)))
        return status;
    struct buffer repaired = {0};
    utf8_repair(text, &repaired);
    status = json_text_parse(slice_of(buffer_string(&repaired), repaired.length), value, error);
    buffer_free(&repaired);
    return status;
}

/* Appends the character at `at` that cannot be printed as it is, and returns its length. */
static unsigned print_special(struct buffer *text, const unsigned char *at,
                              const unsigned char *end)
{
    static const char letters[256] = {['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r',
                                      ['\t'] = 't', ['"'] = '"',  ['\\'] = '\\'};
    if (*at < 0x20 || *at == '"' || *at == '\\') {
        if (letters[*at])
            buffer_append(text, (char[]){'\\', letters[*at]}, 2);
        else
            buffer_append_format(text, "\\u%04x", *at);
        return 1;
    }
    if (*at == 0xed && end - at >= 3 && at[1] >= 0xa0 && at[1] <= 0xbf && (at[2] & 0xc0) == 0x80) {
        buffer_append_format(text, "\\u%04x",
                             0xd000u | (unsigned)(at[1] & 63) << 6 | (unsigned)(at[2] & 63));
        return 3;
    }
    if (*at == 0xc0 && end - at >= 2 && at[1] == 0x80) {
        buffer_append_string(text, "\\u0000");
        return 2;
    }
    buffer_append(text, "\xef\xbf\xbd", 3);
    return 1;
}

void json_text_print_string(struct buffer *text, struct slice string)
{
    const unsigned char *at = (const unsigned char *)(string.length ? string.data : "");
    const unsigned char *end = at + string.length, *plain = at;
    unsigned char *room = buffer_room(text, string.length + 2);
    if (!room)
        return;
    *room = '"';
    if (json_plain_end(at, end) == end) { /* most strings */
        memcpy(room + 1, at, string.length);
        room[string.length + 1] = '"';
        buffer_filled(text, string.length + 2);
        return;
    }
    buffer_filled(text, 1);
    while ((at = json_plain_end(at, end)) < end) {
        unsigned length = *at >= 0x80 ? utf8_sequence(at, end) : 0;
        if (length > 0) {
            at += length;
            continue;
        }
        buffer_append(text, plain, (size_t)(at - plain));
        at += print_special(text, at, end);
        plain = at;
    }
    buffer_append(text, plain, (size_t)(at - plain));
    buffer_append_byte(text, '"');
}

/* Whether the key is an array index as ECMA-262 means it: "0" to "4294967294" without leading
   zeros. */
static bool is_index(const char *key, uint32_t *index)
{
    uint64_t value = 0;
    if (key[0] < '0' || key[0] > '9') /* nearly all */
        return false;
    size_t length = strlen(key);
    if (length > 10 || (key[0] == '0' && length > 1))
        return false;
    for (size_t i = 0; i < length; i++) {
        if (key[i] < '0' || key[i] > '9')
            return false;
        value = value * 10 + (uint64_t)(key[i] - '0');
    }
    *index = (uint32_t)value;
    return value < UINT32_MAX;
}

struct indexed_member {
    uint32_t index;
    const char *key;
    struct json_object *value;
};

static int compare_members(const void *left, const void *right)
{
    const struct indexed_member *a = left, *b = right;
    return a->index < b->index ? -1 : a->index > b->index;
}

static void print_member(struct buffer *text, bool *first, const char *key,
                         struct json_object *value)
{
    if (!*first)
        buffer_append_byte(text, ',');
    *first = false;
    json_text_print_string(text, slice_of_string(key));
    buffer_append_byte(text, ':');
    json_text_print(text, value);
}

/* The members whose keys are array indices, in ascending order. */
static void print_indexed(struct buffer *text, bool *first, struct json_object *object,
                          size_t count)
{
    struct indexed_member *members = calloc(count, sizeof *members);
    if (!members) {
        text->failed = true;
        return;
    }
    size_t i = 0;
    uint32_t index;
    json_object_object_foreach(object, key, value)
    {
        if (is_index(key, &index))
            members[i++] = (struct indexed_member){index, key, value};
    }
    qsort(members, count, sizeof *members, compare_members);
    for (i = 0; i < count; i++)
        print_member(text, first, members[i].key, members[i].value);
    free(members);
}

static void print_object(struct buffer *text, struct json_object *object)
{
    bool first = true;
    uint32_t index;
    size_t indexed = 0;
    buffer_append_byte(text, '{');
    json_object_object_foreach(object, counted_key, counted_value)
    {
        (void)counted_value;
        indexed += is_index(counted_key, &index);
    }
    if (indexed > 0)
        print_indexed(text, &first, object, indexed);
    json_object_object_foreach(object, key, value)
    {
        if (indexed == 0 || !is_index(key, &index))
            print_member(text, &first, key, value);
    }
    buffer_append_byte(text, '}');
}

static void print_array(struct buffer *text, struct json_object *array)
{
    size_t count = json_object_array_length(array);
    buffer_append_byte(text, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buffer_append_byte(text, ',');
        json_text_print(text, json_object_array_get_idx(array, i));
    }
    buffer_append_byte(text, ']');
}

static void print_number(struct buffer *text, double number)
{
    char digits[JSON_NUMBER_ROOM];
    buffer_append(text, digits, json_number_print(number, digits));
}

static void print_integer(struct buffer *text, int64_t integer)
{
    if (integer > JSON_INTEGER_MAX || integer < -JSON_INTEGER_MAX) {
        print_number(text, (double)integer); /* as the double official programs would have */
        return;
    }
    char digits[JSON_NUMBER_ROOM], *end = digits + sizeof digits, *at = end;
    for (int64_t left = integer < 0 ? -integer : integer; at == end || left > 0; left /= 10)
        *--at = (char)('0' + left % 10);
    if (integer < 0)
        *--at = '-';
    buffer_append(text, at, (size_t)(end - at));
}

void json_text_print(struct buffer *text, struct json_object *value)
{
    switch (json_object_get_type(value)) {
    case json_type_null:
        buffer_append_string(text, "null");
        break;
    case json_type_boolean:
        buffer_append_string(text, json_object_get_boolean(value) ? "true" : "false");
        break;
    case json_type_int:
        print_integer(text, json_object_get_int64(value));
        break;
    case json_type_double:
        print_number(text, json_object_get_double(value));
        break;
    case json_type_string:
        json_text_print_string(text, slice_of(json_object_get_string(value),
                                              (size_t)json_object_get_string_len(value)));
        break;
    case json_type_array:
        print_array(text, value);
        break;
    case json_type_object:
        print_object(text, value);
        break;
    }
}
