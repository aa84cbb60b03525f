/* vectors FILE…: runs files of test vectors. One line a case, then "N passed, N failed". */
#include "vectors.h"

#include <errno.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/base64.h"
#include "wire/hex.h"
#include "wire/json_text.h"

static const struct vector_suite *const FAMILIES[] = {
    VECTORS_ENCODING, VECTORS_KEYS,   VECTORS_RECORDS, VECTORS_JSON,
    VECTORS_PAIRING,  VECTORS_SERVER, VECTORS_AUTH,    VECTORS_REALTIME,
    VECTORS_SESSIONS, VECTORS_EDGES,  VECTORS_FRAMES,  VECTORS_EVENTS,
};

void vector_begin(struct vectors *vectors, const char *section, size_t number, const char *name)
{
    if (name)
        snprintf(vectors->name, sizeof vectors->name, "%s: %s", section, name);
    else
        snprintf(vectors->name, sizeof vectors->name, "%s: %zu", section, number);
    vectors->failure[0] = '\0';
}

void vector_expect(struct vectors *vectors, bool held, const char *format, ...)
{
    if (held || vectors->failure[0])
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(vectors->failure, sizeof vectors->failure, format, arguments);
    va_end(arguments);
}

void vector_end(struct vectors *vectors)
{
    bool failed = vectors->failure[0] != '\0';
    printf("%sok - %s: %s%s%s\n", failed ? "not " : "", vectors->suite, vectors->name,
           failed ? ": " : "", vectors->failure);
    vectors->passed += !failed;
    vectors->failed += failed;
}

void vector_cases(struct vectors *vectors, struct json_object *document, const char *section,
                  void (*run)(struct vectors *vectors, struct json_object *item))
{
    struct json_object *items = vector_member(document, section);
    size_t count =
        json_object_is_type(items, json_type_array) ? json_object_array_length(items) : 0;
    if (count == 0) {
        vector_begin(vectors, section, 0, NULL);
        vector_expect(vectors, false, "the file has no such cases");
        vector_end(vectors);
    }
    for (size_t i = 0; i < count; i++) {
        struct json_object *item = json_object_array_get_idx(items, i);
        vector_begin(vectors, section, i, vector_text(item, "name"));
        run(vectors, item);
        vector_end(vectors);
    }
}

struct json_object *vector_member(struct json_object *item, const char *key)
{
    struct json_object *member = NULL;
    if (json_object_is_type(item, json_type_object))
        json_object_object_get_ex(item, key, &member);
    return member;
}

bool vector_has(struct json_object *item, const char *key)
{
    return vector_member(item, key) != NULL;
}

const char *vector_text(struct json_object *item, const char *key)
{
    struct json_object *member = vector_member(item, key);
    return json_object_is_type(member, json_type_string) ? json_object_get_string(member) : NULL;
}

struct slice vector_slice(struct json_object *item, const char *key)
{
    struct json_object *member = vector_member(item, key);
    if (!json_object_is_type(member, json_type_string))
        return slice_of("", 0);
    return slice_of(json_object_get_string(member), (size_t)json_object_get_string_len(member));
}

static void put_hex(struct slice text, struct buffer *bytes)
{
    unsigned char *out = malloc(text.length / 2 + 1);
    if (!out || hex_decode_exactly(text, out, text.length / 2, NULL) != 0) {
        fprintf(stderr, "vectors: bad hexadecimal digits in the file\n");
        exit(2);
    }
    buffer_append(bytes, out, text.length / 2);
    free(out);
}

static size_t number_in(struct json_object *item, const char *key)
{
    return (size_t)json_object_get_int64(vector_member(item, key));
}

static void put_rule(struct json_object *rule, struct buffer *bytes)
{
    if (vector_has(rule, "mul")) {
        for (size_t i = 0; i < number_in(rule, "len"); i++)
            buffer_append_byte(bytes, (char)(i * number_in(rule, "mul") + number_in(rule, "add")));
        return;
    }
    put_hex(vector_slice(rule, "prefix_hex"), bytes);
    for (size_t i = 0; i < number_in(rule, "count"); i++)
        put_hex(vector_slice(rule, "unit_hex"), bytes);
    put_hex(vector_slice(rule, "suffix_hex"), bytes);
}

bool vector_bytes(struct json_object *item, const char *stem, struct buffer *bytes)
{
    char key[64];
    snprintf(key, sizeof key, "%s_hex", stem);
    if (vector_has(item, key)) {
        put_hex(vector_slice(item, key), bytes);
        return true;
    }
    snprintf(key, sizeof key, "%s_b64", stem);
    if (vector_has(item, key))
        return base64_decode(BASE64_STANDARD, vector_slice(item, key), bytes, NULL) == 0;
    snprintf(key, sizeof key, "%s_rule", stem);
    if (!vector_has(item, key))
        return false;
    put_rule(vector_member(item, key), bytes);
    return true;
}

bool vector_frame_bytes(struct json_object *item, struct buffer *bytes)
{
    static const char *const keys[] = {"payload_base64", "binary_b64"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (vector_has(item, keys[i]))
            return base64_decode(BASE64_STANDARD, vector_slice(item, keys[i]), bytes, NULL) == 0;
    return false;
}

struct secret *vector_secret(struct json_object *item, const char *stem)
{
    struct buffer bytes = {0};
    struct secret *secret = NULL;
    if (vector_bytes(item, stem, &bytes))
        secret = secret_copy(buffer_string(&bytes), bytes.length, NULL);
    buffer_free(&bytes);
    if (!secret) {
        fprintf(stderr, "vectors: a case has no %s\n", stem);
        exit(2);
    }
    return secret;
}

bool vector_same(struct slice left, struct slice right)
{
    return left.length == right.length &&
           (left.length == 0 || memcmp(left.data, right.data, left.length) == 0);
}

bool vector_equals(struct json_object *item, const char *stem, struct slice bytes)
{
    char key[64], digest_text[2 * crypto_hash_sha256_BYTES + 1];
    unsigned char digest[crypto_hash_sha256_BYTES];
    struct buffer expected = {0};
    bool equal = false;
    if (vector_bytes(item, stem, &expected)) {
        equal = vector_same(vector_buffer(&expected), bytes);
    } else {
        snprintf(key, sizeof key, "%s_sha256", stem);
        crypto_hash_sha256(digest, (const unsigned char *)bytes.data, bytes.length);
        sodium_bin2hex(digest_text, sizeof digest_text, digest, sizeof digest);
        equal = vector_text(item, key) && strcmp(vector_text(item, key), digest_text) == 0;
    }
    buffer_free(&expected);
    return equal;
}

static void replay(void *context, void *bytes, size_t size)
{
    struct vector_random *random = context;
    if (random->bytes.length - random->used < size) {
        fprintf(stderr, "vectors: more random bytes were asked for than the case has\n");
        exit(2);
    }
    memcpy(bytes, random->bytes.data + random->used, size);
    random->used += size;
}

void vector_random_begin(struct vector_random *random)
{
    *random = (struct vector_random){.source = {.fill = replay, .context = random}};
}

bool vector_random_add(struct vector_random *random, struct json_object *item, const char *stem)
{
    return vector_bytes(item, stem, &random->bytes);
}

void vector_random_end(struct vector_random *random)
{
    buffer_free(&random->bytes);
}

static int read_file(const char *path, struct buffer *text)
{
    char piece[65536];
    size_t count;
    FILE *file = fopen(path, "rb");
    if (!file)
        return -1;
    while ((count = fread(piece, 1, sizeof piece, file)) > 0)
        buffer_append(text, piece, count);
    bool failed = ferror(file) || text->failed;
    fclose(file);
    return failed ? -1 : 0;
}

/* The next suite named like the file, beginning with number `*next`; NULL: no more. */
static const struct vector_suite *next_suite(const char *path, size_t *next)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    size_t length = strlen(base), number = 0;
    if (length > 5 && strcmp(base + length - 5, ".json") == 0)
        length -= 5;
    for (size_t i = 0; i < sizeof FAMILIES / sizeof FAMILIES[0]; i++)
        for (const struct vector_suite *suite = FAMILIES[i]; suite->name; suite++) {
            if (number++ < *next || strlen(suite->name) != length ||
                memcmp(suite->name, base, length) != 0)
                continue;
            *next = number;
            return suite;
        }
    return NULL;
}

static int run_file(struct vectors *vectors, const char *path)
{
    struct buffer text = {0};
    struct json_object *document = NULL;
    struct error error;
    int status = 2;
    size_t next = 0;
    const struct vector_suite *suite = next_suite(path, &next);
    if (!suite) {
        fprintf(stderr, "vectors: %s: no suite has this name\n", path);
    } else if (read_file(path, &text) != 0) {
        fprintf(stderr, "vectors: %s: %s\n", path, strerror(errno));
    } else if (json_text_parse(vector_buffer(&text), &document, &error) != 0) {
        fprintf(stderr, "vectors: %s: %s\n", path, error.message);
    } else {
        for (; suite; suite = next_suite(path, &next)) {
            vectors->suite = suite->name;
            suite->run(vectors, document);
        }
        status = 0;
    }
    json_object_put(document);
    buffer_free(&text);
    return status;
}

int main(int argc, char **argv)
{
    struct vectors vectors = {.suite = ""};
    int status = argc < 2 ? 2 : 0;
    if (argc < 2)
        fprintf(stderr, "usage: vectors FILE...\n");
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (sodium_init() < 0)
        return 2;
    for (int i = 1; i < argc; i++)
        if (run_file(&vectors, argv[i]) != 0)
            status = 2;
    printf("%u passed, %u failed\n", vectors.passed, vectors.failed);
    return status ? status : vectors.failed > 0;
}
