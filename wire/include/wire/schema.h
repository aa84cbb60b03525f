/* Typed values read from JSON and written back, driven by tables. A table says of each member of
   an object what it is, whether it may be missing, and where in a C struct it lies; reading checks
   as the validator of the official programs (zod) does, and says where something is wrong
   ("content.data.ev.t: …").

   What the table does not know is kept: every object remembers the JSON it was read from (its
   `origin`), and is written as that JSON with the members of the table put in their places. A value
   that nobody changed is written as it was read, to the last digit.

       struct agent_state state;
       if (agent_state_parse(text, &state, &error) != 0) …
       state.controlled_by_user = some_bool(true);
       agent_state_print(&state, &buffer, &error);
       agent_state_free(&state);

   How a member lies in the struct:

     SCHEMA_STRING    const char *      NULL: absent; json_null_string: null. UTF-8; U+0000 is C0 80
     SCHEMA_ENUM      an enum           0: absent; SCHEMA_ENUM_NULL: null; else an index of `names`
     SCHEMA_BOOL      struct maybe_bool      … bool when it is REQUIRED
     SCHEMA_INTEGER   struct maybe_integer   … int64_t when it is REQUIRED
     SCHEMA_TIME      struct maybe_integer   … int64_t when it is REQUIRED: milliseconds
     SCHEMA_NUMBER    struct maybe_number    … double when it is REQUIRED
     SCHEMA_JSON      struct maybe_json      … struct json_object * when REQUIRED (NULL is null)
     SCHEMA_RECORD    likewise
     SCHEMA_BASE64    struct slice           `data` NULL: absent. Never null
     SCHEMA_OBJECT    the other struct, embedded; its `object.presence` tells whether it is there
     SCHEMA_LIST      LIST_OF(type)
     SCHEMA_MAP       LIST_OF(type)          keys in `object.key`, or in `key` of struct named_…

   REQUIRED above is without SCHEMA_NULLABLE: what may be null is always a maybe_….

   Strings, lists and JSON a caller puts into a struct need only live until it is written. Strings
   and JSON that were read belong to the arena they were read into. */
#ifndef WIRE_SCHEMA_H
#define WIRE_SCHEMA_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/arena.h"
#include "wire/base64.h"
#include "wire/buffer.h"
#include "wire/error.h"
#include "wire/slice.h"

#define SCHEMA_ENUM_NULL  (-1)
#define SCHEMA_DEPTH_MAX  128u      /* objects of tables inside each other */
#define SCHEMA_STRING_MAX 16777216u /* bytes of a string where the table names no bound */
#define SCHEMA_COUNT_MAX  65536u    /* items of a list or map where the table names no bound */

enum presence { ABSENT = 0, IS_NULL, PRESENT };

/* Each begins with the value, which is the table's default (else 0, false, NULL) when the member is
   absent or null: code that does not care reads only that. */
struct maybe_bool {
    bool value;
    enum presence presence;
};
struct maybe_integer {
    int64_t value;
    enum presence presence;
};
struct maybe_number {
    double value;
    enum presence presence;
};
struct maybe_json {
    struct json_object *value;
    enum presence presence;
};

static inline struct maybe_bool some_bool(bool value)
{
    return (struct maybe_bool){value, PRESENT};
}
static inline struct maybe_integer some_integer(int64_t value)
{
    return (struct maybe_integer){value, PRESENT};
}
static inline struct maybe_number some_number(double value)
{
    return (struct maybe_number){value, PRESENT};
}
static inline struct maybe_json some_json(struct json_object *value)
{
    return (struct maybe_json){value, PRESENT};
}

/* The empty string that stands for null: compare addresses. */
extern const char json_null_string[];

/* True for a string that is there, neither absent nor null. */
static inline bool is_text(const char *string)
{
    return string && string != json_null_string;
}

/* First member, named `object`, of every struct a table describes. Zero in a new value; set
   `presence` to PRESENT to write an embedded one (the outermost and the items of lists and maps are
   always written). */
struct schema_object {
    struct json_object *origin; /* what it was read from; belongs to the arena */
    const char *key;            /* of an item of a map */
    enum presence presence;
};

/* An empty list differs from an absent one: `presence`. Filling in `items` and `count` makes it
   present when it is written. */
#define LIST_OF(type)                                                                              \
    struct {                                                                                       \
        type *items;                                                                               \
        size_t count;                                                                              \
        size_t room; /* for list_append(); 0 for memory of the caller */                           \
        enum presence presence;                                                                    \
    }

/* Items of maps whose values are no objects. */
struct named_string {
    const char *key;
    const char *value;
};
struct named_bool {
    const char *key;
    bool value;
};
struct named_number {
    const char *key;
    double value;
};
struct named_json {
    const char *key;
    struct json_object *value; /* NULL is null */
};

enum schema_kind {
    SCHEMA_STRING,
    SCHEMA_BOOL,
    SCHEMA_INTEGER, /* a whole number within ±(2^53 - 1) */
    SCHEMA_NUMBER,  /* any finite number */
    SCHEMA_TIME,    /* any finite number, as milliseconds; a fraction is kept until it is changed */
    SCHEMA_ENUM,    /* a string out of `names` */
    SCHEMA_JSON,    /* any value */
    SCHEMA_RECORD,  /* any object, as it is; lies in the struct as SCHEMA_JSON does */
    SCHEMA_BASE64,  /* a string, decoded by `reader` */
    SCHEMA_OBJECT,  /* `of` another table */
    SCHEMA_LIST,    /* an array of `item`s (not lists or maps) */
    SCHEMA_MAP,     /* an object of `item`s (STRING, BOOL, NUMBER, JSON or OBJECT) */
};

enum schema_need {
    SCHEMA_REQUIRED = 0,
    SCHEMA_OPTIONAL = 1, /* may be absent, not null */
    SCHEMA_NULLABLE = 2, /* may be null, not absent: what is left empty is written as null */
    SCHEMA_NULLISH = SCHEMA_OPTIONAL | SCHEMA_NULLABLE,
    /* Flags. */
    SCHEMA_LENIENT =
        4, /* (with OPTIONAL) what does not fit counts as absent, and is kept (.catch) */
    SCHEMA_OR_NEXT = 8, /* the next row has the same name: taken when this one does not fit. The
                           last of them tells whether the member may be absent */
};

struct schema_member {
    const char *name;
    unsigned char kind;               /* enum schema_kind */
    unsigned char need;               /* enum schema_need */
    unsigned short offset, size;      /* SCHEMA_AT() */
    const struct schema *of;          /* OBJECT, or items that are objects */
    unsigned char item;               /* LIST and MAP: the enum schema_kind of the items */
    unsigned char reader;             /* BASE64: enum base64_reader */
    unsigned short item_size;         /* LIST and MAP: SCHEMA_ITEMS() */
    const char *const *names;         /* ENUM: NULL at the end, [0] is not used. STRING: likewise,
                                         the only values there are */
    double least, most;               /* numbers: the range, when they differ */
    size_t length_least, length_most; /* STRING: UTF-16 units, as JavaScript counts; BASE64: bytes;
                                         LIST, MAP: items. `most` 0: the general bound */
    const char *(*check)(const char *); /* STRING: NULL, or what is wrong: "must …" */
    const char *text_default;           /* STRING that is absent */
    double number_default;              /* BOOL, INTEGER, TIME, NUMBER that are absent or null */
};

/* Where a member lies, and, for a list or map, how large its items are. */
#define SCHEMA_AT(type, field)    .offset = offsetof(type, field), .size = sizeof(((type *)0)->field)
#define SCHEMA_ITEMS(type, field) .item_size = sizeof(*((type *)0)->field.items)

/* Members that are there only when the tag has this name. */
struct schema_variant {
    const char *name;
    const struct schema_member *members; /* NULL: none. Else {0} at the end */
};

struct schema {
    size_t size;                         /* of the struct */
    const struct schema_member *members; /* {0} at the end. NULL: none */
    /* Of objects that come in variants: the member that tells which, an enum in the struct that is
       an index of `variants` ([0] is not used; {0} at the end). The variants may lie in a union. */
    const char *tag;
    size_t tag_offset;
    const struct schema_variant *variants;
    bool closed; /* members that are not in the table are an error (.strict()) */
    /* What concerns several members; runs when all were read, and before writing. The message
       begins with the member's name. */
    int (*check)(const void *value, struct error *error);
};

/* Reads a tree into `value`, which is cleared first. Takes a reference to the tree, which nobody
   may change afterwards. What it allocates belongs to `arena`. Returns 0, or -1 with ERROR_INVALID
   (where and what is wrong, never the contents) or ERROR_LIMIT; `value` is cleared then. */
int schema_read(const struct schema *schema, struct json_object *json, struct arena *arena,
                void *value, struct error *error);

/* Reads text: strictly, as a body of a request, or leniently, as what was decrypted (see
   wire/json_text.h). */
int schema_parse(const struct schema *schema, struct slice text, struct arena *arena, void *value,
                 struct error *error);
int schema_parse_lenient(const struct schema *schema, struct slice text, struct arena *arena,
                         void *value, struct error *error);

/* Writes into a new tree, which the caller owns (json_object_put) and does not change: it shares
   what was not changed with the value. NULL with `error` filled when a required member is missing
   or something breaks the table's rules. */
struct json_object *schema_write(const struct schema *schema, const void *value,
                                 struct error *error);

/* Appends the text. Returns 0, or -1 with `error` filled and nothing appended. */
int schema_print(const struct schema *schema, const void *value, struct buffer *text,
                 struct error *error);

/* Room for one more item at the end of a LIST_OF(…), cleared. `list` is the address of the list,
   `size` that of one item. NULL when there is no memory. Items may move. */
void *list_append(struct arena *arena, void *list, size_t size);

/* Takes out an item; the others keep their order. */
void list_remove(void *list, size_t index, size_t size);

/* Whether the sizes in a table, and in those it refers to, are those its kinds have. For tests. */
bool schema_is_sound(const struct schema *schema, struct error *error);

#endif
