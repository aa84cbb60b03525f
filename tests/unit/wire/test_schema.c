#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/json_text.h"
#include "wire/schema.h"

enum color { COLOR_ABSENT, COLOR_RED, COLOR_GREEN };
enum shape { SHAPE_NONE, SHAPE_CIRCLE, SHAPE_LABEL };

struct part {
    struct schema_object object;
    const char *name;
    struct maybe_integer weight;
    LIST_OF(struct part) parts;
};

struct thing {
    struct schema_object object;
    enum shape shape;
    union {
        double radius;
        struct {
            const char *text;
            struct maybe_bool bold;
        } label;
    };
    const char *title, *note;
    bool on;
    struct maybe_bool off;
    int64_t count, time;
    struct maybe_integer limit;
    struct maybe_number ratio;
    enum color color;
    struct json_object *any;
    struct maybe_json extra;
    struct slice bytes;
    struct part part, spare;
    LIST_OF(const char *) words;
    LIST_OF(struct part) parts;
    LIST_OF(struct named_number) sizes;
    LIST_OF(struct part) by_name;
    const char *content_text;
    LIST_OF(struct part) content_parts;
};

static const char *check_lower(const char *text)
{
    return text[strspn(text, "abcdefghijklmnopqrstuvwxyz")] ? "must be lower case" : NULL;
}

static const struct schema part_schema;
static const struct schema_member part_members[] = {
    {"name", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct part, name), .check = check_lower},
    {"weight", SCHEMA_INTEGER, SCHEMA_OPTIONAL, SCHEMA_AT(struct part, weight), .least = 0,
     .most = 100, .number_default = 7},
    {"parts", SCHEMA_LIST, SCHEMA_OPTIONAL, SCHEMA_AT(struct part, parts),
     SCHEMA_ITEMS(struct part, parts), .item = SCHEMA_OBJECT, .of = &part_schema},
    {0}};
static const struct schema part_schema = {.size = sizeof(struct part), .members = part_members};

static const char *const color_names[] = {
    [COLOR_ABSENT] = "", [COLOR_RED] = "red", [COLOR_GREEN] = "green", NULL};

static const struct schema_member circle_members[] = {
    {"radius", SCHEMA_NUMBER, SCHEMA_REQUIRED, SCHEMA_AT(struct thing, radius)}, {0}};
static const struct schema_member label_members[] = {
    {"text", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct thing, label.text)},
    {"bold", SCHEMA_BOOL, SCHEMA_OPTIONAL, SCHEMA_AT(struct thing, label.bold)},
    {0}};
static const struct schema_variant shapes[] = {{0},
                                               [SHAPE_CIRCLE] = {"circle", circle_members},
                                               [SHAPE_LABEL] = {"label", label_members},
                                               {0}};

static const struct schema_member thing_members[] = {
    {"title", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct thing, title), .length_most = 4},
    {"note", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct thing, note), .text_default = "none"},
    {"on", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct thing, on)},
    {"off", SCHEMA_BOOL, SCHEMA_NULLISH, SCHEMA_AT(struct thing, off), .number_default = 1},
    {"count", SCHEMA_INTEGER, SCHEMA_REQUIRED, SCHEMA_AT(struct thing, count)},
    {"time", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct thing, time)},
    {"limit", SCHEMA_INTEGER, SCHEMA_NULLABLE, SCHEMA_AT(struct thing, limit)},
    {"ratio", SCHEMA_NUMBER, SCHEMA_OPTIONAL | SCHEMA_LENIENT, SCHEMA_AT(struct thing, ratio)},
    {"color", SCHEMA_ENUM, SCHEMA_NULLISH, SCHEMA_AT(struct thing, color), .names = color_names},
    {"any", SCHEMA_JSON, SCHEMA_REQUIRED, SCHEMA_AT(struct thing, any)},
    {"extra", SCHEMA_JSON, SCHEMA_OPTIONAL, SCHEMA_AT(struct thing, extra)},
    {"bytes", SCHEMA_BASE64, SCHEMA_OPTIONAL, SCHEMA_AT(struct thing, bytes)},
    {"part", SCHEMA_OBJECT, SCHEMA_OPTIONAL, SCHEMA_AT(struct thing, part), .of = &part_schema},
    {"spare", SCHEMA_OBJECT, SCHEMA_NULLISH | SCHEMA_LENIENT, SCHEMA_AT(struct thing, spare),
     .of = &part_schema},
    {"words", SCHEMA_LIST, SCHEMA_NULLISH, SCHEMA_AT(struct thing, words),
     SCHEMA_ITEMS(struct thing, words), .item = SCHEMA_STRING, .length_most = 3},
    {"parts", SCHEMA_LIST, SCHEMA_OPTIONAL, SCHEMA_AT(struct thing, parts),
     SCHEMA_ITEMS(struct thing, parts), .item = SCHEMA_OBJECT, .of = &part_schema},
    {"sizes", SCHEMA_MAP, SCHEMA_OPTIONAL, SCHEMA_AT(struct thing, sizes),
     SCHEMA_ITEMS(struct thing, sizes), .item = SCHEMA_NUMBER},
    {"byName", SCHEMA_MAP, SCHEMA_OPTIONAL, SCHEMA_AT(struct thing, by_name),
     SCHEMA_ITEMS(struct thing, by_name), .item = SCHEMA_OBJECT, .of = &part_schema},
    {"content", SCHEMA_STRING, SCHEMA_OR_NEXT, SCHEMA_AT(struct thing, content_text)},
    {"content", SCHEMA_LIST, SCHEMA_OPTIONAL, SCHEMA_AT(struct thing, content_parts),
     SCHEMA_ITEMS(struct thing, content_parts), .item = SCHEMA_OBJECT, .of = &part_schema},
    {0}};

static int check_thing(const void *value, struct error *error)
{
    const struct thing *thing = value;
    return thing->count == 13 ? error_set(error, ERROR_INVALID, "count must not be 13") : 0;
}

static const struct schema thing_schema = {.size = sizeof(struct thing),
                                           .members = thing_members,
                                           .tag = "shape",
                                           .tag_offset = offsetof(struct thing, shape),
                                           .variants = shapes,
                                           .check = check_thing};

/* What every thing below has; the rest of the object follows. */
#define REST                                                                                       \
    "\"on\":true,\"count\":1,\"time\":2,\"limit\":null,\"any\":null,\"shape\":\"circle\","         \
    "\"radius\":1"

static int read_thing(const char *text, struct arena *arena, struct thing *thing,
                      struct error *error)
{
    return schema_parse(&thing_schema, slice_of_string(text), arena, thing, error);
}

static void assert_prints(const struct thing *thing, const char *expected)
{
    struct buffer text = {0};
    struct error error = {0};
    if (schema_print(&thing_schema, thing, &text, &error) != 0)
        fail_msg("%s", error.message);
    assert_string_equal(buffer_string(&text), expected);
    buffer_free(&text);
}

static void tables_are_checked(void **state)
{
    (void)state;
    struct error error = {0};
    if (!schema_is_sound(&thing_schema, &error))
        fail_msg("%s", error.message);
    static const struct schema_member wrong[] = {
        {"on", SCHEMA_BOOL, SCHEMA_OPTIONAL, SCHEMA_AT(struct thing, on)}, {0}};
    const struct schema unsound = {.size = sizeof(struct thing), .members = wrong};
    assert_false(schema_is_sound(&unsound, &error));
    assert_string_equal(error.message, "on is of another type in the struct");
}

static void what_was_read_is_written_as_it_was(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{" REST "}",
        "{\"z\":[1,{}]," REST ",\"title\":null,\"off\":null,\"color\":null,\"words\":null}",
        "{" REST ",\"title\":\"abcd\",\"off\":false,\"a\":{\"b\":1.50e1},\"color\":\"red\"}",
        "{\"time\":2.75,\"count\":1,\"on\":false,\"limit\":9007199254740991,\"any\":{\"x\":[null]},"
        "\"radius\":0.1,\"more\":\"\\u0000\\ud800\",\"shape\":\"circle\"}",
        "{" REST ",\"bytes\":\"AAE\",\"extra\":null}",
        "{" REST
        ",\"part\":{\"name\":\"a\",\"weight\":3,\"u\":1,\"parts\":[{\"name\":\"b\",\"v\":2}]}}",
        "{" REST ",\"words\":[\"a\",\"\\u0000b\"],\"sizes\":{\"2\":1e-7,\"x\":2},\"byName\":{\"k\":"
        "{\"w\":0,\"name\":\"n\"}}}",
        "{" REST ",\"content\":\"text\"}",
        "{" REST ",\"content\":[{\"name\":\"a\",\"u\":{}}]}",
        "{\"on\":true,\"count\":1,\"time\":2,\"limit\":1,\"any\":[],\"text\":\"t\",\"bold\":true,"
        "\"shape\":\"label\"}",
        "{" REST ",\"ratio\":\"no number\",\"spare\":{\"name\":1}}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct arena arena = {0};
        struct thing thing;
        struct error error = {0};
        struct json_object *plain;
        struct buffer expected = {0};
        if (read_thing(texts[i], &arena, &thing, &error) != 0)
            fail_msg("%s: %s", texts[i], error.message);
        assert_int_equal(json_text_parse(slice_of_string(texts[i]), &plain, NULL), 0);
        json_text_print(&expected, plain);
        assert_prints(&thing, buffer_string(&expected));
        buffer_free(&expected);
        json_object_put(plain);
        arena_free(&arena);
    }
}

static void values_lie_in_the_struct(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct thing thing;
    struct error error = {0};
    assert_int_equal(
        read_thing("{\"shape\":\"label\",\"text\":\"hi\",\"on\":true,\"count\":1e3,"
                   "\"time\":12.9,\"limit\":5,\"any\":[1],\"extra\":null,\"color\":"
                   "\"green\",\"bytes\":\"AAECAw==\",\"title\":null,\"words\":[\"a\\u0000\"],"
                   "\"sizes\":{\"s\":1.5},\"byName\":{\"k\":{\"name\":\"n\"}},"
                   "\"content\":[{\"name\":\"c\"}]}",
                   &arena, &thing, &error),
        0);
    assert_int_equal(thing.shape, SHAPE_LABEL);
    assert_string_equal(thing.label.text, "hi");
    assert_int_equal(thing.label.bold.presence, ABSENT);
    assert_true(thing.on);
    assert_true(thing.off.value);
    assert_int_equal(thing.off.presence, ABSENT);
    assert_int_equal(thing.count, 1000);
    assert_int_equal(thing.time, 12);
    assert_int_equal(thing.limit.value, 5);
    assert_int_equal(thing.ratio.presence, ABSENT);
    assert_int_equal(thing.color, COLOR_GREEN);
    assert_int_equal(json_object_array_length(thing.any), 1);
    assert_int_equal(thing.extra.presence, PRESENT);
    assert_null(thing.extra.value);
    assert_int_equal(thing.bytes.length, 4);
    assert_memory_equal(thing.bytes.data, "\0\1\2\3", 4);
    assert_ptr_equal(thing.title, json_null_string);
    assert_false(is_text(thing.title));
    assert_string_equal(thing.note, "none");
    assert_int_equal(thing.part.object.presence, ABSENT);
    assert_int_equal(thing.words.count, 1);
    assert_string_equal(thing.words.items[0], "a\xc0\x80");
    assert_string_equal(thing.sizes.items[0].key, "s");
    assert_true(thing.sizes.items[0].value == 1.5);
    assert_string_equal(thing.by_name.items[0].object.key, "k");
    assert_int_equal(thing.by_name.items[0].weight.value, 7);
    assert_null(thing.content_text);
    assert_string_equal(thing.content_parts.items[0].name, "c");
    arena_free(&arena);
}

static void errors_name_the_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"[]", "the value must be an object"},
        {"null", "the value must be an object"},
        {"{}", "shape: is missing"},
        {"{\"shape\":1}", "shape: must be a string"},
        {"{\"shape\":\"cube\"}", "shape: is not a name known here"},
        {"{\"shape\":\"circle\\u0000\",\"radius\":1}", "shape: is not a name known here"},
        {"{" REST ",\"title\":\"abcde\"}", "title: must have at most 4 characters, not 5"},
        {"{" REST ",\"title\":\"abc\xf0\x9f\x98\x80\"}",
         "title: must have at most 4 characters, not 5"},
        {"{" REST ",\"on\":1}", "on: must be true or false, not int"},
        {"{" REST ",\"on\":null}", "on: must not be null"},
        {"{" REST ",\"count\":1.5}", "count: must be an integer"},
        {"{" REST ",\"count\":9007199254740992}", "count: must be an integer"},
        {"{" REST ",\"count\":13}", "count must not be 13"},
        {"{" REST ",\"time\":1e999}", "time: must be a finite number"},
        {"{" REST ",\"color\":\"blue\"}", "color: must be one of red, green"},
        {"{" REST ",\"bytes\":\"!\"}", "bytes: must be base64"},
        {"{" REST ",\"part\":null}", "part: must not be null"},
        {"{" REST ",\"part\":{\"weight\":1}}", "part.name: is missing"},
        {"{" REST ",\"part\":{\"name\":\"A\"}}", "part.name: must be lower case"},
        {"{" REST ",\"part\":{\"name\":\"a\",\"weight\":101}}",
         "part.weight: must be from 0 to 100"},
        {"{" REST ",\"parts\":[{\"name\":\"a\"},{\"name\":\"a\",\"parts\":[1]}]}",
         "parts[1].parts[0]: must be an object"},
        {"{" REST ",\"parts\":{}}", "parts: must be an array"},
        {"{" REST ",\"words\":[\"a\",1]}", "words[1]: must be a string, not int"},
        {"{" REST ",\"words\":[\"a\",\"a\",\"a\",\"a\"]}",
         "words: must have at most 3 items, not 4"},
        {"{" REST ",\"sizes\":[]}", "sizes: must be an object"},
        {"{" REST ",\"sizes\":{\"s\\n\":true}}", "sizes.s?: must be a number, not boolean"},
        {"{" REST ",\"byName\":{\"k\":{\"name\":\"a\",\"parts\":[{}]}}}",
         "byName.k.parts[0].name: is missing"},
        {"{" REST ",\"content\":1}", "content: must be an array"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena arena = {0};
        struct thing thing;
        struct error error = {0};
        assert_int_equal(read_thing(cases[i].text, &arena, &thing, &error), -1);
        assert_string_equal(error.message, cases[i].message);
        assert_null(thing.object.origin);
        arena_free(&arena);
    }
}

static void changes_keep_the_rest(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct thing thing;
    struct error error = {0};
    assert_int_equal(read_thing("{\"first\":1," REST
                                ",\"title\":\"old\",\"part\":{\"u\":1,\"name\":\"a\"},"
                                "\"parts\":[{\"name\":\"b\",\"v\":1},{\"name\":\"c\"}],\"last\":2,"
                                "\"color\":\"red\",\"content\":\"t\",\"ratio\":\"bad\"}",
                                &arena, &thing, &error),
                     0);
    thing.title = "new";
    thing.color = COLOR_ABSENT;
    thing.limit = some_integer(4);
    thing.part.weight = some_integer(0);
    thing.parts.items[0].name = "x";
    list_remove(&thing.parts, 1, sizeof *thing.parts.items);
    struct part *part = list_append(&arena, &thing.parts, sizeof *part);
    part->name = "y";
    thing.content_text = NULL;
    part = list_append(&arena, &thing.content_parts, sizeof *part);
    part->name = "z";
    thing.off = some_bool(false);
    assert_prints(
        &thing,
        "{\"first\":1,\"on\":true,\"count\":1,\"time\":2,\"limit\":4,\"any\":null,\"shape\":"
        "\"circle\",\"radius\":1,\"title\":\"new\",\"part\":{\"u\":1,\"name\":\"a\",\"weight\":0},"
        "\"parts\":[{\"name\":\"x\",\"v\":1},{\"name\":\"y\"}],\"last\":2,\"content\":[{\"name\":"
        "\"z\"}],\"ratio\":\"bad\",\"off\":false}");
    thing.shape = SHAPE_LABEL;
    memset(&thing.label, 0, sizeof thing.label);
    thing.label.text = "l";
    thing.part.object.presence = ABSENT;
    thing.parts.count = 0;
    thing.title = json_null_string;
    thing.ratio = some_number(0.5);
    thing.content_parts.presence = IS_NULL;
    thing.content_parts.count = 0;
    struct buffer text = {0};
    assert_int_equal(schema_print(&thing_schema, &thing, &text, &error), -1);
    assert_string_equal(error.message, "content: must not be null");
    assert_int_equal(text.length, 0);
    thing.content_text = "again";
    assert_prints(
        &thing,
        "{\"first\":1,\"on\":true,\"count\":1,\"time\":2,\"limit\":4,\"any\":null,\"shape\":"
        "\"label\",\"title\":null,\"parts\":[],\"last\":2,\"content\":\"again\",\"ratio\":0.5,"
        "\"off\":false,\"text\":\"l\"}");
    arena_free(&arena);
}

static void new_values_follow_the_table(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct buffer text = {0};
    struct error error = {0};
    struct thing thing = {.shape = SHAPE_CIRCLE, .radius = 2};
    const char *words[] = {"one", "two"};
    assert_prints(
        &thing,
        "{\"shape\":\"circle\",\"on\":false,\"count\":0,\"time\":0,\"limit\":null,\"any\":null,"
        "\"radius\":2}");
    thing.bytes = slice_of("\xff\xff\xff", 3);
    thing.note = arena_string(&arena, slice_of("a\0b", 3));
    thing.words.items = words;
    thing.words.count = 2;
    struct named_number *size = list_append(&arena, &thing.sizes, sizeof *size);
    *size = (struct named_number){"s", 3};
    struct part *part = list_append(&arena, &thing.by_name, sizeof *part);
    part->object.key = "k";
    part->name = "n";
    assert_prints(&thing,
                  "{\"shape\":\"circle\",\"note\":\"a\\u0000b\",\"on\":false,\"count\":0,"
                  "\"time\":0,\"limit\":null,\"any\":null,\"bytes\":\"////\",\"words\":[\"one\","
                  "\"two\"],\"sizes\":{\"s\":3},\"byName\":{\"k\":{\"name\":\"n\"}},\"radius\":2}");
    part->name = NULL;
    assert_int_equal(schema_print(&thing_schema, &thing, &text, &error), -1);
    assert_string_equal(error.message, "byName.k.name: is missing");
    thing.shape = SHAPE_NONE;
    assert_int_equal(schema_print(&thing_schema, &thing, &text, &error), -1);
    assert_string_equal(error.message, "shape: is missing");
    arena_free(&arena);
    buffer_free(&text);
}

static void depth_is_bounded(void **state)
{
    (void)state;
    struct buffer text = {0};
    struct arena arena = {0};
    struct part part;
    struct error error = {0};
    for (unsigned levels = SCHEMA_DEPTH_MAX - 1; levels <= SCHEMA_DEPTH_MAX; levels++) {
        buffer_clear(&text);
        for (unsigned i = 1; i < levels; i++)
            buffer_append_string(&text, "{\"name\":\"a\",\"parts\":[");
        buffer_append_string(&text, "{\"name\":\"a\"}");
        for (unsigned i = 1; i < levels; i++)
            buffer_append_string(&text, "]}");
        struct slice whole = slice_of(text.data, text.length);
        struct json_object *json = NULL;
        assert_int_equal(json_text_parse(whole, &json, &error), 0);
        assert_int_equal(schema_read(&part_schema, json, &arena, &part, &error), 0);
        json_object_put(json);
        struct part outer = {.name = "o"};
        outer.parts.items = &part;
        outer.parts.count = 1;
        struct buffer out = {0};
        assert_int_equal(schema_print(&part_schema, &outer, &out, &error),
                         levels < SCHEMA_DEPTH_MAX ? 0 : -1);
        if (levels == SCHEMA_DEPTH_MAX)
            assert_non_null(strstr(error.message, "is too deep"));
        buffer_free(&out);
    }
    arena_free(&arena);
    buffer_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_checked),
        cmocka_unit_test(what_was_read_is_written_as_it_was),
        cmocka_unit_test(values_lie_in_the_struct),
        cmocka_unit_test(errors_name_the_place),
        cmocka_unit_test(changes_keep_the_rest),
        cmocka_unit_test(new_values_follow_the_table),
        cmocka_unit_test(depth_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
