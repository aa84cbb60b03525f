/* Runs files of test vectors: what the suites of vectors_*.c share. */
#ifndef TESTS_TOOLS_VECTORS_H
#define TESTS_TOOLS_VECTORS_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "wire/buffer.h"
#include "wire/random.h"
#include "wire/schema.h"
#include "wire/secret.h"
#include "wire/slice.h"

/* The case that is running, and the sums. */
struct vectors {
    const char *suite;
    char name[256];
    char failure[512]; /* of the case that is running; empty: none */
    unsigned passed, failed;
};

struct vector_suite {
    const char *name; /* of the file, without .json */
    void (*run)(struct vectors *vectors, struct json_object *document);
};

extern const struct vector_suite VECTORS_ENCODING[], VECTORS_KEYS[], VECTORS_RECORDS[],
    VECTORS_JSON[], VECTORS_PAIRING[], VECTORS_SERVER[], VECTORS_AUTH[], VECTORS_REALTIME[],
    VECTORS_SESSIONS[], VECTORS_EDGES[], VECTORS_FRAMES[], VECTORS_EVENTS[];

/* The client's side of a recorded session. */
void vectors_run_client(struct vectors *vectors, struct json_object *document);

/* A case: begin, any number of expectations, end, which prints its line. `name` may be NULL: then
   it is the number. */
void vector_begin(struct vectors *vectors, const char *section, size_t number, const char *name);
void vector_expect(struct vectors *vectors, bool held, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void vector_end(struct vectors *vectors);

/* Calls `run` for every item of the array `section`, as a case named after its member `name`. */
void vector_cases(struct vectors *vectors, struct json_object *document, const char *section,
                  void (*run)(struct vectors *vectors, struct json_object *item));

/* Members. Texts are NULL when absent, null or of another type. */
const char *vector_text(struct json_object *item, const char *key);
struct slice vector_slice(struct json_object *item, const char *key);
struct json_object *vector_member(struct json_object *item, const char *key);
bool vector_has(struct json_object *item, const char *key); /* there, and not null */

/* The bytes of "<stem>_hex", "<stem>_b64" or "<stem>_rule". False when there are none. */
bool vector_bytes(struct json_object *item, const char *stem, struct buffer *bytes);

/* The bytes of a recorded binary frame. False when it is none. */
bool vector_frame_bytes(struct json_object *item, struct buffer *bytes);

/* The same as a secret; ends the program when there is none. */
struct secret *vector_secret(struct json_object *item, const char *stem);

/* Whether bytes are those of the item, given in one of the three forms or as "<stem>_sha256". */
bool vector_equals(struct json_object *item, const char *stem, struct slice bytes);
bool vector_same(struct slice left, struct slice right);

/* Reads JSON by a table and expects it to be printed the same: with what it was read from, and,
   unless the table leaves members open, from the struct alone. */
enum vector_shape { VECTOR_EXACT, VECTOR_ANY_ORDER, VECTOR_OPEN };
void vector_round_trip(struct vectors *vectors, const struct schema *schema,
                       struct json_object *json, enum vector_shape shape);

/* A random source that replays bytes; it ends the program when they are used up. */
struct vector_random {
    struct buffer bytes;
    size_t used;
    struct random_source source;
};
void vector_random_begin(struct vector_random *random);
/* Adds "<stem>_hex" of the item, if it is there. Returns whether it was. */
bool vector_random_add(struct vector_random *random, struct json_object *item, const char *stem);
void vector_random_end(struct vector_random *random);

static inline struct slice vector_buffer(const struct buffer *buffer)
{
    return slice_of(buffer_string(buffer), buffer->length);
}

#endif
